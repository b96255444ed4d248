import { atomic, list, message, object, typeMeta } from "../../schema/declare.ts";
import { labelSelectorSchema } from "../../meta-v1/label-selector.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";
import { policyRuleSchema, rbacName } from "../schemas.ts";

export const clusterRoleSchema = message(
  rbacName("ClusterRole"),
  "What may be done in all namespaces and outside them.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    rules: list(object(policyRuleSchema), atomic, "What is allowed.", { keepsZero: true }),
    aggregationRule: object(aggregationRuleSchema, "Other ClusterRoles whose rules make up this one's."),
  }),
  { metadata: 1, rules: 2, aggregationRule: 3 },
);

export const aggregationRuleSchema = message(
  rbacName("AggregationRule"),
  "Chooses ClusterRoles by label.",
  () => ({ clusterRoleSelectors: list(object(labelSelectorSchema), atomic, "Any of them chooses.") }),
  { clusterRoleSelectors: 1 },
);
