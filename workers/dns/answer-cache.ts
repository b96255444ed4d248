/**
 * Answers by URL or by message, for as long as the tables they come from have not changed. A Worker's own code is a small part of what
 * a request costs, and most of that is running code and touching data that the processor has not at hand: a question asked
 * before needs neither decoding nor looking up nor encoding. RFC 8484 §4.1 has clients send the ID 0 to that end.
 */
import type { Configuration } from "../../shared/dns/corefile/compile.ts";
import type { Answered } from "../../shared/dns/exchange.ts";
import type { Tables } from "../../shared/proxy/tables.ts";
import type { LiveTables } from "../tables.ts";
import { ANY_ORIGIN, DNS_MESSAGE } from "./http.ts";
import { count, familyOf, type Meter } from "./metrics.ts";
import type { DnsRequest, Surroundings } from "./path.ts";
import { settingsOf } from "./settings.ts";

interface CachedAnswer {
  readonly cluster: string;
  readonly namespace: string;
  readonly revision: number;
  /** `null`: nothing of the cluster's table is in the answer. */
  readonly clusterRevision: number | null;
  /** The answer is that of this Corefile. */
  readonly configuration: Configuration;
  readonly message: Uint8Array<ArrayBuffer>;
  readonly requestOctets: number;
  readonly dnssecOk: boolean;
  /** Kept as the platform's own object, which a response takes over faster than a plain one. */
  readonly init: { readonly headers: Headers };
  /** Of a URL, that of the client who asked first: to read a header of each request would cost more than the rest of this. */
  readonly meter: Meter;
  /** Since it was last counted; see `countRecalled`. */
  hits: number;
}

/** Of one generation: both together take some 10 MB when they are full. */
const MAX_ANSWERS = 16_384;
/** What was asked for since the last generation ended, and what was in that one: what nobody asks for any more goes with it. */
let young = new Map<string, CachedAnswer>();
let old = new Map<string, CachedAnswer>();
/** By what they say. Answers of one table share one: what is touched by every request stays where the processor has it at hand. */
let inits = new Map<string, CachedAnswer["init"]>();

function find(key: string): CachedAnswer | undefined {
  const known = young.get(key);
  if (known !== undefined) return known;
  const older = old.get(key);
  if (older !== undefined) keep(key, older);
  return older;
}

function keep(key: string, answer: CachedAnswer): void {
  const before = young.get(key);
  if (before !== undefined) countHits(before);
  if (young.size >= MAX_ANSWERS) {
    for (const forgotten of old.values()) countHits(forgotten);
    old = young;
    young = new Map();
    inits = new Map();
  }
  young.set(key, answer);
}

/** The answer to a GET; `null` unless it is there and its tables, which must be fresh, are at the same revisions. */
export function recall(url: string, around: Surroundings): Response | null {
  const answer = find(url);
  if (answer === undefined) return null;
  const tables = around.tablesOf(answer.cluster);
  if (tables instanceof Promise || !stillHolds(answer, tables)) return null;
  answer.hits++;
  return new Response(answer.message, answer.init);
}

/** The answer to a POST, with the ID of its message. */
export function recallMessage(asked: DnsRequest, message: Uint8Array, tables: LiveTables): Response | null {
  const key = keyOf(asked, message);
  const answer = key === null ? undefined : find(key);
  if (answer === undefined || !stillHolds(answer, tables)) return null;
  answer.hits++;
  // A response copies what it is made of, so the next one may have another ID.
  answer.message[0] = message[0] ?? 0;
  answer.message[1] = message[1] ?? 0;
  return new Response(answer.message, answer.init);
}

function stillHolds(
  { namespace, revision, clusterRevision, configuration }: CachedAnswer,
  tables: LiveTables,
): boolean {
  if (tables.namespace(namespace)?.revision !== revision) return false;
  if (clusterRevision !== null && tables.cluster.revision !== clusterRevision) return false;
  return settingsOf(tables.cluster).configuration === configuration;
}

/** Brings into the metrics what was answered from here. To count each answer at once would double what finding it costs. */
export function countRecalled(): void {
  for (const answer of old.values()) countHits(answer);
  for (const answer of young.values()) countHits(answer);
}

function countHits(answer: CachedAnswer): void {
  const { meter, requestOctets, message, dnssecOk, hits } = answer;
  if (hits === 0) return;
  answer.hits = 0;
  count(meter, { requestOctets, responseOctets: message.length, times: hits });
  if (dnssecOk) meter.dnssecRequests.inc(hits);
}

const ID_OCTETS = 2;
/** A name and an OPT; longer ones are padded or odd, and seldom asked twice. */
const MAX_KEY_OCTETS = 128;

/** All of a message but its ID, with whatever its meter depends on. A URL has no space in it, so the two sorts of keys are apart. */
function keyOf({ path, client }: DnsRequest, message: Uint8Array): string | null {
  if (path.searchNamespace !== null || message.length > MAX_KEY_OCTETS) return null;
  const octets = message.subarray(ID_OCTETS) as unknown as number[];
  return `${path.cluster} ${client.protocol} ${familyOf(client)} ${String.fromCharCode.apply(null, octets)}`;
}

export interface Memorable {
  readonly answered: Answered;
  readonly query: Uint8Array;
  readonly tables: Tables;
  readonly configuration: Configuration;
  readonly meter: Meter;
}

/** Keeps the answer to a GET or POST if it is one that lasts. */
export function remember(asked: DnsRequest, { answered, query, tables, configuration, meter }: Memorable): void {
  const { message, freshness, revision, lasting, dnssecOk } = answered;
  if (lasting === null || revision === null) return;
  const { method, url } = asked.request;
  const key = method === "GET" ? url : method === "POST" ? keyOf(asked, query) : null;
  if (key === null) return;
  keep(key, {
    cluster: asked.path.cluster,
    namespace: lasting.namespace,
    revision,
    clusterRevision: lasting.hasSerial ? tables.cluster.revision : null,
    configuration,
    message,
    requestOctets: query.length,
    dnssecOk,
    init: initOf(freshness, revision),
    meter,
    hits: 0,
  });
}

function initOf(freshness: number, revision: number): CachedAnswer["init"] {
  const key = `${freshness} ${revision}`;
  const known = inits.get(key);
  if (known !== undefined) return known;
  const headers = new Headers({
    "content-type": DNS_MESSAGE,
    "cache-control": `max-age=${freshness}`,
    ...ANY_ORIGIN,
    "wherry-revision": String(revision),
  });
  const init = { headers };
  inits.set(key, init);
  return init;
}
