/**
 * The EndpointSliceMirroring controller: Endpoints that people write by hand → slices, which is where everything else looks
 * (kubernetes `pkg/controller/endpointslicemirroring`).
 */
import type { EndpointAddress, Endpoints, EndpointSubset } from "../api/core-v1/endpoints.ts";
import {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type EndpointSlice,
  type SliceEndpoint,
  type SlicePort,
} from "../api/discovery-v1/endpoint-slice.ts";
import { formatIP, parseIP, type IPFamily } from "../apimachinery/ip.ts";
import { omit } from "../apimachinery/omit.ts";
import type { Write } from "../storage/view.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { endpoints as endpointsResource, endpointSlices, services } from "./resources.ts";
import { portsKey, TRIGGER_TIME_ANNOTATION } from "./service-pods.ts";
import { sayOnce } from "./slice-events.ts";
import { layOutSlices, managedServiceOf, slicesManagedBy, type SliceContents } from "./slice-layout.ts";

export const MIRRORING_CONTROLLER = "endpointslicemirroring-controller.k8s.io";
export const SKIP_MIRROR_LABEL = "endpointslice.kubernetes.io/skip-mirror";
const LEADER_ANNOTATION = "control-plane.alpha.kubernetes.io/leader";
const LAST_APPLIED_ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
const COMPONENT = "endpoint-slice-mirroring-controller";

/** kube-controller-manager's `--mirroring-max-endpoints-per-subset`; each set of ports gets one slice an address family. */
const MAX_ENDPOINTS_PER_SUBSET = 1000;
const FAMILIES: readonly IPFamily[] = ["IPv4", "IPv6"];

export const endpointSliceMirroring: Controller = {
  name: "endpointslicemirroring",
  settlesAtOnce: true,
  watches: [endpointsResource.key, services.key, endpointSlices.key],
  keysFor: function* (change) {
    if (endpointsResource.in(change) !== null || services.in(change) !== null) yield change.name;
    const slice = endpointSlices.in(change);
    for (const object of [slice?.before, slice?.after]) {
      const service = object === undefined ? undefined : managedServiceOf(object, MIRRORING_CONTROLLER);
      if (service !== undefined) yield service;
    }
  },
  // Slices are committed with what they follow from, and wait for nothing.
  allKeys: () => [],
  reconcile: (name, context) => {
    const { view } = context;
    const endpoints = endpointsResource.get(view, name);
    const service = services.get(view, name);
    const existing = slicesManagedBy(MIRRORING_CONTROLLER, name, view);
    const mirrors = service !== undefined && service.spec.selector === undefined;
    if (endpoints === undefined || !mirrors || !isToBeMirrored(endpoints)) {
      return { writes: existing.map((s) => endpointSlices.delete(s.metadata.name)), requeueAt: null };
    }
    return { writes: mirror(endpoints, existing, context), requeueAt: null };
  },
};

const isToBeMirrored = ({ metadata }: Endpoints): boolean =>
  metadata.labels?.[SKIP_MIRROR_LABEL] !== "true" && metadata.annotations?.[LEADER_ANNOTATION] === undefined;

function mirror(endpoints: Endpoints, existing: readonly EndpointSlice[], context: ControllerContext) {
  const { name, labels, annotations } = endpoints.metadata;
  const { byFamily, skipped, invalid } = contentsOf(endpoints);
  const copied = omit(annotations ?? {}, TRIGGER_TIME_ANNOTATION, LAST_APPLIED_ANNOTATION);
  const writes = FAMILIES.flatMap((addressType): readonly Write[] =>
    layOutSlices(
      {
        owner: endpoints,
        addressType,
        labels: { ...labels, [SERVICE_NAME_LABEL]: name, [MANAGED_BY_LABEL]: MIRRORING_CONTROLLER },
        contents: byFamily.get(addressType) ?? new Map<string, SliceContents>(),
        existing: existing.filter((s) => s.addressType === addressType),
        maxEndpoints: MAX_ENDPOINTS_PER_SUBSET,
        keepsOne: false,
        annotate: () => ({ set: copied, onWrite: {} }),
      },
      context,
    ),
  );
  const warn = (reason: string, message: string): readonly Write[] =>
    sayOnce({ about: endpoints, type: "Warning", reason, message, component: COMPONENT }, context);
  return [
    ...writes,
    ...(invalid > 0
      ? warn("InvalidIPAddress", `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`)
      : []),
    ...(skipped > 0
      ? warn(
          "TooManyAddressesToMirror",
          `A max of ${MAX_ENDPOINTS_PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped + invalid} addresses were skipped`,
        )
      : []),
  ];
}

interface Mirrored {
  readonly byFamily: ReadonlyMap<IPFamily, ReadonlyMap<string, SliceContents>>;
  /** Addresses beyond what is mirrored, and those that are none. */
  readonly skipped: number;
  readonly invalid: number;
}

function contentsOf({ subsets = [] }: Endpoints): Mirrored {
  const byFamily = new Map(FAMILIES.map((family) => [family, new Map<string, Collected>()]));
  let skipped = 0;
  let invalid = 0;
  for (const subset of subsets) {
    const ports = portsOf(subset);
    let left = MAX_ENDPOINTS_PER_SUBSET;
    for (const { address, ready } of addressesOf(subset)) {
      const endpoint = left > 0 ? toEndpoint(address, ready) : null;
      if (left === 0) skipped++;
      else if (endpoint === null) invalid++;
      else {
        left--;
        collect(byFamily.get(endpoint.family), ports, endpoint.endpoint);
      }
    }
  }
  return { byFamily, skipped, invalid };
}

interface Collected {
  readonly ports: readonly SlicePort[];
  readonly endpoints: SliceEndpoint[];
}

function collect(into: Map<string, Collected> | undefined, ports: readonly SlicePort[], endpoint: SliceEndpoint): void {
  const key = portsKey(ports);
  const contents = into?.get(key);
  if (contents === undefined) into?.set(key, { ports, endpoints: [endpoint] });
  else contents.endpoints.push(endpoint);
}

/** Ready ones first: they are the last to be cut off. */
const addressesOf = ({ addresses = [], notReadyAddresses = [] }: EndpointSubset) => [
  ...addresses.map((address) => ({ address, ready: true })),
  ...notReadyAddresses.map((address) => ({ address, ready: false })),
];

function toEndpoint(address: EndpointAddress, ready: boolean) {
  const parsed = parseIP(address.ip);
  if (parsed === null) return null;
  const { hostname, nodeName, targetRef } = address;
  const endpoint: SliceEndpoint = {
    addresses: [formatIP(parsed)],
    conditions: { ready },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  };
  return { family: parsed.family, endpoint };
}

const portsOf = ({ ports = [] }: EndpointSubset): readonly SlicePort[] =>
  ports.map(({ name = "", port, protocol, appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol === undefined ? {} : { appProtocol }),
  }));
