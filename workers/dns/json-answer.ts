/** `application/dns-json`. */
import { bare } from "../../shared/dns/context.ts";
import { freshnessOf, questionRevision } from "../../shared/dns/exchange.ts";
import { formatJson, parseJsonQuery, type JsonDialect, type JsonQuery } from "../../shared/dns/json.ts";
import type { Reply } from "../../shared/dns/plugins/plugin.ts";
import { serveQuestion, type Serving } from "../../shared/dns/serve.ts";
import type { LiveTables } from "../tables.ts";
import { drive } from "./drive.ts";
import { ANY_ORIGIN, DNS_JSON, namesMediaType, ok } from "./http.ts";
import { count, countStatus, meterFor } from "./metrics.ts";
import type { DnsRequest } from "./path.ts";
import { servingOf } from "./serving.ts";

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
  if (tables === null) return respond({ asked, query, dialect, serving: null }, bare("SERVFAIL"));
  const serving = servingOf(asked, tables);
  const header = { id: 0, checkingDisabled: query.checkingDisabled };
  const step = serveQuestion(serving, query.question, { header, edns: null, octets: 0 });
  const close = (reply: Reply): Response => respond({ asked, query, dialect, serving }, reply);
  if (step.kind === "answer") return close(step);
  return drive(step, { around: asked.around, tables, url: asked.request.url }).then(close);
}

interface JsonExchange {
  readonly asked: DnsRequest;
  readonly query: JsonQuery;
  readonly dialect: JsonDialect;
  /** `null`: there are no tables to answer from. */
  readonly serving: Serving | null;
}

function respond({ asked, query, dialect, serving }: JsonExchange, reply: Reply): Response {
  const { question } = query;
  const { request } = asked;
  const body = formatJson(query, reply, dialect);
  const zone = serving?.configuration.zoneOf(question.name) ?? null;
  const { rcode, plugin = "" } = reply;
  const meter = meterFor({ question, rcode, zone, plugin, client: asked.client });
  count(meter, { requestOctets: asked.query.length, responseOctets: body.length });
  const revision = serving === null ? null : questionRevision(serving.tables, question, serving.options);
  return ok(request, DNS_JSON, { body, freshness: freshnessOf(reply), revision });
}
