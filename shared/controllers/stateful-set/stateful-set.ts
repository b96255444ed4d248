/** The StatefulSet controller: Pods with numbers, made, replaced and taken away one after the other. */
import type { ControllerRevision } from "../../api/apps-v1/controller-revision.ts";
import type { StatefulSet } from "../../api/apps-v1/stateful-set.ts";
import type { Pod } from "../../api/core-v1/pod.ts";
import { matchesLabelSelector } from "../../apimachinery/selectors.ts";
import type { Change, View, Write } from "../../storage/view.ts";
import type { Controller, ControllerContext, Reconciliation } from "../controller.ts";
import { adopted, claim, controllerOf, isControlledBy, released } from "../owners.ts";
import { runsAs } from "../pod-from-template.ts";
import { controllerRevisions, names, pods, serviceAccounts, statefulSets } from "../resources.ts";
import { claimOwnership } from "./claims.ts";
import { firstOrdinal, ordinalOf } from "./identity.ts";
import { nextStep } from "./plan.ts";
import { byRevision, outlivedRevisions, revisionsOf } from "./revisions.ts";
import { statusOf } from "./status.ts";

export const statefulSet: Controller = {
  name: "statefulset",
  canWait: true,
  watches: [statefulSets.key, pods.key, controllerRevisions.key, serviceAccounts.key],
  keysFor: function* (change, view) {
    if (statefulSets.in(change) !== null) yield change.name;
    if (pods.in(change) !== null) yield* ownersOf(change, view);
    const revision = controllerRevisions.in(change);
    if (revision?.before !== undefined && revision.after === undefined) yield* controllerName(revision.before);
    const account = serviceAccounts.in(change);
    if (account !== null && account.before === undefined) {
      for (const set of statefulSets.list(view)) if (runsAs(set.spec.template, change.name)) yield set.metadata.name;
    }
  },
  allKeys: (view) => names(statefulSets, view),
  reconcile: (name, context) => {
    const set = statefulSets.get(context.view, name);
    if (set === undefined) return { writes: [], requeueAt: null };
    const { owned, orphans, strays } = claim(set, set.spec.selector, members(set, context.view));
    const ownership = [
      ...orphans.map((pod) => pods.put(adopted(pod, set))),
      ...strays.map((pod) => pods.put(released(pod, set))),
    ];
    // Each of these changes comes back here; the rest is decided on what is then there.
    if (ownership.length > 0) return { writes: ownership, requeueAt: null };
    return manage(set, owned, context);
  },
};

function* controllerName(object: Parameters<typeof controllerOf>[0]): Generator<string, void> {
  const reference = controllerOf(object);
  if (reference?.kind === "StatefulSet") yield reference.name;
}

function* ownersOf({ before, after }: Change, view: View): Generator<string, void> {
  if (before !== undefined) yield* controllerName(before);
  if (after === undefined) return;
  yield* controllerName(after);
  if (controllerOf(after) !== undefined) return;
  for (const set of statefulSets.list(view)) {
    const isMember = ordinalOf(set, after.metadata.name) !== null;
    if (isMember && matchesLabelSelector(set.spec.selector, after.metadata.labels)) yield set.metadata.name;
  }
}

/** Pods that the set controls, and those that have a name of one of its Pods. */
function* members(set: StatefulSet, view: View): Generator<Pod, void> {
  for (const pod of pods.list(view)) {
    if (isControlledBy(pod, set) || ordinalOf(set, pod.metadata.name) !== null) yield pod;
  }
}

function historyOf(set: StatefulSet, view: View): readonly ControllerRevision[] {
  return byRevision([...controllerRevisions.list(view)].filter((revision) => isControlledBy(revision, set)));
}

function manage(set: StatefulSet, owned: readonly Pod[], context: ControllerContext): Reconciliation {
  const history = historyOf(set, context.view);
  const revisions = revisionsOf(set, history, context.view);
  if (revisions === null) {
    const status = { ...set.status, collisionCount: (set.status.collisionCount ?? 0) + 1 };
    return { writes: [statefulSets.put({ ...set, status })], requeueAt: null };
  }
  const first = firstOrdinal(set);
  const isWanted = (pod: Pod): boolean => {
    const ordinal = ordinalOf(set, pod.metadata.name) ?? -1;
    return ordinal >= first && ordinal < first + set.spec.replicas;
  };
  const byOrdinal = new Map(owned.map((pod) => [ordinalOf(set, pod.metadata.name) ?? -1, pod]));
  const condemned = owned.filter((pod) => !isWanted(pod));
  const step = nextStep({ set, revisions, pods: byOrdinal, condemned, context });
  const status = statusOf(set, owned, revisions, context.host.now());
  const old = outlivedRevisions(set, history, revisions, owned);
  const writes: readonly Write[] = [
    ...revisions.writes,
    ...claimOwnership(set, owned, condemned, context.view),
    ...step.writes,
    statefulSets.put({ ...set, status }),
    ...old.map(({ metadata }) => controllerRevisions.delete(metadata.name)),
  ];
  return { writes, requeueAt: step.requeueAt };
}
