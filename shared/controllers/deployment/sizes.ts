/** How many Pods a rollout may add and may lack, and how a change of `replicas` is shared by the ReplicaSets. */
import type { Deployment } from "../../api/apps-v1/deployment.ts";
import type { ReplicaSet } from "../../api/apps-v1/replica-set.ts";
import { countOf } from "../../registry/apps-v1/count-or-percent.ts";

export const DESIRED_REPLICAS_ANNOTATION = "deployment.kubernetes.io/desired-replicas";
export const MAX_REPLICAS_ANNOTATION = "deployment.kubernetes.io/max-replicas";

export interface Limits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** Percentages round up for the surge and down for the unavailable; both nought would never get anywhere (`ResolveFenceposts`). */
export function limitsOf({ spec }: Deployment): Limits {
  if (spec.strategy.type !== "RollingUpdate") return { maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge = "25%", maxUnavailable = "25%" } = spec.strategy.rollingUpdate ?? {};
  const surge = countOf(maxSurge, spec.replicas, Math.ceil);
  const unavailable = Math.min(countOf(maxUnavailable, spec.replicas, Math.floor), spec.replicas);
  const stuck = surge === 0 && unavailable === 0 && spec.replicas > 0;
  return { maxSurge: surge, maxUnavailable: stuck ? 1 : unavailable };
}

export const sum = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number | undefined): number =>
  sets.reduce((total, set) => total + (of(set) ?? 0), 0);

export const specReplicas = (set: ReplicaSet): number => set.spec.replicas;
export const availableReplicas = (set: ReplicaSet): number => set.status.availableReplicas ?? 0;

/** What the new ReplicaSet may grow to now, with all of `sets` (it among them, or not yet) as they are. */
export function newSetSize(deployment: Deployment, sets: readonly ReplicaSet[], current: number): number {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === "Recreate") return replicas;
  const room = replicas + limitsOf(deployment).maxSurge - sum(sets, specReplicas);
  return room <= 0 ? current : current + Math.max(0, Math.min(room, replicas - current));
}

/** New sizes by name. */
export type Sizes = ReadonlyMap<string, number>;

/**
 * How far the old ReplicaSets may shrink now: Pods that do not work go first, since without them nothing is lost; then
 * working ones, oldest set first, while enough Pods stay available.
 */
export function oldSetSizes(deployment: Deployment, newSet: ReplicaSet, oldSets: readonly ReplicaSet[]): Sizes {
  const minAvailable = deployment.spec.replicas - limitsOf(deployment).maxUnavailable;
  const newUnavailable = newSet.spec.replicas - availableReplicas(newSet);
  const total = sum(oldSets, specReplicas) + newSet.spec.replicas;
  const sizes = new Map(oldSets.map((s) => [s.metadata.name, s.spec.replicas]));
  let allowance = total - minAvailable - newUnavailable;
  if (allowance <= 0) return sizes;
  for (const set of oldSets) {
    const broken = Math.max(0, Math.min(allowance, set.spec.replicas - availableReplicas(set)));
    sizes.set(set.metadata.name, set.spec.replicas - broken);
    allowance -= broken;
  }
  let spare = sum([newSet, ...oldSets], availableReplicas) - minAvailable;
  for (const set of oldSets) {
    const size = sizes.get(set.metadata.name) ?? 0;
    const fewer = Math.max(0, Math.min(size, spare));
    sizes.set(set.metadata.name, size - fewer);
    spare -= fewer;
  }
  return sizes;
}

/**
 * `spec.replicas` has changed (or the Deployment is paused). In the middle of a rollout every active set gets its share, so
 * that scaling does not hasten the rollout; otherwise the one active set takes it all.
 */
export function scaledSizes(deployment: Deployment, newSet: ReplicaSet | null, oldSets: readonly ReplicaSet[]): Sizes {
  const { replicas, strategy } = deployment.spec;
  const all = [...oldSets, ...(newSet === null ? [] : [newSet])];
  const active = all.filter((s) => s.spec.replicas > 0);
  const only = active.length === 0 ? (newSet ?? oldSets.at(-1)) : active.length === 1 ? active[0] : undefined;
  if (only !== undefined) return new Map([[only.metadata.name, replicas]]);
  if (newSet !== null && isSaturated(deployment, newSet)) {
    return new Map(oldSets.map((s) => [s.metadata.name, 0]));
  }
  return strategy.type === "RollingUpdate" ? proportionalSizes(deployment, active) : new Map();
}

const isSaturated = ({ spec }: Deployment, set: ReplicaSet): boolean =>
  set.spec.replicas === spec.replicas &&
  annotatedNumber(set, DESIRED_REPLICAS_ANNOTATION) === spec.replicas &&
  availableReplicas(set) === spec.replicas;

export function annotatedNumber(set: ReplicaSet, annotation: string): number | null {
  const text = set.metadata.annotations?.[annotation] ?? "";
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}

const createdAt = (set: ReplicaSet): number => Date.parse(set.metadata.creationTimestamp);

function proportionalSizes(deployment: Deployment, active: readonly ReplicaSet[]): Sizes {
  const { replicas } = deployment.spec;
  const allowed = replicas > 0 ? replicas + limitsOf(deployment).maxSurge : 0;
  const toAdd = allowed - sum(active, specReplicas);
  const newerFirst = toAdd > 0 ? -1 : 1;
  const ordered = [...active].sort(
    (a, b) => b.spec.replicas - a.spec.replicas || newerFirst * (createdAt(a) - createdAt(b)),
  );
  let added = 0;
  const sizes = new Map<string, number>();
  for (const set of ordered) {
    const share = shareOf(set, deployment, toAdd, added);
    sizes.set(set.metadata.name, set.spec.replicas + share);
    added += share;
  }
  const [largest] = ordered;
  if (largest !== undefined) {
    const size = (sizes.get(largest.metadata.name) ?? 0) + toAdd - added;
    sizes.set(largest.metadata.name, Math.max(0, size));
  }
  return sizes;
}

/** The set's part of `toAdd` replicas (negative: to remove), never beyond what is left of it. */
function shareOf(set: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  const { replicas } = deployment.spec;
  const left = toAdd - added;
  if (toAdd === 0 || left === 0) return 0;
  const before = annotatedNumber(set, MAX_REPLICAS_ANNOTATION) ?? deployment.status.replicas ?? 0;
  const size = (set.spec.replicas * (replicas + limitsOf(deployment).maxSurge)) / Math.max(1, before);
  const fraction = replicas === 0 ? -set.spec.replicas : Math.round(size) - set.spec.replicas;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}
