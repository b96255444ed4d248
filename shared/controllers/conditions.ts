/** Lists of status conditions, one of each type. */
import type { Condition } from "../api/meta-v1/object.ts";
import { toTime } from "../runtime/host.ts";

export const findCondition = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((c) => c.type === type);

export const withoutCondition = (conditions: readonly Condition[], type: string): readonly Condition[] =>
  conditions.filter((c) => c.type !== type);

/**
 * The condition set, at the end of the list as Kubernetes' controllers put it. Nothing changes while status and reason
 * stay as they are; `lastTransitionTime` moves only with the status.
 */
export function withCondition(
  conditions: readonly Condition[],
  condition: Pick<Condition, "type" | "status" | "reason" | "message">,
  now: number,
): readonly Condition[] {
  const current = findCondition(conditions, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return conditions;
  return [...withoutCondition(conditions, condition.type), stamped(condition, current, now)];
}

/** With `lastUpdateTime`, as the conditions of Deployments carry it. */
export function stamped(
  condition: Pick<Condition, "type" | "status" | "reason" | "message">,
  current: Condition | undefined,
  now: number,
): Condition {
  const time = toTime(now);
  const since = current?.status === condition.status ? current.lastTransitionTime : undefined;
  return { ...condition, lastUpdateTime: time, lastTransitionTime: since ?? time };
}
