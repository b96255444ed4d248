/** Corefile → what answers: a chain of plugins for each zone. Pure: the same text gives the same chains, or the same error. */
import { bare } from "../context.ts";
import type { Name } from "../name.ts";
import { DIRECTIVES } from "./directives.ts";
import { Dispenser, isError, type CorefileError } from "./dispenser.ts";
import { parseCorefile, type ServerBlock } from "./parse.ts";
import { parseZoneAddress, type ZoneAddress } from "./zones.ts";
import { ZoneTree } from "./zone-tree.ts";
import { CACHE, type CacheOffer } from "../plugins/cache.ts";
import { ORDERED } from "../plugins/loadbalance.ts";
import { setupOf } from "../plugins/index.ts";
import { after, failed, noNext, type Handler, type PluginHost, type Query, type Reply } from "../plugins/plugin.ts";
import { isServedClass } from "../plugins/small.ts";

export interface Configuration {
  /** Answers a question by the server block whose zone is the longest that holds its name; REFUSED where none does. */
  readonly handle: Handler;
  /** True when nothing but tables decides what a name of this zone's server answers: then an answer lasts as long as they. */
  readonly lasts: (name: Name) => boolean;
  /** The zone of the server block that a name is asked of; `null`: of none. */
  readonly zoneOf: (name: Name) => Name | null;
  /** The zones that are answered for, and which plugins have a part in it. */
  readonly servers: readonly ServedZone[];
}

/** A zone of a server block, and its plugins by their directives, the outermost first. */
export interface ServedZone {
  readonly zone: Name;
  readonly plugins: readonly string[];
}

/** What is accepted and has no effect. `line` counts from 1. */
export interface Notice {
  readonly line: number;
  readonly message: string;
}

export type Compiled =
  | { readonly ok: true; readonly configuration: Configuration; readonly notices: readonly Notice[] }
  | { readonly ok: false; readonly line: number; readonly message: string };

interface Server {
  readonly handle: Handler;
  readonly plugins: readonly string[];
  readonly lasts: (name: Name) => boolean;
}

/** A server block is found by each of its zones. */
interface Place {
  readonly zone: Name;
  readonly server: Server;
}

/** DNS' own port; the sockets of a deployment, whatever their numbers, stand for it. */
const DNS_PORT = "53";
/** An alias to an alias …; CoreDNS follows ten within its zone too. */
const MAX_DEPTH = 8;

export function compileCorefile(text: string, host: PluginHost): Compiled {
  const parsed = parseCorefile(text);
  if (isError(parsed)) return refusal(parsed);
  const notices: Notice[] = parsed.warnings.map(({ line, message }) => ({ line, message }));
  const servers = new ZoneTree<Place>();
  const served: ServedZone[] = [];
  const taken = new Set<string>();
  const lookup: Handler = (query) => handle(servers, query);
  for (const block of parsed.blocks) {
    const zones = zonesOfBlock(block, taken, notices);
    if (isError(zones)) return refusal(zones);
    const server = compileBlock(block, { host, zones: zones.all, notices, lookup });
    if (isError(server)) return refusal(server);
    for (const zone of zones.served) {
      servers.set(zone, { zone, server });
      served.push({ zone, plugins: server.plugins });
    }
  }
  const lasts = (name: Name): boolean => servers.find(name)?.server.lasts(name) === true;
  const zoneOf = (name: Name): Name | null => servers.find(name)?.zone ?? null;
  return { ok: true, configuration: { handle: lookup, lasts, zoneOf, servers: served }, notices };
}

function refusal({ line, message }: CorefileError): Compiled {
  return { ok: false, line, message };
}

function handle(servers: ZoneTree<Place>, query: Query): ReturnType<Handler> {
  if (query.depth > MAX_DEPTH) return failed("SERVFAIL", "an alias leads back to itself");
  const { name } = query.question;
  const place = servers.find(name);
  query.trace?.({ kind: "block", name, zone: place?.zone ?? null });
  return place === null ? bare("REFUSED") : place.server.handle(query);
}

interface BlockZones {
  readonly all: readonly Name[];
  /** Those that questions come to: on other ports nothing listens. */
  readonly served: readonly Name[];
}

function zonesOfBlock(block: ServerBlock, taken: Set<string>, notices: Notice[]): BlockZones | CorefileError {
  const all: Name[] = [];
  const served: Name[] = [];
  const refuse = (message: string): CorefileError => ({ kind: "error", line: block.line, message });
  for (const key of block.keys) {
    const parsed = parseZoneAddress(key);
    if (!parsed.ok) return refuse(parsed.message);
    const address = parsed.value;
    const isServed = address.transport === "dns" && (address.port ?? DNS_PORT) === DNS_PORT;
    if (!isServed)
      notices.push({ line: block.line, message: `nothing listens for '${key}' here: only port 53 is served` });
    for (const zone of address.zones) {
      const text = urlOf(address, zone);
      if (taken.has(text)) return refuse(`cannot serve ${text} - it is already defined`);
      taken.add(text);
      all.push(zone);
      if (isServed) served.push(zone);
    }
  }
  return { all, served };
}

const PORTS: ReadonlyMap<string, string> = new Map([
  ["tls", "853"],
  ["quic", "853"],
  ["grpc", "443"],
  ["https", "443"],
  ["https3", "443"],
]);

function urlOf({ transport, port }: ZoneAddress, zone: Name): string {
  return `${transport}://${[...zone, ""].join(".") || "."}:${port ?? PORTS.get(transport) ?? DNS_PORT}`;
}

interface BlockContext {
  readonly host: PluginHost;
  readonly zones: readonly Name[];
  readonly notices: Notice[];
  readonly lookup: Handler;
}

/** The first directive is outermost; plugins are set up in that order too, and meet in `shared`. */
function compileBlock(block: ServerBlock, { host, zones, notices, lookup }: BlockContext): Server | CorefileError {
  const shared = new Map<string, unknown>();
  const plugins: ((next: Handler) => Handler)[] = [];
  const present: string[] = [];
  for (const directive of DIRECTIVES) {
    const tokens = block.directives.get(directive);
    if (tokens === undefined) continue;
    const dispenser = new Dispenser(tokens);
    const notice = (message: string): void => void notices.push({ line: dispenser.line, message });
    const plugin = setupOf(directive)({ host, tokens: dispenser, serverZones: zones, notice, lookup, shared });
    if (plugin === null) continue;
    if (isError(plugin)) return { ...plugin, message: `plugin/${directive}: ${plugin.message}` };
    plugins.push((next) => signed(directive, plugin(next)));
    present.push(directive);
  }
  const chain = plugins.reduceRight((next, plugin) => plugin(next), noNext);
  const hasChaos = block.directives.has("chaos") || block.directives.has("forward");
  const handler: Handler = (query) => (isServedClass(query.question.class, hasChaos) ? chain(query) : bare("REFUSED"));
  const cached = shared.get(CACHE) as CacheOffer | undefined;
  const isTransparent = !shared.has(ORDERED) && present.every((name) => name === CACHE || TRANSPARENT.includes(name));
  return { handle: handler, plugins: present, lasts: (name) => isTransparent && cached?.keeps(name) !== true };
}

/** The innermost plugin that an answer comes from stands on it. */
function signed(plugin: string, handler: Handler): Handler {
  const sign = (reply: Reply): Reply => (reply.plugin === undefined ? { ...reply, plugin } : reply);
  return (query) => after(handler(query), sign);
}

/** They add nothing of their own to addresses from the tables but chance in their order, or always the same for the same message. */
const TRANSPARENT: readonly string[] = [
  "any",
  "errors",
  "forward",
  "hosts",
  "kubernetes",
  "loadbalance",
  "local",
  "nsid",
  "transfer",
];
