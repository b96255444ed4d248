/** `status` of a Deployment, with Kubernetes' conditions, reasons and messages. */
import type { Deployment, DeploymentStatus } from "../../api/apps-v1/deployment.ts";
import type { ReplicaSet } from "../../api/apps-v1/replica-set.ts";
import type { Condition } from "../../api/meta-v1/object.ts";
import { findCondition, stamped, withCondition, withoutCondition } from "../conditions.ts";
import { availableReplicas, limitsOf, specReplicas, sum } from "./sizes.ts";

/** `math.MaxInt32` means: no deadline. */
const NO_DEADLINE = 2_147_483_647;

export interface Observation {
  readonly deployment: Deployment;
  /** Null until it has been made. */
  readonly newSet: ReplicaSet | null;
  readonly oldSets: readonly ReplicaSet[];
  readonly now: number;
}

type Draft = Pick<Condition, "type" | "status" | "reason" | "message">;

const progressing = (status: Condition["status"], reason: string, message: string): Draft => ({
  type: "Progressing",
  status,
  reason,
  message,
});

export const hasDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NO_DEADLINE;

/** Counts and the `Available` condition; `Progressing` is left as it was. Zeros are left out, as Go's encoder does. */
export function countedStatus({ deployment, newSet, oldSets, now }: Observation): DeploymentStatus {
  const sets = [...oldSets, ...(newSet === null ? [] : [newSet])];
  const available = sum(sets, availableReplicas);
  const { collisionCount, conditions = [] } = deployment.status;
  const counts = {
    replicas: sum(sets, (s) => s.status.replicas),
    updatedReplicas: newSet?.status.replicas ?? 0,
    readyReplicas: sum(sets, (s) => s.status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(sets, specReplicas) - available),
  };
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    // Unknown while a set has not said (KEP-3973).
    ...(sets.every((s) => s.status.terminatingReplicas !== undefined)
      ? { terminatingReplicas: sum(sets, (s) => s.status.terminatingReplicas) }
      : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(conditions, availability(deployment, available), now),
  };
}

function availability(deployment: Deployment, available: number): Draft {
  const enough = available >= deployment.spec.replicas - limitsOf(deployment).maxUnavailable;
  return enough
    ? {
        type: "Available",
        status: "True",
        reason: "MinimumReplicasAvailable",
        message: "Deployment has minimum availability.",
      }
    : {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
}

/** The status during a rollout: counts, and what the `Progressing` and `ReplicaFailure` conditions say of it. */
export function rolloutStatus(observation: Observation): DeploymentStatus {
  const counted = countedStatus(observation);
  const { deployment } = observation;
  const before = counted.conditions ?? [];
  const conditions = hasDeadline(deployment)
    ? withProgress(before, counted, observation)
    : withoutCondition(before, "Progressing");
  return { ...counted, conditions: withFailure(conditions, observation) };
}

/** What is going on, as messages name it. */
const subject = ({ deployment, newSet }: Observation): string =>
  newSet === null
    ? `Deployment ${JSON.stringify(deployment.metadata.name)}`
    : `ReplicaSet ${JSON.stringify(newSet.metadata.name)}`;

function withProgress(
  conditions: readonly Condition[],
  status: DeploymentStatus,
  observation: Observation,
): readonly Condition[] {
  const { deployment, now, newSet } = observation;
  const current = findCondition(conditions, "Progressing");
  const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0);
  if (settled && current?.reason === "NewReplicaSetAvailable") return conditions;
  const who = subject(observation);
  if (isComplete(deployment, status)) {
    const message = `${who} has successfully progressed.`;
    return withCondition(conditions, progressing("True", "NewReplicaSetAvailable", message), now);
  }
  if (hasProgressed(deployment.status, status)) {
    const made = progressing("True", "ReplicaSetUpdated", `${who} is progressing.`);
    // Each step forward counts as an update, even under the same reason: the deadline runs from the last one.
    return [...withoutCondition(conditions, "Progressing"), stamped(made, current, now)];
  }
  if (isTimedOut(deployment, current, now)) {
    const message = `${who} has timed out progressing.`;
    return withCondition(conditions, progressing("False", "ProgressDeadlineExceeded", message), now);
  }
  if (current === undefined && newSet !== null) {
    const message = `Found new replica set ${JSON.stringify(newSet.metadata.name)}`;
    return withCondition(conditions, progressing("True", "FoundNewReplicaSet", message), now);
  }
  return conditions;
}

/** All replicas are of the new template and available, and no old one is left. */
export const isComplete = ({ spec, metadata }: Deployment, status: DeploymentStatus): boolean =>
  (status.updatedReplicas ?? 0) === spec.replicas &&
  (status.replicas ?? 0) === spec.replicas &&
  (status.availableReplicas ?? 0) === spec.replicas &&
  (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);

const oldReplicas = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldReplicas(after) < oldReplicas(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isTimedOut(deployment: Deployment, current: Condition | undefined, now: number): boolean {
  if (current === undefined || current.reason === "NewReplicaSetAvailable") return false;
  return current.reason === "ProgressDeadlineExceeded" || deadlineOf(deployment, current) <= now;
}

const deadlineOf = ({ spec }: Deployment, { lastUpdateTime }: Condition): number =>
  Date.parse(lastUpdateTime ?? "") + (spec.progressDeadlineSeconds ?? NO_DEADLINE) * 1000;

/** When to look again whether a rollout has stalled; null when none is under way. */
export function progressCheckAt(deployment: Deployment, status: DeploymentStatus): number | null {
  const current = findCondition(status.conditions, "Progressing");
  if (!hasDeadline(deployment) || current === undefined || isComplete(deployment, status)) return null;
  if (current.reason === "ProgressDeadlineExceeded" || current.status === "Unknown") return null;
  const at = deadlineOf(deployment, current);
  return Number.isNaN(at) ? null : at;
}

/** A ReplicaSet that cannot make its Pods passes the reason on; the new one's comes first. */
function withFailure(conditions: readonly Condition[], { newSet, oldSets }: Observation): readonly Condition[] {
  const rest = withoutCondition(conditions, "ReplicaFailure");
  const sets = [...(newSet === null ? [] : [newSet]), ...oldSets];
  const failure = sets.map((s) => findCondition(s.status.conditions, "ReplicaFailure")).find((c) => c !== undefined);
  if (failure === undefined) return rest;
  const since = failure.lastTransitionTime;
  return [...rest, { ...failure, ...(since === undefined ? {} : { lastUpdateTime: since }) }];
}

/** `Progressing` while a Deployment is paused, and when it goes on: time spent paused must not count as no progress. */
export function withPause(deployment: Deployment, now: number): DeploymentStatus {
  const { conditions = [] } = deployment.status;
  const reason = findCondition(conditions, "Progressing")?.reason;
  const paused = deployment.spec.paused === true;
  if (!hasDeadline(deployment) || reason === "ProgressDeadlineExceeded") return deployment.status;
  if (paused === (reason === "DeploymentPaused")) return deployment.status;
  const condition = paused
    ? progressing("Unknown", "DeploymentPaused", "Deployment is paused")
    : progressing("Unknown", "DeploymentResumed", "Deployment is resumed");
  return { ...deployment.status, conditions: withCondition(conditions, condition, now) };
}

/** `Progressing` when a ReplicaSet has just been made. */
export function withNewSetCreated(
  deployment: Deployment,
  status: DeploymentStatus,
  name: string,
  now: number,
): DeploymentStatus {
  if (!hasDeadline(deployment)) return status;
  const message = `Created new replica set ${JSON.stringify(name)}`;
  const condition = progressing("True", "NewReplicaSetCreated", message);
  return { ...status, conditions: withCondition(status.conditions ?? [], condition, now) };
}
