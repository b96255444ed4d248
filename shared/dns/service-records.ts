/** Names of Services and of their endpoints → records. */
import type { Endpoint, ServiceEntry, ServicePortEntry } from "../proxy/table.ts";
import { dashed } from "../proxy/search-path.ts";
import type { Tables } from "../proxy/tables.ts";
import { addressOctets } from "./address.ts";
import { ABSENT, type AddressRecord, type Found } from "./found.ts";
import { parseName, type Name } from "./name.ts";
import type { ServiceRequest } from "./record-request.ts";

export function findService(tables: Tables, request: ServiceRequest): Found {
  const { namespace, service: name } = request;
  if (!tables.cluster.hasNamespace(namespace)) return ABSENT;
  const table = tables.namespace(namespace);
  if (table === undefined) return { kind: "load", namespace };
  const service = table.service(name);
  return service === undefined ? ABSENT : serviceRecords(service, request);
}

function serviceRecords(service: ServiceEntry, request: ServiceRequest): Found {
  if (service.type === "ExternalName") return externalName(service, request);
  const records =
    service.headless || request.endpoint !== null
      ? endpointRecords(service, request)
      : clusterIPRecords(service, request);
  return records.length === 0 ? ABSENT : { kind: "records", records, owner: ownerOf(service) };
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
function clusterIPRecords({ ports, clusterIPs }: ServiceEntry, request: ServiceRequest): readonly AddressRecord[] {
  const records: AddressRecord[] = [];
  for (const entry of ports) {
    if (!isAsked(entry, request)) continue;
    for (const address of clusterIPs) records.push({ address, port: entry.port, hostname: null });
  }
  if (ports.length === 0 && isAnyPort(request)) {
    for (const address of clusterIPs) records.push({ address, port: null, hostname: null });
  }
  return records;
}

function endpointRecords(service: ServiceEntry, request: ServiceRequest): readonly AddressRecord[] {
  const records: AddressRecord[] = [];
  for (const entry of service.ports) {
    if (isAsked(entry, request)) pushPublished(records, entry.endpoints, service, request);
  }
  if (isAnyPort(request)) pushPublished(records, service.portless ?? [], service, request);
  return records;
}

function pushPublished(
  into: AddressRecord[],
  endpoints: readonly Endpoint[],
  { publishNotReadyAddresses }: ServiceEntry,
  { endpoint: label }: ServiceRequest,
): void {
  for (const endpoint of endpoints) {
    if (!endpoint.ready && !publishNotReadyAddresses) continue;
    const hostname = endpointHostname(endpoint);
    if (label !== null && hostname.toLowerCase() !== label) continue;
    into.push({ address: endpoint.address, port: endpoint.port === 0 ? null : endpoint.port, hostname });
  }
}

function isAnyPort({ port, protocol }: ServiceRequest): boolean {
  return port === null && protocol === null;
}

function isAsked({ name, protocol }: ServicePortEntry, request: ServiceRequest): boolean {
  return (
    (request.port === null || request.port === name.toLowerCase()) &&
    (request.protocol === null || request.protocol === protocol.toLowerCase())
  );
}

/** The endpoint's label under its Service: its hostname, else its address with dashes. */
export function endpointHostname({ hostname, address }: Pick<Endpoint, "hostname" | "address">): string {
  return hostname === null || hostname === "" ? dashed(address) : hostname;
}
