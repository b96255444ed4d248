/** The ReplicaSet controller: keeps as many Pods as `spec.replicas` says. */
import type { ReplicaSet, ReplicaSetStatus } from "../api/apps-v1/replica-set.ts";
import type { Pod } from "../api/core-v1/pod.ts";
import type { Condition, KubeObject } from "../api/meta-v1/object.ts";
import { generateName } from "../apimachinery/generate-name.ts";
import { matchesLabels, matchesLabelSelector } from "../apimachinery/selectors.ts";
import type { Change, View, Write } from "../storage/view.ts";
import { findCondition, withoutCondition } from "./conditions.ts";
import type { Controller, ControllerContext, Reconciliation } from "./controller.ts";
import { recordEvent } from "./events.ts";
import { policyRefusal } from "./policy-refusal.ts";
import { failedCreate } from "./failed-create.ts";
import { adopted, claim, controllerOf, released } from "./owners.ts";
import { byDeletionPreference } from "./pod-deletion-order.ts";
import { admissionRefusal, podFromTemplate, runsAs } from "./pod-from-template.ts";
import { availableAt, isActive, isFinished, isReady, isTerminating } from "./pod-state.ts";
import { names, pods, replicaSets, serviceAccounts } from "./resources.ts";
import { toTime } from "../runtime/host.ts";

const COMPONENT = "replicaset-controller";
/** Pods created or deleted in one go; the next go is decided on what is then there, in a later transaction if need be. */
const BURST = 100;
/**
 * No controller makes a namespace hold more Pods than this, whatever `replicas` says; a ReplicaSet then reports
 * `ReplicaFailure`, as it does for an exceeded quota. (Kubernetes is tested up to 3,000 a namespace.)
 */
export const MAX_PODS_PER_NAMESPACE = 5000;

export const replicaSet: Controller = {
  name: "replicaset",
  canWait: true,
  watches: [replicaSets.key, pods.key, serviceAccounts.key],
  keysFor: function* (change, view) {
    if (replicaSets.in(change) !== null) yield change.name;
    if (pods.in(change) !== null) yield* ownersOf(change, view);
    const account = serviceAccounts.in(change);
    if (account !== null && account.before === undefined) yield* waitingFor(change.name, view);
  },
  allKeys: (view) => names(replicaSets, view),
  reconcile: (name, context) => {
    const owner = replicaSets.get(context.view, name);
    if (owner === undefined) return { writes: [], requeueAt: null };
    const { owned, orphans, strays } = claim(owner, owner.spec.selector, pods.list(context.view));
    const ownership = [
      ...orphans.filter(isActive).map((pod) => pods.put(adopted(pod, owner))),
      ...strays.map((pod) => pods.put(released(pod, owner))),
    ];
    // Each of these changes comes back here; the rest is decided on what is then there.
    if (ownership.length > 0) return { writes: ownership, requeueAt: null };
    return manage(
      owner,
      {
        active: owned.filter(isActive),
        terminating: count(owned.filter((pod) => isTerminating(pod) && !isFinished(pod))),
      },
      context,
    );
  },
};

/** The Pods of a ReplicaSet. */
interface Owned {
  readonly active: readonly Pod[];
  readonly terminating: number;
}

function* waitingFor(account: string, view: View): Generator<string, void> {
  for (const owner of replicaSets.list(view)) {
    if (runsAs(owner.spec.template, account)) yield owner.metadata.name;
  }
}

function* ownersOf({ before, after }: Change, view: View): Generator<string, void> {
  for (const pod of [before, after]) {
    const reference = pod === undefined ? undefined : controllerOf(pod);
    if (reference?.kind === "ReplicaSet") yield reference.name;
  }
  if (after === undefined || controllerOf(after) !== undefined) return;
  for (const owner of replicaSets.list(view)) {
    if (matchesLabelSelector(owner.spec.selector, after.metadata.labels)) yield owner.metadata.name;
  }
}

function manage(owner: ReplicaSet, owned: Owned, context: ControllerContext): Reconciliation {
  const { active } = owned;
  const surplus = owner.metadata.deletionTimestamp === undefined ? active.length - owner.spec.replicas : 0;
  if (surplus > 0) {
    const victims = byDeletionPreference(active).slice(0, Math.min(surplus, BURST));
    return { writes: victims.flatMap((pod) => deletePod(pod, owner, context)), requeueAt: null };
  }
  if (surplus < 0) {
    const room = MAX_PODS_PER_NAMESPACE - count(pods.list(context.view));
    const refusal = refusalFor(owner, room, context);
    if (refusal !== null) return failToCreate(owner, owned, refusal, context);
    return { writes: createPods(owner, Math.min(-surplus, BURST, room), context), requeueAt: null };
  }
  return {
    writes: putStatus(owner, statusOf(owner, owned, context)),
    requeueAt: nextAvailability(owner, active, context),
  };
}

/** Why no Pod can be made, or null. */
function refusalFor(owner: ReplicaSet, room: number, context: ControllerContext): string | null {
  const subject = `${owner.metadata.name}-`;
  if (room <= 0) {
    return `pods ${JSON.stringify(subject)} is forbidden: exceeded quota: a namespace holds at most ${MAX_PODS_PER_NAMESPACE} pods`;
  }
  const { template } = owner.spec;
  return (
    admissionRefusal(template, subject, context) ??
    policyRefusal(() => podFromTemplate(template, owner, subject), COMPONENT, context)
  );
}

const count = (objects: Iterable<KubeObject>): number => {
  let total = 0;
  for (const _ of objects) total++;
  return total;
};

function deletePod(pod: Pod, owner: ReplicaSet, context: ControllerContext): readonly Write[] {
  const { name } = pod.metadata;
  const message = `Deleted pod: ${name}`;
  const event = { about: owner, type: "Normal", reason: "SuccessfulDelete", message, component: COMPONENT } as const;
  return [pods.delete(name), recordEvent(event, context)];
}

function createPods(owner: ReplicaSet, number: number, context: ControllerContext): readonly Write[] {
  const taken = new Set<string>();
  return Array.from({ length: number }).flatMap(() => {
    const pod = podFromTemplate(owner.spec.template, owner, freshName(owner, taken, context));
    const message = `Created pod: ${pod.metadata.name}`;
    const event = { about: owner, type: "Normal", reason: "SuccessfulCreate", message, component: COMPONENT } as const;
    return [pods.put(pod), recordEvent(event, context)];
  });
}

function freshName(owner: ReplicaSet, taken: Set<string>, { view, host }: ControllerContext): string {
  const prefix = `${owner.metadata.name}-`;
  let name = generateName(prefix, host.pick);
  while (taken.has(name) || pods.get(view, name) !== undefined) name = generateName(prefix, host.pick);
  taken.add(name);
  return name;
}

/** `refusal`: why, as the API server would say it. */
function failToCreate(
  owner: ReplicaSet,
  { active, terminating }: Owned,
  refusal: string,
  context: ControllerContext,
): Reconciliation {
  const status = statusOf(owner, { active, terminating }, context);
  const known = findCondition(status.conditions, "ReplicaFailure") !== undefined;
  const failure: Condition = {
    type: "ReplicaFailure",
    status: "True",
    reason: "FailedCreate",
    message: refusal,
    lastTransitionTime: toTime(context.host.now()),
  };
  const conditions = known ? status.conditions : [...(status.conditions ?? []), failure];
  const { writes, retryAt } = failedCreate(owner, COMPONENT, `Error creating: ${refusal}`, context);
  return {
    writes: [...putStatus(owner, conditions === undefined ? status : { ...status, conditions }), ...writes],
    requeueAt: retryAt,
  };
}

/** Zeros are left out, as Go's encoder does, but for `replicas`. */
function statusOf(owner: ReplicaSet, { active, terminating }: Owned, { host }: ControllerContext): ReplicaSetStatus {
  const { template, minReadySeconds = 0, replicas } = owner.spec;
  const labels = template.metadata?.labels ?? {};
  const ready = active.filter(isReady);
  const lasting = (pod: Pod): boolean => (availableAt(pod, minReadySeconds) ?? Infinity) <= host.now();
  const available = minReadySeconds === 0 ? ready : ready.filter(lasting);
  const satisfied = active.length >= replicas;
  const before = owner.status.conditions ?? [];
  const conditions = satisfied ? withoutCondition(before, "ReplicaFailure") : before;
  return {
    observedGeneration: owner.metadata.generation ?? 0,
    replicas: active.length,
    ...positive("fullyLabeledReplicas", active.filter((pod) => matchesLabels(labels, pod.metadata.labels)).length),
    ...positive("readyReplicas", ready.length),
    ...positive("availableReplicas", available.length),
    // A pointer in Go, so its zero is written (KEP-3973).
    terminatingReplicas: terminating,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

const positive = <K extends string>(key: K, value: number): { readonly [P in K]?: number } =>
  (value === 0 ? {} : { [key]: value }) as { readonly [P in K]?: number };

const putStatus = (owner: ReplicaSet, status: ReplicaSetStatus): readonly Write[] => [
  replicaSets.put({ ...owner, status }),
];

/** When the next ready Pod has been ready for `minReadySeconds`. */
function nextAvailability({ spec }: ReplicaSet, active: readonly Pod[], { host }: ControllerContext): number | null {
  const { minReadySeconds = 0 } = spec;
  if (minReadySeconds === 0) return null;
  const times = active.map((pod) => availableAt(pod, minReadySeconds) ?? 0).filter((time) => time > host.now());
  return times.length === 0 ? null : Math.min(...times);
}
