/** `application/dns-json`. */
import { bare, type Settled } from "../../shared/dns/context.ts";
import { freshnessOf, questionRevision, recheckOf, settleQuestion, type Recheck } from "../../shared/dns/exchange.ts";
import { formatJson, parseJsonQuery, type JsonDialect, type JsonQuery } from "../../shared/dns/json.ts";
import type { LiveTables } from "../tables.ts";
import { settle } from "./ask.ts";
import { ANY_ORIGIN, DNS_JSON, namesMediaType, ok } from "./http.ts";
import { count, countStatus, isIPv6, meterFor } from "./metrics.ts";
import type { DnsRequest } from "./path.ts";
import { exchangeOptions } from "./settings.ts";

/** JSON is asked for by path, by `Accept`, by `ct`, or by giving a name where a message could have been. */
export function isJsonRequest({ request, path, query }: DnsRequest): boolean {
  if (path.service === "resolve") return true;
  if (query.startsWith("dns=")) return false;
  const parameters = new URLSearchParams(query);
  if (parameters.has("dns")) return false;
  if (parameters.has("name") || namesMediaType(parameters.get("ct"), DNS_JSON)) return true;
  return namesMediaType(request.headers.get("accept"), DNS_JSON);
}

export function answerJson(asked: DnsRequest, tables: LiveTables | null): Response | Promise<Response> {
  const dialect: JsonDialect = asked.path.service === "resolve" ? "google" : "cloudflare";
  const parsed = parseJsonQuery(new URLSearchParams(asked.query), dialect);
  if (!parsed.ok) {
    countStatus(400);
    return Response.json({ error: parsed.error }, { status: 400, headers: ANY_ORIGIN });
  }
  const { query } = parsed;
  const respond = (settled: Answered | null): Response => {
    const answer = settled ?? bare("SERVFAIL");
    const revision = settled?.revision ?? null;
    const body = formatJson(query, answer, dialect);
    meter(asked, query, { answer, tables, responseOctets: body.length });
    return ok(asked.request, DNS_JSON, { body, freshness: freshnessOf(answer), revision });
  };
  if (tables === null) return respond(null);
  const settled = settle<Answered>(tables, () => ask(tables, query, asked.path.searchNamespace));
  return settled instanceof Promise ? settled.then(respond) : respond(settled);
}

interface Measured {
  readonly answer: Settled;
  readonly tables: LiveTables | null;
  readonly responseOctets: number;
}

function meter(
  { request, query }: DnsRequest,
  { question }: JsonQuery,
  { answer, tables, responseOctets }: Measured,
): void {
  const options = tables === null ? null : exchangeOptions(tables.cluster, null);
  const family = isIPv6(request.headers);
  const sort = { question, rcode: answer.rcode, transport: "https", isIPv6: family, options } as const;
  count(meterFor(sort), { requestOctets: query.length, responseOctets });
}

interface Answered extends Settled {
  readonly revision: number | null;
  readonly recheck: Recheck | null;
}

function ask(
  tables: LiveTables,
  { question }: JsonQuery,
  searchNamespace: string | null,
): Answered | { readonly kind: "load"; readonly namespace: string } {
  const options = exchangeOptions(tables.cluster, searchNamespace);
  const settled = settleQuestion(tables, question, options);
  if (settled.kind === "load") return settled;
  const revision = questionRevision(tables, question, options);
  return { ...settled, revision, recheck: recheckOf(question, settled, options) };
}
