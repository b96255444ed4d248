import { message, object, typeMeta } from "../../schema/declare.ts";
import { deleteOptionsSchema } from "../../meta-v1/delete-options.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const evictionSchema = message(
  "io.k8s.api.policy.v1.Eviction",
  "Asks a Pod to go, in a way that disruption budgets may refuse.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "The Pod's name and namespace."),
    deleteOptions: object(deleteOptionsSchema, "How the Pod is to be deleted."),
  }),
  { metadata: 1, deleteOptions: 2 },
);
