import { int32, message, microTime, named, object, pointer, string, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const leaseSchema = message(
  "io.k8s.api.coordination.v1.Lease",
  "Says who holds something, and until when unless renewed.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(leaseSpecSchema, "The lease."),
  }),
  { metadata: 1, spec: 2 },
);

export const leaseSpecSchema = message(
  "io.k8s.api.coordination.v1.LeaseSpec",
  "A lease.",
  () => ({
    holderIdentity: string("Who holds it.", pointer),
    leaseDurationSeconds: int32("Seconds after renewTime that others wait before they take it.", pointer),
    acquireTime: microTime("When the holder got it."),
    renewTime: microTime("When the holder last renewed it."),
    leaseTransitions: int32("How often it has changed hands.", pointer),
    strategy: named("v1.CoordinatedLeaseStrategy", "How the next holder is chosen, in coordinated election.", pointer),
    preferredHolder: string("Who should have it, in coordinated election.", pointer),
  }),
  {
    holderIdentity: 1,
    leaseDurationSeconds: 2,
    acquireTime: 3,
    renewTime: 4,
    leaseTransitions: 5,
    strategy: 6,
    preferredHolder: 7,
  },
);
