/**
 * Answers by URL or by message, for as long as the tables they come from have not changed. A Worker's own code is a small part of what
 * a request costs, and most of that is running code and touching data that the processor has not at hand: a question asked
 * before needs neither decoding nor looking up nor encoding. RFC 8484 §4.1 has clients send the ID 0 to that end.
 */
import type { Configuration } from "../../shared/dns/corefile/compile.ts";
import type { Answered } from "../../shared/dns/exchange.ts";
import { mix } from "../../shared/dns/wire/mix.ts";
import type { Tables } from "../../shared/proxy/tables.ts";
import type { LiveTables } from "../tables.ts";
import { find, keep, octetsOf, sharedBasis, type Basis, type KnownAnswer } from "./answer-memory.ts";
import { ANY_ORIGIN, DNS_MESSAGE } from "./http.ts";
import { familyOf, type Meter } from "./metrics.ts";
import type { DnsRequest, Surroundings } from "./path.ts";
import { pick, settingsOf } from "./settings.ts";

/** The answer to a GET; `null` unless it is there and its tables, which must be fresh, are at the same revisions. */
export function recall(url: string, around: Surroundings): Response | null {
  const answer = find(url);
  if (answer === undefined) return null;
  const tables = around.tablesOf(answer.basis.cluster);
  if (tables instanceof Promise || !stillHolds(answer.basis, tables)) return null;
  return respond(answer, octetsOf(answer));
}

/** The answer to a POST, with the ID of its message. */
export function recallMessage(asked: DnsRequest, message: Uint8Array, tables: LiveTables): Response | null {
  const key = keyOf(asked, message);
  const answer = key === null ? undefined : find(key);
  if (answer === undefined || !stillHolds(answer.basis, tables)) return null;
  // A response copies what it is made of, so the next one may have another ID.
  const octets = octetsOf(answer);
  octets[0] = message[0] ?? 0;
  octets[1] = message[1] ?? 0;
  return respond(answer, octets);
}

function respond(answer: KnownAnswer, octets: Uint8Array<ArrayBuffer>): Response {
  answer.hits++;
  if (answer.mixable !== null) mix(octets, answer.mixable, pick);
  return new Response(octets, answer.basis.init);
}

function stillHolds({ namespace, revision, clusterRevision, configuration }: Basis, tables: LiveTables): boolean {
  if (tables.namespace(namespace)?.revision !== revision) return false;
  if (clusterRevision !== null && tables.cluster.revision !== clusterRevision) return false;
  return settingsOf(tables.cluster).configuration === configuration;
}

const ID_OCTETS = 2;
/** A name and an OPT; longer ones are padded or odd, and seldom asked twice. */
const MAX_KEY_OCTETS = 128;
/** As long a message in base64url, and a host's name before it. */
const MAX_URL_LENGTH = 512;

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
  const key = method === "GET" ? urlKey(url) : method === "POST" ? keyOf(asked, query) : null;
  if (key === null) return;
  const like = {
    cluster: asked.path.cluster,
    namespace: lasting.namespace,
    revision,
    clusterRevision: lasting.hasSerial ? tables.cluster.revision : null,
    configuration,
    meter,
    dnssecOk,
  };
  const basis = sharedBasis(like, freshness, () => initOf(freshness, revision));
  keep(key, message, { basis, requestOctets: query.length, mixable: lasting.mixable });
}

const urlKey = (url: string): string | null => (url.length > MAX_URL_LENGTH ? null : url);

const initOf = (freshness: number, revision: number): Basis["init"] => ({
  headers: new Headers({
    "content-type": DNS_MESSAGE,
    "cache-control": `max-age=${freshness}`,
    ...ANY_ORIGIN,
    "wherry-revision": String(revision),
  }),
});
