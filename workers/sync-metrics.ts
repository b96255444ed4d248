/** What tables cost and how late they are, under kube-proxy's own names, and CoreDNS', so that their dashboards show something. */
import { endpointsOf } from "../shared/proxy/namespace-table.ts";
import { outlierKey } from "../shared/proxy/outlier-detection.ts";
import type { NamespaceTableDelta, ServiceEntry } from "../shared/proxy/table.ts";
import type { NamespaceTable } from "../shared/proxy/tables.ts";
import { createRegistry, exponentialBuckets, linearBuckets } from "../shared/runtime/metrics.ts";

/** Of this isolate's data plane. */
export const registry = createRegistry();

const syncDuration = registry
  .histogram(
    "kubeproxy_sync_proxy_rules_duration_seconds",
    "From the answer of a store to its being in the table.",
    [],
    exponentialBuckets(0.001, 2, 15),
  )
  .labels();
const programming = registry
  .histogram(
    "kubeproxy_network_programming_duration_seconds",
    "From a change of endpoints to its being obeyed here (SLI).",
    [],
    // kube-proxy's own, so that rules which name a bucket find it.
    [
      ...linearBuckets(0.25, 0.25, 2),
      ...linearBuckets(1, 1, 59),
      ...linearBuckets(60, 5, 12),
      ...linearBuckets(120, 30, 7),
    ],
  )
  .labels();
/** Of this isolate's DNS, which sees a change when the tables do. */
export const dnsRegistry = createRegistry();

/** CoreDNS' buckets: a millisecond to 17 minutes. Its third kind, `headless_without_selector`, it never counts either. */
const dnsProgramming = dnsRegistry.histogram(
  "coredns_kubernetes_dns_programming_duration_seconds",
  "Histogram of the time (in seconds) it took to program a dns instance.",
  ["service_kind"],
  exponentialBuckets(0.001, 2, 20),
);
const lastSync = registry.gauge("kubeproxy_sync_proxy_rules_last_timestamp_seconds", "When a table was last changed.");
const serviceChanges = registry
  .counter("kubeproxy_sync_proxy_rules_service_changes_total", "Services whose entry changed.")
  .labels();
const unhealthy = registry.gauge("wherry_router_unhealthy_endpoints", "Endpoints that fail their health check.", [
  "namespace",
  "service",
]);

/** Only Services that have some, or had some when they were last looked at. */
function countUnhealthy(entry: ServiceEntry, before: ServiceEntry | undefined): void {
  const count = unhealthyAddresses(entry);
  if (count === 0 && (before === undefined || unhealthyAddresses(before) === 0)) return;
  unhealthy.labels(entry.namespace, entry.name).set(count);
}

const unhealthyAddresses = (entry: ServiceEntry): number =>
  new Set([...endpointsOf(entry)].filter((one) => one.unhealthy === true).map((one) => outlierKey(one))).size;

const endpointChanges = registry
  .counter("kubeproxy_sync_proxy_rules_endpoint_changes_total", "Services whose endpoints changed.")
  .labels();

/** To be called with the table as it was. Whole tables say nothing of when their endpoints changed. */
export function countChanges(delta: NamespaceTableDelta, table: NamespaceTable): void {
  const now = Date.now();
  serviceChanges.inc(delta.upserted.length + delta.removed.length);
  lastSync.labels().set(now / 1000);
  for (const entry of delta.upserted) countUnhealthy(entry, table.service(entry.name));
  if (delta.full) return;
  for (const { name, changedAt, headless } of delta.upserted) {
    if (changedAt === undefined || changedAt === table.service(name)?.changedAt) continue;
    endpointChanges.inc();
    const seconds = (now - changedAt) / 1000;
    programming.observe(seconds);
    dnsProgramming.labels(headless ? "headless_with_selector" : "cluster_ip").observe(seconds);
  }
}

/** How long a change of a table took, in milliseconds. */
export const countSync = (milliseconds: number): void => syncDuration.observe(milliseconds / 1000);
