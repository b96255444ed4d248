/**
 * Question → answer, synchronous and total (CoreDNS `plugin/kubernetes/handler.go`, `plugin/backend_lookup.go`).
 * A name that exists in any way never gives NXDOMAIN, because a resolver may take that for every type and for every
 * name below (RFC 2308 §2.1, RFC 8020).
 */
import type { Tables } from "../proxy/tables.ts";
import { answerAddresses } from "./address-answer.ts";
import { answered, bare, negative, zoneSoa, type Answer, type AnswerOptions, type Context } from "./context.ts";
import { answerExternal, type ExternalZone } from "./external.ts";
import { find } from "./find.ts";
import { isWithin, type Name } from "./name.ts";
import { answerNameServers } from "./name-server.ts";
import { CLASS_IN, TYPES, type Question, type Rcode, type RecordData } from "./records.ts";
import { findReverse, parseReverse, REVERSE_ZONES } from "./reverse.ts";
import { answerServiceBinding } from "./service-binding.ts";
import { answerServices } from "./srv-answer.ts";

/** These two say nothing that changes. */
const VERSION_TTL_SECONDS = 28_800;
const ANY_TTL_SECONDS = 3600;
const SPECIFICATION_VERSION = "1.1.0";

export function answer(tables: Tables, question: Question, options: AnswerOptions): Answer {
  const refusal = refusalOf(question);
  if (refusal !== null) return bare(refusal);
  const zone = zoneOf(question.name, options.zone, options.external);
  options.trace?.({ kind: "zone", name: question.name, zone });
  if (zone === null) return { kind: "upstream", question, answers: [] };
  const context = { tables, options, question, zone: question.name.slice(question.name.length - zone.length) };
  if (zone === options.external?.zone) return answerExternal(context, options.external);
  return zone === options.zone ? answerInCluster(context) : answerReverse(context);
}

/** What is answered for no name. Zone transfers are refused; the other types are no data types (RFC 6895 §3.1). */
export function refusalOf({ type, class: qclass }: Question): Rcode | null {
  if (qclass !== CLASS_IN) return "REFUSED";
  switch (type) {
    case TYPES.AXFR:
    case TYPES.IXFR:
      return "REFUSED";
    case TYPES.MAILA:
    case TYPES.MAILB:
      return "NOTIMP";
    default:
      return type === 0 || type === TYPES.OPT || (type >= 128 && type < TYPES.ANY) ? "FORMERR" : null;
  }
}

/** The zone of ours that holds the name. */
export function zoneOf(name: Name, clusterZone: Name, external?: ExternalZone): Name | null {
  // The external zone may be inside the cluster's: CoreDNS asks that plugin first.
  if (external !== undefined && isWithin(name, external.zone)) return external.zone;
  if (isWithin(name, clusterZone)) return clusterZone;
  return REVERSE_ZONES.find((zone) => isWithin(name, zone)) ?? null;
}

function answerInCluster(context: Context): Answer {
  const { question, zone } = context;
  if (question.type === TYPES.A) return answerAddresses(context, "A");
  if (question.type === TYPES.AAAA) return answerAddresses(context, "AAAA");
  if (question.type === TYPES.NS && isApex(context)) return answerNameServers(context);
  const found = find(context, question.name);
  if (found.kind === "load") return found;
  if (found.kind === "absent") return negative(context, "NXDOMAIN");
  switch (question.type) {
    case TYPES.SRV:
      return answerServices(context, found);
    case TYPES.CNAME:
      return found.kind === "externalName" ? single(context, { type: "CNAME", target: found.target }) : single(context);
    case TYPES.SVCB:
    case TYPES.HTTPS:
      return answerServiceBinding(context, question.type === TYPES.SVCB ? "SVCB" : "HTTPS");
    case TYPES.TXT:
      return isVersion(question.name, zone) ? version(context) : single(context);
    default:
      return answerAnyName(context);
  }
}

/** The types that a name's records make no difference to: it is enough that it exists. */
function answerAnyName(context: Context): Answer {
  const { name, type } = context.question;
  if (type === TYPES.SOA && isApex(context)) return answered(context, [zoneSoa(context)]);
  if (type !== TYPES.ANY) return negative(context, "NOERROR");
  // RFC 8482 §4.2: one small record instead of all there are.
  return answered(context, [{ name, ttl: ANY_TTL_SECONDS, data: { type: "HINFO", cpu: "RFC8482", os: "" } }]);
}

function isApex({ question, zone }: Context): boolean {
  return question.name.length === zone.length;
}

function isVersion(name: Name, zone: Name): boolean {
  return name.length === zone.length + 1 && name[0]?.toLowerCase() === "dns-version";
}

function version(context: Context): Answer {
  const { name } = context.question;
  return answered(context, [
    { name, ttl: VERSION_TTL_SECONDS, data: { type: "TXT", strings: [SPECIFICATION_VERSION] } },
  ]);
}

/** One record of the question's name; NODATA without. */
function single(context: Context, data?: RecordData): Answer {
  const { question, options } = context;
  return answered(context, data === undefined ? [] : [{ name: question.name, ttl: options.ttl, data }]);
}

function answerReverse(context: Context): Answer {
  const { tables, options, question, zone } = context;
  const request = parseReverse(question.name.slice(0, question.name.length - zone.length), zone);
  if (request.kind === "invalid") return negative(context, "NXDOMAIN");
  if (request.kind === "emptyNonTerminal") return answerAnyName(context);
  const found = findReverse(tables, request.address, options.zone, options.trace);
  if (found.kind === "load") return found;
  if (found.names.length === 0) return negative(context, "NXDOMAIN");
  if (question.type !== TYPES.PTR) return answerAnyName(context);
  return answered(
    context,
    found.names.map((target) => ({ name: question.name, ttl: options.ttl, data: { type: "PTR", target } })),
  );
}
