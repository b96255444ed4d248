/** The parts that most kinds' strategies have in common, so that a simple kind says only what is particular to it. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import { omit } from "../apimachinery/omit.ts";
import { semanticEqual } from "../apimachinery/semantic-equal.ts";
import type { Strategy } from "./resource-kind.ts";

/** An object seen as a bag of its top-level fields. */
type Fields = KubeObject & { readonly status?: unknown; readonly spec?: unknown };

/** A new object has no status yet, whatever its creator says. */
export const withoutStatus = <T extends KubeObject>(object: T): T => omit(object as Fields, "status") as T;

/** `object` with the status of `old`: writes to the main resource do not touch it. */
export function withStatusOf<T extends KubeObject>(object: T, old: T): T {
  const { status } = old as Fields;
  return (status === undefined ? omit(object as Fields, "status") : { ...object, status }) as T;
}

/**
 * A write to `/status` may also change labels and annotations, as Kubernetes allows for most kinds; its conformance
 * suite patches an annotation through `services/status`. Owners, finalizers and all else come from `old`.
 */
export function withStatusFrom<T extends KubeObject>(object: T, old: T): T {
  const { status, metadata } = object as Fields;
  const { ownerReferences, finalizers } = old.metadata;
  return {
    ...old,
    metadata: {
      ...omit(metadata, "ownerReferences", "finalizers"),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
      ...(finalizers === undefined ? {} : { finalizers }),
    },
    ...(status === undefined ? {} : { status }),
  };
}

export const specChanged = (object: KubeObject, old: KubeObject): boolean =>
  !semanticEqual((object as Fields).spec, (old as Fields).spec);

/** Defaults: nothing to prepare, nothing to refuse, no generation, no grace; a status, if any, is kept apart. */
export function strategy<T extends KubeObject>(own: Partial<Strategy<T>> = {}): Strategy<T> {
  return {
    prepareForCreate: (object) => object,
    prepareForUpdate: withStatusOf,
    prepareForStatusUpdate: withStatusFrom,
    validate: () => [],
    validateUpdate: () => [],
    warnings: () => [],
    bumpsGeneration: null,
    gracePeriodSeconds: null,
    ...own,
  };
}
