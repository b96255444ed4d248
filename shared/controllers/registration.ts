/** The registration controller: leases of registered backends → EndpointSlices of the Service they registered for. */
import type { Service } from "../api/core-v1/service.ts";
import {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type AddressType,
  type SliceEndpoint,
  type SlicePort,
} from "../api/discovery-v1/endpoint-slice.ts";
import { canonicalIP, familyOf } from "../apimachinery/ip.ts";
import { isDNS1123Label } from "../apimachinery/validation.ts";
import {
  REGISTRATION_CONTROLLER,
  REGISTRATION_KIND,
  REGISTRATIONS_ANNOTATION,
  type Lease,
} from "../registry/registration/registration.ts";
import type { View, Write } from "../storage/view.ts";
import { healthCheckOf } from "../registry/registration/health-check.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { healthEvents } from "./health-events.ts";
import { endpointSlices, services } from "./resources.ts";
import { inheritedLabels, portsKey, TRIGGER_TIME_ANNOTATION } from "./service-pods.ts";
import { layOutSlices, managedServiceOf, slicesManagedBy, type SliceContents } from "./slice-layout.ts";
import { MAX_ENDPOINTS_PER_SLICE } from "./slice-packing.ts";

/** What endpoints may be registered for: a Service that has any. */
export const takesRegistrations = ({ spec }: Service): boolean => spec.type !== "ExternalName";

export const registrationController: Controller = {
  name: "registration",
  settlesAtOnce: true,
  watches: [services.key, endpointSlices.key],
  keysFor: function* (change) {
    if (services.in(change) !== null) yield change.name;
    const slice = endpointSlices.in(change);
    for (const object of [slice?.before, slice?.after]) {
      const service = object === undefined ? undefined : managedServiceOf(object, REGISTRATION_CONTROLLER);
      if (service !== undefined) yield service;
    }
  },
  // What has slices may have leases that ran out while the store slept; leases without slices their keeper names itself.
  allKeys: function* (view) {
    for (const slice of endpointSlices.list(view)) {
      const service = managedServiceOf(slice, REGISTRATION_CONTROLLER);
      if (service !== undefined) yield service;
    }
  },
  reconcile: (name, context) => {
    const { view, host } = context;
    const service = services.get(view, name);
    if (service === undefined || !takesRegistrations(service)) {
      const left = slicesManagedBy(REGISTRATION_CONTROLLER, name, view);
      return { writes: left.map((s) => endpointSlices.delete(s.metadata.name)), requeueAt: null };
    }
    const live = context.leases.of(name).filter(({ expiresAt }) => expiresAt > host.now());
    const requeueAt = live.reduce((soonest, { expiresAt }) => Math.min(soonest, expiresAt), Number.POSITIVE_INFINITY);
    return {
      writes: [...writesFor(service, live, context), ...saidOf(service, live, context)],
      requeueAt: live.length === 0 ? null : requeueAt,
    };
  },
};

/** Where a URL leads, as a slice says it. */
interface Address {
  readonly address: string;
  readonly type: AddressType;
  readonly port: number;
}

function addressOf(url: string): Address {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  return { address: canonicalIP(host) ?? host, type: familyOf(host) ?? "FQDN", port: number };
}

function writesFor(service: Service, live: readonly Lease[], context: ControllerContext): readonly Write[] {
  const existing = slicesManagedBy(REGISTRATION_CONTROLLER, service.metadata.name, context.view);
  const byType = Map.groupBy(live, ({ url }) => addressOf(url).type);
  const types = new Set([...byType.keys(), ...existing.map(({ addressType }) => addressType)]);
  if (types.size === 0) return [];
  const changed = { [TRIGGER_TIME_ANNOTATION]: new Date(context.host.now()).toISOString() };
  const leases = new Map(live.map((lease) => [lease.id, lease]));
  const labels = inheritedLabels(service, {
    [MANAGED_BY_LABEL]: REGISTRATION_CONTROLLER,
    [SERVICE_NAME_LABEL]: service.metadata.name,
  });
  return [...types].flatMap((addressType) =>
    layOutSlices(
      {
        owner: service,
        addressType,
        labels,
        contents: contentsOf(service, byType.get(addressType) ?? [], context),
        existing: existing.filter((s) => s.addressType === addressType),
        maxEndpoints: MAX_ENDPOINTS_PER_SLICE,
        keepsOne: false,
        annotate: (endpoints) => ({
          set: { [REGISTRATIONS_ANNOTATION]: describe(endpoints, leases) },
          onWrite: changed,
        }),
      },
      context,
    ),
  );
}

/** Backends on the same port share slices. */
function contentsOf(
  service: Service,
  leases: readonly Lease[],
  { namespace, health }: ControllerContext,
): ReadonlyMap<string, SliceContents> {
  const byPort = Map.groupBy(leases, ({ url }) => addressOf(url).port);
  return new Map(
    [...byPort].map(([port, members]): [string, SliceContents] => {
      const ports = portsOf(service, port);
      const endpoints = members.map((lease) =>
        endpointOf(lease, { namespace, service, healthy: health.failureOf(service.metadata.name, lease) === null }),
      );
      return [portsKey(ports), { ports, endpoints }];
    }),
  );
}

/** A URL has one port, which every TCP port of the Service leads to. */
const portsOf = ({ spec }: Service, port: number): readonly SlicePort[] =>
  (spec.ports ?? [])
    .filter(({ protocol }) => protocol === "TCP")
    .map(({ name = "", appProtocol }) => ({
      name,
      port,
      protocol: "TCP",
      ...(appProtocol === undefined ? {} : { appProtocol }),
    }));

interface Placed {
  readonly namespace: string;
  readonly service: Service;
  readonly healthy: boolean;
}

const endpointOf = ({ id, url, zone }: Lease, { namespace, service, healthy }: Placed): SliceEndpoint => ({
  addresses: [addressOf(url).address],
  // Who publishes what is not ready gets it as ready; whether it serves is said all the same.
  conditions: {
    ready: healthy || service.spec.publishNotReadyAddresses === true,
    serving: healthy,
    terminating: false,
  },
  ...(isDNS1123Label(id).length === 0 ? { hostname: id } : {}),
  targetRef: { kind: REGISTRATION_KIND, namespace, name: id },
  ...(zone === null ? {} : { zone }),
});

/** The ids of a Service's registered endpoints that its slices have as unhealthy. */
export function unhealthyRegistrations(service: string, view: View): ReadonlySet<string> {
  const slices = slicesManagedBy(REGISTRATION_CONTROLLER, service, view);
  const down = slices.flatMap(({ endpoints }) => endpoints.filter(({ conditions }) => conditions?.serving === false));
  return new Set(down.map(({ targetRef }) => targetRef?.name ?? ""));
}

function saidOf(service: Service, live: readonly Lease[], context: ControllerContext): readonly Write[] {
  const check = healthCheckOf(service);
  if (check === null) return [];
  const { name } = service.metadata;
  const before = unhealthyRegistrations(name, context.view);
  const failing = live.flatMap(({ id, url }) => {
    const failure = context.health.failureOf(name, { id, url });
    return failure === null ? [] : [{ endpoint: id, failure }];
  });
  const failed = failing.filter(({ endpoint }) => !before.has(endpoint));
  const now = new Set(failing.map(({ endpoint }) => endpoint));
  const recovered = live.map(({ id }) => id).filter((id) => before.has(id) && !now.has(id));
  const news = { check, failed, recovered, checked: live.length, failing: failing.length };
  return healthEvents(service, news, context);
}

/** What the fields of an EndpointSlice cannot say: whole URLs, and weights. */
function describe(endpoints: readonly SliceEndpoint[], leases: ReadonlyMap<string, Lease>): string {
  const entries = endpoints.flatMap(({ targetRef }) => {
    const lease = leases.get(targetRef?.name ?? "");
    return lease === undefined ? [] : [[lease.id, { url: lease.url, weight: lease.weight }] as const];
  });
  return JSON.stringify(Object.fromEntries(entries));
}
