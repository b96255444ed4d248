/** `application/dns-json`. */
import { bare, type Settled } from "../../shared/dns/context.ts";
import { freshnessOf, questionRevision } from "../../shared/dns/exchange.ts";
import { formatJson, parseJsonQuery, type JsonDialect, type JsonQuery } from "../../shared/dns/json.ts";
import { serveQuestion } from "../../shared/dns/serve.ts";
import type { LiveTables } from "../tables.ts";
import { drive } from "./drive.ts";
import { DNS_JSON, namesMediaType, ok } from "./http.ts";
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
  if (!parsed.ok) return Response.json({ error: parsed.error }, { status: 400 });
  const { query } = parsed;
  if (tables === null) return respond(asked, query, dialect, bare("SERVFAIL"), null);
  const serving = servingOf(asked, tables);
  const revision = (): number | null => questionRevision(tables, query.question, serving.options);
  const header = { id: 0, checkingDisabled: query.checkingDisabled };
  const step = serveQuestion(serving, query.question, { header, edns: null, octets: 0 });
  const reply = drive(step, { askUpstream: asked.askUpstream, tables, url: asked.request.url });
  const close = (settled: Settled): Response => respond(asked, query, dialect, settled, revision());
  return reply instanceof Promise ? reply.then(close) : close(reply);
}

function respond(
  { request }: DnsRequest,
  query: JsonQuery,
  dialect: JsonDialect,
  settled: Settled,
  revision: number | null,
): Response {
  return ok(request, DNS_JSON, {
    body: formatJson(query, settled, dialect),
    freshness: freshnessOf(settled),
    revision,
  });
}
