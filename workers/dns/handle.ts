import { DEFAULT_CLUSTER } from "../env.ts";
import type { LiveTables } from "../tables.ts";
import { recall } from "./answer-cache.ts";
import { refuse } from "./http.ts";
import { answerJson, isJsonRequest } from "./json-answer.ts";
import { answerGet, answerPost } from "./message-answer.ts";
import { parseDnsPath, type AskUpstream, type DnsPath, type DnsRequest, type TablesOf } from "./path.ts";

/** Synchronous but for reading a body, and for tables that are not there. */
export function handle(request: Request, tablesOf: TablesOf, askUpstream: AskUpstream): Response | Promise<Response> {
  const { url, method } = request;
  if (method === "GET") {
    const answer = recall(url, tablesOf);
    if (answer !== null) return answer;
  }
  const pathAt = url.indexOf("/", url.indexOf("://") + 3);
  const queryAt = url.indexOf("?", pathAt);
  const path = parseDnsPath(queryAt < 0 ? url.slice(pathAt) : url.slice(pathAt, queryAt));
  if (path === null && PROBE_PATH.test(url)) return probe(url, tablesOf);
  if (path === null) return refuse(404, "no such path: DNS is at /dns-query, /dns-query/<namespace> and /resolve");
  const refusal = checkMethod(method, path);
  if (refusal !== null) return refusal;
  const tables = tablesOf(path.cluster);
  const asked = { askUpstream, request, path, query: queryAt < 0 ? "" : url.slice(queryAt + 1) };
  return tables instanceof Promise ? tables.then((there) => dispatch(asked, there)) : dispatch(asked, tables);
}

/** What CoreDNS' _health_ and _ready_ listen for on ports of their own. */
const PROBE_PATH = /^https?:\/\/[^/]+\/(?:health|ready)$/;

/** Alive is who answers; ready is who has the tables to answer from. */
async function probe(url: string, tablesOf: TablesOf): Promise<Response> {
  if (url.endsWith("/health")) return new Response("OK");
  const tables = await tablesOf(DEFAULT_CLUSTER);
  return tables === null ? new Response("kubernetes", { status: 503 }) : new Response("OK");
}

const METHODS = { query: ["GET", "HEAD", "POST", "OPTIONS"], resolve: ["GET", "HEAD", "OPTIONS"] } as const;

function checkMethod(method: string, { service }: DnsPath): Response | null {
  const methods: readonly string[] = METHODS[service];
  if (method !== "OPTIONS" && methods.includes(method)) return null;
  const allow = methods.join(", ");
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  return refuse(405, `${method} is not a way to ask: use ${allow}`, { allow });
}

function dispatch(asked: DnsRequest, tables: LiveTables | null): Response | Promise<Response> {
  if (asked.request.method === "POST") return answerPost(asked, tables);
  return isJsonRequest(asked) ? answerJson(asked, tables) : answerGet(asked, tables);
}
