/** The router: kube-proxy for HTTP. See README.md. */
import { WorkerEntrypoint } from "cloudflare:workers";
import { hostPort } from "../../shared/proxy/backend-url.ts";
import { parseOrigin } from "../../shared/proxy/origin.ts";
import { refusalOf } from "../../shared/proxy/refusal.ts";
import { targetOf } from "../../shared/proxy/request-target.ts";
import type { Forward, Packet } from "../../shared/proxy/verdict.ts";
import { DEFAULT_CLUSTER, type Env } from "../env.ts";
import { tablesFor, type LiveTables } from "../tables.ts";
import { decide, type Decision } from "./decide.ts";
import { dial, dialExternal } from "./dial.ts";
import type { Exchange } from "./exchange.ts";
import {
  CLUSTER_HEADER,
  DEBUG_HEADER,
  forwardedHeaders,
  HOPS_HEADER,
  PROXY_AUTHORIZATION,
  SOURCE_HEADER,
} from "./forwarded-headers.ts";
import { badRequest, loopDetected, refuse, REVISION_HEADER, unavailable } from "./responses.ts";

/** More Services than this do not stand in one chain; a backend URL that leads back here would go on for ever. */
const MAX_HOPS = 32;

export class Router extends WorkerEntrypoint<Env> {
  override fetch(request: Request): Promise<Response> {
    return route(request, this.env, this.ctx);
  }
}

async function route(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  const { headers } = request;
  const target = targetOf(request.url, headers.get("host"));
  if (target === null) return badRequest("the request has neither an absolute URL nor a Host header");
  const said = {
    cluster: headers.get(CLUSTER_HEADER),
    source: headers.get(SOURCE_HEADER),
    proxyAuthorization: headers.get(PROXY_AUTHORIZATION),
  };
  const debug = headers.get(DEBUG_HEADER);
  const origin = parseOrigin(said);
  if (typeof origin === "string") return badRequest(origin);
  const hops = Math.max(0, Number(headers.get(HOPS_HEADER) ?? 0) || 0);
  if (hops >= MAX_HOPS) return loopDetected(target.authority, hops);
  const cluster = origin.cluster ?? DEFAULT_CLUSTER;
  const found = tablesFor(env, ctx, cluster);
  const tables = found instanceof Promise ? await found : found;
  if (tables === null) return unavailable(`cluster ${JSON.stringify(cluster)}`);
  const packet = { authority: target.authority, scheme: target.scheme, source: origin.source };
  const decided = decide(tables, packet);
  const verdict = decided instanceof Promise ? await decided : decided;
  if (typeof verdict === "string") return unavailable(`namespace ${JSON.stringify(verdict)}`);
  const isAddressed = (said.cluster ?? said.source ?? said.proxyAuthorization ?? debug) !== null;
  return act(
    { request, env, ctx, tables, cluster, target, hops, isDebug: debug === "1", isAddressed },
    packet,
    verdict,
  );
}

/** An exchange before it is known that there will be one. */
type Arrival = Omit<Exchange, "headers" | "client"> & {
  readonly hops: number;
  readonly isDebug: boolean;
  readonly isAddressed: boolean;
};

async function act(arrival: Arrival, packet: Packet, verdict: Decision): Promise<Response> {
  const { request, tables } = arrival;
  if (verdict.kind !== "forward" && verdict.kind !== "externalName") {
    return refuse(refusalOf(verdict, packet), revisionFor(tables, verdict));
  }
  const client = request.headers.get("cf-connecting-ip");
  const headers = forwardedHeaders(request, arrival, client);
  const { env, ctx, cluster, target } = arrival;
  const exchange: Exchange = { request, env, ctx, tables, cluster, target, client, headers };
  const revision = revisionFor(tables, verdict);
  if (verdict.kind === "externalName") {
    const answer = await dialExternal(exchange, verdict);
    return answer instanceof Response ? finish(answer, revision) : refuse(answer, revision);
  }
  const answer = await dial(exchange, verdict);
  if (!("response" in answer)) return refuse(answer, revision);
  const response = finish(answer.response, revision);
  if (arrival.isDebug) addDebugHeaders(response.headers, answer.forward);
  return response;
}

/** The revision of the namespace's table that decided; null when it came to no Service. */
function revisionFor(tables: LiveTables, verdict: Decision): number | null {
  const service = "service" in verdict && typeof verdict.service === "object" ? verdict.service : null;
  return service === null ? null : (tables.namespace(service.namespace)?.revision ?? null);
}

/** The response as it is, streaming, with one header more. An upgraded connection is handed over whole. */
function finish(response: Response, revision: number | null): Response {
  const { webSocket } = response;
  const answer =
    webSocket === null
      ? new Response(response.body, response)
      : new Response(null, { status: 101, webSocket, headers: response.headers });
  if (revision !== null) answer.headers.set(REVISION_HEADER, String(revision));
  return answer;
}

function addDebugHeaders(headers: Headers, { service, port, endpoint }: Forward): void {
  headers.set("wherry-service", `${service.namespace}/${service.name}:${port.name === "" ? port.port : port.name}`);
  headers.set("wherry-endpoint", hostPort(endpoint.address, endpoint.port));
  if (endpoint.podName !== null) headers.set("wherry-pod", endpoint.podName);
}
