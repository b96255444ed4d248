/** `metav1.ObjectMeta` and its parts. */
import {
  anything,
  atomic,
  atomicMessage,
  boolean,
  int64,
  keyed,
  list,
  map,
  message,
  named,
  object,
  pointer,
  required,
  set,
  string,
  time,
} from "../schema/declare.ts";

export const objectMetaSchema = message(
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
  "Name, identity, labels and bookkeeping that every stored object carries.",
  () => ({
    name: string("Unique among objects of the kind in the namespace; cannot change."),
    generateName: string("A prefix from which the server makes a unique name when none is given."),
    namespace: string("The namespace the object lives in; empty for cluster-scoped kinds."),
    selfLink: string("No longer filled in."),
    uid: named("types.UID", "Unique over all objects of all time; set by the server."),
    resourceVersion: string("The revision at which the object last changed; opaque to clients."),
    generation: int64("Counts the changes of the desired state."),
    creationTimestamp: time("When the server created the object."),
    deletionTimestamp: time("When the object is due to go; set by a graceful deletion."),
    deletionGracePeriodSeconds: int64("Seconds that a graceful deletion waits.", pointer),
    labels: map(string(), "Keys and values to select objects by."),
    annotations: map(string(), "Keys and values for tools; not selectable."),
    ownerReferences: list(
      object(ownerReferenceSchema),
      keyed("uid"),
      "The objects that own this one; it goes when the last of them is gone.",
    ),
    finalizers: list(string(), set, "Names of those who must act before the object may go."),
    managedFields: list(object(managedFieldsEntrySchema), atomic, "Which manager set which fields."),
  }),
);

export const ownerReferenceSchema = atomicMessage(
  "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference",
  "The object that this one belongs to and is deleted with.",
  () => ({
    apiVersion: string("API version of the owner.", required),
    kind: string("Kind of the owner.", required),
    name: string("Name of the owner.", required),
    uid: named("types.UID", "UID of the owner.", required),
    controller: boolean("True for the one owner that manages the object.", pointer),
    blockOwnerDeletion: boolean("True when a foreground deletion of the owner waits for this object.", pointer),
  }),
);

export const managedFieldsEntrySchema = message(
  "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry",
  "The fields that one manager has set, and when.",
  () => ({
    manager: string(),
    operation: named("v1.ManagedFieldsOperationType"),
    apiVersion: string(),
    time: time(),
    fieldsType: string(),
    fieldsV1: anything(),
    subresource: string(),
  }),
);
