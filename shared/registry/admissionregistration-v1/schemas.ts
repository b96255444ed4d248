/** Messages that policies and their bindings share. */
import { atomicMessage, atomic, enumeration, list, message, object, required, string } from "../schema/declare.ts";
import { labelSelectorSchema } from "../meta-v1/label-selector.ts";

export const name = (type: string): string => `io.k8s.api.admissionregistration.v1.${type}`;

const ruleSchema = atomicMessage(
  name("NamedRuleWithOperations"),
  "Requests, by what they do and to which resources.",
  () => ({
    resourceNames: list(string(), atomic, "Names of the objects; none means any."),
    operations: list(string(), atomic, "CREATE, UPDATE, DELETE, CONNECT, or * for all."),
    apiGroups: list(string(), atomic, "API groups, or * for all."),
    apiVersions: list(string(), atomic, "Versions, or * for all."),
    resources: list(string(), atomic, "Resources; pods/status is a subresource, * all resources, */* all of both."),
    scope: enumeration("v1.ScopeType", ["Cluster", "Namespaced", "*"], "Whether the resources are in namespaces.", {
      keepsZero: true,
      default: "*",
    }),
  }),
  {
    resourceNames: 1,
    operations: [2, 1],
    apiGroups: [2, 2, 1],
    apiVersions: [2, 2, 2],
    resources: [2, 2, 3],
    scope: [2, 2, 4],
  },
);

export const matchResourcesSchema = atomicMessage(
  name("MatchResources"),
  "The requests that are meant: those of a rule, and of no rule that excludes them.",
  () => ({
    namespaceSelector: object(labelSelectorSchema, "Labels of the namespace that the object is in.", { default: {} }),
    objectSelector: object(labelSelectorSchema, "Labels of the object, as it was or as it will be.", { default: {} }),
    resourceRules: list(object(ruleSchema), atomic, "Requests that are meant."),
    excludeResourceRules: list(object(ruleSchema), atomic, "Requests that are not, whatever the rules say."),
    matchPolicy: enumeration(
      "v1.MatchPolicyType",
      ["Equivalent", "Exact"],
      "Whether other versions of a resource are meant as well.",
      { keepsZero: true, default: "Equivalent" },
    ),
  }),
  { namespaceSelector: 1, objectSelector: 2, resourceRules: 3, excludeResourceRules: 4, matchPolicy: 7 },
);

/** A name for what an expression gives. */
export const namedExpression = (type: string, description: string) =>
  message(
    name(type),
    description,
    () => ({
      name: string("What it is called.", required),
      expression: string("In CEL.", required),
    }),
    { name: 1, expression: 2 },
  );
