/** References to other objects. */
import { atomicMessage, message, named, pointer, required, string } from "../schema/declare.ts";

export const objectReferenceSchema = atomicMessage(
  "io.k8s.api.core.v1.ObjectReference",
  "Names another object.",
  () => ({
    kind: string("The object's kind."),
    namespace: string("The object's namespace."),
    name: string("The object's name."),
    uid: named("types.UID", "The object's UID."),
    apiVersion: string("The object's API version."),
    resourceVersion: string("The object's revision."),
    fieldPath: string("The part of it that is meant, such as spec.containers{web}."),
  }),
  { kind: 1, namespace: 2, name: 3, uid: 4, apiVersion: 5, resourceVersion: 6, fieldPath: 7 },
);

export const localObjectReferenceSchema = atomicMessage(
  "io.k8s.api.core.v1.LocalObjectReference",
  "Names another object of the same namespace.",
  () => ({
    name: string("The object's name, in the same namespace."),
  }),
  { name: 1 },
);

export const typedLocalObjectReferenceSchema = atomicMessage(
  "io.k8s.api.core.v1.TypedLocalObjectReference",
  "Names another object of the same namespace, by kind.",
  () => ({
    apiGroup: string("The object's API group; absent means the core group.", pointer),
    kind: string("The object's kind.", required),
    name: string("The object's name.", required),
  }),
  { apiGroup: 1, kind: 2, name: 3 },
);

export const typedObjectReferenceSchema = message(
  "io.k8s.api.core.v1.TypedObjectReference",
  "Names another object, possibly of another namespace, by kind.",
  () => ({
    apiGroup: string("The object's API group; absent means the core group.", pointer),
    kind: string("The object's kind.", required),
    name: string("The object's name.", required),
    namespace: string("The object's namespace.", pointer),
  }),
  { apiGroup: 1, kind: 2, name: 3, namespace: 4 },
);
