import { int32, message, object, string, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const scaleSchema = message(
  "io.k8s.api.autoscaling.v1.Scale",
  "The size of something that scales.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(scaleSpecSchema, "What is wanted."),
    status: object(scaleStatusSchema, "What is so."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const scaleSpecSchema = message(
  "io.k8s.api.autoscaling.v1.ScaleSpec",
  "The size wanted.",
  () => ({
    replicas: int32("How many instances are wanted."),
  }),
  { replicas: 1 },
);

export const scaleStatusSchema = message(
  "io.k8s.api.autoscaling.v1.ScaleStatus",
  "The size that is.",
  () => ({
    replicas: int32("How many instances there are.", { required: true }),
    selector: string("Chooses the instances, as a label selector in text."),
  }),
  { replicas: 1, selector: 2 },
);
