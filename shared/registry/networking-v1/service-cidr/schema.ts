import { atomic, keyed, list, message, object, string, typeMeta } from "../../schema/declare.ts";
import { conditionSchema } from "../../meta-v1/condition.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

const name = (type: string): string => `io.k8s.api.networking.v1.${type}`;

export const serviceCIDRSchema = message(
  name("ServiceCIDR"),
  "Ranges that ClusterIPs come from.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(serviceCIDRSpecSchema, "What is wanted."),
    status: object(serviceCIDRStatusSchema, "What is so, as the controllers last saw it."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const serviceCIDRSpecSchema = message(
  name("ServiceCIDRSpec"),
  "The ranges.",
  () => ({ cidrs: list(string(), atomic, "One range, or one for each IP family.") }),
  { cidrs: 1 },
);

export const serviceCIDRStatusSchema = message(
  name("ServiceCIDRStatus"),
  "Whether addresses are given out.",
  () => ({ conditions: list(object(conditionSchema), keyed("type"), "Current conditions.") }),
  { conditions: 1 },
);
