/** RFC 8484: DNS messages in URLs and bodies. */
import { decodeBase64url } from "../../shared/dns/base64url.ts";
import { serverFailure, type Answered } from "../../shared/dns/exchange.ts";
import type { Reply } from "../../shared/dns/plugins/plugin.ts";
import { serveMessage, type Serving } from "../../shared/dns/serve.ts";
import { MAX_MESSAGE_OCTETS } from "../../shared/dns/wire/decode.ts";
import type { LiveTables } from "../tables.ts";
import { recallMessage, remember } from "./answer-cache.ts";
import { readOctets } from "./body.ts";
import { drive } from "./drive.ts";
import { accepts, DNS_JSON, DNS_MESSAGE, DNS_MESSAGES, namesMediaType, ok, refuse } from "./http.ts";
import { count, meterFor } from "./metrics.ts";
import type { DnsRequest } from "./path.ts";
import { servingOf } from "./serving.ts";

export function answerGet(asked: DnsRequest, tables: LiveTables | null): Response | Promise<Response> {
  if (!isAccepted(asked)) return unacceptable();
  const text = dnsParameter(asked.query);
  if (text === null) return refuse(400, "give one 'dns' parameter: a DNS message in base64url");
  if (text.endsWith("=")) return refuse(400, "the 'dns' parameter must not be padded with '=' (RFC 8484, section 6)");
  const message = decodeBase64url(text);
  if (message === null) return refuse(400, "the 'dns' parameter is not base64url");
  return answerMessage(asked, message, tables);
}

/** `null` when there is none, or more than one: they could not both be answered. */
function dnsParameter(query: string): string | null {
  if (query.startsWith("dns=") && !query.includes("&") && !query.includes("%")) return query.slice(4);
  const all = new URLSearchParams(query).getAll("dns");
  return all.length === 1 ? (all[0] ?? null) : null;
}

export async function answerPost(asked: DnsRequest, tables: LiveTables | null): Promise<Response> {
  if (!namesMediaType(asked.request.headers.get("content-type"), DNS_MESSAGE)) {
    return refuse(415, `the body must be ${DNS_MESSAGE}`, { accept: DNS_MESSAGE });
  }
  if (!isAccepted(asked)) return unacceptable();
  const message = await readOctets(asked.request, MAX_MESSAGE_OCTETS);
  if (message === null) return refuse(413, `a DNS message has at most ${MAX_MESSAGE_OCTETS} octets`);
  return answerMessage(asked, message, tables);
}

/** Who sends a message, and names any media type of DNS, gets a message. */
function isAccepted({ request }: DnsRequest): boolean {
  const accept = request.headers.get("accept");
  return accepts(accept, DNS_MESSAGE) || namesMediaType(accept, DNS_JSON);
}

const unacceptable = (): Response => refuse(406, `the answer is ${DNS_MESSAGE}, which Accept leaves out`);

function answerMessage(
  asked: DnsRequest,
  message: Uint8Array,
  tables: LiveTables | null,
): Response | Promise<Response> {
  if (message.length > MAX_MESSAGE_OCTETS) return refuse(413, `a DNS message has at most ${MAX_MESSAGE_OCTETS} octets`);
  if (tables === null) return respondFailure(asked, message);
  const recalled = asked.request.method === "POST" ? recallMessage(asked, message, tables) : null;
  if (recalled !== null) return recalled;
  const serving = servingOf(asked, tables);
  const served = serveMessage(serving, message);
  if (served.kind === "undecodable") return undecodable();
  const { step, close } = served;
  if (step.kind === "answer") return respond({ asked, serving, message }, close(step), step, 0);
  const startedAt = Date.now();
  return drive(step, { around: asked.around, tables, url: asked.request.url }).then((reply) =>
    respond({ asked, serving, message }, close(reply), reply, Date.now() - startedAt),
  );
}

interface MessageExchange {
  readonly asked: DnsRequest;
  readonly serving: Serving;
  readonly message: Uint8Array;
}

/** `milliseconds`: how long was waited. */
function respond(
  { asked, serving, message: query }: MessageExchange,
  answered: Answered,
  { plugin = "" }: Reply,
  milliseconds: number,
): Response {
  const { request } = asked;
  const { configuration, tables } = serving;
  const { length: requestOctets } = query;
  const { message: body, question, rcode, freshness, revision } = answered;
  const zone = question === null ? null : configuration.zoneOf(question.name);
  const meter = meterFor({ question, rcode, zone, plugin, client: asked.client });
  count(meter, { requestOctets, responseOctets: body.length, milliseconds });
  if (answered.dnssecOk) meter.dnssecRequests.inc();
  remember(asked, { answered, query, tables, configuration, meter });
  return ok(request, answered.isStream ? DNS_MESSAGES : DNS_MESSAGE, { body, freshness, revision });
}

/** Nothing could be looked up, so the failure is said in DNS. */
function respondFailure({ request, client }: DnsRequest, message: Uint8Array): Response {
  const body = serverFailure(message);
  if (body === null) return undecodable();
  const meter = meterFor({ question: null, rcode: "SERVFAIL", zone: null, plugin: "", client });
  count(meter, { requestOctets: message.length, responseOctets: body.length });
  return ok(request, DNS_MESSAGE, { body, freshness: 0, revision: null });
}

function undecodable(): Response {
  return refuse(400, "not a DNS query: a message has a header of 12 octets, and a query has QR clear");
}
