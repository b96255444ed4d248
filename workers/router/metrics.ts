/** What the router counts. Each isolate counts for itself, and starts at zero. */
import { exponentialBuckets, type Counter } from "../../shared/runtime/metrics.ts";
import type { ServiceEntry } from "../../shared/proxy/table.ts";
import { counters } from "../cached-table.ts";
import { registry } from "../sync-metrics.ts";

const requests = registry.counter("wherry_router_requests_total", "Requests to a Service, by status.", [
  "namespace",
  "service",
  "code",
]);
const duration = registry
  .histogram(
    "wherry_router_request_duration_seconds",
    "From a request's arrival to the head of its response.",
    [],
    exponentialBuckets(0.001, 2, 15),
  )
  .labels();
const retries = registry.counter("wherry_router_retries_total", "Requests sent to another endpoint.", [
  "namespace",
  "service",
]);
const refusals = registry.counter("wherry_router_refusals_total", "Requests that no backend answered, by reason.", [
  "namespace",
  "service",
  "reason",
]);
registry.counters(
  "wherry_router_table_events_total",
  "Questions asked of stores, long (polls) and short (refreshes), those that failed, and requests served from a table that may be old.",
  "event",
  () => counters,
);

/** Entries are replaced when they change: what is looked up for one is forgotten with it. */
const byCode = new WeakMap<ServiceEntry, Map<number, Counter>>();

export function countRequest(service: ServiceEntry, code: number, milliseconds: number): void {
  let codes = byCode.get(service);
  if (codes === undefined) byCode.set(service, (codes = new Map()));
  let counter = codes.get(code);
  if (counter === undefined)
    codes.set(code, (counter = requests.labels(service.namespace, service.name, String(code))));
  counter.inc();
  duration.observe(milliseconds / 1000);
}

export const countRetry = ({ namespace, name }: ServiceEntry): void => retries.labels(namespace, name).inc();

/** `service`: null where it came to none. */
export function countRefusal(service: ServiceEntry | null, reason: string): void {
  refusals.labels(service?.namespace ?? "", service?.name ?? "", reason).inc();
}

export const renderMetrics = (): string => registry.render();
