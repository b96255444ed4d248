/** `cache`: answers kept for a while, in this isolate (CoreDNS `plugin/cache`). */
import { isError } from "../corefile/dispenser.ts";
import { matchZone } from "../corefile/zones.ts";
import { equalNames, formatName, type Name } from "../name.ts";
import { TYPES, typeNumber, type ResourceRecord } from "../records.ts";
import { readCache, type CacheHalf, type CacheOptions } from "./cache-options.ts";
import { typify, type ResponseType } from "./classify.ts";
import { DNS_SERVER, serverOf, type PluginMetrics } from "./metrics.ts";
import { isTransfer } from "./transfer.ts";
import { after, type Handler, type PluginHost, type Query, type Reply, type Setup, type Step } from "./plugin.ts";

interface Item {
  readonly reply: Reply;
  readonly storedAt: number;
  /** In milliseconds. */
  readonly lasts: number;
  /** It was given past its time once: whoever asks next has it fetched anew. */
  isDue: boolean;
}

interface Store {
  readonly options: CacheOptions;
  readonly host: PluginHost;
  readonly success: Map<string, Item>;
  readonly denial: Map<string, Item>;
  /** The label `zones`. */
  readonly label: string;
}

/** Under this key of `SetupContext.shared`: whose answers it keeps. */
export const CACHE = "cache";

export interface CacheOffer {
  readonly keeps: (name: Name) => boolean;
}

export const cache: Setup = ({ tokens, serverZones, host, notice, shared }) => {
  const options = readCache(tokens, serverZones, notice);
  if (isError(options)) return options;
  const { zones, success } = options;
  const keeps = (name: Name): boolean => matchZone(zones, name) !== null && matchZone(success.disabled, name) === null;
  shared.set(CACHE, { keeps } satisfies CacheOffer);
  return (next) => {
    const label = zones.map(formatName).join(",");
    const store: Store = { options, host, success: new Map(), denial: new Map(), label };
    const isOurs = ({ name, type }: Query["question"]): boolean => matchZone(zones, name) !== null && !isTransfer(type);
    return (query) => (isOurs(query.question) ? serve(store, query, next) : next(query));
  };
};

function serve(store: Store, query: Query, next: Handler): Step {
  if (isDisabled(store.options, query.question.name)) {
    return after(next(query), (reply) => withTtl(reply, Math.floor(lifetimeOf(store.options, reply) / 1000)));
  }
  const key = keyOf(query);
  const now = store.host.now();
  const item = count(store, query, find(store, key, now));
  if (item === null) return after(next(query), (reply) => keep(store, query, key, reply));
  const left = item.storedAt + item.lasts - now;
  if (left > 0) return fromCache(item, store.options.keepTtl ? item.lasts : left);
  if (store.options.staleMode === "immediate" && !item.isDue) {
    // Without a request there is nobody here to fetch it in the background.
    item.isDue = true;
    return stale(store, query, item);
  }
  return after(next(query), (reply) =>
    typify(reply) === "SERVERERROR" ? stale(store, query, item) : keep(store, query, key, reply),
  );
}

const metricsOf = ({ host }: Store): PluginMetrics["cache"] => host.metrics.cache;

function count(store: Store, { client }: Query, item: Item | null): Item | null {
  const { requests, hits, misses } = metricsOf(store);
  const server = serverOf(client);
  requests.labels(server, store.label).inc();
  if (item === null) misses.labels(server, store.label).inc();
  else hits.labels(server, halfOf(item.reply), store.label).inc();
  return item;
}

function stale(store: Store, { client }: Query, item: Item): Reply {
  metricsOf(store).servedStale.labels(serverOf(client), store.label).inc();
  return fromCache(item, 0);
}

/** Nothing of the zone is kept; as in CoreDNS its TTLs are capped all the same. */
function isDisabled({ success, denial }: CacheOptions, name: Name): boolean {
  return matchZone(success.disabled, name) !== null && matchZone(denial.disabled, name) !== null;
}

function keyOf({ question, dnssecOk, checkingDisabled }: Query): string {
  const { name, type, class: qclass } = question;
  return `${type} ${qclass} ${dnssecOk ? 1 : 0}${checkingDisabled ? 1 : 0} ${name.join("\0").toLowerCase()}`;
}

/** A denial first; but a resolver's failure does not hide a good answer. */
function find({ options, success, denial }: Store, key: string, now: number): Item | null {
  const usable = (item: Item | undefined): Item | null =>
    item !== undefined && now < item.storedAt + item.lasts + options.staleUpTo ? item : null;
  const denied = usable(denial.get(key));
  if (denied !== null && denied.reply.rcode !== "SERVFAIL") return denied;
  return usable(success.get(key)) ?? denied;
}

/** AA is set on what comes from a cache: some resolvers discard the whole answer without it. */
function fromCache({ reply }: Item, leftMilliseconds: number): Reply {
  return withTtl({ ...reply, authoritative: true, plugin: CACHE }, Math.ceil(leftMilliseconds / 1000));
}

/** Every record gets the TTL that the answer is kept for, whether or not it is kept: so it does not jump. */
function keep(store: Store, query: Query, key: string, reply: Reply): Reply {
  const { options, host } = store;
  const type = typify(reply);
  const half = options[halfOf(reply)];
  const lasts = lifetimeOf(options, reply);
  const capped = withTtl(reply, Math.floor(lasts / 1000));
  const isKept = type !== "OTHERERROR" && lasts > 0 && !isEmptyDenial(query, reply, type);
  if (!isKept || matchZone(half.disabled, query.question.name) !== null) return capped;
  const { failure: _failure, options: _options, ...kept } = capped;
  const item = { reply: kept, storedAt: host.now(), lasts, isDue: false };
  const name = halfOf(reply);
  const evicted = put(store[name], half.capacity, key, item);
  const { entries, evictions } = metricsOf(store);
  evictions.labels(serverOf(query.client), name, store.label).inc(evicted);
  // One cache serves all transports.
  entries.labels(DNS_SERVER, name, store.label).set(store[name].size);
  return capped;
}

/** Which of the two caches an answer belongs in. */
const halfOf = (reply: Reply): "success" | "denial" => (isSuccess(typify(reply)) ? "success" : "denial");

const isSuccess = (type: ResponseType): boolean => type === "NOERROR" || type === "DELEGATION";

/** In milliseconds. */
function lifetimeOf({ success, denial, servfail }: CacheOptions, reply: Reply): number {
  const type = typify(reply);
  if (type === "SERVERERROR") return servfail;
  return isSuccess(type) ? lifetime(reply, success, false) : lifetime(reply, denial, true);
}

/** Without an SOA nothing says how long a denial holds (RFC 2308 §5); an alias that leads to nothing is one. */
function isEmptyDenial({ question }: Query, { answers, authority }: Reply, type: string): boolean {
  const hasSoa = authority.some(({ data }) => data.type === "SOA");
  if (type === "NXDOMAIN") return !hasSoa;
  if (type !== "NOERROR" || answers.length === 0 || hasSoa || question.type === TYPES.ANY) return false;
  return !answers.some(
    ({ name, data }) =>
      typeNumber(data) === question.type &&
      (equalNames(name, question.name) || answers.some((alias) => leadsTo(alias, name))),
  );
}

function leadsTo({ data }: ResourceRecord, name: ResourceRecord["name"]): boolean {
  return data.type === "CNAME" && equalNames(data.target, name);
}

const DEFAULT_TTL_SECONDS = 5;

function lifetime({ answers, authority, additional }: Reply, half: CacheHalf, isDenial: boolean): number {
  let ttl = Infinity;
  for (const section of [answers, authority, additional]) {
    for (const record of section) {
      const { data } = record;
      ttl = Math.min(ttl, isDenial && data.type === "SOA" ? Math.min(record.ttl, data.minimum) : record.ttl);
    }
  }
  const seconds = ttl === Infinity ? DEFAULT_TTL_SECONDS : ttl;
  return Math.min(Math.max(seconds * 1000, half.minTtl), half.maxTtl);
}

function withTtl(reply: Reply, ttl: number): Reply {
  const { answers, authority, additional } = reply;
  if (hasTtl(answers, ttl) && hasTtl(authority, ttl) && hasTtl(additional, ttl)) return reply;
  const set = (records: readonly ResourceRecord[]): readonly ResourceRecord[] =>
    records.map((record) => ({ ...record, ttl }));
  return { ...reply, answers: set(answers), authority: set(authority), additional: set(additional) };
}

function hasTtl(records: readonly ResourceRecord[], ttl: number): boolean {
  for (const record of records) if (record.ttl !== ttl) return false;
  return true;
}

/** The oldest goes when it is full. Gives how many went. */
function put(items: Map<string, Item>, capacity: number, key: string, item: Item): number {
  items.delete(key);
  if (capacity <= 0) return 0;
  let evicted = 0;
  for (; items.size >= capacity; evicted++) items.delete(items.keys().next().value ?? "");
  items.set(key, item);
  return evicted;
}
