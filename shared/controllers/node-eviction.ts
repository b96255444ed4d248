/**
 * Pods leave nodes that are gone (kube-controller-manager's Pod garbage collector) and nodes with a NoExecute taint that they
 * do not tolerate (its taint eviction).
 */
import type { Pod } from "../api/core-v1/pod.ts";
import type { ClusterNode, Controller, ControllerContext, Reconciliation } from "./controller.ts";
import { recordEvent } from "./events.ts";
import { isFinished, isTerminating } from "./pod-state.ts";
import { names, pods } from "./resources.ts";
import { tolerationsOf } from "./scheduler/tolerations.ts";

/** kube-controller-manager's `quarantineTime` of nodes that it does not find. */
const QUARANTINE_MILLISECONDS = 40_000;

const NOTHING: Reconciliation = { writes: [], requeueAt: null };

export const nodeEviction: Controller = {
  name: "node-eviction",
  settlesAtOnce: true,
  watches: [pods.key],
  keysFor: (change) => {
    const pod = pods.in(change)?.after;
    return pod?.spec.nodeName === undefined ? [] : [change.name];
  },
  allKeys: (view) => names(pods, view),
  reconcile: (name, context) => {
    const pod = pods.get(context.view, name);
    if (pod?.spec.nodeName === undefined) return NOTHING;
    const node = context.cluster.nodes.find((n) => n.name === pod.spec.nodeName);
    if (node === undefined) return orphaned(pod, context);
    if (isTerminating(pod) || isFinished(pod)) return NOTHING;
    return evictionFrom(pod, node, context);
  },
};

/** Nobody is left there to end the Pod in good order. One that never ran is given time for its node to register. */
function orphaned(pod: Pod, { host }: ControllerContext): Reconciliation {
  const { name, creationTimestamp } = pod.metadata;
  const due = pod.status.startTime === undefined ? Date.parse(creationTimestamp) + QUARANTINE_MILLISECONDS : 0;
  return due > host.now() ? { writes: [], requeueAt: due } : { writes: [pods.remove(name)], requeueAt: null };
}

function evictionFrom(pod: Pod, node: ClusterNode, context: ControllerContext): Reconciliation {
  const due = leavesAt(pod, node);
  if (due === null) return NOTHING;
  if (due > context.host.now()) return { writes: [], requeueAt: due };
  const { name } = pod.metadata;
  const message = `Marking for deletion Pod ${context.namespace}/${name}`;
  const event = { about: pod, type: "Normal", reason: "TaintManagerEviction", message } as const;
  return {
    writes: [recordEvent({ ...event, component: "taint-eviction-controller" }, context), pods.delete(name)],
    requeueAt: null,
  };
}

/** When the Pod has to go, in ms since the epoch: the first taint to become intolerable decides. Null: it may stay. */
function leavesAt(pod: Pod, { taints = [] }: ClusterNode): number | null {
  const times = taints
    .filter(({ effect }) => effect === "NoExecute")
    .map((taint) => {
      const tolerated = tolerationsOf(pod, taint);
      if (tolerated.length === 0) return 0;
      const seconds = Math.min(...tolerated.map((t) => t.tolerationSeconds ?? Infinity));
      return Date.parse(taint.timeAdded ?? "") + Math.max(0, seconds) * 1000;
    })
    .filter(Number.isFinite);
  return times.length === 0 ? null : Math.min(...times);
}
