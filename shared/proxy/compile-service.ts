/** Service + EndpointSlices + Pods → the one entry that router and DNS look things up in. */
import type { Service, ServicePort } from "../api/core-v1/service.ts";
import { CLUSTER_IP_NONE } from "../api/core-v1/service.ts";
import type { EndpointSlice, SliceEndpoint } from "../api/discovery-v1/endpoint-slice.ts";
import { canonicalLegacyIP } from "../apimachinery/legacy-ip.ts";
import { TRIGGER_TIME_ANNOTATION } from "../api/discovery-v1/endpoint-slice.ts";
import { addressBackend, canonicalAddress } from "./address-backend.ts";
import { listsUnhealthy, unhealthyIn, unhealthyTargets } from "./health-targets.ts";
import { annotatedBackend, type PodView } from "./pod-summary.ts";
import { detectsOutliers } from "./outlier-detection.ts";
import { registeredBackends, type RegisteredBackend } from "./registered-backends.ts";
import { externalAccess } from "./external-access.ts";
import { hintsCount, hintsOf } from "./topology.ts";
import { balancing } from "./balancing.ts";
import { weightOf } from "./weighted.ts";
import { hasLabels, sliceLabelsOf } from "./slice-labels.ts";
import type { Backend, Endpoint, Labels, ServiceEntry, ServicePortEntry } from "./table.ts";

/** The default of `sessionAffinityConfig.clientIP.timeoutSeconds` (core/v1): three hours. */
const DEFAULT_AFFINITY_SECONDS = 10_800;
/** The endpoints of this Service are the API server itself. */
const API_SERVER = { namespace: "default", name: "kubernetes", binding: "API_SERVER" } as const;

export type PodByName = (name: string) => PodView | undefined;

/** A slice that gives endpoints, and the addresses in it that fail their health check. */
interface ServedSlice {
  readonly slice: EndpointSlice;
  readonly unhealthy: ReadonlySet<string>;
}

/**
 * Endpoints come out in the order of slice name and place in the slice, so that equal inputs give equal entries.
 *
 * @param slices all that are about the Service (`serviceOfSlice`)
 */
export function compileService(service: Service, slices: readonly EndpointSlice[], podByName: PodByName): ServiceEntry {
  const { spec, metadata } = service;
  const unhealthy = unhealthyTargets(slices);
  const ordered = slices
    .filter((slice) => !listsUnhealthy(slice))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((slice): ServedSlice => ({ slice, unhealthy: unhealthyIn(slice, service, unhealthy) }));
  const isExternal = spec.type === "ExternalName";
  const ports = isExternal ? [] : (spec.ports ?? []).map((port) => compilePort(port, service, ordered, podByName));
  const external = isExternal ? [] : externalAddressesOf(service);
  const portless = isExternal || ports.length > 0 ? [] : portlessEndpoints(service, ordered, podByName);
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid,
    ...(hasLabels(metadata.labels) ? { labels: metadata.labels } : {}),
    type: spec.type,
    clusterIPs: isExternal ? [] : clusterIPsOf(service),
    headless: !isExternal && spec.clusterIP === CLUSTER_IP_NONE,
    ...(external.length === 0 ? {} : { externalAddresses: external }),
    externalName: isExternal ? (spec.externalName ?? "") : null,
    ports,
    ...(portless.length === 0 ? {} : { portless }),
    sessionAffinity:
      spec.sessionAffinity === "ClientIP"
        ? { timeoutSeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS }
        : null,
    internalTrafficPolicy: spec.internalTrafficPolicy ?? "Cluster",
    externalTrafficPolicy: spec.externalTrafficPolicy ?? "Cluster",
    publishNotReadyAddresses: spec.publishNotReadyAddresses ?? false,
    ...lastChange(slices),
    ...externalAccess(service),
    ...balancing(metadata.annotations),
    backend: annotatedBackend(metadata.annotations),
    ...(detectsOutliers(service, ports) ? { detectsOutliers: true } : {}),
  };
}

function lastChange(slices: readonly EndpointSlice[]): Pick<ServiceEntry, "changedAt"> {
  const times = slices
    .map(({ metadata }) => Date.parse(metadata.annotations?.[TRIGGER_TIME_ANNOTATION] ?? ""))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? {} : { changedAt: Math.max(...times) };
}

/** The addresses that Services hold, in canonical text; none for headless and ExternalName Services. */
export function clusterIPsOf({ spec }: Service): readonly string[] {
  const written = spec.clusterIPs ?? (spec.clusterIP === undefined ? [] : [spec.clusterIP]);
  return written.filter((ip) => ip !== "" && ip !== CLUSTER_IP_NONE).map((ip) => canonicalLegacyIP(ip) ?? ip);
}

/** Where the outside reaches the Service: as CoreDNS' `k8s_external` sees it, in the order in which they are written. */
function externalAddressesOf({ spec, status }: Service): readonly string[] {
  const balancer = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => (ip ?? "") || (hostname ?? ""));
  const written = [...(spec.externalIPs ?? []), ...balancer].filter((address) => address !== "");
  return [...new Set(written.map((address) => canonicalLegacyIP(address) ?? address.toLowerCase()))];
}

function compilePort(
  port: ServicePort,
  service: Service,
  slices: readonly ServedSlice[],
  podByName: PodByName,
): ServicePortEntry {
  const name = port.name ?? "";
  const protocol = port.protocol ?? "TCP";
  const endpoints: Endpoint[] = [];
  for (const { slice, unhealthy } of slices) {
    for (const slicePort of slice.ports ?? []) {
      // A slice port without a number stands for all ports, which kube-proxy cannot program and leaves out.
      if (slicePort.port === undefined || (slicePort.name ?? "") !== name) continue;
      if ((slicePort.protocol ?? "TCP") !== protocol) continue;
      const backend = addressBackend(port, slicePort);
      const serving = {
        number: slicePort.port,
        backend,
        registered: registeredBackends(slice),
        unhealthy,
        ...sliceLabelsOf(slice, service),
      };
      for (const raw of slice.endpoints ?? []) pushEndpoint(endpoints, raw, serving, service, podByName);
    }
  }
  return {
    name,
    protocol,
    port: port.port,
    nodePort: port.nodePort ?? null,
    appProtocol: port.appProtocol ?? null,
    ...maxWeightOf(endpoints),
    ...(hintsCount(endpoints) ? { hinted: true } : {}),
    endpoints,
  };
}

/** Nothing where all weigh the same: then a choice needs no weighing. */
function maxWeightOf(endpoints: readonly Endpoint[]): { readonly maxWeight?: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const endpoint of endpoints) {
    least = Math.min(least, weightOf(endpoint));
    most = Math.max(most, weightOf(endpoint));
  }
  return most > least ? { maxWeight: most } : {};
}

/** A headless Service may have no ports at all; DNS still answers with its endpoints, whose port is then 0. */
function portlessEndpoints(service: Service, slices: readonly ServedSlice[], podByName: PodByName): Endpoint[] {
  const endpoints: Endpoint[] = [];
  const nowhere = { number: 0, backend: { kind: "address", scheme: "http" } as const, registered: NO_REGISTERED };
  for (const { slice, unhealthy } of slices) {
    const port = { ...nowhere, unhealthy, ...sliceLabelsOf(slice, service) };
    for (const raw of slice.endpoints ?? []) pushEndpoint(endpoints, raw, port, service, podByName);
  }
  return endpoints;
}

/** A port's number, and the backend of those of its endpoints that are no Pods. */
interface ServingPort {
  readonly number: number;
  readonly backend: Backend;
  readonly registered: ReadonlyMap<string, RegisteredBackend>;
  /** Addresses that fail their health check. */
  readonly unhealthy: ReadonlySet<string>;
  readonly sliceLabels?: Labels;
}

const NO_REGISTERED: ServingPort["registered"] = new Map();

/** Absent `ready` and `serving` mean true, absent `terminating` false; only the first address counts (discovery/v1). */
function pushEndpoint(
  into: Endpoint[],
  raw: SliceEndpoint,
  port: ServingPort,
  service: Service,
  podByName: PodByName,
): void {
  const written = raw.addresses?.[0];
  if (written === undefined) return;
  const address = canonicalAddress(written);
  const podName = raw.targetRef?.kind === "Pod" ? (raw.targetRef.name ?? null) : null;
  const pod = podName === null ? undefined : podByName(podName);
  const conditions = raw.conditions ?? {};
  const registered = podName === null ? port.registered.get(raw.targetRef?.name ?? "") : undefined;
  const weight = registered?.weight ?? 1;
  const unhealthy = isUnhealthy(raw, address, port);
  // Who publishes what is not ready wants no verdict on that (core/v1 `publishNotReadyAddresses`).
  const leftOut = unhealthy && service.spec.publishNotReadyAddresses !== true;
  into.push({
    address,
    port: port.number,
    ready: !leftOut && (conditions.ready ?? true),
    serving: !unhealthy && (conditions.serving ?? conditions.ready ?? true),
    terminating: conditions.terminating ?? false,
    hostname: raw.hostname ?? null,
    nodeName: raw.nodeName ?? null,
    zone: raw.zone ?? null,
    podName,
    ...(weight === 1 ? {} : { weight }),
    ...hintsOf(raw),
    ...(port.sliceLabels === undefined ? {} : { sliceLabels: port.sliceLabels }),
    ...(registered === undefined ? {} : { registered: true }),
    ...(unhealthy ? { unhealthy: true } : {}),
    backend: registered?.backend ?? endpointBackend(service, podName, pod, port),
    pod: pod?.summary ?? null,
  });
}

/** A slice of registered endpoints says so itself; of what others keep, our own slices do. */
const isUnhealthy = ({ targetRef, conditions }: SliceEndpoint, address: string, port: ServingPort): boolean =>
  targetRef?.kind !== "Pod" &&
  (port.unhealthy.has(address) || (port.registered.has(targetRef?.name ?? "") && conditions?.serving === false));

function endpointBackend(
  { metadata }: Service,
  podName: string | null,
  pod: PodView | undefined,
  port: ServingPort,
): Backend {
  if (metadata.name === API_SERVER.name && metadata.namespace === API_SERVER.namespace) {
    return { kind: "binding", name: API_SERVER.binding };
  }
  if (podName === null) return port.backend;
  return pod?.backend ?? { kind: "image" };
}
