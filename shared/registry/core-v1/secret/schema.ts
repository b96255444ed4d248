import { boolean, bytes, map, message, named, object, pointer, string, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const secretSchema = message(
  "io.k8s.api.core.v1.Secret",
  "Configuration that is secret.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    immutable: boolean("Refuse changes of the data.", pointer),
    data: map(bytes(), "The entries, in base64."),
    stringData: map(string(), "Entries in plain text; written into data, never read back."),
    type: named("v1.SecretType", "What the Secret is for.", { default: "Opaque" }),
  }),
  { metadata: 1, immutable: 5, data: 2, stringData: 4, type: 3 },
);
