import { expect, test } from "vitest";
import type {
  MatchResources,
  NamedRuleWithOperations,
} from "../../../../../shared/api/admissionregistration-v1/validating-admission-policy.ts";
import type { JsonObject } from "../../../../../shared/apimachinery/json.ts";
import type { AdmissionAttributes } from "../../../../../shared/registry/admissionregistration-v1/admission/attributes.ts";
import { matchesResources } from "../../../../../shared/registry/admissionregistration-v1/admission/match.ts";

const labelled = (labels: JsonObject): JsonObject => ({ metadata: { name: "a", labels } });

const PODS: AdmissionAttributes = {
  operation: "CREATE",
  kind: { group: "", version: "v1", kind: "Pod" },
  group: "",
  version: "v1",
  versions: ["v1"],
  resource: "pods",
  subresource: "",
  namespace: "shop",
  name: "a",
  object: labelled({ app: "web" }),
  oldObject: null,
  dryRun: false,
  user: {},
};

const RULE: NamedRuleWithOperations = {
  operations: ["CREATE"],
  apiGroups: [""],
  apiVersions: ["v1"],
  resources: ["pods"],
};
const rule = (own: NamedRuleWithOperations): MatchResources => ({ resourceRules: [{ ...RULE, ...own }] });

const SHOP = labelled({ tier: "prod" });

type Case = readonly [name: string, match: MatchResources, attributes: Partial<AdmissionAttributes>, isMeant: boolean];

test.each<Case>([
  ["its resource", rule({}), {}, true],
  ["no rule at all means everything", {}, {}, true],
  ["another operation", rule({ operations: ["UPDATE", "DELETE"] }), {}, false],
  [
    "every operation",
    rule({ operations: ["*"] }),
    { operation: "DELETE", object: null, oldObject: labelled({}) },
    true,
  ],
  ["another group", rule({ apiGroups: ["apps"] }), {}, false],
  ["every group", rule({ apiGroups: ["*"] }), {}, true],
  ["another version", rule({ apiVersions: ["v2"] }), {}, false],
  ["another version that is served too", rule({ apiVersions: ["v2"] }), { versions: ["v1", "v2"] }, true],
  [
    "another version, and it must be exact",
    { ...rule({ apiVersions: ["v2"] }), matchPolicy: "Exact" },
    { versions: ["v1", "v2"] },
    false,
  ],
  ["a subresource that is not named", rule({}), { subresource: "status" }, false],
  ["a subresource that is", rule({ resources: ["pods/status"] }), { subresource: "status" }, true],
  ["the resource where a subresource is named", rule({ resources: ["pods/status"] }), {}, false],
  ["all resources are no subresources", rule({ resources: ["*"] }), { subresource: "status" }, false],
  ["all resources and subresources", rule({ resources: ["*/*"] }), { subresource: "status" }, true],
  ["one subresource of all", rule({ resources: ["*/scale"] }), { subresource: "scale" }, true],
  ["all subresources of one", rule({ resources: ["pods/*"] }), { subresource: "scale" }, true],
  ["cluster scope", rule({ scope: "Cluster" }), {}, false],
  ["namespaced scope", rule({ scope: "Namespaced" }), {}, true],
  ["another name", rule({ resourceNames: ["b"] }), {}, false],
  ["its name", rule({ resourceNames: ["b", "a"] }), {}, true],
  ["what is excluded", { ...rule({}), excludeResourceRules: [{ ...RULE, resources: ["*"] }] }, {}, false],
  ["labels of the object", { ...rule({}), objectSelector: { matchLabels: { app: "web" } } }, {}, true],
  ["labels that it has not", { ...rule({}), objectSelector: { matchLabels: { app: "db" } } }, {}, false],
  [
    "labels that it had",
    { ...rule({}), objectSelector: { matchLabels: { app: "db" } } },
    { oldObject: labelled({ app: "db" }) },
    true,
  ],
  ["labels of the namespace", { ...rule({}), namespaceSelector: { matchLabels: { tier: "prod" } } }, {}, true],
  [
    "labels that the namespace has not",
    { ...rule({}), namespaceSelector: { matchLabels: { tier: "dev" } } },
    {},
    false,
  ],
  [
    "a Namespace by its own labels",
    { ...rule({ resources: ["namespaces"] }), namespaceSelector: { matchLabels: { app: "web" } } },
    { resource: "namespaces", namespace: "a" },
    true,
  ],
])("a request is meant or not by %s", (_name, match, attributes, isMeant) => {
  expect(matchesResources(match, { ...PODS, ...attributes }, SHOP)).toBe(isMeant);
});

test("what is in no namespace is meant whatever namespaces are", () => {
  const match = { ...rule({}), namespaceSelector: { matchLabels: { tier: "dev" } } };
  expect(matchesResources(match, { ...PODS, namespace: "" }, null)).toBe(true);
});
