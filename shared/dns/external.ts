/**
 * A second zone, for clients outside: Services under the addresses that the outside reaches them by, those of `spec.externalIPs` and
 * of their load balancers (CoreDNS `plugin/k8s_external`). Clients that ask no DNS over HTTPS for `.local`, as browsers, find
 * Services here.
 */
import type { ServiceEntry, ServicePortEntry } from "../proxy/table.ts";
import { addressOctets } from "./address.ts";
import { addressRecords } from "./address-records.ts";
import { answered, type Answer, type Context, type Settled } from "./context.ts";
import { lowerName, parseName, type Name } from "./name.ts";
import { DNS_SERVICE } from "./name-server.ts";
import { TYPES, type RecordData, type ResourceRecord } from "./records.ts";
import { endpointHostname } from "./service-records.ts";
import { soaRecord } from "./soa.ts";

export interface ExternalZone {
  readonly zone: Name;
  /** The label under which the zone's own name server lives. */
  readonly apex: string;
  /** Whether headless Services without external addresses answer with their endpoints. */
  readonly headless: boolean;
}

/** As the plugin has them when its block says nothing. */
export const EXTERNAL_DEFAULTS = { apex: "dns", headless: false } as const;

const NAME_SERVER = "ns1";
const HOSTMASTER = "hostmaster";

/** The question's name must be in the zone. */
export function answerExternal(context: Context, external: ExternalZone): Answer {
  const { question } = context;
  const below = lowerName(question.name.slice(0, question.name.length - external.zone.length));
  if (below.length === 0) return answerApex(context, external);
  if (below.at(-1) === external.apex) return answerBelowApex(context, external, below);
  const found = findExternal(context, external, below);
  context.options.trace?.({ kind: "external", found: found.kind });
  switch (found.kind) {
    case "load":
      return found;
    case "absent":
      return negativeExternal(context, external, "NXDOMAIN");
    case "exists":
      return negativeExternal(context, external, "NOERROR");
    case "records":
      return answerRecords(context, external, found);
    default:
      return found satisfies never;
  }
}

/** `hostname`: the endpoint's label, `null` for the Service's own addresses. */
interface ExternalRecord {
  readonly address: string;
  readonly port: number;
  readonly hostname: string | null;
}

type ExternalFound =
  | { readonly kind: "records"; readonly records: readonly ExternalRecord[]; readonly service: ServiceEntry }
  | { readonly kind: "exists" }
  | { readonly kind: "absent" }
  | { readonly kind: "load"; readonly namespace: string };

/** `<service>.<namespace>`, with an endpoint's label, or protocol and port, on its left. */
function findExternal({ tables }: Context, external: ExternalZone, below: Name): ExternalFound {
  const [namespace = "", name, ...left] = below.toReversed();
  if (!tables.cluster.hasNamespace(namespace)) return { kind: "absent" };
  if (name === undefined) return { kind: "exists" };
  const table = tables.namespace(namespace);
  if (table === undefined) return { kind: "load", namespace };
  const service = table.service(name);
  if (service === undefined || left.length > 2) return { kind: "absent" };
  const [protocolOrEndpoint, portName] = left.map((label) => label.replace(/^_/, ""));
  const endpoint = portName === undefined ? (protocolOrEndpoint ?? null) : null;
  const isAsked = (entry: ServicePortEntry): boolean =>
    portName === undefined ||
    ((portName === "" || entry.name.toLowerCase() === portName) &&
      (protocolOrEndpoint === "" || entry.protocol.toLowerCase() === protocolOrEndpoint));
  const ports = service.ports.filter(isAsked);
  const addresses = service.externalAddresses ?? [];
  const isByEndpoint = external.headless && addresses.length === 0 && (service.headless || endpoint !== null);
  const records = isByEndpoint ? endpointRecords(service, ports, endpoint) : serviceRecords(ports, addresses);
  return records.length === 0 ? { kind: "absent" } : { kind: "records", records, service };
}

const serviceRecords = (ports: readonly ServicePortEntry[], addresses: readonly string[]): readonly ExternalRecord[] =>
  addresses.flatMap((address) => ports.map(({ port }) => ({ address, port, hostname: null })));

const endpointRecords = (
  { publishNotReadyAddresses }: ServiceEntry,
  ports: readonly ServicePortEntry[],
  label: string | null,
): readonly ExternalRecord[] =>
  ports.flatMap(({ endpoints }) =>
    endpoints.flatMap((endpoint) => {
      const hostname = endpointHostname(endpoint);
      if (!endpoint.ready && !publishNotReadyAddresses) return [];
      if (label !== null && hostname.toLowerCase() !== label) return [];
      return [{ address: endpoint.address, port: endpoint.port, hostname }];
    }),
  );

function answerRecords(
  context: Context,
  external: ExternalZone,
  found: Extract<ExternalFound, { kind: "records" }>,
): Answer {
  const { question, options } = context;
  switch (question.type) {
    case TYPES.A:
    case TYPES.AAAA: {
      const type = question.type === TYPES.A ? "A" : "AAAA";
      const addresses = addressRecords(question.name, found.records, type, options);
      return addresses.length > 0 ? answered(context, addresses) : answerAlias(context, external, found.records);
    }
    case TYPES.SRV:
      return answerSrv(context, external, found);
    default:
      return negativeExternal(context, external, "NOERROR");
  }
}

/** A load balancer that is known by a name: its addresses are for others to say. A name has one alias, so the first counts. */
function answerAlias(context: Context, external: ExternalZone, records: readonly ExternalRecord[]): Answer {
  const { question, options } = context;
  const hosts = records.filter(({ address }) => addressOctets(address) === null);
  const target = hosts.length < records.length ? undefined : parseName(hosts[0]?.address ?? "");
  if (target?.ok !== true) return negativeExternal(context, external, "NOERROR");
  const alias: ResourceRecord = { name: question.name, ttl: options.ttl, data: { type: "CNAME", target: target.name } };
  return { kind: "upstream", question: { ...question, name: target.name }, answers: [alias] };
}

function answerSrv(
  context: Context,
  external: ExternalZone,
  { records, service }: Extract<ExternalFound, { kind: "records" }>,
): Settled {
  const { question, options, zone } = context;
  const weight = Math.max(1, Math.floor(100 / records.length));
  const answers = new Map<string, ResourceRecord>();
  const glue = new Map<string, ResourceRecord>();
  for (const { address, port, hostname } of records) {
    const octets = addressOctets(address);
    const named = octets === null ? parseName(address) : null;
    const own = [...(hostname === null ? [] : [hostname]), service.name, service.namespace, ...zone];
    const target = named?.ok === true ? named.name : own;
    const data: RecordData = { type: "SRV", priority: 0, weight, port, target };
    const key = target.join(".");
    if (!answers.has(`${key} ${port}`)) answers.set(`${key} ${port}`, { name: question.name, ttl: options.ttl, data });
    if (octets === null || glue.has(`${key} ${address}`)) continue;
    const type = octets.length === 4 ? "A" : "AAAA";
    glue.set(`${key} ${address}`, { name: target, ttl: options.ttl, data: { type, address: octets } });
  }
  if (answers.size === 0) return negativeExternal(context, external, "NOERROR");
  return answered(context, [...answers.values()], [...glue.values()]);
}

function answerApex(context: Context, external: ExternalZone): Answer {
  const { question, options, zone } = context;
  if (question.type === TYPES.SOA) return answered(context, [externalSoa(context, external)]);
  if (question.type !== TYPES.NS) return negativeExternal(context, external, "NOERROR");
  const target = [NAME_SERVER, external.apex, ...zone];
  const addresses = nameServerAddresses(context);
  if ("kind" in addresses) return addresses;
  const ns: ResourceRecord = { name: question.name, ttl: options.ttl, data: { type: "NS", target } };
  const glue = (["A", "AAAA"] as const).flatMap((type) => addressRecords(target, addresses, type, options));
  return answered(context, [ns], glue);
}

/** `dns.<zone>` exists for what is below it, which is `ns1` alone. */
function answerBelowApex(context: Context, external: ExternalZone, below: Name): Answer {
  if (below.length === 1) return negativeExternal(context, external, "NOERROR");
  if (below.length > 2 || below[0] !== NAME_SERVER) return negativeExternal(context, external, "NXDOMAIN");
  const { question, options } = context;
  const addresses = nameServerAddresses(context);
  if ("kind" in addresses) return addresses;
  const type = question.type === TYPES.A ? "A" : question.type === TYPES.AAAA ? "AAAA" : null;
  const records = type === null ? [] : addressRecords(question.name, addresses, type, options);
  return records.length === 0 ? negativeExternal(context, external, "NOERROR") : answered(context, records);
}

type Load = { readonly kind: "load"; readonly namespace: string };

/** The addresses by which the outside reaches this DNS, where there is a Service of it. */
function nameServerAddresses({ tables }: Context): readonly ExternalRecord[] | Load {
  const { namespace, service: name } = DNS_SERVICE;
  if (!tables.cluster.hasNamespace(namespace)) return [];
  const table = tables.namespace(namespace);
  if (table === undefined) return { kind: "load", namespace };
  const addresses = table.service(name)?.externalAddresses ?? [];
  return addresses.map((address) => ({ address, port: 0, hostname: null }));
}

function negativeExternal(context: Context, external: ExternalZone, rcode: "NOERROR" | "NXDOMAIN"): Settled {
  const authority = [externalSoa(context, external)];
  return { kind: "answer", rcode, authoritative: true, answers: [], authority, additional: [] };
}

function externalSoa({ tables, options, zone }: Context, { apex }: ExternalZone): ResourceRecord {
  const names = { mname: [NAME_SERVER, apex, ...zone], rname: [HOSTMASTER, apex, ...zone] };
  return soaRecord(zone, options.ttl, tables.cluster.revision, names);
}
