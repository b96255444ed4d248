/** Names of ServiceImports and of their endpoints → records (KEP-1645; CoreDNS `plugin/kubernetes`, `findMultiClusterServices`). */
import type { ImportEndpoint, ImportEntry, ImportPort, ImportSlice } from "../proxy/table.ts";
import type { Tables } from "../proxy/tables.ts";
import { ABSENT, type AddressRecord, type Found } from "./found.ts";
import type { ServiceRequest } from "./record-request.ts";
import { endpointHostname, hasNamespace, isAnyPort, isPortAsked, ownerOf } from "./service-records.ts";
import type { Trace } from "./trace.ts";

/** What a Service of this name in the cluster itself has makes no difference. */
export function findImport(tables: Tables, request: ServiceRequest, trace?: Trace): Found {
  const { namespace, service: name } = request;
  if (!hasNamespace(tables, namespace, trace)) return ABSENT;
  const table = tables.namespace(namespace);
  if (table === undefined) return { kind: "load", namespace };
  const entry = table.serviceImport(name);
  trace?.({ kind: "import", namespace, name, found: entry ?? null });
  if (entry === undefined) return ABSENT;
  const isBare = request.endpoint === null && isAnyPort(request);
  return trace === undefined && isBare ? bareRecords(entry, request) : importRecords(entry, request, trace);
}

/** As for a Service: what its own name has is worked out once, for an import that changes has a new entry. */
const bareFound = new WeakMap<ImportEntry, Found>();

function bareRecords(entry: ImportEntry, request: ServiceRequest): Found {
  const known = bareFound.get(entry);
  if (known !== undefined) return known;
  const found = importRecords(entry, request, undefined);
  bareFound.set(entry, found);
  return found;
}

function importRecords(entry: ImportEntry, request: ServiceRequest, trace: Trace): Found {
  if (entry.headless || request.endpoint !== null) {
    const records = entry.slices.flatMap((slice) => sliceRecords(slice, request, trace));
    return records.length === 0 ? ABSENT : { kind: "records", records, owner: ownerOf(entry) };
  }
  const ports = entry.ports.filter((port) => isAsked(port, request, trace));
  // Where no port fits there is no such name, but one whose addresses are still to be given has no data yet.
  if (ports.length === 0) return ABSENT;
  const records = ports.flatMap(({ port }) => entry.ips.map((address) => ({ address, port, hostname: null })));
  return { kind: "records", records, owner: ownerOf(entry) };
}

/** A slice answers by the ports that it has itself, not by the import's. */
function sliceRecords(slice: ImportSlice, request: ServiceRequest, trace: Trace): readonly AddressRecord[] {
  const cluster = slice.cluster === "" ? {} : { cluster: slice.cluster };
  const records: AddressRecord[] = [];
  const ports = slice.ports.filter((port) => isAsked(port, request, trace));
  for (const endpoint of slice.endpoints) {
    const { address } = endpoint;
    const hostname = endpointHostname(endpoint);
    for (const { port } of ports) {
      const leftOut = whyLeftOut(endpoint, hostname, slice, request);
      trace?.({ kind: "endpoint", address, hostname, port: port ?? 0, ...cluster, leftOut });
      if (leftOut === null) records.push({ address, port, hostname, ...cluster });
    }
  }
  return records;
}

/** Whoever names an endpoint names its cluster too, unless its slice says of none. */
function whyLeftOut(
  { ready }: ImportEndpoint,
  hostname: string,
  { cluster }: ImportSlice,
  request: ServiceRequest,
): "another endpoint is asked for" | "of another cluster" | "not ready" | null {
  if (request.endpoint !== null) {
    if (hostname.toLowerCase() !== request.endpoint) return "another endpoint is asked for";
    if (cluster.toLowerCase() !== (request.cluster ?? "")) return "of another cluster";
  }
  return ready ? null : "not ready";
}

function isAsked({ name, protocol, port }: ImportPort, request: ServiceRequest, trace: Trace): boolean {
  const isAskedFor = isPortAsked(name, protocol, request);
  if (port !== null) trace?.({ kind: "port", port: name, protocol, number: port, isAsked: isAskedFor });
  return isAskedFor;
}
