/** What objects are found by besides their names: client-go's `Indexers`. Each has one question that would else look at every object. */
import { SERVICE_NAME_LABEL } from "../api/discovery-v1/endpoint-slice.ts";
import type { Service } from "../api/core-v1/service.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { ENDPOINT_SLICES, PODS, SERVICES } from "../registry/resource-keys.ts";
import type { ResourceKey } from "../registry/resource-kind.ts";

export interface Index {
  readonly resource: ResourceKey;
  /** The keys that an object is found by, each once. Of the object alone. */
  readonly keysOf: (object: KubeObject) => readonly string[];
}

/** A label and its value as one key: no label has a `=` in it. */
export const labelKey = (label: string, value: string): string => `${label}=${value}`;

export const labelKeys = ({ metadata: { labels } }: KubeObject): readonly string[] =>
  labels === undefined ? [] : Object.entries(labels).map(([label, value]) => labelKey(label, value));

/** The value of a label, undefined where the object does not carry it. */
export function labelOf({ metadata: { labels } }: KubeObject, label: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, label) ? labels[label] : undefined;
}

/** Each change of a Service asks for its slices, and a namespace may have thousands of others. */
const SLICES_BY_SERVICE: Index = {
  resource: ENDPOINT_SLICES,
  keysOf: (slice) => {
    const service = labelOf(slice, SERVICE_NAME_LABEL);
    return service === undefined ? [] : [labelKey(SERVICE_NAME_LABEL, service)];
  },
};

/** Each change of a Service, or of a Pod of it, asks for its Pods. */
const PODS_BY_LABEL: Index = { resource: PODS, keysOf: labelKeys };

/**
 * Each change of a Pod asks for the Services that select it. A Service is found by one of the pairs of its selector: who carries all
 * of them carries that one too.
 */
export const SERVICES_BY_SELECTOR: Index = {
  resource: SERVICES,
  keysOf: (service) => {
    const [pair] = Object.entries((service as Service).spec.selector ?? {});
    return pair === undefined ? [] : [labelKey(...pair)];
  },
};

const INDEXES: readonly Index[] = [SLICES_BY_SERVICE, PODS_BY_LABEL, SERVICES_BY_SELECTOR];

const BY_RESOURCE: ReadonlyMap<ResourceKey, readonly Index[]> = Map.groupBy(INDEXES, ({ resource }) => resource);

export const indexesOf = (resource: ResourceKey): readonly Index[] => BY_RESOURCE.get(resource) ?? [];

/** The index that has all objects of the resource that carry this label; undefined where they have to be looked through. */
export function labelIndex(resource: ResourceKey, label: string): Index | undefined {
  if (resource === PODS) return PODS_BY_LABEL;
  return resource === ENDPOINT_SLICES && label === SERVICE_NAME_LABEL ? SLICES_BY_SERVICE : undefined;
}
