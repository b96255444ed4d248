import { atomic, boolean, keyed, list, message, object, pointer, typeMeta } from "../../schema/declare.ts";
import { localObjectReferenceSchema, objectReferenceSchema } from "../references.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const serviceAccountSchema = message(
  "io.k8s.api.core.v1.ServiceAccount",
  "An identity for Pods.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    secrets: list(object(objectReferenceSchema), keyed("name"), "Secrets that Pods of this account may use."),
    imagePullSecrets: list(object(localObjectReferenceSchema), atomic, "Secrets to pull images with."),
    automountServiceAccountToken: boolean("Whether Pods mount the account's token.", pointer),
  }),
  { metadata: 1, secrets: 2, imagePullSecrets: 3, automountServiceAccountToken: 4 },
);
