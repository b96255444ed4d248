import { atomic, list, message, object, required, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";
import { rbacName, roleRefSchema, subjectSchema } from "../schemas.ts";

export const roleBindingSchema = message(
  rbacName("RoleBinding"),
  "Grants a role to subjects, in the whole namespace.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    subjects: list(object(subjectSchema), atomic, "Whom the role is granted to."),
    roleRef: object(roleRefSchema, "The role; it cannot be changed.", required),
  }),
  { metadata: 1, subjects: 2, roleRef: 3 },
);
