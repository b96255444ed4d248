/** Whether a policy or a binding means a write (apiserver `admission/plugin/policy/matching`). */
import type {
  MatchResources,
  NamedRuleWithOperations,
} from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import { isJsonObject, own, type JsonObject } from "../../../apimachinery/json.ts";
import { matchesLabelSelector } from "../../../apimachinery/selectors.ts";
import type { AdmissionAttributes } from "./attributes.ts";

/** `namespace`: the Namespace that the object is in; null for what is in none. */
export function matchesResources(
  match: MatchResources,
  attributes: AdmissionAttributes,
  namespace: JsonObject | null,
): boolean {
  const { resourceRules = [], excludeResourceRules = [], matchPolicy } = match;
  const versions = matchPolicy === "Exact" ? [attributes.version] : attributes.versions;
  const some = (rules: readonly NamedRuleWithOperations[]): boolean =>
    rules.some((rule) => matchesRule(rule, attributes, versions));
  return (
    matchesNamespace(match, attributes, namespace) &&
    matchesObject(match, attributes) &&
    !some(excludeResourceRules) &&
    (resourceRules.length === 0 || some(resourceRules))
  );
}

/** A Namespace is judged by its own labels; what is in no namespace is always meant. */
function matchesNamespace(
  { namespaceSelector }: MatchResources,
  attributes: AdmissionAttributes,
  namespace: JsonObject | null,
): boolean {
  const isNamespace = attributes.group === "" && attributes.resource === "namespaces";
  const judged = isNamespace ? (attributes.object ?? attributes.oldObject) : namespace;
  return judged === null || matchesLabelSelector(namespaceSelector ?? {}, labelsOf(judged));
}

function matchesObject({ objectSelector }: MatchResources, { object, oldObject }: AdmissionAttributes): boolean {
  return [object, oldObject].some((one) => one !== null && matchesLabelSelector(objectSelector ?? {}, labelsOf(one)));
}

function labelsOf(object: JsonObject): Readonly<Record<string, string>> {
  const metadata = own(object, "metadata");
  const labels = isJsonObject(metadata) ? own(metadata, "labels") : undefined;
  return isJsonObject(labels) ? (labels as Readonly<Record<string, string>>) : {};
}

function matchesRule(
  rule: NamedRuleWithOperations,
  attributes: AdmissionAttributes,
  versions: readonly string[],
): boolean {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], resourceNames = [], scope = "*" } = rule;
  const names = (values: readonly string[], value: string): boolean => values.includes("*") || values.includes(value);
  return (
    names(operations, attributes.operation) &&
    names(apiGroups, attributes.group) &&
    versions.some((version) => names(apiVersions, version)) &&
    resources.some((resource) => matchesResource(resource, attributes)) &&
    matchesScope(scope, attributes) &&
    (resourceNames.length === 0 || resourceNames.includes(attributes.name))
  );
}

/** `*` is every resource and no subresource. */
function matchesResource(text: string, { resource, subresource }: AdmissionAttributes): boolean {
  const [wanted = "", sub = ""] = text.split("/");
  return (wanted === "*" || wanted === resource) && (sub === subresource || (sub === "*" && text.includes("/")));
}

function matchesScope(scope: string, { namespace, group, resource }: AdmissionAttributes): boolean {
  if (scope === "*") return true;
  const isClusterScoped = namespace === "" || (group === "" && resource === "namespaces");
  return (scope === "Cluster") === isClusterScoped;
}
