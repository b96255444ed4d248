/** What the questions of a cluster are answered by: the Corefile in force, compiled once. */
import { compileCorefile, type Compiled, type Configuration } from "../../shared/dns/corefile/compile.ts";
import { defaultCorefile, externalServerBlock } from "../../shared/dns/corefile/default-corefile.ts";
import type { ExchangeOptions } from "../../shared/dns/exchange.ts";
import { parseName, type Name } from "../../shared/dns/name.ts";
import type { PluginHost } from "../../shared/dns/plugins/plugin.ts";
import type { ClusterFacts } from "../../shared/proxy/table.ts";
import type { ClusterTable } from "../../shared/proxy/tables.ts";
import { enablePlugins, pluginMetrics } from "./metrics.ts";

/** CoreDNS' own default. */
const TTL_SECONDS = 5;

/** A whole number from 0 to n - 1, by chance. */
export const pick = (n: number): number => Math.floor(Math.random() * n);

const HOST: PluginHost = {
  now: () => Date.now(),
  pick,
  log: (line) => console.log(line),
  hostname: "wherry",
  metrics: pluginMetrics,
};

export interface Settings {
  readonly facts: ClusterFacts;
  readonly corefile: string;
  readonly configuration: Configuration;
  /** Without a search path. */
  readonly options: ExchangeOptions;
}

/** By cluster: what a plugin has cached, or learned of a resolver, lasts until the Corefile changes. */
const settings = new WeakMap<ClusterTable, Settings>();

/** The same object as long as the cluster's facts are. */
export function settingsOf(cluster: ClusterTable): Settings {
  const known = settings.get(cluster);
  if (known?.facts === cluster.facts) return known;
  const made = settingsFor(cluster.facts, known);
  settings.set(cluster, made);
  return made;
}

function settingsFor(facts: ClusterFacts, known: Settings | undefined): Settings {
  const corefile = facts.corefile ?? defaultCorefile(facts.clusterDomain);
  const zone = zoneOf(facts.clusterDomain);
  const options: ExchangeOptions = { zone, ttl: TTL_SECONDS, pods: "insecure", pick, searchNamespace: null };
  const configuration = known?.corefile === corefile ? known.configuration : compiled(corefile, facts);
  if (configuration !== known?.configuration) enablePlugins(configuration.servers, known?.configuration.servers ?? []);
  return { facts, corefile, configuration, options };
}

/** A store sends only what it has compiled itself; another version of this Worker may know less than the store does. */
function compiled(corefile: string, facts: ClusterFacts): Configuration {
  const result = compileWithExternal(corefile, facts);
  if (result.ok) return result.configuration;
  console.error(`the Corefile of the cluster is not understood: ${result.message}`);
  const fallback = compileWithExternal(defaultCorefile(facts.clusterDomain), facts);
  if (!fallback.ok) throw new Error(`the default Corefile is broken: ${fallback.message}`);
  return fallback.configuration;
}

/** The deployment's external zone is one more server block, unless the Corefile has one for that zone itself. */
function compileWithExternal(corefile: string, { clusterDomain, externalZone }: ClusterFacts): Compiled {
  if (externalZone !== undefined) {
    const whole = compileCorefile(`${corefile}\n${externalServerBlock(externalZone, clusterDomain)}`, HOST);
    if (whole.ok) return whole;
  }
  return compileCorefile(corefile, HOST);
}

function zoneOf(clusterDomain: string): Name {
  const parsed = parseName(clusterDomain.toLowerCase());
  if (!parsed.ok) throw new Error(`cluster domain ${JSON.stringify(clusterDomain)} ${parsed.error}`);
  return parsed.name;
}
