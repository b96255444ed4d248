/** The EndpointSlice controller: a Service's selector × Pods → slices. */
import type { Pod } from "../api/core-v1/pod.ts";
import type { Service } from "../api/core-v1/service.ts";
import {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type EndpointSlice,
  type SliceEndpoint,
  type SlicePort,
} from "../api/discovery-v1/endpoint-slice.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import { generateName } from "../apimachinery/generate-name.ts";
import type { View, Write } from "../storage/view.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { controllerReference, isControlledBy } from "./owners.ts";
import { isReady, isTerminating } from "./pod-state.ts";
import { endpointSlices, services } from "./resources.ts";
import {
  groupByPorts,
  hostnameFor,
  inheritedLabels,
  podAddresses,
  podReference,
  podsOf,
  portsKey,
  selectsPods,
  servicesAffectedBy,
  TRIGGER_TIME_ANNOTATION,
} from "./service-pods.ts";
import { packEndpoints, type Packing } from "./slice-packing.ts";

export const ENDPOINT_SLICE_CONTROLLER = "endpointslice-controller.k8s.io";

type Family = "IPv4" | "IPv6";

export const endpointSlice: Controller = {
  name: "endpointslice",
  settlesAtOnce: true,
  keysFor: function* (change, view) {
    yield* servicesAffectedBy(change, view);
    const slice = endpointSlices.in(change);
    for (const object of [slice?.before, slice?.after]) {
      const service = object === undefined ? undefined : serviceNameOf(object);
      if (service !== undefined) yield service;
    }
  },
  // Slices are committed with what they follow from, and wait for nothing.
  allKeys: () => [],
  reconcile: (name, context) => {
    const service = services.get(context.view, name);
    const slices = slicesOf(name, context.view);
    if (service === undefined)
      return { writes: slices.map((s) => endpointSlices.delete(s.metadata.name)), requeueAt: null };
    if (!selectsPods(service)) return { writes: [], requeueAt: null };
    const families = familiesOf(service);
    const obsolete = slices.filter((s) => !families.some((family) => family === s.addressType));
    const pods = podsOf(service, context.view);
    const writes = families.flatMap((family) => {
      const existing = slices.filter((s) => s.addressType === family);
      return reconcileFamily({ service, family, pods, existing }, context);
    });
    return { writes: [...writes, ...obsolete.map((s) => endpointSlices.delete(s.metadata.name))], requeueAt: null };
  },
};

/** The Service of a slice that this controller keeps. */
function serviceNameOf({ metadata }: EndpointSlice): string | undefined {
  const labels = metadata.labels ?? {};
  return labels[MANAGED_BY_LABEL] === ENDPOINT_SLICE_CONTROLLER ? labels[SERVICE_NAME_LABEL] : undefined;
}

function slicesOf(service: string, view: View): readonly EndpointSlice[] {
  const found: EndpointSlice[] = [];
  for (const slice of endpointSlices.list(view)) if (serviceNameOf(slice) === service) found.push(slice);
  return found.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function familiesOf({ spec }: Service): readonly Family[] {
  if (spec.ipFamilies !== undefined && spec.ipFamilies.length > 0) return spec.ipFamilies;
  return [spec.clusterIP?.includes(":") === true ? "IPv6" : "IPv4"];
}

interface FamilyState {
  readonly service: Service;
  readonly family: Family;
  readonly pods: readonly Pod[];
  readonly existing: readonly EndpointSlice[];
}

/** Slices of one address family. Pods that map a named port to different numbers go to different slices. */
function reconcileFamily(state: FamilyState, context: ControllerContext): readonly Write[] {
  const { service, family, existing } = state;
  const desired = desiredContents(state, context);
  const ours = existing.filter((s) => isControlledBy(s, service));
  const byPorts = Map.groupBy(ours, (s) => portsKey(s.ports ?? []));
  const written = new Map<string, SliceContents>();
  const created: SliceContents[] = [];
  const deleted = new Set(existing.filter((s) => !desired.has(portsKey(s.ports ?? [])) || !ours.includes(s)));
  for (const [key, { ports, endpoints }] of desired) {
    const slices = byPorts.get(key) ?? [];
    const packing: Packing = packEndpoints(slices, endpoints);
    for (const [name, contents] of packing.updated) written.set(name, { ports, endpoints: contents });
    for (const contents of packing.created) created.push({ ports, endpoints: contents });
    for (const slice of slices) if (packing.emptied.includes(slice.metadata.name)) deleted.add(slice);
  }
  // A Service without endpoints still has one slice, which says so.
  if (deleted.size === existing.length && created.length === 0) created.push({ ports: [], endpoints: [] });
  reuse(deleted, created, written, service);
  const kept = ours.filter((s) => !deleted.has(s));
  const labels = labelsOf(service);
  const updates = kept.flatMap((slice) => {
    const contents = written.get(slice.metadata.name) ?? { ports: slice.ports ?? [], endpoints: slice.endpoints };
    const same = contents.endpoints === slice.endpoints || deepEqual(contents, contentsOf(slice));
    return same && deepEqual(labels, slice.metadata.labels) ? [] : [rewrite(slice, contents, labels, context)];
  });
  const additions =
    service.metadata.deletionTimestamp === undefined ? add(created, { service, family, labels, context }) : [];
  return [...updates, ...additions, ...[...deleted].map((s) => endpointSlices.delete(s.metadata.name))];
}

interface SliceContents {
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

const contentsOf = (slice: EndpointSlice): SliceContents => ({ ports: slice.ports ?? [], endpoints: slice.endpoints });

/** What there should be, by `portsKey`. */
function desiredContents(state: FamilyState, context: ControllerContext): ReadonlyMap<string, SliceContents> {
  const zones = new Map(context.cluster.nodes.map((n) => [n.name, n.zone]));
  const groups = groupByPorts(state.service, state.pods).map(({ ports, pods }): [string, SliceContents] => {
    const endpoints = pods.flatMap((pod) =>
      endpointOf(pod, state, zones.get(pod.spec.nodeName ?? "") ?? null, context),
    );
    return [portsKey(ports), { ports, endpoints }];
  });
  return new Map(groups.filter(([, { endpoints }]) => endpoints.length > 0));
}

/** None for a Pod without an address of the family. */
function endpointOf(
  pod: Pod,
  { service, family }: FamilyState,
  zone: string | null,
  { namespace }: ControllerContext,
): readonly SliceEndpoint[] {
  const addresses = podAddresses(pod).filter((a) => a.includes(":") === (family === "IPv6"));
  if (addresses.length === 0) return [];
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const { nodeName } = pod.spec;
  const hostname = hostnameFor(service, pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const endpoint = {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: podReference(pod, namespace),
    ...(zone === null ? {} : { zone }),
  };
  return [endpoint];
}

/** A slice that would go takes the contents of one that would come: one change instead of two. */
function reuse(
  deleted: Set<EndpointSlice>,
  created: SliceContents[],
  written: Map<string, SliceContents>,
  service: Service,
): void {
  for (const slice of deleted) {
    if (!isControlledBy(slice, service)) continue;
    const contents = created.pop();
    if (contents === undefined) return;
    deleted.delete(slice);
    written.set(slice.metadata.name, contents);
  }
}

const labelsOf = (service: Service): Readonly<Record<string, string>> =>
  inheritedLabels(service, {
    [MANAGED_BY_LABEL]: ENDPOINT_SLICE_CONTROLLER,
    [SERVICE_NAME_LABEL]: service.metadata.name,
  });

/** When what is written here happened: programming latency is measured from it. The write is part of the same moment. */
const triggerTime = ({ host }: ControllerContext): Readonly<Record<string, string>> => ({
  [TRIGGER_TIME_ANNOTATION]: new Date(host.now()).toISOString(),
});

function rewrite(
  slice: EndpointSlice,
  { ports, endpoints }: SliceContents,
  labels: Readonly<Record<string, string>>,
  context: ControllerContext,
): Write {
  const annotations = { ...slice.metadata.annotations, ...triggerTime(context) };
  return endpointSlices.put({ ...slice, metadata: { ...slice.metadata, labels, annotations }, endpoints, ports });
}

interface Addition {
  readonly service: Service;
  readonly family: Family;
  readonly labels: Readonly<Record<string, string>>;
  readonly context: ControllerContext;
}

function add(created: readonly SliceContents[], { service, family, labels, context }: Addition): readonly Write[] {
  const taken = new Set<string>();
  const generateNamePrefix = `${service.metadata.name}-`;
  return created.map(({ ports, endpoints }) => {
    const name = freshName(generateNamePrefix, taken, context);
    const metadata = {
      name,
      generateName: generateNamePrefix,
      labels,
      annotations: triggerTime(context),
      ownerReferences: [controllerReference(service)],
    };
    const head = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata };
    return endpointSlices.put({ ...head, addressType: family, endpoints, ports });
  });
}

function freshName(prefix: string, taken: Set<string>, { view, host }: ControllerContext): string {
  let name = generateName(prefix, host.pick);
  while (taken.has(name) || endpointSlices.get(view, name) !== undefined) name = generateName(prefix, host.pick);
  taken.add(name);
  return name;
}
