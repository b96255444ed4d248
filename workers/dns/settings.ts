import type { ExchangeOptions } from "../../shared/dns/exchange.ts";
import { parseName, type Name } from "../../shared/dns/name.ts";
import type { ClusterTable } from "../../shared/proxy/tables.ts";

/** CoreDNS' own default. */
const TTL_SECONDS = 5;

const pick = (n: number): number => Math.floor(Math.random() * n);

let latest: { readonly clusterDomain: string; readonly zone: Name } | null = null;

export function exchangeOptions(cluster: ClusterTable, searchNamespace: string | null): ExchangeOptions {
  return { zone: zoneOf(cluster.facts.clusterDomain), ttl: TTL_SECONDS, pods: "insecure", pick, searchNamespace };
}

/** A deployment has one cluster domain as a rule, so the last one is kept. */
function zoneOf(clusterDomain: string): Name {
  if (latest?.clusterDomain === clusterDomain) return latest.zone;
  const parsed = parseName(clusterDomain.toLowerCase());
  if (!parsed.ok) throw new Error(`cluster domain ${JSON.stringify(clusterDomain)} ${parsed.error}`);
  latest = { clusterDomain, zone: parsed.name };
  return parsed.name;
}
