/**
 * Endpoints of slices that somebody else keeps, as health checks see them: which are asked, and where. Their slices are not
 * touched: those that fail stand in slices of ours, which lack the label `kubernetes.io/service-name`, so that no proxy or DNS
 * server but ours takes them for endpoints.
 */
import type { Service, ServicePort } from "../api/core-v1/service.ts";
import {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type AddressType,
  type EndpointSlice,
  type SlicePort,
} from "../api/discovery-v1/endpoint-slice.ts";
import { UNHEALTHY_LABEL } from "../registry/registration/health-check.ts";
import { REGISTRATION_CONTROLLER } from "../registry/registration/registration.ts";
import { addressBackend, canonicalAddress } from "./address-backend.ts";
import { hostPort } from "./backend-url.ts";
import { annotatedBackend } from "./pod-summary.ts";
import { registeredBackends } from "./registered-backends.ts";

export interface HealthTarget {
  /** What a health check's path is appended to. */
  readonly url: string;
  /** In canonical text. */
  readonly address: string;
  readonly addressType: AddressType;
  /** The one that is asked, of those that the endpoint serves. */
  readonly port: number;
}

/** The Service that a slice says something of: its endpoints, or which of them are unhealthy. */
export const serviceOfSlice = ({ metadata }: Pick<EndpointSlice, "metadata">): string | undefined =>
  metadata.labels?.[SERVICE_NAME_LABEL] ?? metadata.labels?.[UNHEALTHY_LABEL];

/** The slice lists unhealthy endpoints, and gives nobody any. */
export const listsUnhealthy = ({ metadata }: EndpointSlice): boolean =>
  metadata.labels?.[SERVICE_NAME_LABEL] === undefined && metadata.labels?.[UNHEALTHY_LABEL] !== undefined;

/**
 * The endpoints that can be asked. Not among them are Pods, which have probes; those that registered themselves, who are asked at
 * the URL they gave; those that their slice says are not ready; and, where the Service names one backend for all, any.
 */
export function* healthTargets(service: Service, slices: Iterable<EndpointSlice>): Generator<HealthTarget, void> {
  if (annotatedBackend(service.metadata.annotations) !== null) return;
  for (const slice of slices) yield* targetsOf(service, slice);
}

/** Objects never change: what was worked out for a slice holds as long as its Service is the same. */
const known = new WeakMap<EndpointSlice, { readonly service: Service; readonly targets: readonly HealthTarget[] }>();

function targetsOf(service: Service, slice: EndpointSlice): readonly HealthTarget[] {
  const found = known.get(slice);
  if (found?.service === service) return found.targets;
  const targets = findTargets(service, slice);
  known.set(slice, { service, targets });
  return targets;
}

function findTargets(service: Service, slice: EndpointSlice): readonly HealthTarget[] {
  const checked = checkedPort(service, slice);
  if (checked === null || slice.metadata.labels?.[MANAGED_BY_LABEL] === REGISTRATION_CONTROLLER) return [];
  const { scheme } = addressBackend(checked.servicePort, checked.slicePort);
  const registered = registeredBackends(slice);
  return (slice.endpoints ?? []).flatMap(({ addresses, conditions, targetRef }) => {
    const [written] = addresses;
    if (written === undefined || targetRef?.kind === "Pod" || conditions?.ready === false) return [];
    const address = canonicalAddress(written);
    const backend = registered.get(targetRef?.name ?? "")?.backend;
    const url = backend?.kind === "url" ? backend.url : `${scheme}://${hostPort(address, checked.number)}`;
    return [{ url, address, addressType: slice.addressType, port: checked.number }];
  });
}

interface CheckedPort {
  readonly servicePort: ServicePort;
  readonly slicePort: SlicePort;
  readonly number: number;
}

/** The first TCP port of the Service that the slice serves. */
function checkedPort({ spec }: Service, { ports = [] }: EndpointSlice): CheckedPort | null {
  for (const servicePort of spec.ports ?? []) {
    if (servicePort.protocol !== "TCP") continue;
    const slicePort = ports.find((p) => (p.name ?? "") === (servicePort.name ?? "") && (p.protocol ?? "TCP") === "TCP");
    if (slicePort?.port !== undefined) return { servicePort, slicePort, number: slicePort.port };
  }
  return null;
}

/** By `host:port`; every slice of a Service is looked at. */
export function unhealthyTargets(slices: Iterable<EndpointSlice>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const slice of slices) {
    if (!listsUnhealthy(slice)) continue;
    const [port] = slice.ports ?? [];
    for (const { addresses } of slice.endpoints ?? []) {
      found.add(hostPort(canonicalAddress(addresses[0] ?? ""), port?.port ?? 0));
    }
  }
  return found;
}

/** For a slice: the unhealthy addresses in it. Empty for nearly every slice, and cheap there. */
export function unhealthyIn(
  slice: EndpointSlice,
  service: Service,
  unhealthy: ReadonlySet<string>,
): ReadonlySet<string> {
  if (unhealthy.size === 0) return unhealthy;
  const failing = targetsOf(service, slice).filter(({ address, port }) => unhealthy.has(hostPort(address, port)));
  return new Set(failing.map(({ address }) => address));
}
