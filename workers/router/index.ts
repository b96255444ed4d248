/** The router: kube-proxy for HTTP. See README.md. */
import { WorkerEntrypoint } from "cloudflare:workers";
import { hostPort } from "../../shared/proxy/backend-url.ts";
import { refusalOf } from "../../shared/proxy/refusal.ts";
import type { Forward, Packet } from "../../shared/proxy/verdict.ts";
import type { Env } from "../env.ts";
import { tablesFor, type LiveTables } from "../tables.ts";
import { logAccess } from "./access-log.ts";
import { arrive, type Arrived } from "./arrive.ts";
import { bodyOf, type Body } from "./body.ts";
import { connectTcp } from "./connect.ts";
import { decide, type Decision } from "./decide.ts";
import { dial, dialExternal } from "./dial.ts";
import type { Exchange } from "./exchange.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import { countRequest } from "./metrics.ts";
import { nodeAnswer } from "./node-answer.ts";
import { badRequest, finish, loopDetected, refuse, unavailable } from "./responses.ts";

/** More Services than this do not stand in one chain; a backend URL that leads back here would go on for ever. */
const MAX_HOPS = 32;

export class Router extends WorkerEntrypoint<Env> {
  override fetch(request: Request): Promise<Response> {
    return route(request, this.env, this.ctx);
  }

  override connect(socket: Socket): Promise<void> {
    return connectTcp(socket, this.env, this.ctx);
  }
}

async function route(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  const arrived = arrive(request, env);
  if (typeof arrived === "string") return badRequest(arrived);
  const body = bodyOf(request);
  if (body !== null && "reason" in body) return refuse(body, null);
  const { packet, cluster, target, hops } = arrived;
  if (hops >= MAX_HOPS) return loopDetected(target.authority, hops);
  const found = tablesFor(env, ctx, cluster);
  const tables = found instanceof Promise ? await found : found;
  if (tables === null) return unavailable(`cluster ${JSON.stringify(cluster)}`);
  const decided = decide(tables, packet);
  const verdict = decided instanceof Promise ? await decided : decided;
  if (typeof verdict === "string") return unavailable(`namespace ${JSON.stringify(verdict)}`);
  return act({ request, body, env, ctx, tables, arrived }, packet, verdict);
}

interface Routed {
  readonly request: Request;
  readonly body: Body;
  readonly env: Env;
  readonly ctx: ExecutionContext;
  readonly tables: LiveTables;
  readonly arrived: Arrived;
}

async function act(routed: Routed, packet: Packet, verdict: Decision): Promise<Response> {
  const { request, body, env, ctx, tables, arrived } = routed;
  const startedAt = Date.now();
  if (verdict.kind !== "forward" && verdict.kind !== "externalName") {
    const own = verdict.kind === "unknown" ? await nodeAnswer(tables, packet, verdict, arrived.target.path) : null;
    return own ?? refuse(refusalOf(verdict, packet), revisionFor(tables, verdict));
  }
  const { cluster, target, client } = arrived;
  const headers = forwardedHeaders(request, arrived, client);
  const exchange: Exchange = { request, body, env, ctx, tables, cluster, target, client, headers };
  const response = await answer(exchange, verdict, arrived.isDebug);
  countRequest(verdict.service, response.status, Date.now() - startedAt);
  if (env.ACCESS_LOG === "true") logAccess(exchange, verdict, response, startedAt);
  return response;
}

async function answer(
  exchange: Exchange,
  verdict: Decision & { readonly kind: "forward" | "externalName" },
  isDebug: boolean,
): Promise<Response> {
  const revision = revisionFor(exchange.tables, verdict);
  if (verdict.kind === "externalName") {
    const outside = await dialExternal(exchange, verdict);
    return outside instanceof Response ? finish(outside, revision) : refuse(outside, revision);
  }
  const dialled = await dial(exchange, verdict);
  if (!("response" in dialled)) return refuse(dialled, revision);
  const response = finish(dialled.response, revision);
  if (isDebug) addDebugHeaders(response.headers, dialled.forward);
  return response;
}

/** The revision of the namespace's table that decided; null when it came to no Service. */
function revisionFor(tables: LiveTables, verdict: Decision): number | null {
  const service = "service" in verdict && typeof verdict.service === "object" ? verdict.service : null;
  return service === null ? null : (tables.namespace(service.namespace)?.revision ?? null);
}

function addDebugHeaders(headers: Headers, { service, port, endpoint }: Forward): void {
  headers.set("wherry-service", `${service.namespace}/${service.name}:${port.name === "" ? port.port : port.name}`);
  headers.set("wherry-endpoint", hostPort(endpoint.address, endpoint.port));
  if (endpoint.podName !== null) headers.set("wherry-pod", endpoint.podName);
}
