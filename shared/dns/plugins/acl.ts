/** `acl`: who may ask for what (CoreDNS `plugin/acl`). */
import { cidrContains, parseCIDR, parseIP, type CIDR } from "../../apimachinery/ip.ts";
import { bare } from "../context.ts";
import type { CorefileError, Dispenser } from "../corefile/dispenser.ts";
import { matchZone, zonesOf } from "../corefile/zones.ts";
import { formatName, type Name } from "../name.ts";
import { TYPES } from "../records.ts";
import { serverOf, type PluginMetrics } from "./metrics.ts";
import type { Query, Reply, Setup } from "./plugin.ts";

type Action = "allow" | "block" | "filter" | "drop";

interface Policy {
  readonly action: Action;
  /** `null`: any. */
  readonly types: ReadonlySet<number> | null;
  readonly networks: readonly CIDR[] | null;
}

interface Rule {
  readonly zones: readonly Name[];
  readonly policies: readonly Policy[];
}

const ACTIONS: readonly string[] = ["allow", "block", "filter", "drop"];

/** Over HTTPS there is no way to say nothing, so `drop` refuses, as `block` does. */
export const acl: Setup = ({ tokens, serverZones, host }) => {
  const rules: Rule[] = [];
  while (tokens.next()) {
    const args = tokens.remainingArguments();
    const policies: Policy[] = [];
    while (tokens.nextInBlock()) {
      const policy = readPolicy(tokens);
      if ("kind" in policy) return policy;
      policies.push(policy);
    }
    rules.push({ zones: args.length === 0 ? serverZones : zonesOf(args), policies });
  }
  const { metrics } = host;
  return (next) => (query) => verdict(rules, query, metrics.acl) ?? next(query);
};

/** `null`: it may be answered. */
function verdict(rules: readonly Rule[], query: Query, metrics: PluginMetrics["acl"]): Reply | null {
  const server = serverOf(query.client);
  for (const { zones, policies } of rules) {
    const zone = matchZone(zones, query.question.name);
    if (zone === null) continue;
    const action = actionFor(policies, query);
    if (action === null) continue;
    if (action === "allow") break;
    metrics[COUNTED_AS[action]].labels(server, formatName(zone)).inc();
    return bare(action === "filter" ? "NOERROR" : "REFUSED");
  }
  metrics.allowed.labels(server).inc();
  return null;
}

const COUNTED_AS = { block: "blocked", drop: "dropped", filter: "filtered" } as const;

function actionFor(policies: readonly Policy[], { question, client }: Query): Action | null {
  const address = parseIP(client.address);
  if (address === null) return "block";
  const found = policies.find(
    ({ types, networks }) =>
      (types === null || types.has(question.type)) &&
      (networks === null || networks.some((network) => cidrContains(network, address))),
  );
  return found?.action ?? null;
}

function readPolicy(tokens: Dispenser): Policy | CorefileError {
  const action = tokens.current().toLowerCase();
  if (!ACTIONS.includes(action)) {
    return tokens.errorHere(
      `unexpected token ${JSON.stringify(tokens.current())}; expect 'allow', 'block', 'filter' or 'drop'`,
    );
  }
  let types: Set<number> | null = null;
  let networks: CIDR[] | null = null;
  let words = tokens.remainingArguments();
  while (words.length > 0) {
    const [first = "", ...rest] = words;
    const section = first.toLowerCase();
    if (section !== "type" && section !== "net") {
      return tokens.errorHere(`unexpected token ${JSON.stringify(first)}; expect 'type | net'`);
    }
    const end = rest.findIndex((word) => ["type", "net"].includes(word.toLowerCase()));
    const values = end < 0 ? rest : rest.slice(0, end);
    words = end < 0 ? [] : rest.slice(end);
    if (values.length === 0) return tokens.errorHere(`no token specified in ${JSON.stringify(section)} section`);
    if (values.includes("*")) continue;
    if (section === "type") {
      const bad = values.find((value) => !Object.hasOwn(TYPES, value));
      if (bad !== undefined) {
        return tokens.errorHere(`unexpected token ${JSON.stringify(bad)}; expect legal QTYPE`);
      }
      types = new Set([...(types ?? []), ...values.map((value) => TYPES[value as keyof typeof TYPES])]);
    } else {
      for (const value of values) {
        const text = value.includes("/") ? value : `${value}/${value.includes(":") ? 128 : 32}`;
        const cidr = parseCIDR(text);
        if (cidr === null) return tokens.errorHere(`illegal CIDR notation ${JSON.stringify(text)}`);
        networks = [...(networks ?? []), cidr];
      }
    }
  }
  return { action: action as Action, types, networks };
}
