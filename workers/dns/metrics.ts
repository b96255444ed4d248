/** CoreDNS' metrics, by its names (`plugin/metrics`), for dashboards and alerts that are written for it. Per isolate. */
import { formatName, type Name } from "../../shared/dns/name.ts";
import type { Client } from "../../shared/dns/plugins/plugin.ts";
import { typeName, type Question, type Rcode } from "../../shared/dns/records.ts";
import { createRegistry, exponentialBuckets, type Counter, type Histogram } from "../../shared/runtime/metrics.ts";
import { dnsRegistry } from "../sync-metrics.ts";
import { counters } from "../tables.ts";

const registry = createRegistry();

const SERVERS = { https: "https://:443", dns: "dns://:53" } as const;
const BY_SERVER = ["server", "zone", "view"] as const;
const SIZES = [0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16_000, 32_000, 48_000, 64_000];

const requests = registry.counter(
  "coredns_dns_requests_total",
  "Counter of DNS requests made per zone, protocol and family.",
  [...BY_SERVER, "proto", "family", "type"],
);
const durations = registry.histogram(
  "coredns_dns_request_duration_seconds",
  "Histogram of the time (in seconds) each request took per zone. A Worker's clock stands still between reads and writes, so only requests that waited for a table show one.",
  [...BY_SERVER],
  exponentialBuckets(0.000_25, 2, 16),
);
const requestSizes = registry.histogram(
  "coredns_dns_request_size_bytes",
  "Size of the DNS request in bytes.",
  [...BY_SERVER, "proto"],
  SIZES,
);
const responseSizes = registry.histogram(
  "coredns_dns_response_size_bytes",
  "Size of the DNS response in bytes.",
  [...BY_SERVER, "proto"],
  SIZES,
);
const doRequests = registry.counter(
  "coredns_dns_do_requests_total",
  "Counter of DNS requests with DO bit set per zone.",
  [...BY_SERVER],
);
const responses = registry.counter("coredns_dns_responses_total", "Counter of response status codes.", [
  ...BY_SERVER,
  "rcode",
  "plugin",
]);
const httpResponses = registry.counter(
  "coredns_dns_https_responses_total",
  "Counter of DoH responses per server and http status code.",
  ["server", "status"],
);
const okResponses = httpResponses.labels(SERVERS.https, "200");
const panics = registry.counter("coredns_panics_total", "A metrics that counts the number of panics.").labels();
const tableEvents = registry.gauge(
  "wherry_table_events",
  "Long polls, refreshes, failures and stale uses of the cached tables since the isolate began.",
  ["event"],
);

/** CoreDNS names these types and lumps all others together. */
const NAMED_TYPES = new Set(
  "A AAAA MX SOA CNAME PTR TXT NS SRV DS DNSKEY RRSIG NSEC NSEC3 HTTPS IXFR AXFR ANY".split(" "),
);

/** As CoreDNS writes it: `1` for IPv4, `2` for IPv6. */
export const familyOf = ({ address }: Client): "1" | "2" => (address.includes(":") ? "2" : "1");

/** One sort of question from one sort of client: counting an answer to it is a few additions. */
export interface Meter {
  /** Tells it from every other. */
  readonly key: string;
  readonly isHttps: boolean;
  readonly requests: Counter;
  readonly dnssecRequests: Counter;
  readonly durations: Histogram;
  readonly requestSizes: Histogram;
  readonly responseSizes: Histogram;
  readonly responses: Counter;
}

const meters = new Map<string, Meter>();

export interface Metered {
  /** `null`: none could be read. */
  readonly question: Question | null;
  readonly rcode: Rcode;
  readonly client: Client;
  /** That of the server block; `null`: there is none for the name. */
  readonly zone: Name | null;
  readonly plugin: string;
}

/** The number of meters is bounded by what their labels can be: zones of the Corefile, its plugins, CoreDNS' types, response codes. */
export function meterFor({ question, rcode, client, zone: block, plugin }: Metered): Meter {
  const zone = block === null ? "dropped" : formatName(block);
  const named = question === null ? "other" : typeName(question.type);
  const type = NAMED_TYPES.has(named) ? named : "other";
  const { protocol: transport } = client;
  const family = familyOf(client);
  const key = `${zone} ${type} ${rcode} ${transport} ${family} ${plugin}`;
  const known = meters.get(key);
  if (known !== undefined) return known;
  const server = transport === "https" ? SERVERS.https : SERVERS.dns;
  const proto = transport === "udp" ? "udp" : "tcp";
  const meter: Meter = {
    key,
    isHttps: transport === "https",
    requests: requests.labels(server, zone, "", proto, family, type),
    dnssecRequests: doRequests.labels(server, zone, ""),
    durations: durations.labels(server, zone, ""),
    requestSizes: requestSizes.labels(server, zone, "", proto),
    responseSizes: responseSizes.labels(server, zone, "", proto),
    responses: responses.labels(server, zone, "", rcode, plugin),
  };
  meters.set(key, meter);
  return meter;
}

export interface Counted {
  readonly requestOctets: number;
  readonly responseOctets: number;
  /** 0 where nothing was waited for. */
  readonly milliseconds?: number;
  /** So many of them. */
  readonly times?: number;
}

export function count(meter: Meter, { requestOctets, responseOctets, milliseconds = 0, times = 1 }: Counted): void {
  if (meter.isHttps) okResponses.inc(times);
  meter.requests.inc(times);
  meter.responses.inc(times);
  meter.requestSizes.observe(requestOctets, times);
  meter.responseSizes.observe(responseOctets, times);
  meter.durations.observe(milliseconds / 1000, times);
}

export function countStatus(status: number): void {
  httpResponses.labels(SERVERS.https, String(status)).inc();
}

export const countPanic = (): void => panics.inc();

export function renderMetrics(): string {
  for (const [event, value] of Object.entries(counters)) tableEvents.labels(event).set(value);
  return registry.render() + dnsRegistry.render();
}
