/** The EndpointSlice controller: a Service's selector × Pods → slices. */
import type { Pod } from "../api/core-v1/pod.ts";
import type { Service, ServicePort } from "../api/core-v1/service.ts";
import {
  ENDPOINT_SLICE_CONTROLLER,
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type EndpointSlice,
  type SliceEndpoint,
} from "../api/discovery-v1/endpoint-slice.ts";
import type { Write } from "../storage/view.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { hasEvent, recordEvent } from "./events.ts";
import { podMemo } from "./pod-memo.ts";
import { isReady, isTerminating } from "./pod-state.ts";
import { endpointSlices, pods, services } from "./resources.ts";
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
  type PortGroup,
} from "./service-pods.ts";
import { missingPortEvents, sayOnce, topologyEvent } from "./slice-events.ts";
import { layOutSlices, managedServiceOf, slicesManagedBy, type SliceContents, type SliceSet } from "./slice-layout.ts";
import { endpointKey, MAX_ENDPOINTS_PER_SLICE } from "./slice-packing.ts";
import { allotZones, hintedForOwnPlace, hintModeOf } from "./topology-hints.ts";

type Family = "IPv4" | "IPv6";

export const endpointSlice: Controller = {
  name: "endpointslice",
  settlesAtOnce: true,
  watches: [services.key, pods.key, endpointSlices.key],
  keysFor: function* (change, view) {
    yield* servicesAffectedBy(change, view);
    const slice = endpointSlices.in(change);
    for (const object of [slice?.before, slice?.after]) {
      const service = object === undefined ? undefined : managedServiceOf(object, ENDPOINT_SLICE_CONTROLLER);
      if (service !== undefined) yield service;
    }
  },
  // Slices are committed with what they follow from, and wait for nothing.
  allKeys: () => [],
  reconcile: (name, context) => {
    const service = services.get(context.view, name);
    if (service !== undefined && !selectsPods(service)) return { writes: [], requeueAt: null };
    const slices = slicesManagedBy(ENDPOINT_SLICE_CONTROLLER, name, context.view);
    if (service === undefined)
      return { writes: slices.map((s) => endpointSlices.delete(s.metadata.name)), requeueAt: null };
    const families = familiesOf(service);
    const obsolete = slices.filter((s) => !families.some((family) => family === s.addressType));
    const groups = groupByPorts(service, podsOf(service, context.view));
    const writes = families.flatMap((family) => {
      const existing = slices.filter((s) => s.addressType === family);
      return reconcileFamily({ service, family, groups, existing }, context);
    });
    const deletions = obsolete.map((s) => endpointSlices.delete(s.metadata.name));
    const events = missingPortEvents(service, missingPorts(groups), context);
    return { writes: [...writes, ...deletions, ...events], requeueAt: null };
  },
};

/** By port, the Pods that do not declare its name. */
function missingPorts(groups: readonly PortGroup[]): Parameters<typeof missingPortEvents>[1] {
  const found = new Map<ServicePort, Pod[]>();
  for (const { missing, pods } of groups) {
    for (const port of missing) {
      const staying = pods.filter((pod) => !isTerminating(pod));
      if (staying.length > 0) found.set(port, [...(found.get(port) ?? []), ...staying]);
    }
  }
  return [...found].map(([port, pods]) => ({ port, pods }));
}

function familiesOf({ spec }: Service): readonly Family[] {
  if (spec.ipFamilies !== undefined && spec.ipFamilies.length > 0) return spec.ipFamilies;
  return [spec.clusterIP?.includes(":") === true ? "IPv6" : "IPv4"];
}

interface FamilyState {
  readonly service: Service;
  readonly family: Family;
  readonly groups: readonly PortGroup[];
  readonly existing: readonly EndpointSlice[];
}

/** Slices of one address family. Pods that map a named port to different numbers go to different slices. */
function reconcileFamily(state: FamilyState, context: ControllerContext): readonly Write[] {
  const { service, family, existing } = state;
  const labels = inheritedLabels(service, {
    [MANAGED_BY_LABEL]: ENDPOINT_SLICE_CONTROLLER,
    [SERVICE_NAME_LABEL]: service.metadata.name,
  });
  // When what is written here happened: programming latency is measured from it. The write is part of the same moment.
  const changed = { [TRIGGER_TIME_ANNOTATION]: new Date(context.host.now()).toISOString() };
  const { contents, events } = withHints(desiredContents(state, context), state, context);
  const slices: SliceSet = {
    owner: service,
    addressType: family,
    labels,
    contents,
    existing,
    maxEndpoints: MAX_ENDPOINTS_PER_SLICE,
    keepsOne: true,
    annotate: () => ({ set: {}, onWrite: changed }),
  };
  return [...layOutSlices(slices, context), ...events];
}

type Contents = ReadonlyMap<string, SliceContents>;

/** Says for whom the endpoints are, as the Service asks. */
function withHints(contents: Contents, { service, family, existing }: FamilyState, context: ControllerContext) {
  const mode = hintModeOf(service);
  const say = (enabled: boolean, why: string) => sayOnce(topologyEvent(service, enabled, why, family), context);
  if (mode === "zone" || mode === "node") {
    return { contents: mapEndpoints(contents, (endpoint) => hintedForOwnPlace(endpoint, mode)), events: [] };
  }
  const enabled = topologyEvent(service, true, HINTS_ENABLED, family);
  const wasHinted = existing.some(({ endpoints }) => endpoints.some(({ hints }) => hints !== undefined));
  if (mode === "none") {
    // Hints that trafficDistribution gave go without a word; of those by topology it was said that they came.
    const lost = wasHinted && hasEvent(enabled, context);
    return { contents, events: lost ? say(false, "Topology Aware Hints has been disabled") : [] };
  }
  const endpoints = [...contents.values()].flatMap((one) => one.endpoints);
  const allotted = allotZones(endpoints, existing, context.cluster.nodes);
  if (!allotted.ok) return { contents, events: say(false, allotted.problem) };
  const hinted = mapEndpoints(contents, (endpoint) => {
    const zone = allotted.zones.get(endpointKey(endpoint));
    return zone === undefined ? endpoint : { ...endpoint, hints: { forZones: [{ name: zone }] } };
  });
  return { contents: hinted, events: wasHinted ? [] : [recordEvent(enabled, context)] };
}

const HINTS_ENABLED = "Topology Aware Hints has been enabled";

const mapEndpoints = (contents: Contents, change: (endpoint: SliceEndpoint) => SliceEndpoint): Contents =>
  new Map([...contents].map(([key, { ports, endpoints }]) => [key, { ports, endpoints: endpoints.map(change) }]));

/** What there should be, by `portsKey`. */
function desiredContents(state: FamilyState, context: ControllerContext): Contents {
  const zones = new Map(context.cluster.nodes.map((n) => [n.name, n.zone]));
  const groups = state.groups.map(({ ports, pods }): [string, SliceContents] => {
    const endpoints = pods.flatMap((pod) =>
      endpointOf(pod, state, zones.get(pod.spec.nodeName ?? "") ?? null, context),
    );
    return [portsKey(ports), { ports, endpoints }];
  });
  return new Map(groups.filter(([, { endpoints }]) => endpoints.length > 0));
}

const remembered = { IPv4: podMemo<readonly SliceEndpoint[]>(), IPv6: podMemo<readonly SliceEndpoint[]>() };

/** None for a Pod without an address of the family. */
function endpointOf(
  pod: Pod,
  { service, family }: FamilyState,
  zone: string | null,
  { namespace }: ControllerContext,
): readonly SliceEndpoint[] {
  const terminating = isTerminating(pod);
  const { nodeName } = pod.spec;
  const hostname = hostnameFor(service, pod);
  const publishAll = service.spec.publishNotReadyAddresses === true;
  const { name, uid } = pod.metadata;
  const inputs = [name, uid, namespace, terminating, nodeName, zone, hostname, publishAll];
  return remembered[family](pod, inputs, () => {
    const addresses = podAddresses(pod).filter((a) => a.includes(":") === (family === "IPv6"));
    if (addresses.length === 0) return [];
    const serving = isReady(pod);
    const endpoint = {
      addresses,
      conditions: { ready: publishAll || (serving && !terminating), serving, terminating },
      ...(hostname === undefined ? {} : { hostname }),
      ...(nodeName === undefined ? {} : { nodeName }),
      targetRef: podReference(pod, namespace),
      ...(zone === null ? {} : { zone }),
    };
    return [endpoint];
  });
}
