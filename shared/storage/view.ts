/** A synchronous look at the objects of one store, and the changes that a transaction wants to make to them. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { ResourceKey, Strategy } from "../registry/resource-kind.ts";
import type { Index } from "./indexes.ts";
import type { PropagationPolicy } from "./mutation.ts";

/** Reads see the transaction's own earlier changes. Objects are frozen in spirit: never mutate one. */
export interface View {
  readonly get: (resource: ResourceKey, name: string) => KubeObject | undefined;
  /** All objects of a resource, in no particular order. */
  readonly list: (resource: ResourceKey) => Iterable<KubeObject>;
  /** Those of its objects that carry the label with this value, in no particular order. */
  readonly withLabel: (resource: ResourceKey, label: string, value: string) => Iterable<KubeObject>;
  /** Those objects of the index's resource that are found by this key, in no particular order. */
  readonly indexed: (index: Index, key: string) => Iterable<KubeObject>;
  /** The resources that there may be objects of, in no particular order. */
  readonly resources: () => Iterable<ResourceKey>;
}

/** One change to one object. `before` is absent on creation, `after` on removal. */
export interface Change {
  readonly resource: ResourceKey;
  readonly name: string;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

/**
 * A write that a controller asks for. `put` creates or replaces (uid, creationTimestamp and resourceVersion are stamped by
 * the store; a new object carries none of them). `delete` honours finalizers and grace (the kind's own where none is
 * given) as an API delete would, and leaves what becomes of dependents to the garbage collector;
 * `remove` takes the object away at once (the kubelet's last word on a Pod).
 */
export type Write =
  | {
      readonly kind: "put";
      readonly resource: ResourceKey;
      readonly object: DraftObject;
      /** For custom resources: whoever knows the definition says how it counts generations. */
      readonly strategy?: Strategy;
    }
  | {
      readonly kind: "delete";
      readonly resource: ResourceKey;
      readonly name: string;
      readonly gracePeriodSeconds?: number;
      readonly propagationPolicy?: PropagationPolicy;
    }
  | { readonly kind: "remove"; readonly resource: ResourceKey; readonly name: string };

/** An object that has not been stored yet, or a stored one changed: only the name is certain. */
export interface DraftObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Partial<KubeObject["metadata"]> & { readonly name: string };
}
