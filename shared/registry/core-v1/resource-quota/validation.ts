import type { ResourceQuota, ScopeRequirement } from "../../../api/core-v1/resource-quota.ts";
import { invalid, notSupported, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { deepEqual } from "../../../apimachinery/deep-equal.ts";
import { resourceEntries, validateResourceName, validateResourceQuantity } from "../resource-list-validation.ts";

const COMPUTE = ["cpu", "memory", "ephemeral-storage"];
const MEASURED = new Set([
  ...COMPUTE,
  ...COMPUTE.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  "requests.storage",
]);
const COUNTED = new Set([
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
]);
const STANDARD = new Set([...MEASURED, ...COUNTED]);

const SCOPES = new Set([
  "Terminating",
  "NotTerminating",
  "BestEffort",
  "NotBestEffort",
  "PriorityClass",
  "CrossNamespacePodAffinity",
  "VolumeAttributesClass",
]);
/** Pairs that no object is in both of. */
const CONTRARY = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
] as const;
const OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist"];

/** A huge page or an extended resource is named by its own rule, and quotas of it are requests. */
const isExtended = (name: string): boolean => /^(?:requests\.)?hugepages-|^count\//.test(name);

export function validateResourceQuota({ spec = {}, status = {} }: ResourceQuota): readonly FieldError[] {
  const lists = [
    ...resourceEntries(spec.hard ?? {}, "spec.hard"),
    ...resourceEntries(status.hard ?? {}, "status.hard"),
    ...resourceEntries(status.used ?? {}, "status.used"),
  ];
  return [
    ...lists.flatMap(({ name, quantity, field }) => [
      ...(isExtended(name) ? [] : validateResourceName(name, field, STANDARD, "must be a standard resource for quota")),
      ...validateResourceQuantity(quantity, field, COUNTED.has(name) || name.includes("/")),
    ]),
    ...validateScopes(spec.scopes ?? []),
    ...(spec.scopeSelector?.matchExpressions ?? []).flatMap(validateRequirement),
  ];
}

function validateScopes(scopes: readonly string[]): readonly FieldError[] {
  const contrary = CONTRARY.some((pair) => pair.every((scope) => scopes.includes(scope)));
  return [
    ...scopes.flatMap((scope) => (SCOPES.has(scope) ? [] : [invalid("spec.scopes", scopes, "unsupported scope")])),
    ...(contrary ? [invalid("spec.scopes", scopes, "conflicting scopes")] : []),
  ];
}

function validateRequirement({ scopeName, operator, values = [] }: ScopeRequirement): readonly FieldError[] {
  const path = "spec.scopeSelector.matchExpressions";
  const needsValues = operator === "In" || operator === "NotIn";
  const known = OPERATORS.includes(operator);
  return [
    ...(SCOPES.has(scopeName) ? [] : [invalid(`${path}.scopeName`, scopeName, "unsupported scope")]),
    ...(known ? [] : [notSupported(`${path}.operator`, operator, OPERATORS)]),
    ...(needsValues && values.length === 0
      ? [required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")]
      : []),
    ...(known && !needsValues && values.length > 0
      ? [
          invalid(
            `${path}.values`,
            values,
            "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector",
          ),
        ]
      : []),
  ];
}

const sorted = (scopes: readonly string[] = []): readonly string[] => [...scopes].sort();

export const validateResourceQuotaUpdate = ({ spec }: ResourceQuota, old: ResourceQuota): readonly FieldError[] =>
  deepEqual(sorted(spec?.scopes), sorted(old.spec?.scopes))
    ? []
    : [invalid("spec.scopes", spec?.scopes ?? [], "field is immutable")];
