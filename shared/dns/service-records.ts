/** Names of Services and of their endpoints → records. */
import type { Endpoint, ServiceEntry, ServicePortEntry } from "../proxy/table.ts";
import { dashed } from "../proxy/search-path.ts";
import type { Tables } from "../proxy/tables.ts";
import { addressOctets } from "./address.ts";
import { ABSENT, type AddressRecord, type Found } from "./found.ts";
import { MAX_LABEL_OCTETS, parseName, type Name } from "./name.ts";
import type { ServiceRequest, TopologyRequest } from "./record-request.ts";
import type { Trace } from "./trace.ts";

export function hasNamespace(tables: Tables, namespace: string, trace?: Trace): boolean {
  const exists = tables.cluster.hasNamespace(namespace);
  trace?.({ kind: "namespace", namespace, exists });
  return exists;
}

export function findService(tables: Tables, request: ServiceRequest, trace?: Trace): Found {
  const { namespace, service: name } = request;
  if (!hasNamespace(tables, namespace, trace)) return ABSENT;
  const table = tables.namespace(namespace);
  if (table === undefined) return { kind: "load", namespace };
  const service = table.service(name);
  trace?.({ kind: "service", namespace, name, service: service ?? null });
  if (service === undefined) return ABSENT;
  return trace === undefined && isBare(request)
    ? bareRecords(service, request)
    : serviceRecords(service, request, trace);
}

/**
 * What a Service's own name has, worked out once: entries never change, a changed Service has a new one. So a headless Service of a
 * thousand endpoints costs what its answer takes to write.
 */
const bareFound = new WeakMap<ServiceEntry, Found>();

function bareRecords(service: ServiceEntry, request: ServiceRequest): Found {
  const known = bareFound.get(service);
  if (known !== undefined) return known;
  const found = serviceRecords(service, request, undefined);
  bareFound.set(service, found);
  return found;
}

function serviceRecords(service: ServiceEntry, request: ServiceRequest, trace: Trace): Found {
  if (request.topology !== undefined) return zonalRecords(service, { ...request, topology: request.topology }, trace);
  if (service.type === "ExternalName") return externalName(service, request);
  const records =
    service.headless || request.endpoint !== null
      ? endpointRecords(service, request, trace)
      : clusterIPRecords(service, request, trace);
  return records.length === 0 ? ABSENT : { kind: "records", records, owner: ownerOf(service) };
}

/** Headless Services alone have endpoints of a topology zone: a ClusterIP is in none. A zone without any is NODATA, a misspelt one too. */
function zonalRecords(
  service: ServiceEntry,
  request: ServiceRequest & { readonly topology: TopologyRequest },
  trace: Trace,
): Found {
  if (!service.headless || service.type === "ExternalName") return ABSENT;
  const { topology, ...everywhere } = request;
  const pinned = endpointRecords(service, request, trace);
  const isWidened = pinned.length === 0 && topology.directive === "prefer";
  const records = isWidened ? endpointRecords(service, everywhere, trace) : pinned;
  return { kind: "records", records, owner: ownerOf(service) };
}

/** Relative to the zone. */
export function ownerOf({ name, namespace }: Pick<ServiceEntry, "name" | "namespace">): Name {
  return [name, namespace, "svc"];
}

/** ExternalName has no endpoints and no ports to ask about (coredns#5733, #6161), and an IP literal is no name to alias. */
function externalName(service: ServiceEntry, { endpoint, port, protocol }: ServiceRequest): Found {
  if (endpoint !== null || port !== null || protocol !== null) return ABSENT;
  if (service.externalName === null || addressOctets(service.externalName) !== null) return ABSENT;
  const target = parseName(service.externalName);
  return target.ok ? { kind: "externalName", target: target.name } : ABSENT;
}

/** A ClusterIP answers whether or not anything is ready behind it: that is for the data plane to say. */
function clusterIPRecords(
  { ports, clusterIPs }: ServiceEntry,
  request: ServiceRequest,
  trace: Trace,
): readonly AddressRecord[] {
  const records: AddressRecord[] = [];
  for (const entry of ports) {
    if (!isAsked(entry, request, trace)) continue;
    for (const address of clusterIPs) records.push({ address, port: entry.port, hostname: null });
  }
  if (ports.length === 0 && isAnyPort(request)) {
    for (const address of clusterIPs) records.push({ address, port: null, hostname: null });
  }
  return records;
}

function endpointRecords(service: ServiceEntry, request: ServiceRequest, trace: Trace): readonly AddressRecord[] {
  const records: AddressRecord[] = [];
  for (const entry of service.ports) {
    if (isAsked(entry, request, trace)) pushPublished(records, entry.endpoints, service, { request, trace });
  }
  if (isAnyPort(request)) pushPublished(records, service.portless ?? [], service, { request, trace });
  return records;
}

function pushPublished(
  into: AddressRecord[],
  endpoints: readonly Endpoint[],
  { publishNotReadyAddresses }: ServiceEntry,
  { request: { endpoint: label, topology }, trace }: { readonly request: ServiceRequest; readonly trace: Trace },
): void {
  for (const endpoint of endpoints) {
    const hostname = endpointHostname(endpoint);
    const isOther = label !== null && hostname.toLowerCase() !== label;
    const isElsewhere = topology !== undefined && endpoint.zone?.toLowerCase() !== topology.zone;
    const isUnready = !endpoint.ready && !publishNotReadyAddresses;
    const { address, port } = endpoint;
    const isWrong = isOther ? "another endpoint is asked for" : isElsewhere ? "in another zone" : null;
    const why = endpoint.unhealthy === true ? "unhealthy" : "not ready";
    const leftOut = isWrong ?? (isUnready ? why : null);
    trace?.({ kind: "endpoint", address, hostname, port, leftOut });
    if (leftOut !== null) continue;
    into.push({ address: endpoint.address, port: endpoint.port === 0 ? null : endpoint.port, hostname });
  }
}

const isBare = (request: ServiceRequest): boolean =>
  request.endpoint === null && request.topology === undefined && isAnyPort(request);

export function isAnyPort({ port, protocol }: ServiceRequest): boolean {
  return port === null && protocol === null;
}

function isAsked({ name, protocol, port }: ServicePortEntry, request: ServiceRequest, trace: Trace): boolean {
  const isAskedFor = isPortAsked(name, protocol, request);
  trace?.({ kind: "port", port: name, protocol, number: port, isAsked: isAskedFor });
  return isAskedFor;
}

/** Whether a request, which is in lower case, is for a port of this name and protocol: for it, or for any. */
export function isPortAsked(name: string, protocol: string, request: ServiceRequest): boolean {
  const isNamed = request.port === null || request.port === name.toLowerCase();
  return isNamed && (request.protocol === null || request.protocol === protocol.toLowerCase());
}

/** The endpoint's label under its Service: its hostname, else its address with dashes. */
export function endpointHostname({ hostname, address }: Pick<Endpoint, "hostname" | "address">): string {
  return hostname === null || hostname === "" ? dashed(address) : hostname;
}

/** The endpoint, which has its Pod's name for a label where it has no hostname and the name fits (CoreDNS `endpoint_pod_names`). */
export function underTargetName<T extends { readonly hostname: string | null }>(endpoint: T, target: string | null): T {
  const { hostname } = endpoint;
  const isNamed = hostname !== null && hostname !== "";
  return isNamed || target === null || target.length > MAX_LABEL_OCTETS ? endpoint : { ...endpoint, hostname: target };
}
