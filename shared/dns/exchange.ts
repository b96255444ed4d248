/** One DNS message in, one out. */
import type { Tables } from "../proxy/tables.ts";
import { answer, zoneOf } from "./answer.ts";
import { bare, revisionOf, type Answer, type AnswerOptions, type Settled } from "./context.ts";
import { lowerName, type Name } from "./name.ts";
import { parseRecordRequest } from "./record-request.ts";
import type { Question, ResourceRecord } from "./records.ts";
import { answerInNamespace } from "./search.ts";
import { decodeQuery, type Decoded } from "./wire/decode.ts";
import { encodeResponse } from "./wire/encode.ts";

export interface ExchangeOptions extends AnswerOptions {
  /** Complete short names as in a Pod of this namespace; `null`: every name is complete. */
  readonly searchNamespace: string | null;
}

export type Exchange =
  | {
      readonly kind: "response";
      readonly message: Uint8Array<ArrayBuffer>;
      /** For how many seconds it may be kept. */
      readonly freshness: number;
      /** The revision that it is true at, of the namespace it is about; `null` where there is none. */
      readonly revision: number | null;
      /** The same question has this very answer as long as the namespace, in lower case, is at that revision; `null`: it may not. */
      readonly lastsIn: string | null;
      /** The name could come into being any moment: worth asking the stores before it is denied. */
      readonly recheck: Recheck | null;
    }
  | { readonly kind: "load"; readonly namespace: string }
  /** Not even a header came in. */
  | { readonly kind: "undecodable" };

/** A message that answers. */
export type Answered = Extract<Exchange, { kind: "response" }>;

/** Where the missing name would be: in a namespace, or (`null`) a namespace of its own. */
export interface Recheck {
  readonly namespace: string | null;
}

export function exchange(tables: Tables, message: Uint8Array, options: ExchangeOptions): Exchange {
  const decoded = decodeQuery(message);
  if (decoded.kind === "undecodable") return decoded;
  const settled = settle(tables, decoded, options);
  return settled.kind === "load" ? settled : closeExchange(tables, decoded, settled, options);
}

/** The answer as a message. `lasts`: whether a name's answers come from the tables alone; absent: all do. */
export function closeExchange(
  tables: Tables,
  decoded: Exclude<Decoded, { kind: "undecodable" }>,
  settled: Settled,
  options: ExchangeOptions,
  lasts?: (name: Name) => boolean,
): Answered {
  const { question } = decoded;
  const revision = question === null ? null : questionRevision(tables, question, options);
  const lasting = question === null || revision === null ? null : lastsIn(question, settled, options);
  return {
    kind: "response",
    message: respond(decoded, settled),
    freshness: freshnessOf(settled),
    revision,
    lastsIn: lasting !== null && lasts?.(question?.name ?? []) !== false ? lasting : null,
    recheck: question === null ? null : recheckOf(question, settled, options),
  };
}

/** One address has no order to be rotated, and one record is no alias into another namespace. */
function lastsIn({ name }: Question, { answers }: Settled, { zone, searchNamespace }: ExchangeOptions): string | null {
  const type = answers.length === 1 ? answers[0]?.data.type : undefined;
  const isLasting = searchNamespace === null && (type === "A" || type === "AAAA");
  return isLasting ? (name[name.length - zone.length - 2]?.toLowerCase() ?? null) : null;
}

/** Names that can exist but do not; most misses of a resolver's search path are too long to exist, and cost nothing. */
export function recheckOf({ name }: Question, { rcode }: Settled, options: ExchangeOptions): Recheck | null {
  const { zone, searchNamespace } = options;
  const isDenied = rcode === "NXDOMAIN" || (rcode === "REFUSED" && searchNamespace !== null);
  if (!isDenied) return null;
  if (zoneOf(name, zone) !== zone) return searchNamespace === null ? null : { namespace: searchNamespace };
  const request = parseRecordRequest(lowerName(name.slice(0, name.length - zone.length)));
  switch (request.kind) {
    case "service":
      return { namespace: request.namespace };
    case "namespace":
    case "pod":
      return { namespace: null };
    case "emptyNonTerminal":
    case "version":
    case "nameServer":
    case "invalid":
      return null;
    default:
      return request satisfies never;
  }
}

/** The answer when the tables cannot be had. */
export function serverFailure(message: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const decoded = decodeQuery(message);
  return decoded.kind === "undecodable" ? null : respond(decoded, bare("SERVFAIL"));
}

function settle(
  tables: Tables,
  decoded: Exclude<Decoded, { kind: "undecodable" }>,
  options: ExchangeOptions,
): Settled | Extract<Answer, { kind: "load" }> {
  if (decoded.kind === "refused") return bare(decoded.rcode);
  if (decoded.edns !== null && decoded.edns.version !== 0) return bare("BADVERS");
  return settleQuestion(tables, decoded.question, options);
}

/** The answer as long as there is no upstream resolver to ask. */
export function settleQuestion(
  tables: Tables,
  question: Question,
  options: ExchangeOptions,
): Settled | Extract<Answer, { kind: "load" }> {
  const { searchNamespace: namespace } = options;
  const found =
    namespace === null ? answer(tables, question, options) : answerInNamespace(tables, question, namespace, options);
  return found.kind === "upstream" ? withoutUpstream(found) : found;
}

/** A name of somebody else's is refused; an alias to one is given alone, for the client to follow. */
function withoutUpstream({ answers }: Extract<Answer, { kind: "upstream" }>): Settled {
  if (answers.length === 0) return bare("REFUSED");
  return { kind: "answer", rcode: "NOERROR", authoritative: true, answers, authority: [], additional: [] };
}

export function questionRevision(tables: Tables, { name }: Question, { zone }: AnswerOptions): number | null {
  return zoneOf(name, zone) === zone ? revisionOf(tables, name, zone) : null;
}

function respond(decoded: Exclude<Decoded, { kind: "undecodable" }>, settled: Settled): Uint8Array<ArrayBuffer> {
  const { header, question } = decoded;
  const edns = decoded.kind === "query" ? decoded.edns : null;
  return encodeResponse({ header, question, edns, recursionAvailable: false, ...settled });
}

/** Smallest TTL of the answers; for a negative answer what its SOA allows (RFC 8484 §5.1, RFC 2308 §5); errors are not kept. */
export function freshnessOf({ answers, authority }: Settled): number {
  if (answers.length > 0) return smallest(answers);
  const [soa] = authority;
  return soa?.data.type === "SOA" ? Math.min(soa.ttl, soa.data.minimum) : 0;
}

function smallest(records: readonly ResourceRecord[]): number {
  let ttl = Infinity;
  for (const record of records) ttl = Math.min(ttl, record.ttl);
  return ttl;
}
