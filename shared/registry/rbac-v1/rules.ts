/** Checks of a role's rules (`pkg/apis/rbac/validation`). */
import type { PolicyRule } from "../../api/rbac-v1/role.ts";
import { invalid, required, type FieldError } from "../../apimachinery/field-error.ts";
import type { ResourceKind } from "../resource-kind.ts";

export const validateRules = (rules: readonly PolicyRule[], scope: ResourceKind["scope"]): readonly FieldError[] =>
  rules.flatMap((rule, i) => validateRule(rule, scope, `rules[${i}]`));

function validateRule(rule: PolicyRule, scope: ResourceKind["scope"], path: string): readonly FieldError[] {
  const { verbs = [], nonResourceURLs = [] } = rule;
  return [
    ...(verbs.length === 0 ? [required(`${path}.verbs`, "verbs must contain at least one value")] : []),
    ...(nonResourceURLs.length > 0 ? validatePaths(rule, scope, path) : validateResources(rule, path)),
  ];
}

function validatePaths(rule: PolicyRule, scope: ResourceKind["scope"], path: string): readonly FieldError[] {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs } = rule;
  const field = `${path}.nonResourceURLs`;
  const mixed = apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0;
  return [
    ...(scope === "Namespaced"
      ? [invalid(field, nonResourceURLs, "namespaced rules cannot apply to non-resource URLs")]
      : []),
    ...(mixed
      ? [invalid(field, nonResourceURLs, "rules cannot apply to both regular resources and non-resource URLs")]
      : []),
  ];
}

function validateResources(rule: PolicyRule, path: string): readonly FieldError[] {
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  return [
    ...(apiGroups.length === 0
      ? [required(`${path}.apiGroups`, "resource rules must supply at least one api group")]
      : []),
    ...(resources.length === 0
      ? [required(`${path}.resources`, "resource rules must supply at least one resource")]
      : []),
    ...(resourceNames.length > 0 && resources.length > 1
      ? [required(`${path}.resourceNames`, "resource names cannot apply to multiple resources")]
      : []),
  ];
}
