import {
  atomic,
  list,
  message,
  named,
  object,
  required,
  resourceList,
  string,
  typeMeta,
} from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const resourceQuotaSchema = message(
  "io.k8s.api.core.v1.ResourceQuota",
  "How much of what a namespace may have. Stored, and not enforced.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(resourceQuotaSpecSchema, "What is allowed."),
    status: object(resourceQuotaStatusSchema, "What is enforced, and used."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const resourceQuotaSpecSchema = message(
  "io.k8s.api.core.v1.ResourceQuotaSpec",
  "What is allowed, and of which objects.",
  () => ({
    hard: resourceList("The most of each resource."),
    scopes: list(string(), atomic, "Counts only objects that are in every one of these scopes."),
    scopeSelector: object(scopeSelectorSchema, "Counts only objects whose scopes match."),
  }),
  { hard: 1, scopes: 2, scopeSelector: 3 },
);

export const scopeSelectorSchema = message(
  "io.k8s.api.core.v1.ScopeSelector",
  "Chooses objects by scope.",
  () => ({ matchExpressions: list(object(scopeRequirementSchema), atomic, "Requirements that all must be met.") }),
  { matchExpressions: 1 },
);

export const scopeRequirementSchema = message(
  "io.k8s.api.core.v1.ScopedResourceSelectorRequirement",
  "What is required of one scope.",
  () => ({
    scopeName: named("v1.ResourceQuotaScope", "The scope.", required),
    operator: named("v1.ScopeSelectorOperator", "In, NotIn, Exists or DoesNotExist.", required),
    values: list(string(), atomic, "The values that In and NotIn look for."),
  }),
  { scopeName: 1, operator: 2, values: 3 },
);

export const resourceQuotaStatusSchema = message(
  "io.k8s.api.core.v1.ResourceQuotaStatus",
  "What is enforced, and used.",
  () => ({
    hard: resourceList("The most of each resource, as enforced."),
    used: resourceList("How much of each there is."),
  }),
  { hard: 1, used: 2 },
);
