/** Questions about Pods that several controllers ask (kubernetes `pkg/api/v1/pod`). */
import type { Pod } from "../api/core-v1/pod.ts";
import { findCondition } from "./conditions.ts";

export const isReady = (pod: Pod): boolean => findCondition(pod.status.conditions, "Ready")?.status === "True";

export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/** All containers have ended for good. */
export const isFinished = (pod: Pod): boolean => pod.status.phase === "Succeeded" || pod.status.phase === "Failed";

/** Counts as a replica: neither finished nor on its way out. */
export const isActive = (pod: Pod): boolean => !isFinished(pod) && !isTerminating(pod);

/** Since when the Pod is ready, in ms since the epoch; null when it is not. */
export function readySince(pod: Pod): number | null {
  const condition = findCondition(pod.status.conditions, "Ready");
  if (condition?.status !== "True") return null;
  return condition.lastTransitionTime === undefined ? 0 : Date.parse(condition.lastTransitionTime);
}

/** When a ready Pod becomes (or became) available; null when it is not ready. */
export function availableAt(pod: Pod, minReadySeconds: number): number | null {
  const since = readySince(pod);
  return since === null ? null : since + minReadySeconds * 1000;
}
