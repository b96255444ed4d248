/** Every record of a zone, for its transfer: what is answered for each of its names, so that a secondary says the same as we do. */
import { endpointsOf } from "../proxy/namespace-table.ts";
import type { ImportEntry, ImportSlice, ServiceEntry } from "../proxy/table.ts";
import type { Tables } from "../proxy/tables.ts";
import { answer } from "./answer.ts";
import type { AnswerOptions } from "./context.ts";
import type { Name } from "./name.ts";
import { CLASS_IN, TYPES, type ResourceRecord } from "./records.ts";
import { endpointHostname, ownerOf } from "./service-records.ts";

type Lookup = (name: Name, type: keyof typeof TYPES) => readonly ResourceRecord[];

/** The zone's SOA: the first record of its transfer and the last one. */
export function transferredSoa(tables: Tables, options: AnswerOptions, zone: Name): ResourceRecord | null {
  return lookupIn(tables, options)(zone, "SOA")[0] ?? null;
}

/**
 * What is between the two SOA records. The tables of all namespaces must be there. Names of Pods are not listed: any
 * address makes one, unless they are verified. `zone` is the cluster's or the external one of `options`.
 */
export function zoneRecords(tables: Tables, options: AnswerOptions, zone: Name): readonly ResourceRecord[] {
  const lookup = lookupIn(tables, options);
  const isCluster = zone === options.zone;
  const records: ResourceRecord[] = [...nameServers(lookup, options, zone)];
  if (isCluster) records.push(...lookup(["dns-version", ...zone], "TXT"));
  for (const namespace of tables.cluster.facts.namespaces) {
    const table = tables.namespace(namespace);
    if (options.multicluster) {
      for (const entry of byName(table?.serviceImports()))
        pushImport(records, entry, [...ownerOf(entry), ...zone], lookup);
      continue;
    }
    for (const service of byName(table?.services())) {
      const owner = isCluster ? ownerOf(service) : [service.name, service.namespace];
      pushService(records, service, [...owner, ...zone], lookup);
    }
  }
  return records;
}

const byName = <T extends { readonly name: string }>(entries: Iterable<T> = []): readonly T[] =>
  [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Of an alias that leads elsewhere the alias alone: its target is in another zone. */
function lookupIn(tables: Tables, options: AnswerOptions): Lookup {
  return (name, type) => {
    const found = answer(tables, { name, type: TYPES[type], class: CLASS_IN }, options);
    return found.kind === "load" ? [] : found.answers;
  };
}

const ADDRESS_TYPES = ["A", "AAAA"] as const;

/** Secondaries refuse a zone without NS, so it has the one that its SOA names where no Service is known to serve it. */
function nameServers(lookup: Lookup, { ttl }: AnswerOptions, zone: Name): readonly ResourceRecord[] {
  const [found] = lookup(zone, "NS");
  const target = found?.data.type === "NS" ? found.data.target : ["ns", "dns", ...zone];
  const glue = ADDRESS_TYPES.flatMap((type) => lookup(target, type));
  // That of `kube-dns` is among the Services' own records.
  return [{ name: zone, ttl, data: { type: "NS", target } }, ...(target[1] === "dns" ? glue : [])];
}

function pushService(records: ResourceRecord[], service: ServiceEntry, name: Name, lookup: Lookup): void {
  if (service.type === "ExternalName") return void records.push(...lookup(name, "CNAME"));
  for (const type of ADDRESS_TYPES) {
    const addresses = lookup(name, type);
    records.push(...addresses);
    // A load balancer that is known by a name has nothing else.
    if (addresses[0]?.data.type === "CNAME") return;
  }
  records.push(...lookup(name, "SRV"));
  for (const label of service.headless ? endpointLabels(service) : []) {
    for (const type of ADDRESS_TYPES) records.push(...lookup([label, ...name], type));
  }
  for (const port of service.ports) {
    if (port.name !== "") records.push(...lookup([`_${port.name}`, `_${port.protocol.toLowerCase()}`, ...name], "SRV"));
  }
}

function pushImport(records: ResourceRecord[], entry: ImportEntry, name: Name, lookup: Lookup): void {
  for (const type of [...ADDRESS_TYPES, "SRV"] as const) records.push(...lookup(name, type));
  const slices = entry.headless ? entry.slices : [];
  for (const labels of distinct(slices.flatMap(endpointNames))) {
    for (const type of ADDRESS_TYPES) records.push(...lookup([...labels, ...name], type));
  }
  const ports = entry.headless ? slices.flatMap((slice) => slice.ports) : entry.ports;
  const named = ports.filter((port) => port.name !== "");
  for (const labels of distinct(named.map((port) => [`_${port.name}`, `_${port.protocol.toLowerCase()}`]))) {
    records.push(...lookup([...labels, ...name], "SRV"));
  }
}

const distinct = (names: readonly Name[]): Iterable<Name> =>
  new Map(names.map((labels) => [labels.join("."), labels])).values();

/** Below their import. */
const endpointNames = ({ cluster, endpoints }: ImportSlice): readonly Name[] =>
  endpoints.map((endpoint) => [endpointHostname(endpoint), ...(cluster === "" ? [] : cluster.split("."))]);

function endpointLabels(service: ServiceEntry): ReadonlySet<string> {
  const labels = new Set<string>();
  for (const endpoint of endpointsOf(service)) labels.add(endpointHostname(endpoint));
  return labels;
}
