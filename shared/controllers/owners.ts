/** Controller references: which one object manages another (apimachinery `metav1.GetControllerOf`). */
import { matchesLabelSelector } from "../apimachinery/selectors.ts";
import type { KubeObject, LabelSelector, OwnerReference } from "../api/meta-v1/object.ts";

export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((r) => r.controller === true);

export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid;

/** The reference that an object carries to the one that manages it. */
export const controllerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** What an owner with a selector finds among the objects of the kind it manages. */
export interface Claims<T extends KubeObject> {
  readonly owned: readonly T[];
  /** Match the selector and have no controller: to be adopted. */
  readonly orphans: readonly T[];
  /** Carry the owner's reference but match its selector no longer: to be let go. */
  readonly strays: readonly T[];
}

export function claim<T extends KubeObject>(
  owner: KubeObject,
  selector: LabelSelector,
  objects: Iterable<T>,
): Claims<T> {
  const owned: T[] = [];
  const orphans: T[] = [];
  const strays: T[] = [];
  const { uid } = owner.metadata;
  const mayTake = owner.metadata.deletionTimestamp === undefined;
  for (const object of objects) {
    const reference = controllerOf(object);
    if (reference !== undefined && reference.uid !== uid) continue;
    const matches = matchesLabelSelector(selector, object.metadata.labels);
    if (reference !== undefined) (matches || !mayTake ? owned : strays).push(object);
    else if (matches && mayTake && object.metadata.deletionTimestamp === undefined) orphans.push(object);
  }
  return { owned, orphans, strays };
}

export const adopted = <T extends KubeObject>(object: T, owner: KubeObject): T => ({
  ...object,
  metadata: {
    ...object.metadata,
    ownerReferences: [...(object.metadata.ownerReferences ?? []), controllerReference(owner)],
  },
});

export const released = <T extends KubeObject>(object: T, owner: KubeObject): T => ({
  ...object,
  metadata: {
    ...object.metadata,
    ownerReferences: (object.metadata.ownerReferences ?? []).filter((r) => r.uid !== owner.metadata.uid),
  },
});
