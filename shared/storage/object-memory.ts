/** The objects of one store as they are now, in memory: by name, and by the labels that controllers look them up by. */
import { SERVICE_NAME_LABEL } from "../api/discovery-v1/endpoint-slice.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { ENDPOINT_SLICES } from "../registry/resource-keys.ts";
import type { ResourceKey } from "../registry/resource-kind.ts";
import type { View } from "./view.ts";

/** Each change of a Service asks for its slices, and a namespace may have thousands of others. */
const INDEXED: ReadonlyMap<ResourceKey, string> = new Map([[ENDPOINT_SLICES, SERVICE_NAME_LABEL]]);

type ByName = Map<string, KubeObject>;

export class ObjectMemory {
  readonly #objects = new Map<ResourceKey, ByName>();
  /** Of an indexed resource: the objects by the value of its label. */
  readonly #indexes = new Map<ResourceKey, Map<string, ByName>>();

  readonly view: View = {
    get: (resource, name) => this.#objects.get(resource)?.get(name),
    list: (resource) => this.#objects.get(resource)?.values() ?? [],
    withLabel: (resource, label, value) => {
      if (INDEXED.get(resource) !== label) return labelled(this.view.list(resource), label, value);
      return this.#indexes.get(resource)?.get(value)?.values() ?? [];
    },
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
    this.#unindex(resource, objects.get(name));
    objects.set(name, object);
    this.#index(resource, object);
  }

  /** Takes the object of that name away, if there is one. */
  delete(resource: ResourceKey, name: string): void {
    const objects = this.#objects.get(resource);
    this.#unindex(resource, objects?.get(name));
    objects?.delete(name);
  }

  #index(resource: ResourceKey, object: KubeObject): void {
    const value = indexedValue(resource, object);
    if (value === undefined) return;
    let index = this.#indexes.get(resource);
    if (index === undefined) this.#indexes.set(resource, (index = new Map()));
    const alike = index.get(value);
    if (alike === undefined) index.set(value, new Map([[object.metadata.name, object]]));
    else alike.set(object.metadata.name, object);
  }

  #unindex(resource: ResourceKey, object: KubeObject | undefined): void {
    const value = object === undefined ? undefined : indexedValue(resource, object);
    if (object === undefined || value === undefined) return;
    const index = this.#indexes.get(resource);
    const alike = index?.get(value);
    alike?.delete(object.metadata.name);
    if (alike?.size === 0) index?.delete(value);
  }
}

function indexedValue(resource: ResourceKey, object: KubeObject): string | undefined {
  const label = INDEXED.get(resource);
  return label === undefined ? undefined : labelOf(object, label);
}

/** The value of a label, undefined where the object does not carry it. */
export function labelOf({ metadata: { labels } }: KubeObject, label: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, label) ? labels[label] : undefined;
}

/** Those of the objects that carry the label with this value. */
export function* labelled(objects: Iterable<KubeObject>, label: string, value: string): Generator<KubeObject, void> {
  for (const object of objects) if (labelOf(object, label) === value) yield object;
}
