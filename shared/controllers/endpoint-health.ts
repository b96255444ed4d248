/**
 * The health-check controller: endpoints of slices that others keep, and that fail their checks → slices of ours that list them,
 * where tables look (`proxy/health-targets.ts`). Nobody's slices are rewritten.
 */
import type { Service } from "../api/core-v1/service.ts";
import {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type AddressType,
  type EndpointSlice,
} from "../api/discovery-v1/endpoint-slice.ts";
import { hostPort } from "../proxy/backend-url.ts";
import { healthTargets, serviceOfSlice, type HealthTarget } from "../proxy/health-targets.ts";
import {
  HEALTH_CHECK_CONTROLLER,
  healthCheckOf,
  UNHEALTHY_LABEL,
  type CheckedEndpoint,
} from "../registry/registration/health-check.ts";
import type { View, Write } from "../storage/view.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { healthEvents, type Ailing } from "./health-events.ts";
import { endpointSlices, services } from "./resources.ts";
import { portsKey, TRIGGER_TIME_ANNOTATION } from "./service-pods.ts";
import { layOutSlices, type SliceContents } from "./slice-layout.ts";
import { MAX_ENDPOINTS_PER_SLICE } from "./slice-packing.ts";

const ADDRESS_TYPES: readonly AddressType[] = ["IPv4", "IPv6", "FQDN"];

export const endpointHealth: Controller = {
  name: "endpoint-health",
  watches: [services.key, endpointSlices.key],
  settlesAtOnce: true,
  keysFor: function* (change, view) {
    const service = services.in(change);
    if (service !== null && [service.before, service.after].some(asksForChecks)) yield change.name;
    const slice = endpointSlices.in(change);
    for (const object of [slice?.before, slice?.after]) {
      const name = object === undefined ? undefined : serviceOfSlice(object);
      if (name !== undefined && (isOurs(object) || asksForChecks(services.get(view, name)))) yield name;
    }
  },
  // What fails is in slices already, and what else is known only the checks know, which start when the store has.
  allKeys: () => [],
  reconcile: (name, context) => {
    const { view } = context;
    const service = services.get(view, name);
    const check = service === undefined ? null : healthCheckOf(service);
    const existing = unhealthySlices(name, view);
    if (service === undefined || check === null) {
      return { writes: existing.map((s) => endpointSlices.delete(s.metadata.name)), requeueAt: null };
    }
    const targets = checkedTargets(service, view);
    const failing = [...targets.values()].flatMap((target): readonly Failing[] => {
      const failure = context.health.failureOf(name, asEndpoint(target));
      return failure === null ? [] : [{ target, failure }];
    });
    const events = healthEvents(
      service,
      { check, ...newsOf(failing, targets, existing), checked: targets.size, failing: failing.length },
      context,
    );
    return { writes: [...list(failing, existing, service, context), ...events], requeueAt: null };
  },
};

interface Failing {
  readonly target: HealthTarget;
  readonly failure: string;
}

const asksForChecks = (service: Service | undefined): boolean =>
  service !== undefined && healthCheckOf(service) !== null;

const isOurs = (slice: EndpointSlice | undefined): boolean =>
  slice?.metadata.labels?.[MANAGED_BY_LABEL] === HEALTH_CHECK_CONTROLLER;

/** By URL, so that none can be taken for a lease, whose id is a DNS name. */
export const asEndpoint = ({ url }: HealthTarget): CheckedEndpoint => ({ id: url, url });

/** What is checked of a Service besides its leases, by URL: the same endpoint may stand in several slices. */
export function checkedTargets(service: Service, view: View): ReadonlyMap<string, HealthTarget> {
  const slices = endpointSlices.withLabel(view, SERVICE_NAME_LABEL, service.metadata.name);
  const targets = new Map<string, HealthTarget>();
  for (const target of healthTargets(service, slices)) targets.set(target.url, target);
  return targets;
}

/** Our slices that list a Service's unhealthy endpoints. */
export const unhealthySlices = (service: string, view: View): readonly EndpointSlice[] =>
  [...endpointSlices.withLabel(view, UNHEALTHY_LABEL, service)].filter(isOurs);

const nameOf = ({ address, port }: HealthTarget): string => hostPort(address, port);

function newsOf(
  failing: readonly Failing[],
  targets: ReadonlyMap<string, HealthTarget>,
  existing: readonly EndpointSlice[],
): { readonly failed: readonly Ailing[]; readonly recovered: readonly string[] } {
  const before = new Set(
    existing.flatMap((slice) => slice.endpoints.map(({ addresses }) => listedAs(slice, addresses))),
  );
  const now = new Set(failing.map(({ target }) => nameOf(target)));
  const failed = failing.filter(({ target }) => !before.has(nameOf(target)));
  const passing = [...targets.values()].map(nameOf).filter((name) => before.has(name) && !now.has(name));
  return {
    failed: failed.map(({ target, failure }) => ({ endpoint: nameOf(target), failure })),
    recovered: [...new Set(passing)],
  };
}

const listedAs = ({ ports = [] }: EndpointSlice, [address = ""]: readonly string[]): string =>
  hostPort(address, ports[0]?.port ?? 0);

function list(
  failing: readonly Failing[],
  existing: readonly EndpointSlice[],
  service: Service,
  context: ControllerContext,
): readonly Write[] {
  const labels = { [MANAGED_BY_LABEL]: HEALTH_CHECK_CONTROLLER, [UNHEALTHY_LABEL]: service.metadata.name };
  const changed = { [TRIGGER_TIME_ANNOTATION]: new Date(context.host.now()).toISOString() };
  const byType = Map.groupBy(failing, ({ target }) => target.addressType);
  return ADDRESS_TYPES.flatMap((addressType) =>
    layOutSlices(
      {
        owner: service,
        prefix: `${service.metadata.name}-unhealthy-`,
        addressType,
        labels,
        contents: contentsOf(byType.get(addressType) ?? []),
        existing: existing.filter((slice) => slice.addressType === addressType),
        maxEndpoints: MAX_ENDPOINTS_PER_SLICE,
        keepsOne: false,
        annotate: () => ({ set: {}, onWrite: changed }),
      },
      context,
    ),
  );
}

/** Endpoints that are asked on the same port share slices. */
function contentsOf(failing: readonly Failing[]): ReadonlyMap<string, SliceContents> {
  const byPort = Map.groupBy(failing, ({ target }) => target.port);
  return new Map(
    [...byPort].map(([port, members]): [string, SliceContents] => {
      const ports = [{ name: "", port, protocol: "TCP" } as const];
      const addresses = new Set(members.map(({ target }) => target.address));
      const conditions = { ready: false, serving: false, terminating: false };
      const endpoints = [...addresses].map((address) => ({ addresses: [address], conditions }));
      return [portsKey(ports), { ports, endpoints }];
    }),
  );
}
