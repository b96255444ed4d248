import type { ClusterRole } from "../../../api/rbac-v1/role.ts";
import { required, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateLabelSelector } from "../../../apimachinery/label-selector-validation.ts";
import { strategy } from "../../strategy.ts";
import { validateRules } from "../rules.ts";

function validateAggregation({ aggregationRule }: ClusterRole): readonly FieldError[] {
  if (aggregationRule === undefined) return [];
  const { clusterRoleSelectors: selectors = [] } = aggregationRule;
  const path = "aggregationRule.clusterRoleSelectors";
  return selectors.length === 0
    ? [required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil")]
    : selectors.flatMap((selector, i) => validateLabelSelector(selector, `${path}[${i}]`));
}

export const clusterRoleStrategy = strategy<ClusterRole>({
  validate: (role) => [...validateRules(role.rules ?? [], "Cluster"), ...validateAggregation(role)],
});
