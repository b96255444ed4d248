/** The objects of one store as they are now, in memory: by name, and by what indexes find them by. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { ResourceKey } from "../registry/resource-kind.ts";
import { indexesOf, labelIndex, labelKey, labelOf, type Index } from "./indexes.ts";
import type { View } from "./view.ts";

type ByName = Map<string, KubeObject>;

export class ObjectMemory {
  readonly #objects = new Map<ResourceKey, ByName>();
  readonly #indexes = new Map<Index, Map<string, ByName>>();

  readonly view: View = {
    get: (resource, name) => this.#objects.get(resource)?.get(name),
    list: (resource) => this.#objects.get(resource)?.values() ?? [],
    withLabel: (resource, label, value) => {
      const index = labelIndex(resource, label);
      return index === undefined
        ? labelled(this.view.list(resource), label, value)
        : this.view.indexed(index, labelKey(label, value));
    },
    indexed: (index, key) => this.#indexes.get(index)?.get(key)?.values() ?? [],
    resources: () => this.#objects.keys(),
  };

  /** By resource; one that there was an object of may have none left. */
  entries(): Iterable<readonly [ResourceKey, ReadonlyMap<string, KubeObject>]> {
    return this.#objects;
  }

  /** Adds the object, or replaces the one of its name. */
  put(resource: ResourceKey, object: KubeObject): void {
    const { name } = object.metadata;
    let objects = this.#objects.get(resource);
    if (objects === undefined) this.#objects.set(resource, (objects = new Map()));
    this.#reindex(resource, objects.get(name), object);
    objects.set(name, object);
  }

  /** Takes the object of that name away, if there is one. */
  delete(resource: ResourceKey, name: string): void {
    const objects = this.#objects.get(resource);
    this.#reindex(resource, objects?.get(name), undefined);
    objects?.delete(name);
  }

  /** An object that keeps a key keeps its place under it, as it does among all objects. */
  #reindex(resource: ResourceKey, before: KubeObject | undefined, after: KubeObject | undefined): void {
    for (const index of indexesOf(resource)) {
      const keys = after === undefined ? [] : index.keysOf(after);
      if (before !== undefined) {
        for (const key of index.keysOf(before)) if (!keys.includes(key)) this.#take(index, key, before);
      }
      if (after !== undefined) for (const key of keys) this.#add(index, key, after);
    }
  }

  #add(index: Index, key: string, object: KubeObject): void {
    let found = this.#indexes.get(index);
    if (found === undefined) this.#indexes.set(index, (found = new Map()));
    const alike = found.get(key);
    if (alike === undefined) found.set(key, new Map([[object.metadata.name, object]]));
    else alike.set(object.metadata.name, object);
  }

  #take(index: Index, key: string, object: KubeObject): void {
    const found = this.#indexes.get(index);
    const alike = found?.get(key);
    alike?.delete(object.metadata.name);
    if (alike?.size === 0) found?.delete(key);
  }
}

/** Those of the objects that carry the label with this value. */
export function* labelled(objects: Iterable<KubeObject>, label: string, value: string): Generator<KubeObject, void> {
  for (const object of objects) if (labelOf(object, label) === value) yield object;
}
