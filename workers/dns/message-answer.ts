/** RFC 8484: DNS messages in URLs and bodies. */
import type { AnswerOptions } from "../../shared/dns/context.ts";
import { decodeBase64url } from "../../shared/dns/base64url.ts";
import { exchange, serverFailure, type Exchange } from "../../shared/dns/exchange.ts";
import { MAX_MESSAGE_OCTETS } from "../../shared/dns/wire/decode.ts";
import type { LiveTables } from "../tables.ts";
import { remember } from "./answer-cache.ts";
import { settle } from "./ask.ts";
import { readBody } from "./body.ts";
import { accepts, DNS_JSON, DNS_MESSAGE, namesMediaType, ok, refuse } from "./http.ts";
import { count, isIPv6, meterFor, transportOf, type Meter, type Metered } from "./metrics.ts";
import type { DnsRequest } from "./path.ts";
import { exchangeOptions } from "./settings.ts";

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
  const message = await readBody(asked.request, MAX_MESSAGE_OCTETS);
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
  if (tables === null) return respond(asked, message, { found: null, milliseconds: 0, options: null });
  const options = exchangeOptions(tables.cluster, asked.path.searchNamespace);
  const startedAt = Date.now();
  const found = settle<Found>(tables, () => exchange(tables, message, options));
  if (!(found instanceof Promise)) return respond(asked, message, { found, milliseconds: 0, options });
  return found.then((settled) =>
    respond(asked, message, { found: settled, milliseconds: Date.now() - startedAt, options }),
  );
}

type Found = Exclude<Exchange, { kind: "load" }>;

/** `found` null: nothing could be looked up, so the failure is said in DNS. */
interface Outcome {
  readonly found: Found | null;
  readonly milliseconds: number;
  readonly options: AnswerOptions | null;
}

function respond(asked: DnsRequest, message: Uint8Array, { found, milliseconds, options }: Outcome): Response {
  const { request } = asked;
  const requestOctets = message.length;
  if (found?.kind === "response") {
    const { message: body, freshness, revision } = found;
    const meter = meterOf(request, found, options);
    count(meter, { requestOctets, responseOctets: body.length, milliseconds });
    if (found.dnssecOk) meter.dnssecRequests.inc();
    remember(asked, found, { requestOctets, meter });
    return ok(request, DNS_MESSAGE, { body, freshness, revision });
  }
  const failure = found === null ? serverFailure(message) : null;
  if (failure === null) {
    return refuse(400, "not a DNS query: a message has a header of 12 octets, and a query has QR clear");
  }
  count(meterOf(request, { question: null, rcode: "SERVFAIL" }, options), {
    requestOctets,
    responseOctets: failure.length,
  });
  return ok(request, DNS_MESSAGE, { body: failure, freshness: 0, revision: null });
}

function meterOf(
  { headers }: Request,
  { question, rcode }: Pick<Metered, "question" | "rcode">,
  options: AnswerOptions | null,
): Meter {
  return meterFor({ question, rcode, transport: transportOf(headers), isIPv6: isIPv6(headers), options });
}
