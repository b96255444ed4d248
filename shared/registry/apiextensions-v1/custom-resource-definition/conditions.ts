import type {
  CustomResourceDefinition,
  DefinitionConditionType,
} from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import { toTime } from "../../../runtime/host.ts";

export interface DefinitionCondition {
  readonly type: DefinitionConditionType;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/** The definition with the condition, in its place among the others; the time changes only with the status. `now` in ms. */
export function withCondition(
  definition: CustomResourceDefinition,
  now: number,
  condition: DefinitionCondition,
): CustomResourceDefinition {
  const conditions = definition.status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime =
    old?.status === condition.status && old.lastTransitionTime !== undefined ? old.lastTransitionTime : toTime(now);
  const next = { lastTransitionTime, ...condition };
  const all = old === undefined ? [...conditions, next] : conditions.map((one) => (one === old ? next : one));
  return { ...definition, status: { ...definition.status, conditions: all } };
}
