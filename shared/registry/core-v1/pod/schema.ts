import { message, object, typeMeta } from "../../schema/declare.ts";
import { podSpecSchema } from "./pod-spec.ts";
import { podStatusSchema } from "./status.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const podSchema = message(
  "io.k8s.api.core.v1.Pod",
  "Containers that run together and share one address.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(podSpecSchema, "What is wanted.", { default: {} }),
    status: object(podStatusSchema, "What is so, as the controllers last saw it."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);
