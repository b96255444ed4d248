/** RFC 8484: DNS messages in URLs and bodies. */
import { decodeBase64url } from "../../shared/dns/base64url.ts";
import type { Configuration } from "../../shared/dns/corefile/compile.ts";
import { serverFailure, type Answered } from "../../shared/dns/exchange.ts";
import type { Reply } from "../../shared/dns/plugins/plugin.ts";
import { serveMessage } from "../../shared/dns/serve.ts";
import { MAX_MESSAGE_OCTETS } from "../../shared/dns/wire/decode.ts";
import type { LiveTables } from "../tables.ts";
import { remember } from "./answer-cache.ts";
import { drive } from "./drive.ts";
import { readOctets } from "./body.ts";
import { DNS_MESSAGE, namesMediaType, ok, refuse } from "./http.ts";
import type { DnsRequest } from "./path.ts";
import { servingOf } from "./serving.ts";

export function answerGet(asked: DnsRequest, tables: LiveTables | null): Response | Promise<Response> {
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
  const message = await readOctets(asked.request, MAX_MESSAGE_OCTETS);
  if (message === null) return refuse(413, `a DNS message has at most ${MAX_MESSAGE_OCTETS} octets`);
  return answerMessage(asked, message, tables);
}

function answerMessage(
  asked: DnsRequest,
  message: Uint8Array,
  tables: LiveTables | null,
): Response | Promise<Response> {
  if (message.length > MAX_MESSAGE_OCTETS) return refuse(413, `a DNS message has at most ${MAX_MESSAGE_OCTETS} octets`);
  if (tables === null) return respondFailure(asked, message);
  const serving = servingOf(asked, tables);
  const served = serveMessage(serving, message);
  if (served.kind === "undecodable") return undecodable();
  const close = (reply: Reply): Response => respond(asked, served.close(reply), serving.configuration);
  const reply = drive(served.step, { askUpstream: asked.askUpstream, tables, url: asked.request.url });
  return reply instanceof Promise ? reply.then(close) : close(reply);
}

function respond(asked: DnsRequest, found: Answered, configuration: Configuration): Response {
  remember(asked, found, configuration);
  const { message: body, freshness, revision } = found;
  return ok(asked.request, DNS_MESSAGE, { body, freshness, revision });
}

/** Nothing could be looked up, so the failure is said in DNS. */
function respondFailure(asked: DnsRequest, message: Uint8Array): Response {
  const body = serverFailure(message);
  return body === null ? undecodable() : ok(asked.request, DNS_MESSAGE, { body, freshness: 0, revision: null });
}

function undecodable(): Response {
  return refuse(400, "not a DNS message: it is shorter than the 12 octets of a header");
}
