/** What tables cost and how late they are, under kube-proxy's own names, and CoreDNS', so that their dashboards show something. */
import type { NamespaceTableDelta } from "../shared/proxy/table.ts";
import type { NamespaceTable } from "../shared/proxy/tables.ts";
import { createRegistry, exponentialBuckets } from "../shared/runtime/metrics.ts";

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
    [0.25, 0.5, 1, 2, 5, 10, 20, 30, 60],
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
/** To be called with the table as it was. Whole tables say nothing of when their endpoints changed. */
export function countChanges(delta: NamespaceTableDelta, table: NamespaceTable): void {
  const now = Date.now();
  serviceChanges.inc(delta.upserted.length + delta.removed.length);
  lastSync.labels().set(now / 1000);
  if (delta.full) return;
  for (const { name, changedAt, headless } of delta.upserted) {
    if (changedAt === undefined || changedAt === table.service(name)?.changedAt) continue;
    const seconds = (now - changedAt) / 1000;
    programming.observe(seconds);
    dnsProgramming.labels(headless ? "headless_with_selector" : "cluster_ip").observe(seconds);
  }
}

/** How long a change of a table took, in milliseconds. */
export const countSync = (milliseconds: number): void => syncDuration.observe(milliseconds / 1000);
