/**
 * What becomes of Nodes: one that a client creates gets what a kubelet would report, so that Pods can run on it; cordoning and
 * conditions turn into taints (kubernetes `pkg/controller/nodelifecycle`).
 */
import { UNSCHEDULABLE_TAINT, type Node, type NodeStatus, type Taint } from "../api/core-v1/node.ts";
import { emulatedStatus, nodeAddress, systemLabels } from "../registry/core-v1/node/emulated-node.ts";
import { toTime } from "../runtime/host.ts";
import type { View } from "../storage/view.ts";
import { findCondition } from "./conditions.ts";
import type { Controller } from "./controller.ts";
import { names, nodes } from "./resources.ts";

const NOT_READY = "node.kubernetes.io/not-ready";
const UNREACHABLE = "node.kubernetes.io/unreachable";
const OURS = new Set([UNSCHEDULABLE_TAINT.key, NOT_READY, UNREACHABLE]);

export const nodeLifecycle: Controller = {
  name: "node-lifecycle",
  settlesAtOnce: true,
  watches: [nodes.key],
  keysFor: (change) => (nodes.in(change) === null ? [] : [change.name]),
  allKeys: (view) => names(nodes, view),
  reconcile: (name, { view, host }) => {
    const node = nodes.get(view, name);
    if (node === undefined || node.metadata.deletionTimestamp !== undefined) return { writes: [], requeueAt: null };
    return { writes: [nodes.put(tainted(registered(node, view, host.now()), host.now()))], requeueAt: null };
  },
};

/** A Node without conditions has no kubelet that speaks for it, so it gets the emulated one. What the client has said stands. */
function registered(node: Node, view: View, now: number): Node {
  if ((node.status.conditions ?? []).length > 0) return node;
  const { name, labels } = node.metadata;
  const reported = emulatedStatus(name, freeAddress(view), now);
  const status: NodeStatus = { ...reported, ...node.status, conditions: reported.conditions ?? [] };
  return { ...node, metadata: { ...node.metadata, labels: { ...systemLabels(name), ...labels } }, status };
}

function freeAddress(view: View): string {
  const taken = new Set([...nodes.list(view)].flatMap(({ status }) => (status.addresses ?? []).map((a) => a.address)));
  let number = 0;
  while (taken.has(nodeAddress(number))) number++;
  return nodeAddress(number);
}

/** Taints that follow from the node's state come and go; those of others stay. */
function tainted(node: Node, now: number): Node {
  const before = node.spec.taints ?? [];
  const wanted = stateTaints(node);
  const kept = before.filter((taint) => !OURS.has(taint.key) || isNoExecute(taint) || wanted.some(isLike(taint)));
  const added = wanted.filter((taint) => !kept.some(isLike(taint)));
  const taints = [...kept, ...added.map((taint) => ({ ...taint, timeAdded: toTime(now) }))].map((taint) =>
    // From here on the seconds count for which Pods put up with it.
    isNoExecute(taint) && taint.timeAdded === undefined ? { ...taint, timeAdded: toTime(now) } : taint,
  );
  const { taints: _, ...spec } = node.spec;
  return { ...node, spec: taints.length === 0 ? spec : { ...spec, taints } };
}

const isNoExecute = ({ effect }: Taint): boolean => effect === "NoExecute";

const isLike =
  ({ key, effect }: Taint) =>
  (other: Taint): boolean =>
    other.key === key && other.effect === effect;

function stateTaints({ spec, status }: Node): readonly Taint[] {
  const ready = findCondition(status.conditions, "Ready")?.status;
  return [
    ...(spec.unschedulable === true ? [UNSCHEDULABLE_TAINT] : []),
    ...(ready === "False" ? [{ key: NOT_READY, effect: "NoSchedule" } as const] : []),
    ...(ready === "Unknown" ? [{ key: UNREACHABLE, effect: "NoSchedule" } as const] : []),
  ];
}
