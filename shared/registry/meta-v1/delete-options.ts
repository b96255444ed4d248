/** `metav1.DeleteOptions`, the body of a delete. */
import { atomic, boolean, int64, list, message, named, object, pointer, string, typeMeta } from "../schema/declare.ts";

export const deleteOptionsSchema = message(
  "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
  "How an object is to be deleted.",
  () => ({
    ...typeMeta,
    gracePeriodSeconds: int64("Seconds that the deletion waits.", pointer),
    preconditions: object(preconditionsSchema, "What must hold for the deletion to happen."),
    orphanDependents: boolean("Deprecated: propagationPolicy says it.", pointer),
    propagationPolicy: named("v1.DeletionPropagation", "What becomes of the objects that this one owns.", pointer),
    dryRun: list(string(), atomic, "All: check, and change nothing."),
    ignoreStoreReadErrorWithClusterBreakingPotential: boolean("Delete even what cannot be read.", pointer),
  }),
  {
    gracePeriodSeconds: 1,
    preconditions: 2,
    orphanDependents: 3,
    propagationPolicy: 4,
    dryRun: 5,
    ignoreStoreReadErrorWithClusterBreakingPotential: 6,
  },
);

export const preconditionsSchema = message(
  "io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions",
  "What must hold for a deletion to happen.",
  () => ({
    uid: named("types.UID", "The UID that the object must have.", pointer),
    resourceVersion: string("The version that the object must have.", pointer),
  }),
  { uid: 1, resourceVersion: 2 },
);
