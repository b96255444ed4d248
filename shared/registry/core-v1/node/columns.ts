import type { Node, NodeAddress } from "../../../api/core-v1/node.ts";
import { ageColumn, nameColumn, NONE, text, wide } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

const ROLE_PREFIX = "node-role.kubernetes.io/";
const ROLE_LABEL = "kubernetes.io/role";

function status({ spec, status: { conditions = [] } }: Node): string {
  const ready = conditions.find((c) => c.type === "Ready");
  const state = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return spec.unschedulable === true ? `${state},SchedulingDisabled` : state;
}

function roles({ metadata }: Node): string {
  const found = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return key.slice(ROLE_PREFIX.length) || [];
    return key === ROLE_LABEL && value !== "" ? value : [];
  });
  return found.length === 0 ? NONE : [...new Set(found)].sort().join(",");
}

const address = (node: Node, type: NodeAddress["type"]): string =>
  node.status.addresses?.find((a) => a.type === type)?.address ?? NONE;

const UNKNOWN = "<unknown>";

export const nodeColumns: readonly PrinterColumn<Node>[] = [
  nameColumn,
  text("Status", "Whether the node takes Pods.", status),
  text("Roles", "The roles that its labels name.", roles),
  ageColumn,
  text("Version", "The version of its kubelet.", (n) => n.status.nodeInfo?.kubeletVersion ?? ""),
  wide("Internal-IP", "Its address inside the cluster.", (n) => address(n, "InternalIP")),
  wide("External-IP", "Its address outside the cluster.", (n) => address(n, "ExternalIP")),
  wide("OS-Image", "Its operating system.", (n) => n.status.nodeInfo?.osImage || UNKNOWN),
  wide("Kernel-Version", "The version of its kernel.", (n) => n.status.nodeInfo?.kernelVersion || UNKNOWN),
  wide("Container-Runtime", "What runs its containers.", (n) => n.status.nodeInfo?.containerRuntimeVersion || UNKNOWN),
];
