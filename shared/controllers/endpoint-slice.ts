/** The EndpointSlice controller: a Service's selector × Pods → slices. */
import type { Pod } from "../api/core-v1/pod.ts";
import type { Service } from "../api/core-v1/service.ts";
import {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type EndpointSlice,
  type SliceEndpoint,
} from "../api/discovery-v1/endpoint-slice.ts";
import type { Write } from "../storage/view.ts";
import type { Controller, ControllerContext } from "./controller.ts";
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
import { layOutSlices, managedServiceOf, slicesManagedBy, type SliceContents, type SliceSet } from "./slice-layout.ts";
import { MAX_ENDPOINTS_PER_SLICE } from "./slice-packing.ts";

export const ENDPOINT_SLICE_CONTROLLER = "endpointslice-controller.k8s.io";

type Family = "IPv4" | "IPv6";

export const endpointSlice: Controller = {
  name: "endpointslice",
  settlesAtOnce: true,
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
    const slices = slicesManagedBy(ENDPOINT_SLICE_CONTROLLER, name, context.view);
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
  const labels = inheritedLabels(service, {
    [MANAGED_BY_LABEL]: ENDPOINT_SLICE_CONTROLLER,
    [SERVICE_NAME_LABEL]: service.metadata.name,
  });
  // When what is written here happened: programming latency is measured from it. The write is part of the same moment.
  const changed = { [TRIGGER_TIME_ANNOTATION]: new Date(context.host.now()).toISOString() };
  const slices: SliceSet = {
    owner: service,
    addressType: family,
    labels,
    contents: desiredContents(state, context),
    existing,
    maxEndpoints: MAX_ENDPOINTS_PER_SLICE,
    keepsOne: true,
    annotate: () => ({ set: {}, onWrite: changed }),
  };
  return layOutSlices(slices, context);
}

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
