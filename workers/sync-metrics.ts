/** What tables cost and how late they are, under kube-proxy's own names, so that its dashboards show something. */
import { endpointsOf } from "../shared/proxy/namespace-table.ts";
import { outlierKey } from "../shared/proxy/outlier-detection.ts";
import type { NamespaceTableDelta, ServiceEntry } from "../shared/proxy/table.ts";
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
const lastSync = registry.gauge("kubeproxy_sync_proxy_rules_last_timestamp_seconds", "When a table was last changed.");
const serviceChanges = registry
  .counter("kubeproxy_sync_proxy_rules_service_changes_total", "Services whose entry changed.")
  .labels();
const unhealthy = registry.gauge("wherry_unhealthy_endpoints", "Endpoints that fail their health check.", [
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

/** To be called with the table as it was. Whole tables say nothing of when their endpoints changed. */
export function countChanges(delta: NamespaceTableDelta, table: NamespaceTable): void {
  const now = Date.now();
  serviceChanges.inc(delta.upserted.length + delta.removed.length);
  lastSync.labels().set(now / 1000);
  for (const entry of delta.upserted) countUnhealthy(entry, table.service(entry.name));
  if (delta.full) return;
  for (const { name, changedAt } of delta.upserted) {
    if (changedAt === undefined || changedAt === table.service(name)?.changedAt) continue;
    programming.observe((now - changedAt) / 1000);
  }
}

/** How long a change of a table took, in milliseconds. */
export const countSync = (milliseconds: number): void => syncDuration.observe(milliseconds / 1000);
