/** The emulated kube-scheduler: of the nodes that suit a Pod and have room for it, the one with the fewest of its siblings. */
import type { Pod } from "../../api/core-v1/pod.ts";
import { ZONE_LABEL } from "../../api/core-v1/node.ts";
import type { View } from "../../storage/view.ts";
import type { ClusterNode } from "../controller.ts";
import { controllerOf } from "../owners.ts";
import { isActive, isFinished } from "../pod-state.ts";
import { pods } from "../resources.ts";
import { nodeMisfit, reluctance, type Misfit } from "./node-fit.ts";
import { looksAround, podFilters, wantsDistance, type Placed, type PodFilter } from "./pod-fit.ts";
import { needsRoom, roomFilters } from "./resource-fit.ts";

export const DEFAULT_SCHEDULER = "default-scheduler";

export type Placement =
  | { readonly ok: true; readonly node: ClusterNode }
  /** `message`: what the event `FailedScheduling` and the condition `PodScheduled` say. */
  | { readonly ok: false; readonly message: string };

/** Where the Pod goes, or why it cannot go anywhere. */
export function place(pod: Pod, nodes: readonly ClusterNode[], view: View): Placement {
  if (nodes.length === 0) return { ok: false, message: "no nodes available to schedule pods" };
  // With one node, room enough and no rules about others, only those matter that want to be alone.
  const isAlone = nodes.length === 1 && !looksAround(pod) && !needsRoom(pod, nodes);
  const placed = placedOn(nodes, view, isAlone ? wantsDistance : () => true);
  const filters = [...roomFilters(pod, placed), ...podFilters(pod, nodes, placed)];
  const verdicts = nodes.map((node) => ({ node, misfit: misfitOf(pod, node, filters) }));
  const fitting = verdicts.filter(({ misfit }) => misfit === null).map(({ node }) => node);
  const best = fitting.length < 2 ? fitting[0] : emptiest(pod, fitting, placed);
  if (best !== undefined) return { ok: true, node: best };
  return { ok: false, message: unfit(verdicts.flatMap(({ misfit }) => (misfit === null ? [] : [misfit]))) };
}

const misfitOf = (pod: Pod, node: ClusterNode, filters: readonly PodFilter[]): Misfit | null => {
  const misfit = nodeMisfit(pod, node);
  if (misfit !== null) return misfit;
  for (const filter of filters) {
    const refusal = filter(node);
    if (refusal !== null) return refusal;
  }
  return null;
};

/** Pods that have a node and have not run to their end, and of which `matters` is true. */
function placedOn(nodes: readonly ClusterNode[], view: View, matters: (pod: Pod) => boolean): readonly Placed[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const placed: Placed[] = [];
  // A loop, because it runs over all Pods for each that is placed.
  for (const pod of pods.list(view)) {
    if (!matters(pod) || isFinished(pod)) continue;
    const node = byName.get(pod.spec.nodeName ?? "");
    if (node !== undefined) placed.push({ pod, node });
  }
  return placed;
}

/** Fewest siblings on the node, then in its zone, then fewest Pods, then first; unwelcoming nodes last. */
function emptiest(pod: Pod, nodes: readonly ClusterNode[], placed: readonly Placed[]): ClusterNode | undefined {
  const owner = controllerOf(pod)?.uid;
  const siblings = new Map<string, number>();
  const zones = new Map<string, number>();
  const all = new Map<string, number>();
  const count = (of: Map<string, number>, key: string): void => void of.set(key, (of.get(key) ?? 0) + 1);
  for (const other of placed) {
    if (!isActive(other.pod)) continue;
    count(all, other.node.name);
    if (owner === undefined || controllerOf(other.pod)?.uid !== owner) continue;
    count(siblings, other.node.name);
    count(zones, zoneOf(other.node));
  }
  const ranked = nodes.map((node) => ({
    node,
    ranks: [reluctance(pod, node), siblings.get(node.name) ?? 0, zones.get(zoneOf(node)) ?? 0, all.get(node.name) ?? 0],
  }));
  ranked.sort((a, b) => a.ranks.map((rank, i) => rank - (b.ranks[i] ?? 0)).find((difference) => difference !== 0) ?? 0);
  return ranked[0]?.node;
}

const zoneOf = ({ labels = {} }: ClusterNode): string =>
  Object.hasOwn(labels, ZONE_LABEL) ? (labels[ZONE_LABEL] ?? "") : "";

/** `1 reason, 2 other reason`, in the order of their text, as kube-scheduler sorts them. */
function tally(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(", ");
}

/** No Pod has a priority, so none makes room for another: kube-scheduler says that, too. */
function unfit(misfits: readonly Misfit[]): string {
  const none = `0/${misfits.length} nodes are available`;
  const why = tally(misfits.flatMap(({ reasons }) => reasons));
  const preemption = tally(
    misfits.map((misfit) =>
      misfit.hopeless ? "Preemption is not helpful for scheduling" : "No preemption victims found for incoming pod",
    ),
  );
  return `${none}: ${why}. no new claims to deallocate, preemption: ${none}: ${preemption}.`;
}
