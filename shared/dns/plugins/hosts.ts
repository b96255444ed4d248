/** `hosts`: a table of addresses and names in the Corefile itself (CoreDNS `plugin/hosts`). */
import { addressOctets, formatAddress } from "../address.ts";
import type { CorefileError, Dispenser } from "../corefile/dispenser.ts";
import { parseDuration, parseInteger } from "../corefile/go-values.ts";
import { matchZone, zonesOf } from "../corefile/zones.ts";
import { bare } from "../context.ts";
import { isWithin, lowerName, parseName, type Name } from "../name.ts";
import { TYPES, type RecordData, type ResourceRecord } from "../records.ts";
import { parseReverse, REVERSE_ZONES } from "../reverse.ts";
import type { Handler, Query, Setup, Step } from "./plugin.ts";

interface Hosts {
  readonly zones: readonly Name[];
  /** Of the zones that fall through. */
  readonly fallthrough: readonly Name[];
  readonly ttl: number;
  /** Lower-case name, its labels joined by NUL, → octets of its addresses. */
  readonly addresses: ReadonlyMap<string, readonly Uint8Array[]>;
  /** Canonical address → names. */
  readonly names: ReadonlyMap<string, readonly Name[]>;
}

interface Draft {
  fallthrough: readonly Name[];
  ttl: number;
  reverse: boolean;
  readonly lines: (readonly string[])[];
}

const DEFAULT_TTL_SECONDS = 3600;

export const hosts: Setup = ({ tokens, serverZones, notice, host }) => {
  tokens.next();
  const args = tokens.remainingArguments();
  // The first argument is a file's name in CoreDNS, and there are no files here.
  if (args[0] !== undefined) notice(`File does not exist: ${args[0]}`);
  const named = zonesOf(args.slice(1));
  const draft: Draft = { fallthrough: [], ttl: DEFAULT_TTL_SECONDS, reverse: true, lines: [] };
  while (tokens.nextInBlock()) {
    const failure = readOption(tokens, draft);
    if (failure !== null) return failure;
  }
  if (tokens.next()) return tokens.fail("this plugin can only be used once per Server Block");
  const table = compile(draft, named.length === 0 ? serverZones : named);
  host.metrics.hostsEntries.labels(args[0] ?? "").set(sizeOf(table));
  return (next) => (query) => serve(table, query, next);
};

/** Names count for themselves, where an address leads to them. */
function sizeOf({ addresses, names }: Hosts): number {
  return [...addresses.values(), ...names.values()].reduce((size, { length }) => size + length, 0);
}

function readOption(tokens: Dispenser, draft: Draft): CorefileError | null {
  const option = tokens.current();
  const args = tokens.remainingArguments();
  switch (option) {
    case "fallthrough":
      draft.fallthrough = args.length === 0 ? [[]] : zonesOf(args);
      return null;
    case "no_reverse":
      draft.reverse = false;
      return null;
    case "ttl": {
      if (args[0] === undefined) return tokens.errorHere("ttl needs a time in second");
      const ttl = parseInteger(args[0]);
      if (!ttl.ok) return tokens.errorHere("ttl needs a number of second");
      if (ttl.value <= 0 || ttl.value > 65_535) return tokens.errorHere("ttl provided is invalid");
      draft.ttl = ttl.value;
      return null;
    }
    case "reload": {
      const [text] = args;
      if (text === undefined || args.length > 1) {
        return tokens.errorHere("reload needs a duration (zero seconds to disable)");
      }
      const duration = parseDuration(text);
      if (!duration.ok) return tokens.errorHere(`invalid duration for reload '${text}'`);
      return duration.value < 0 ? tokens.errorHere(`invalid negative duration for reload '${text}'`) : null;
    }
    default:
      if (draft.fallthrough.length > 0) return tokens.errorHere(`unknown property '${option}'`);
      draft.lines.push([option, ...args]);
      return null;
  }
}

/** A line without an address, and a name outside the zones, is left out, as from a hosts file. */
function compile({ lines, reverse, ttl, fallthrough }: Draft, zones: readonly Name[]): Hosts {
  const addresses = new Map<string, Uint8Array[]>();
  const names = new Map<string, Name[]>();
  for (const [text = "", ...hostnames] of lines) {
    const octets = addressOctets(text);
    if (octets === null) continue;
    for (const hostname of hostnames) {
      const parsed = parseName(hostname);
      if (!parsed.ok) continue;
      const name = lowerName(parsed.name);
      if (matchZone(zones, name) === null) continue;
      push(addresses, keyOf(name), octets);
      if (reverse) push(names, formatAddress(octets), name);
    }
  }
  return { zones, fallthrough, ttl, addresses, names };
}

function push<T>(into: Map<string, T[]>, key: string, value: T): void {
  const values = into.get(key);
  if (values === undefined) into.set(key, [value]);
  else values.push(value);
}

const keyOf = (name: Name): string => name.join("\0").toLowerCase();

function serve(table: Hosts, query: Query, next: Handler): Step {
  const { name, type } = query.question;
  // A zone of addresses need not be named for a PTR.
  if (type === TYPES.PTR) {
    const found = pointers(table, name);
    return found.length > 0 ? reply(table, name, found) : next(query);
  }
  if (matchZone(table.zones, name) === null) return next(query);
  const all = lookup(table, name);
  const octetCount = type === TYPES.A ? 4 : type === TYPES.AAAA ? 16 : 0;
  const data = all
    .filter(({ length }) => length === octetCount)
    .map((address): RecordData => ({ type: octetCount === 4 ? "A" : "AAAA", address }));
  if (data.length === 0 && all.length === 0) {
    // A hosts table has no SOA, so it cannot say NXDOMAIN.
    return matchZone(table.fallthrough, name) === null ? bare("SERVFAIL") : next(query);
  }
  return reply(table, name, data);
}

/** `*.example.org` stands for names one label below `example.org`. */
function lookup({ addresses }: Hosts, name: Name): readonly Uint8Array[] {
  return addresses.get(keyOf(name)) ?? addresses.get(keyOf(["*", ...name.slice(1)])) ?? [];
}

function pointers({ names }: Hosts, name: Name): readonly RecordData[] {
  const zone = REVERSE_ZONES.find((one) => isWithin(name, one));
  if (zone === undefined) return [];
  const request = parseReverse(name.slice(0, name.length - zone.length), zone);
  if (request.kind !== "address") return [];
  return (names.get(request.address) ?? []).map((target) => ({ type: "PTR", target }));
}

function reply({ ttl }: Hosts, name: Name, data: readonly RecordData[]): Step {
  const answers: readonly ResourceRecord[] = data.map((one) => ({ name, ttl, data: one }));
  return { kind: "answer", rcode: "NOERROR", authoritative: true, answers, authority: [], additional: [] };
}
