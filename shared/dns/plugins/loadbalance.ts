/** `loadbalance`: addresses in random order, aliases before them (CoreDNS `plugin/loadbalance`). */
import { cidrContains, parseCIDR, parseIP, type CIDR } from "../../apimachinery/ip.ts";
import { formatAddress } from "../address.ts";
import type { ResourceRecord } from "../records.ts";
import { after, type PluginHost, type Reply, type Setup } from "./plugin.ts";

/** Under this name in `Setup.shared`: some networks' addresses stand first, so the order is not all chance. */
export const ORDERED = "ordered";

export const loadbalance: Setup = ({ tokens, host, notice, shared }) => {
  const preferred: CIDR[] = [];
  while (tokens.next()) {
    const [policy, ...rest] = tokens.remainingArguments();
    if (policy === "round_robin" && rest.length > 0) return tokens.errorHere(`unknown property for ${policy}`);
    if (policy === "weighted") {
      if (rest.length === 0) return tokens.errorHere("missing weight file argument");
      if (rest.length > 1) return tokens.errorHere("unexpected argument(s)");
      notice("'loadbalance weighted' takes its weights from a file, and there are none here: addresses are shuffled");
    } else if (policy !== undefined && policy !== "round_robin") return tokens.fail(`unknown policy: ${policy}`);
    while (tokens.nextInBlock()) {
      const option = tokens.current();
      const args = tokens.remainingArguments();
      if (option === "reload" && policy === "weighted") continue;
      if (option !== "prefer") return tokens.errorHere(`unknown property '${option}'`);
      for (const text of args) {
        const cidr = parseCIDR(text);
        if (cidr === null)
          return tokens.errorHere(`invalid CIDR ${JSON.stringify(text)}: invalid CIDR address: ${text}`);
        preferred.push(cidr);
      }
    }
  }
  if (preferred.length > 0) shared.set(ORDERED, true);
  const balance = (reply: Reply): Reply => balanced(reply, preferred, host);
  return (next) => (query) => after(next(query), balance);
};

function balanced(reply: Reply, preferred: readonly CIDR[], host: PluginHost): Reply {
  const { answers, authority, additional, rcode, isTransfer } = reply;
  if (isTransfer === true) return reply;
  if (rcode !== "NOERROR" || (answers.length < 2 && authority.length < 2 && additional.length < 2)) return reply;
  const mix = (records: readonly ResourceRecord[]): readonly ResourceRecord[] => roundRobin(records, host);
  return { ...reply, answers: prefer(mix(answers), preferred), authority: mix(authority), additional: mix(additional) };
}

function roundRobin(records: readonly ResourceRecord[], { pick }: PluginHost): readonly ResourceRecord[] {
  if (records.length < 2) return records;
  const aliases: ResourceRecord[] = [];
  const rest: ResourceRecord[] = [];
  const addresses: ResourceRecord[] = [];
  const exchanges: ResourceRecord[] = [];
  for (const record of records) {
    const { type } = record.data;
    if (type === "A" || type === "AAAA") addresses.push(record);
    else if (type === "CNAME") aliases.push(record);
    else if (type === "MX") exchanges.push(record);
    else rest.push(record);
  }
  return [...aliases, ...rest, ...shuffle(addresses, pick), ...shuffle(exchanges, pick)];
}

function shuffle<T>(items: T[], pick: (n: number) => number): readonly T[] {
  for (let i = 0; i < items.length - 1; i++) {
    const j = i + pick(items.length - i);
    const held = items[i] as T;
    items[i] = items[j] as T;
    items[j] = held;
  }
  return items;
}

/** Addresses in the preferred networks stand before the others, in the order of the networks. */
function prefer(records: readonly ResourceRecord[], networks: readonly CIDR[]): readonly ResourceRecord[] {
  if (networks.length === 0) return records;
  const rank = ({ data }: ResourceRecord): number => {
    if (data.type !== "A" && data.type !== "AAAA") return -1;
    const address = parseIP(formatAddress(data.address));
    const found = networks.findIndex((network) => address !== null && cidrContains(network, address));
    return found < 0 ? networks.length : found;
  };
  return records.toSorted((a, b) => rank(a) - rank(b));
}
