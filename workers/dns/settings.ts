import type { ExchangeOptions } from "../../shared/dns/exchange.ts";
import { EXTERNAL_DEFAULTS } from "../../shared/dns/external.ts";
import { parseName, type Name } from "../../shared/dns/name.ts";
import type { ClusterFacts } from "../../shared/proxy/table.ts";
import type { ClusterTable } from "../../shared/proxy/tables.ts";

/** CoreDNS' own default. */
const TTL_SECONDS = 5;

const pick = (n: number): number => Math.floor(Math.random() * n);

let latest: {
  readonly clusterDomain: string;
  readonly externalZone: string | undefined;
  readonly options: Omit<ExchangeOptions, "searchNamespace">;
} | null = null;

export function exchangeOptions({ facts }: ClusterTable, searchNamespace: string | null): ExchangeOptions {
  return { ...optionsFor(facts), searchNamespace };
}

/** A deployment has one cluster domain as a rule, so what follows from the last one is kept. */
function optionsFor({ clusterDomain, externalZone }: ClusterFacts): Omit<ExchangeOptions, "searchNamespace"> {
  if (latest?.clusterDomain === clusterDomain && latest.externalZone === externalZone) return latest.options;
  const external = externalZone === undefined ? {} : { external: { ...EXTERNAL_DEFAULTS, zone: zoneOf(externalZone) } };
  const options = { zone: zoneOf(clusterDomain), ttl: TTL_SECONDS, pods: "insecure", pick, ...external } as const;
  latest = { clusterDomain, externalZone, options };
  return options;
}

function zoneOf(domain: string): Name {
  const parsed = parseName(domain.toLowerCase());
  if (!parsed.ok) throw new Error(`domain ${JSON.stringify(domain)} ${parsed.error}`);
  return parsed.name;
}
