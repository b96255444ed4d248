/**
 * Turns what a Service's slices should hold into the fewest writes to the slices that are there. All controllers that keep
 * EndpointSlices share it (kubernetes `k8s.io/endpointslice` reconciler).
 */
import {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type AddressType,
  type EndpointSlice,
  type SliceEndpoint,
  type SlicePort,
} from "../api/discovery-v1/endpoint-slice.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import { generateName } from "../apimachinery/generate-name.ts";
import type { View, Write } from "../storage/view.ts";
import type { ControllerContext } from "./controller.ts";
import { controllerReference, isControlledBy } from "./owners.ts";
import { endpointSlices } from "./resources.ts";
import { portsKey } from "./service-pods.ts";
import { packEndpoints } from "./slice-packing.ts";

export interface SliceContents {
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** The slices of one owner and one address type. */
export interface SliceSet {
  /** The Service, or the Endpoints that are mirrored. */
  readonly owner: KubeObject;
  /** Of the names of new slices; absent: the owner's name and a hyphen. */
  readonly prefix?: string;
  readonly addressType: AddressType;
  readonly labels: Readonly<Record<string, string>>;
  /** What there should be, by `portsKey`. Endpoints with different ports cannot share a slice. */
  readonly contents: ReadonlyMap<string, SliceContents>;
  /** What there is: the slices of this manager, Service and address type. */
  readonly existing: readonly EndpointSlice[];
  readonly maxEndpoints: number;
  /** One slice stays when there is no endpoint, and says so. */
  readonly keepsOne: boolean;
  /** Annotations of a slice with these endpoints. */
  readonly annotate: (endpoints: readonly SliceEndpoint[]) => Annotations;
}

export interface Annotations {
  /** Always there: a slice that lacks them is rewritten. */
  readonly set: Readonly<Record<string, string>>;
  /** Set only when the slice is written for another reason: the time of the change. */
  readonly onWrite: Readonly<Record<string, string>>;
}

/** The writes that make the slices what they should be; none for slices that are so already. */
export function layOutSlices(set: SliceSet, context: ControllerContext): readonly Write[] {
  const { owner, existing } = set;
  const ours = existing.filter((s) => isControlledBy(s, owner));
  const byPorts = Map.groupBy(ours, (s) => portsKey(s.ports ?? []));
  const written = new Map<string, SliceContents>();
  const created: SliceContents[] = [];
  const deleted = new Set(existing.filter((s) => !set.contents.has(portsKey(s.ports ?? [])) || !ours.includes(s)));
  for (const [key, { ports, endpoints }] of set.contents) {
    const slices = byPorts.get(key) ?? [];
    const packing = packEndpoints(slices, endpoints, set.maxEndpoints);
    for (const [name, packed] of packing.updated) written.set(name, { ports, endpoints: packed });
    for (const packed of packing.created) created.push({ ports, endpoints: packed });
    for (const slice of slices) if (packing.emptied.includes(slice.metadata.name)) deleted.add(slice);
  }
  if (set.keepsOne && deleted.size === existing.length && created.length === 0)
    created.push({ ports: [], endpoints: [] });
  reuse(deleted, created, written, owner);
  const updates = ours.filter((s) => !deleted.has(s)).flatMap((s) => rewrite(s, written.get(s.metadata.name), set));
  const additions = owner.metadata.deletionTimestamp === undefined ? add(created, set, context) : [];
  return [...updates, ...additions, ...[...deleted].map((s) => endpointSlices.delete(s.metadata.name))];
}

/** The slices that a manager keeps for a Service, by name. */
export function slicesManagedBy(manager: string, service: string, view: View): readonly EndpointSlice[] {
  const ofService = [...endpointSlices.withLabel(view, SERVICE_NAME_LABEL, service)];
  const found = ofService.filter((slice) => managedServiceOf(slice, manager) === service);
  return found.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The name of the Service whose slice this is, when this manager keeps it. */
export function managedServiceOf({ metadata }: EndpointSlice, manager: string): string | undefined {
  const labels = metadata.labels ?? {};
  return labels[MANAGED_BY_LABEL] === manager ? labels[SERVICE_NAME_LABEL] : undefined;
}

/** A slice that would go takes the contents of one that would come: one change instead of two. */
function reuse(
  deleted: Set<EndpointSlice>,
  created: SliceContents[],
  written: Map<string, SliceContents>,
  owner: KubeObject,
): void {
  for (const slice of deleted) {
    if (!isControlledBy(slice, owner)) continue;
    const contents = created.pop();
    if (contents === undefined) return;
    deleted.delete(slice);
    written.set(slice.metadata.name, contents);
  }
}

function rewrite(slice: EndpointSlice, wanted: SliceContents | undefined, { labels, annotate }: SliceSet) {
  const contents = wanted ?? { ports: slice.ports ?? [], endpoints: slice.endpoints };
  const { set, onWrite } = annotate(contents.endpoints);
  const has = slice.metadata.annotations ?? {};
  const same =
    (wanted === undefined || deepEqual(contents, { ports: slice.ports ?? [], endpoints: slice.endpoints })) &&
    deepEqual(labels, slice.metadata.labels) &&
    Object.entries(set).every(([key, value]) => has[key] === value);
  if (same) return [];
  const metadata = { ...slice.metadata, labels, annotations: { ...has, ...set, ...onWrite } };
  return [endpointSlices.put({ ...slice, metadata, ...contents })];
}

function add(created: readonly SliceContents[], set: SliceSet, context: ControllerContext): readonly Write[] {
  const { owner, prefix = `${owner.metadata.name}-`, addressType, labels, annotate } = set;
  const taken = new Set<string>();
  return created.map(({ ports, endpoints }) => {
    const { set: always, onWrite } = annotate(endpoints);
    const annotations = { ...always, ...onWrite };
    const metadata = {
      name: freshName(prefix, taken, context),
      generateName: prefix,
      labels,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    };
    const head = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata };
    return endpointSlices.put({ ...head, addressType, endpoints, ports });
  });
}

function freshName(prefix: string, taken: Set<string>, { view, host }: ControllerContext): string {
  let name = generateName(prefix, host.pick);
  while (taken.has(name) || endpointSlices.get(view, name) !== undefined) name = generateName(prefix, host.pick);
  taken.add(name);
  return name;
}
