/** References to other objects. */
import { atomicMessage, message, named, pointer, required, string } from "../schema/declare.ts";

export const objectReferenceSchema = atomicMessage(
  "io.k8s.api.core.v1.ObjectReference",
  "Names another object.",
  () => ({
    kind: string(),
    namespace: string(),
    name: string(),
    uid: named("types.UID"),
    apiVersion: string(),
    resourceVersion: string(),
    fieldPath: string(),
  }),
  { kind: 1, namespace: 2, name: 3, uid: 4, apiVersion: 5, resourceVersion: 6, fieldPath: 7 },
);

export const localObjectReferenceSchema = atomicMessage(
  "io.k8s.api.core.v1.LocalObjectReference",
  "Names another object of the same namespace.",
  () => ({
    name: string(),
  }),
  { name: 1 },
);

export const typedLocalObjectReferenceSchema = atomicMessage(
  "io.k8s.api.core.v1.TypedLocalObjectReference",
  "Names another object of the same namespace, by kind.",
  () => ({
    apiGroup: string(pointer),
    kind: string(required),
    name: string(required),
  }),
  { apiGroup: 1, kind: 2, name: 3 },
);

export const typedObjectReferenceSchema = message(
  "io.k8s.api.core.v1.TypedObjectReference",
  "Names another object, possibly of another namespace, by kind.",
  () => ({
    apiGroup: string(pointer),
    kind: string(required),
    name: string(required),
    namespace: string(pointer),
  }),
  { apiGroup: 1, kind: 2, name: 3, namespace: 4 },
);
