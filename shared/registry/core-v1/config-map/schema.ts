import { boolean, bytes, map, message, object, pointer, string, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const configMapSchema = message(
  "io.k8s.api.core.v1.ConfigMap",
  "Configuration that is not secret.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    immutable: boolean("Refuse changes of the data.", pointer),
    data: map(string(), "Text entries."),
    binaryData: map(bytes(), "Binary entries, in base64."),
  }),
  { metadata: 1, immutable: 4, data: 2, binaryData: 3 },
);
