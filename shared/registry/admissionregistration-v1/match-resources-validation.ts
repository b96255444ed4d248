/** Which requests a policy or a binding means (apiserver `admissionregistration/validation`). */
import type {
  MatchResources,
  NamedRuleWithOperations,
} from "../../api/admissionregistration-v1/validating-admission-policy.ts";
import { duplicate, invalid, notSupported, required, type FieldError } from "../../apimachinery/field-error.ts";
import { validateLabelSelector } from "../../apimachinery/label-selector-validation.ts";
import { validateUnique } from "../../apimachinery/validation.ts";

const OPERATIONS = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const SCOPES = ["*", "Cluster", "Namespaced"];

export function validateMatchResources(match: MatchResources, path: string): readonly FieldError[] {
  const { matchPolicy = "", namespaceSelector = {}, objectSelector = {} } = match;
  const { resourceRules = [], excludeResourceRules = [] } = match;
  return [
    ...(["Equivalent", "Exact"].includes(matchPolicy)
      ? []
      : [notSupported(`${path}.matchPolicy`, matchPolicy, ["Equivalent", "Exact"])]),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...validateLabelSelector(objectSelector, `${path}.objectSelector`),
    ...resourceRules.flatMap((rule, i) => validateRule(rule, `${path}.resourceRules[${i}]`)),
    ...excludeResourceRules.flatMap((rule, i) => validateRule(rule, `${path}.excludeResourceRules[${i}]`)),
  ];
}

function validateRule(rule: NamedRuleWithOperations, path: string): readonly FieldError[] {
  const { resourceNames = [], operations = [], apiGroups = [], apiVersions = [], resources = [], scope = "*" } = rule;
  return [
    ...validateUnique(
      resourceNames,
      (name) => name,
      (name, i) => ({ field: `${path}.resourceNames[${i}]`, value: name }),
    ),
    ...(operations.length === 0 ? [required(`${path}.operations`)] : []),
    ...aloneIfAll(operations, `${path}.operations`, "if '*' is present, must not specify other operations"),
    ...operations.flatMap((operation, i) =>
      OPERATIONS.includes(operation) ? [] : [notSupported(`${path}.operations[${i}]`, operation, OPERATIONS)],
    ),
    ...(apiGroups.length === 0 ? [required(`${path}.apiGroups`)] : []),
    ...aloneIfAll(apiGroups, `${path}.apiGroups`, "if '*' is present, must not specify other API groups"),
    ...(apiVersions.length === 0 ? [required(`${path}.apiVersions`)] : []),
    ...aloneIfAll(apiVersions, `${path}.apiVersions`, "if '*' is present, must not specify other API versions"),
    ...apiVersions.flatMap((version, i) => (version === "" ? [required(`${path}.apiVersions[${i}]`)] : [])),
    ...validateResources(resources, `${path}.resources`),
    ...(SCOPES.includes(scope) ? [] : [notSupported(`${path}.scope`, scope, SCOPES)]),
  ];
}

const aloneIfAll = (values: readonly string[], path: string, detail: string): readonly FieldError[] =>
  values.length > 1 && values.includes("*") ? [invalid(path, values, detail)] : [];

/** What a wildcard means already must not be said again. */
function validateResources(resources: readonly string[], path: string): readonly FieldError[] {
  if (resources.length === 0) return [required(path)];
  const all = new Set(resources);
  const parts = resources.map((text) => text.split("/"));
  const withAllSubresources = new Set(parts.flatMap(([resource = "", sub]) => (sub === "*" ? [resource] : [])));
  const ofAllResources = new Set(
    parts.flatMap(([resource, sub]) => (resource === "*" && sub !== undefined ? [sub] : [])),
  );
  return [
    ...resources.flatMap((text, i): readonly FieldError[] => {
      const at = `${path}[${i}]`;
      const [resource = "", sub] = parts[i] ?? [];
      if (text === "") return [required(at)];
      if (resources.indexOf(text) < i) return [duplicate(at, text)];
      if (sub === undefined || text === "*/*") return [];
      if (sub !== "*" && withAllSubresources.has(resource)) {
        return [invalid(at, text, `if '${resource}/*' is present, must not specify ${text}`)];
      }
      return resource !== "*" && ofAllResources.has(sub)
        ? [invalid(at, text, `if '*/${sub}' is present, must not specify ${text}`)]
        : [];
    }),
    ...(all.has("*/*") && all.size > 1
      ? [invalid(path, resources, "if '*/*' is present, must not specify other resources")]
      : []),
    ...(all.has("*") && parts.some(([resource, sub]) => sub === undefined && resource !== "*")
      ? [invalid(path, resources, "if '*' is present, must not specify other resources without subresources")]
      : []),
  ];
}
