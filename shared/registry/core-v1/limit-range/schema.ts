import { atomic, list, message, named, object, required, resourceList, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const limitRangeSchema = message(
  "io.k8s.api.core.v1.LimitRange",
  "What one Pod, container or claim of a namespace may ask for. Stored, and not enforced.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(limitRangeSpecSchema, "The limits."),
  }),
  { metadata: 1, spec: 2 },
);

export const limitRangeSpecSchema = message(
  "io.k8s.api.core.v1.LimitRangeSpec",
  "The limits.",
  () => ({ limits: list(object(limitRangeItemSchema), atomic, "One entry for each type of object.", required) }),
  { limits: 1 },
);

export const limitRangeItemSchema = message(
  "io.k8s.api.core.v1.LimitRangeItem",
  "The limits of one type of object.",
  () => ({
    type: named("v1.LimitType", "Pod, Container or PersistentVolumeClaim.", required),
    max: resourceList("The most of each resource."),
    min: resourceList("The least of each resource."),
    default: resourceList("The limits of containers that name none."),
    defaultRequest: resourceList("The requests of containers that name none."),
    maxLimitRequestRatio: resourceList("How many times its request a limit may be."),
  }),
  { type: 1, max: 2, min: 3, default: 4, defaultRequest: 5, maxLimitRequestRatio: 6 },
);
