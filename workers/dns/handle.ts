import type { LiveTables } from "../tables.ts";
import { recall } from "./answer-cache.ts";
import { METRICS_CONTENT_TYPE } from "../../shared/runtime/metrics.ts";
import { answerExplain } from "./explain-answer.ts";
import { ANY_ORIGIN, refuse } from "./http.ts";
import { answerJson, isJsonRequest } from "./json-answer.ts";
import { answerGet, answerPost } from "./message-answer.ts";
import { renderMetrics } from "./metrics.ts";
import { parseDnsPath, type DnsPath, type DnsRequest, type TablesOf } from "./path.ts";

/** What the outside of this Worker decides. */
export interface Surroundings {
  readonly tablesOf: TablesOf;
  /** Null for whoever may look inside: metrics, explanations. Else the refusal. */
  readonly refusalFor: (request: Request) => Promise<Response | null>;
}

/** Synchronous but for reading a body, for tables that are not there, and for what is not DNS. */
export function handle(request: Request, { tablesOf, refusalFor }: Surroundings): Response | Promise<Response> {
  const { url, method } = request;
  if (method === "GET") {
    const answer = recall(url, tablesOf);
    if (answer !== null) return answer;
  }
  const pathAt = url.indexOf("/", url.indexOf("://") + 3);
  const queryAt = url.indexOf("?", pathAt);
  const pathname = queryAt < 0 ? url.slice(pathAt) : url.slice(pathAt, queryAt);
  if (pathname === METRICS_PATH) return inside(request, refusalFor, answerMetrics);
  const path = parseDnsPath(pathname);
  if (path === null) return refuse(404, "no such path: DNS is at /dns-query, /dns-query/<namespace> and /resolve");
  const refusal = checkMethod(method, path);
  if (refusal !== null) return refusal;
  const tables = tablesOf(path.cluster);
  const asked = { request, path, query: queryAt < 0 ? "" : url.slice(queryAt + 1) };
  if (path.service === "explain") return inside(request, refusalFor, async () => answerExplain(asked, await tables));
  return tables instanceof Promise ? tables.then((there) => dispatch(asked, there)) : dispatch(asked, tables);
}

const METRICS_PATH = "/metrics";

async function inside(
  request: Request,
  refusalFor: Surroundings["refusalFor"],
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  if (request.method !== "GET") return refuse(405, `${request.method} is not a way to ask: use GET`, { allow: "GET" });
  return (await refusalFor(request)) ?? answer();
}

const answerMetrics = (): Response =>
  new Response(renderMetrics(), { headers: { "content-type": METRICS_CONTENT_TYPE, "cache-control": "no-store" } });

const METHODS = {
  query: ["GET", "HEAD", "POST", "OPTIONS"],
  resolve: ["GET", "HEAD", "OPTIONS"],
  explain: ["GET"],
} as const;

/** A browser's preflight (Fetch standard, §3.2.2); it may be kept for a day. */
const PREFLIGHT = {
  ...ANY_ORIGIN,
  "access-control-allow-headers": "accept, content-type",
  "access-control-max-age": "86400",
} as const;

function checkMethod(method: string, { service }: DnsPath): Response | null {
  const methods: readonly string[] = METHODS[service];
  if (method !== "OPTIONS" && methods.includes(method)) return null;
  const allow = methods.join(", ");
  if (method === "OPTIONS") {
    return new Response(null, { status: 204, headers: { ...PREFLIGHT, allow, "access-control-allow-methods": allow } });
  }
  return refuse(405, `${method} is not a way to ask: use ${allow}`, { allow });
}

function dispatch(asked: DnsRequest, tables: LiveTables | null): Response | Promise<Response> {
  if (asked.request.method === "POST") return answerPost(asked, tables);
  return isJsonRequest(asked) ? answerJson(asked, tables) : answerGet(asked, tables);
}
