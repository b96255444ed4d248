/** The Deployment controller: one ReplicaSet a pod template, and the way from one to the next. */
import type { Deployment, DeploymentStatus } from "../../api/apps-v1/deployment.ts";
import type { ReplicaSet } from "../../api/apps-v1/replica-set.ts";
import type { KubeObject } from "../../api/meta-v1/object.ts";
import { matchesLabelSelector } from "../../apimachinery/selectors.ts";
import type { Change, View, Write } from "../../storage/view.ts";
import type { Controller, ControllerContext, Reconciliation } from "../controller.ts";
import { recordEvent } from "../events.ts";
import { adopted, claim, controllerOf, released } from "../owners.ts";
import { isFinished } from "../pod-state.ts";
import { deployments, names, pods, replicaSets } from "../resources.ts";
import {
  byAge,
  findNewSet,
  makeNewSet,
  outlived,
  REVISION_ANNOTATION,
  sizeAnnotations,
  syncedNewSet,
} from "./revisions.ts";
import {
  annotatedNumber,
  DESIRED_REPLICAS_ANNOTATION,
  newSetSize,
  oldSetSizes,
  scaledSizes,
  type Sizes,
} from "./sizes.ts";
import { countedStatus, isComplete, progressCheckAt, rolloutStatus, withNewSetCreated, withPause } from "./status.ts";

const COMPONENT = "deployment-controller";

export const deployment: Controller = {
  name: "deployment",
  canWait: true,
  watches: [deployments.key, replicaSets.key, pods.key],
  keysFor: function* (change, view) {
    if (deployments.in(change) !== null) yield change.name;
    if (replicaSets.in(change) !== null) yield* ownersOf(change, view);
    // Recreate waits for the last old Pod to be gone.
    const pod = pods.in(change);
    if (pod?.before !== undefined && pod.after === undefined) yield* deploymentOfPod(pod.before, view);
  },
  allKeys: (view) => names(deployments, view),
  reconcile: (name, context) => {
    const owner = deployments.get(context.view, name);
    if (owner === undefined) return { writes: [], requeueAt: null };
    const { owned, orphans, strays } = claim(owner, owner.spec.selector, replicaSets.list(context.view));
    const ownership = [
      ...orphans.map((set) => replicaSets.put(adopted(set, owner))),
      ...strays.map((set) => replicaSets.put(released(set, owner))),
    ];
    if (ownership.length > 0) return { writes: ownership, requeueAt: null };
    return roll(observe(owner, byAge(owned), context));
  },
};

function* ownersOf({ before, after }: Change, view: View): Generator<string, void> {
  for (const set of [before, after]) {
    const reference = set === undefined ? undefined : controllerOf(set);
    if (reference?.kind === "Deployment") yield reference.name;
  }
  if (after === undefined || controllerOf(after) !== undefined) return;
  for (const owner of deployments.list(view)) {
    if (matchesLabelSelector(owner.spec.selector, after.metadata.labels)) yield owner.metadata.name;
  }
}

function* deploymentOfPod(pod: KubeObject, view: View): Generator<string, void> {
  const set = replicaSets.get(view, controllerOf(pod)?.name ?? "");
  const reference = set === undefined ? undefined : controllerOf(set);
  if (reference?.kind === "Deployment") yield reference.name;
}

interface State {
  readonly deployment: Deployment;
  /** As it should be but for its size; compare with `storedNewSet` to see whether that is news. */
  readonly newSet: ReplicaSet | null;
  readonly oldSets: readonly ReplicaSet[];
  readonly context: ControllerContext;
}

function observe(stored: Deployment, sets: readonly ReplicaSet[], context: ControllerContext): State {
  const found = findNewSet(stored, sets);
  const oldSets = sets.filter((s) => s !== found);
  const deployment = { ...stored, status: withPause(stored, context.host.now()) };
  const newSet = found === null ? null : syncedNewSet(found, deployment, oldSets);
  return { deployment, newSet, oldSets, context };
}

function roll(state: State): Reconciliation {
  const { deployment } = state;
  if (deployment.metadata.deletionTimestamp !== undefined) return finish(state, NO_SIZES, "count");
  if (deployment.spec.paused === true || isScaling(state)) {
    const done = finish(state, scaledSizes(deployment, state.newSet, state.oldSets), "count");
    return deployment.spec.paused === true ? { ...done, writes: [...done.writes, ...cleanUp(state)] } : done;
  }
  switch (deployment.spec.strategy.type) {
    case "RollingUpdate":
      return rollingUpdate(state);
    case "Recreate":
      return recreate(state);
    default:
      return deployment.spec.strategy.type satisfies never;
  }
}

/** Somebody has changed `spec.replicas` since the active ReplicaSets were last sized. */
const isScaling = ({ deployment, newSet, oldSets }: State): boolean =>
  [...oldSets, ...(newSet === null ? [] : [newSet])].some((set) => {
    const desired = annotatedNumber(set, DESIRED_REPLICAS_ANNOTATION);
    return set.spec.replicas > 0 && desired !== null && desired !== deployment.spec.replicas;
  });

const NO_SIZES: Sizes = new Map();

function rollingUpdate(state: State): Reconciliation {
  const { deployment, newSet, oldSets } = state;
  if (newSet === null) return createNewSet(state);
  const size = newSetSize(deployment, [...oldSets, newSet], newSet.spec.replicas);
  // Too large a new set (scaled by hand) shrinks to what the Deployment asks for.
  const wanted = Math.min(size, deployment.spec.replicas);
  if (wanted !== newSet.spec.replicas) return finish(state, new Map([[newSet.metadata.name, wanted]]), "progress");
  const sizes = oldSetSizes(deployment, newSet, oldSets);
  return finishOrCleanUp(state, sizes);
}

function recreate(state: State): Reconciliation {
  const { deployment, newSet, oldSets } = state;
  const shrunk = new Map(oldSets.filter((s) => s.spec.replicas > 0).map((s) => [s.metadata.name, 0]));
  if (shrunk.size > 0) return finish(state, shrunk, "progress");
  if (oldPodsRun(state)) return finish(state, NO_SIZES, "progress");
  if (newSet === null) return createNewSet(state);
  return finishOrCleanUp(state, new Map([[newSet.metadata.name, deployment.spec.replicas]]));
}

/** Terminating Pods count: two versions must never run side by side. */
function oldPodsRun({ oldSets, context }: State): boolean {
  const old = new Set(oldSets.map((s) => s.metadata.uid));
  if (old.size === 0) return false;
  for (const pod of pods.list(context.view)) {
    if (!isFinished(pod) && old.has(controllerOf(pod)?.uid ?? "")) return true;
  }
  return false;
}

function createNewSet(state: State): Reconciliation {
  const { deployment, oldSets, context } = state;
  const draft = makeNewSet(deployment, oldSets);
  const { name } = draft.metadata;
  const now = context.host.now();
  if (replicaSets.get(context.view, name) !== undefined) {
    // The name belongs to another template: a hash collision. The next one is computed with a higher count.
    const status = { ...deployment.status, collisionCount: (deployment.status.collisionCount ?? 0) + 1 };
    return { writes: [deployments.put({ ...deployment, status })], requeueAt: null };
  }
  const counted = countedStatus({ deployment, newSet: null, oldSets, now });
  const status = withNewSetCreated(deployment, counted, name, now);
  const revision = draft.metadata.annotations?.[REVISION_ANNOTATION];
  const { replicas } = draft.spec;
  return {
    writes: [
      replicaSets.put(draft),
      ...(replicas > 0 ? [scalingEvent(state, name, 0, replicas)] : []),
      putDeployment(deployment, status, revision),
    ],
    requeueAt: progressCheckAt(deployment, status),
  };
}

function scalingEvent({ deployment, context }: State, set: string, from: number, to: number): Write {
  const message = `Scaled ${from < to ? "up" : "down"} replica set ${set} from ${from} to ${to}`;
  const event = {
    about: deployment,
    type: "Normal",
    reason: "ScalingReplicaSet",
    message,
    component: COMPONENT,
  } as const;
  return recordEvent(event, context);
}

function putDeployment(deployment: Deployment, status: DeploymentStatus, revision: string | undefined): Write {
  if (revision === undefined) return deployments.put({ ...deployment, status });
  const annotations = { ...deployment.metadata.annotations, [REVISION_ANNOTATION]: revision };
  return deployments.put({ ...deployment, metadata: { ...deployment.metadata, annotations }, status });
}

function finishOrCleanUp(state: State, sizes: Sizes): Reconciliation {
  const done = finish(state, sizes, "progress");
  const { deployment } = state;
  return isComplete(deployment, deployment.status) ? { ...done, writes: [...done.writes, ...cleanUp(state)] } : done;
}

const cleanUp = ({ deployment, oldSets }: State): readonly Write[] =>
  outlived(deployment, oldSets).map((set) => replicaSets.delete(set.metadata.name));

/** Brings ReplicaSets to their sizes (those not named keep theirs) and writes the status that follows from what is there. */
function finish(state: State, sizes: Sizes, mode: "count" | "progress"): Reconciliation {
  const { deployment, context } = state;
  const resize = (set: ReplicaSet): ReplicaSet => resized(set, sizes.get(set.metadata.name), deployment);
  const newSet = state.newSet === null ? null : resize(state.newSet);
  const oldSets = state.oldSets.map(resize);
  const all = [...oldSets, ...(newSet === null ? [] : [newSet])];
  const before = [...state.oldSets, ...(state.newSet === null ? [] : [state.newSet])];
  const writes = all.flatMap((set, i) => {
    const { name } = set.metadata;
    const from = before[i]?.spec.replicas ?? 0;
    const put = replicaSets.put(set);
    return set.spec.replicas === from ? [put] : [put, scalingEvent(state, name, from, set.spec.replicas)];
  });
  const observation = { deployment, newSet, oldSets, now: context.host.now() };
  const status = mode === "count" ? countedStatus(observation) : rolloutStatus(observation);
  const revision = newSet?.metadata.annotations?.[REVISION_ANNOTATION];
  return {
    writes: [...writes, putDeployment(deployment, status, revision)],
    requeueAt: progressCheckAt(deployment, status),
  };
}

/** A set that is given a size also remembers what the Deployment asked for then (see `isScaling`). */
function resized(set: ReplicaSet, size: number | undefined, deployment: Deployment): ReplicaSet {
  if (size === undefined) return set;
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
  return { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas: size } };
}
