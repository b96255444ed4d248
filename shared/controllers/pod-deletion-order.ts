/** Which Pods go first when a ReplicaSet shrinks (kubernetes `controller.ActivePodsWithRanks`). */
import type { Pod } from "../api/core-v1/pod.ts";
import { isReady, readySince } from "./pod-state.ts";

const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
const PHASE_RANK = new Map<string | undefined, number>([
  ["Pending", 0],
  ["Unknown", 1],
  ["Running", 2],
]);

/** One comparison a line, in Kubernetes' order; the first that tells two Pods apart decides. Smaller goes first. */
const CRITERIA: readonly ((pod: Pod, siblingsOnNode: number) => number)[] = [
  (pod) => (pod.spec.nodeName === undefined ? 0 : 1),
  (pod) => PHASE_RANK.get(pod.status.phase) ?? 0,
  (pod) => (isReady(pod) ? 1 : 0),
  (pod) => deletionCost(pod),
  (_, siblingsOnNode) => -siblingsOnNode,
  (pod) => -(readySince(pod) ?? 0),
  (pod) => -restarts(pod),
  (pod) => -Date.parse(pod.metadata.creationTimestamp),
];

/** KEP-2255. Text that is no integer counts as none. */
function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.[DELETION_COST] ?? "";
  return /^-?\d{1,10}$/.test(text) ? Number(text) : 0;
}

const restarts = ({ status }: Pod): number =>
  Math.max(0, ...(status.containerStatuses ?? []).map((s) => s.restartCount));

/** `pods` are one ReplicaSet's; those that go first come first. */
export function byDeletionPreference(pods: readonly Pod[]): readonly Pod[] {
  const onNode = new Map<string, number>();
  for (const { spec } of pods) onNode.set(spec.nodeName ?? "", (onNode.get(spec.nodeName ?? "") ?? 0) + 1);
  const ranked = pods.map((pod) => ({
    pod,
    ranks: CRITERIA.map((rank) => rank(pod, onNode.get(pod.spec.nodeName ?? "") ?? 0)),
  }));
  ranked.sort((a, b) => {
    const at = a.ranks.findIndex((rank, i) => rank !== b.ranks[i]);
    if (at >= 0) return (a.ranks[at] ?? 0) - (b.ranks[at] ?? 0);
    return a.pod.metadata.name < b.pod.metadata.name ? -1 : 1;
  });
  return ranked.map(({ pod }) => pod);
}
