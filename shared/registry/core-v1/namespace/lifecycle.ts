/** The life of a Namespace: deletion first empties it, then it goes (namespace controller, NamespaceLifecycle admission). */
import type { Namespace } from "../../../api/core-v1/namespace.ts";
import type { Status } from "../../../api/meta-v1/status.ts";
import { forbiddenRequest, type GroupResource } from "../../../apimachinery/status.ts";
import { toTime } from "../../../runtime/host.ts";

const NAMESPACES: GroupResource = { group: "", resource: "namespaces" };

/** Every cluster has these from its first moment. */
export const SYSTEM_NAMESPACES: readonly string[] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** `kube-node-lease` may go, as in Kubernetes, where it is made again; the others hold the cluster together. */
const IMMORTAL = new Set(["default", "kube-public", "kube-system"]);

/** Why this namespace may not be deleted, or null. */
export const deletionRefusal = (name: string): Status | null =>
  IMMORTAL.has(name) ? forbiddenRequest(NAMESPACES, name, "this namespace may not be deleted") : null;

/** The namespace at the beginning of its deletion; one that is on its way already stays as it is. */
export function terminating(namespace: Namespace, now: number): Namespace {
  if (namespace.metadata.deletionTimestamp !== undefined) return namespace;
  return {
    ...namespace,
    metadata: { ...namespace.metadata, resourceVersion: "", deletionTimestamp: toTime(now) },
    status: { ...namespace.status, phase: "Terminating" },
  };
}

export const isTerminating = (namespace: Namespace): boolean => namespace.metadata.deletionTimestamp !== undefined;

/** The refusal of new content in a namespace that is going. */
export const noNewContent = (namespace: string): Status =>
  forbiddenRequest(NAMESPACES, namespace, "unable to create new content in namespace because it is being terminated", [
    {
      reason: "NamespaceTerminating",
      message: `namespace ${namespace} is being terminated`,
      field: "metadata.namespace",
    },
  ]);
