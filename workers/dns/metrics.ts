/** CoreDNS' metrics, by its names (`plugin/metrics`), for dashboards and alerts that are written for it. Per isolate. */
import { formatName, type Name } from "../../shared/dns/name.ts";
import type { ServedZone } from "../../shared/dns/corefile/compile.ts";
import { ALL_SERVERS, createPluginMetrics, serverOf, TIME_BUCKETS } from "../../shared/dns/plugins/metrics.ts";
import type { Client } from "../../shared/dns/plugins/plugin.ts";
import { typeName, type Question, type Rcode } from "../../shared/dns/records.ts";
import { createRegistry, type Counter, type Histogram } from "../../shared/runtime/metrics.ts";
import { version } from "../../package.json";
import { dnsRegistry } from "../sync-metrics.ts";
import { counters } from "../tables.ts";

const registry = createRegistry();

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
  TIME_BUCKETS,
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
const HTTPS_SERVER = serverOf({ protocol: "https" });
const okResponses = httpResponses.labels(HTTPS_SERVER, "200");
const panics = registry.counter("coredns_panics_total", "A metrics that counts the number of panics.").labels();
registry.counters(
  "wherry_dns_table_events_total",
  "Questions asked of stores, long (polls) and short (refreshes), those that failed, and answers from a table that may be old.",
  "event",
  () => counters,
);
registry
  .gauge("coredns_build_info", "Always 1; its labels say what answers, which is not CoreDNS.", [
    "version",
    "revision",
    "goversion",
  ])
  .labels(`${version}+wherry`)
  .set(1);
const pluginEnabled = registry.gauge(
  "coredns_plugin_enabled",
  "1 where a plugin has a part in the answers of a zone, in any cluster; 0 where it had.",
  [...BY_SERVER, "name"],
);

/** Where the plugins of every Corefile count. */
export const pluginMetrics = createPluginMetrics(registry);

/** How many clusters' Corefiles have a plugin in a zone, by plugin and zone. Clusters that the isolate has let go of still count. */
const enabled = new Map<string, number>();

/** Of a cluster whose Corefile has changed: what it serves now, and what it served before. */
export function enablePlugins(now: readonly ServedZone[], before: readonly ServedZone[]): void {
  addEnabled(before, -1);
  addEnabled(now, 1);
}

function addEnabled(servers: readonly ServedZone[], clusters: 1 | -1): void {
  for (const { zone: name, plugins } of servers) {
    const zone = formatName(name);
    for (const plugin of plugins) {
      const key = `${plugin} ${zone}`;
      const count = (enabled.get(key) ?? 0) + clusters;
      enabled.set(key, count);
      for (const server of ALL_SERVERS) pluginEnabled.labels(server, zone, "", plugin).set(count > 0 ? 1 : 0);
    }
  }
}

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
  const server = serverOf(client);
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
  httpResponses.labels(HTTPS_SERVER, String(status)).inc();
}

export const countPanic = (): void => panics.inc();

export const renderMetrics = (): string => registry.render() + dnsRegistry.render();
