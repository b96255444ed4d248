import { atomic, list, message, object, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";
import { policyRuleSchema, rbacName } from "../schemas.ts";

export const roleSchema = message(
  rbacName("Role"),
  "What may be done in a namespace.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    rules: list(object(policyRuleSchema), atomic, "What is allowed.", { keepsZero: true }),
  }),
  { metadata: 1, rules: 2 },
);
