/**
 * What plugins count, under CoreDNS' names and labels (its `plugin/<name>/metrics.go`). Answers that are recalled without asking the
 * chain are counted by none of them. `view` is always empty: there are no views here.
 */
import {
  createRegistry,
  exponentialBuckets,
  type Counter,
  type Family,
  type Gauge,
  type Histogram,
  type Registry,
} from "../../runtime/metrics.ts";
import type { Client } from "./plugin.ts";

const SERVERS = { https: "https://:443", dns: "dns://:53" } as const;

/** The label `server`: every transport but HTTPS comes to one. */
export const serverOf = ({ protocol }: Pick<Client, "protocol">): string =>
  protocol === "https" ? SERVERS.https : SERVERS.dns;

/** For what a server block has once, whoever asks. */
export const ALL_SERVERS: readonly string[] = Object.values(SERVERS);

/** For what is no server's more than another's. */
export const DNS_SERVER: string = SERVERS.dns;

/** From 0.25 ms to 8 s, as CoreDNS'. */
export const TIME_BUCKETS = exponentialBuckets(0.000_25, 2, 16);

/** Families by plugin; the comment beside each names its labels, in their order. */
export interface PluginMetrics {
  readonly cache: {
    /** server, type, zones, view */
    readonly entries: Family<Gauge>;
    /** server, zones, view */
    readonly requests: Family<Counter>;
    /** server, type, zones, view */
    readonly hits: Family<Counter>;
    /** server, zones, view */
    readonly misses: Family<Counter>;
    /** server, zones, view */
    readonly servedStale: Family<Counter>;
    /** server, type, zones, view */
    readonly evictions: Family<Counter>;
  };
  readonly forward: {
    readonly broken: Family<Counter>;
    readonly rejects: Family<Counter>;
    /** proxy_name, to, rcode; in seconds */
    readonly durations: Family<Histogram>;
    /** proxy_name, to */
    readonly failures: Family<Counter>;
  };
  /** server, zone, view; `allowed` is of no zone: server, view */
  readonly acl: Readonly<Record<"blocked" | "filtered" | "dropped" | "allowed", Family<Counter>>>;
  readonly template: {
    /** server, zone, view, class, type */
    readonly matches: Family<Counter>;
    /** server, zone, view, class, type, section, template */
    readonly failures: Family<Counter>;
    /** server, zone, view, class, type, section, template */
    readonly recordFailures: Family<Counter>;
  };
  /** hostsfile */
  readonly hostsEntries: Family<Gauge>;
  /** server */
  readonly autopathSuccesses: Family<Counter>;
  readonly localhostRequests: Family<Counter>;
}

/** Registers all of them; a registry must be given only once. */
export function createPluginMetrics(registry: Registry): PluginMetrics {
  return {
    cache: cacheMetrics(registry),
    forward: forwardMetrics(registry),
    acl: aclMetrics(registry),
    template: templateMetrics(registry),
    hostsEntries: registry.gauge("coredns_hosts_entries", "Addresses and names in the table of hosts.", ["hostsfile"]),
    autopathSuccesses: registry.counter("coredns_autopath_success_total", "Questions completed by autopath.", [
      "server",
    ]),
    localhostRequests: registry.counter(
      "coredns_local_localhost_requests_total",
      "Questions about names below localhost, or that start with it.",
    ),
  };
}

/** For a Corefile that is compiled and never asked. */
export const unreadMetrics = (): PluginMetrics => createPluginMetrics(createRegistry());

function cacheMetrics(registry: Registry): PluginMetrics["cache"] {
  const byServer = ["server", "zones", "view"];
  const byType = ["server", "type", "zones", "view"];
  return {
    entries: registry.gauge("coredns_cache_entries", "Answers in the cache.", byType),
    requests: registry.counter("coredns_cache_requests_total", "Questions looked for in the cache.", byServer),
    hits: registry.counter("coredns_cache_hits_total", "Questions found in the cache.", byType),
    misses: registry.counter("coredns_cache_misses_total", "Questions not found in the cache.", byServer),
    servedStale: registry.counter(
      "coredns_cache_served_stale_total",
      "Answers given past their time from the cache.",
      byServer,
    ),
    evictions: registry.counter("coredns_cache_evictions_total", "Answers that made room for others.", byType),
  };
}

function forwardMetrics(registry: Registry): PluginMetrics["forward"] {
  return {
    broken: registry.counter(
      "coredns_forward_healthcheck_broken_total",
      "Questions that came when every resolver of forward was down.",
    ),
    rejects: registry.counter(
      "coredns_forward_max_concurrent_rejects_total",
      "Questions refused because max_concurrent others were under way.",
    ),
    durations: registry.histogram(
      "coredns_proxy_request_duration_seconds",
      "From a question to a resolver to its answer, by response code.",
      ["proxy_name", "to", "rcode"],
      TIME_BUCKETS,
    ),
    failures: registry.counter(
      "coredns_proxy_healthcheck_failures_total",
      "Questions that a resolver did not answer, which are its health checks here.",
      ["proxy_name", "to"],
    ),
  };
}

function aclMetrics(registry: Registry): PluginMetrics["acl"] {
  const counter = (verdict: string, labels: readonly string[]): Family<Counter> =>
    registry.counter(`coredns_acl_${verdict}_requests_total`, `Questions that acl has ${verdict}.`, labels);
  const byZone = ["server", "zone", "view"];
  return {
    blocked: counter("blocked", byZone),
    filtered: counter("filtered", byZone),
    dropped: counter("dropped", byZone),
    allowed: counter("allowed", ["server", "view"]),
  };
}

function templateMetrics(registry: Registry): PluginMetrics["template"] {
  const byQuestion = ["server", "zone", "view", "class", "type"];
  const byTemplate = [...byQuestion, "section", "template"];
  return {
    matches: registry.counter("coredns_template_matches_total", "Questions that a template has matched.", byQuestion),
    failures: registry.counter(
      "coredns_template_template_failures_total",
      "Templates that could not be executed.",
      byTemplate,
    ),
    recordFailures: registry.counter(
      "coredns_template_rr_failures_total",
      "Templates that made no record when they were executed.",
      byTemplate,
    ),
  };
}
