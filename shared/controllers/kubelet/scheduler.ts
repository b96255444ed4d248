/** The emulated kube-scheduler: Pods of one controller spread over the nodes, then all Pods do. */
import type { Pod } from "../../api/core-v1/pod.ts";
import type { View } from "../../storage/view.ts";
import type { ClusterInfo } from "../controller.ts";
import { controllerOf } from "../owners.ts";
import { isActive } from "../pod-state.ts";
import { pods } from "../resources.ts";

export const DEFAULT_SCHEDULER = "default-scheduler";

type ClusterNode = ClusterInfo["nodes"][number];

/** The node with the fewest active siblings, then the fewest active Pods, then the first. Null: there are no nodes. */
export function chooseNode(pod: Pod, nodes: readonly ClusterNode[], view: View): ClusterNode | null {
  const [first] = nodes;
  if (first === undefined) return null;
  if (nodes.length === 1) return first;
  const loads = new Map(nodes.map((node) => [node.name, { node, siblings: 0, pods: 0 }]));
  const owner = controllerOf(pod)?.uid;
  for (const other of pods.list(view)) {
    const load = loads.get(other.spec.nodeName ?? "");
    if (load === undefined || !isActive(other)) continue;
    load.pods++;
    if (owner !== undefined && controllerOf(other)?.uid === owner) load.siblings++;
  }
  const [best] = [...loads.values()].sort((a, b) => a.siblings - b.siblings || a.pods - b.pods);
  return best?.node ?? first;
}
