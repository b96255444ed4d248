/** What is done with an answer: made a message of, dated, and looked at for whether it lasts. */
import type { Tables } from "../proxy/tables.ts";
import { zoneOf } from "./answer.ts";
import { bare, revisionOf, type AnswerOptions, type Settled } from "./context.ts";
import type { ExternalZone } from "./external.ts";
import { lowerName, type Name } from "./name.ts";
import { endpointNamespaces, parseReverse } from "./reverse.ts";
import { parseRecordRequest } from "./record-request.ts";
import type { Question, Rcode, ResourceRecord } from "./records.ts";
import { decodeQuery, type Decoded } from "./wire/decode.ts";
import { encodeResponse } from "./wire/encode.ts";
import { encodeTransfer } from "./wire/encode-transfer.ts";
import { mixableOf, type Mixable } from "./wire/mix.ts";

export interface ExchangeOptions extends AnswerOptions {
  /** Complete short names as in a Pod of this namespace; `null`: every name is complete. */
  readonly searchNamespace: string | null;
}

/** A message that answers, and what there is to say of it. */
export interface Answered {
  readonly message: Uint8Array<ArrayBuffer>;
  /** It is not one message but several, each with its length in two octets before it: a zone's transfer. */
  readonly isStream: boolean;
  /** What was asked; `null` when it could not be read. */
  readonly question: Question | null;
  readonly rcode: Rcode;
  readonly dnssecOk: boolean;
  /** For how many seconds it may be kept. */
  readonly freshness: number;
  /** The revision that it is true at, of the namespace it is about; `null` where there is none. */
  readonly revision: number | null;
  /** The same question has this answer as long as this holds; `null`: it may have another at once. */
  readonly lasting: Lasting | null;
}

export interface Lasting {
  /** In lower case: as long as its table is at `revision`. */
  readonly namespace: string;
  /** And the cluster's table too, whose revision is in the answer, as the SOA's serial. */
  readonly hasSerial: boolean;
  /** Several addresses, whose order is to be another one each time; `null`: there is nothing to mix. */
  readonly mixable: Mixable | null;
}

/** Where the missing name would be: in a namespace, or (`null`) a namespace of its own. */
export interface Recheck {
  readonly namespace: string | null;
}

/** The answer as a message. `lasts`: whether a name's answers come from the tables alone. */
export function closeExchange(
  tables: Tables,
  decoded: Exclude<Decoded, { kind: "undecodable" }>,
  settled: Settled,
  options: ExchangeOptions,
  lasts: (name: Name) => boolean,
): Answered {
  const { question } = decoded;
  const revision = question === null ? null : questionRevision(tables, question, options);
  const message = respond(decoded, settled);
  const mayLast = question !== null && revision !== null && options.searchNamespace === null && lasts(question.name);
  return {
    message,
    isStream: settled.isTransfer === true,
    question,
    rcode: settled.rcode,
    dnssecOk: decoded.kind === "query" && decoded.edns?.dnssecOk === true,
    freshness: freshnessOf(settled),
    revision,
    lasting: mayLast ? lastingOf(message, question, settled, options.zone) : null,
  };
}

/** Addresses of the name itself, for an alias may lead into another namespace. No data is no data, but for the serial. */
function lastingOf(message: Uint8Array, question: Question, settled: Settled, zone: Name): Lasting | null {
  const { rcode, answers, authority } = settled;
  const { name } = question;
  const type = answers.length === 1 ? answers[0]?.data.type : undefined;
  const hasSerial = rcode === "NOERROR" && answers.length === 0 && authority.length === 1;
  const mixable = mixableOf(message, question, answers);
  const isLasting = mixable !== null || type === "A" || type === "AAAA" || hasSerial;
  const namespace = name[name.length - zone.length - 2]?.toLowerCase();
  return isLasting && namespace !== undefined ? { namespace, hasSerial, mixable } : null;
}

/** Names that can exist but do not; most misses of a resolver's search path are too long to exist, and cost nothing. */
export function recheckOf(
  { name }: Question,
  { rcode }: Pick<Settled, "rcode">,
  options: ExchangeOptions,
  tables: Tables,
): Recheck | null {
  const { zone, external, searchNamespace } = options;
  const isDenied = rcode === "NXDOMAIN" || (rcode === "REFUSED" && searchNamespace !== null);
  if (!isDenied) return null;
  const own = zoneOf(name, zone, external);
  if (external !== undefined && own === external.zone) return recheckExternal(name, external);
  if (own === null) return searchNamespace === null ? null : { namespace: searchNamespace };
  if (own !== zone) return recheckReverse(name, own, tables);
  const request = parseRecordRequest(lowerName(name.slice(0, name.length - zone.length)), options);
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

/** A Service has its address before the cluster's table knows whose it is; an endpoint is in its namespace. */
function recheckReverse(name: Name, own: Name, tables: Tables): Recheck | null {
  const request = parseReverse(name.slice(0, -own.length), own);
  if (request.kind !== "address") return null;
  return { namespace: endpointNamespaces(tables, request.address)?.[0] ?? null };
}

/** A Service that gets its load balancer's address only now is in its namespace, and a namespace may be new. */
function recheckExternal(name: Name, { zone, apex }: ExternalZone): Recheck | null {
  const below = name.length - zone.length;
  const namespace = name[below - 1]?.toLowerCase();
  if (namespace === undefined || namespace === apex) return null;
  return { namespace: below === 1 ? null : namespace };
}

/** The answer when the tables cannot be had. */
export function serverFailure(message: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const decoded = decodeQuery(message);
  return decoded.kind === "undecodable" ? null : respond(decoded, bare("SERVFAIL"));
}

export function questionRevision(tables: Tables, { name }: Question, { zone }: AnswerOptions): number | null {
  return zoneOf(name, zone) === zone ? revisionOf(tables, name, zone) : null;
}

function respond(decoded: Exclude<Decoded, { kind: "undecodable" }>, settled: Settled): Uint8Array<ArrayBuffer> {
  const { header, question } = decoded;
  const edns = decoded.kind === "query" ? decoded.edns : null;
  const encode = settled.isTransfer === true ? encodeTransfer : encodeResponse;
  return encode({ header, question, edns, recursionAvailable: false, ...settled });
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
