/** What the deployment's variables say about a cluster. */
import type { ClusterInfo } from "../shared/controllers/controller.ts";
import type { Node } from "../shared/api/core-v1/node.ts";
import { topologyCpu } from "../shared/registry/core-v1/node/topology-cpu.ts";
import { ZONE_LABEL } from "../shared/api/core-v1/node.ts";
import { addToIP, formatIP, parseCIDR } from "../shared/apimachinery/ip.ts";
import type { IPFamily } from "../shared/registry/allocation/allocation.ts";
import type { View } from "../shared/storage/view.ts";
import type { Env } from "../workers/env.ts";
import { NODES } from "../shared/registry/resource-keys.ts";

export interface ClusterConfig {
  readonly serviceRanges: readonly string[];
  readonly podRanges: readonly string[];
  readonly serviceIPFamilies: readonly IPFamily[];
  readonly clusterDomain: string;
  /** Absent: there is none. */
  readonly externalZone?: string;
  /** The cluster IP of `default/kubernetes`: the first address of the first service range. */
  readonly kubernetesServiceIP: string;
  readonly nodeAddress: string;
  readonly info: (state: { readonly view: View }) => ClusterInfo;
}

/** kube-apiserver's secure port, which endpoints of `default/kubernetes` carry. */
const API_SERVER_PORT = 6443;

/** Where a node answers when the deployment has no address of its own to name: locally, and for want of a better on the edge. */
const NODE_ADDRESS = "127.0.0.1";

/** Reads the variables. Throws where one is no list of CIDRs: nothing works without them. */
export function clusterConfig(env: Env): ClusterConfig {
  const serviceRanges = list(env.SERVICE_CLUSTER_IP_RANGE);
  const families = serviceRanges.map((text) => cidrOf("SERVICE_CLUSTER_IP_RANGE", text).family);
  const podRanges = list(env.POD_CIDR);
  for (const text of podRanges) cidrOf("POD_CIDR", text);
  const { family, base } = cidrOf("SERVICE_CLUSTER_IP_RANGE", serviceRanges[0] ?? "");
  const first = addToIP({ family, value: base }, 1);
  const kubernetesServiceIP = first === null ? "" : formatIP(first);
  const clusterDomain = env.CLUSTER_DOMAIN;
  const info = ({ view }: { readonly view: View }): ClusterInfo => ({
    clusterDomain,
    nodes: [...view.list(NODES)].map((object) => toNodeInfo(object as Node)),
    apiServer: { address: NODE_ADDRESS, port: API_SERVER_PORT },
    kubernetesServiceIP,
  });
  const serviceIPFamilies = [...new Set(families)];
  return {
    serviceRanges,
    podRanges,
    serviceIPFamilies,
    clusterDomain,
    ...((env.EXTERNAL_ZONE ?? "") === "" ? {} : { externalZone: env.EXTERNAL_ZONE }),
    kubernetesServiceIP,
    nodeAddress: NODE_ADDRESS,
    info,
  };
}

const list = (text: string): readonly string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

function cidrOf(variable: string, text: string) {
  const cidr = parseCIDR(text);
  if (cidr === null) throw new Error(`${variable}: ${JSON.stringify(text)} is not a CIDR such as 10.96.0.0/12`);
  return cidr;
}

function toNodeInfo(node: Node): ClusterInfo["nodes"][number] {
  const address = node.status.addresses?.find((a) => a.type === "InternalIP")?.address ?? NODE_ADDRESS;
  const cpuMillis = topologyCpu(node);
  return {
    name: node.metadata.name,
    zone: node.metadata.labels?.[ZONE_LABEL] ?? null,
    address,
    ...(cpuMillis === null ? {} : { cpuMillis }),
  };
}
