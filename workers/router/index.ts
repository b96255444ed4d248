/** The router: kube-proxy for HTTP. See README.md. */
import { hostPort } from "../../shared/proxy/backend-url.ts";
import { refusalOf } from "../../shared/proxy/refusal.ts";
import type { ServiceEntry } from "../../shared/proxy/table.ts";
import type { Forward } from "../../shared/proxy/verdict.ts";
import type { Env } from "../env.ts";
import { tablesFor, type LiveTables } from "../tables.ts";
import { logAccess, type Outcome } from "./access-log.ts";
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

export const Router = { fetch: route, connect: connectTcp } satisfies ExportedHandler<Env>;

async function route(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  const startedAt = Date.now();
  const said = arrive(request, env);
  const arrived = typeof said === "string" ? null : said;
  const outcome =
    typeof said === "string" ? refused(badRequest(said)) : await send({ request, env, ctx, arrived: said, startedAt });
  if (env.ACCESS_LOG === "true") logAccess(request, arrived, outcome, startedAt);
  return outcome.response;
}

interface Routed {
  readonly request: Request;
  readonly env: Env;
  readonly ctx: ExecutionContext;
  readonly arrived: Arrived;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** With what a request is sent on. */
interface Sending extends Routed {
  readonly body: Body;
  readonly tables: LiveTables;
}

const refused = (response: Response, service: ServiceEntry | null = null): Outcome => ({
  response,
  service,
  endpoint: null,
  traceparent: null,
});

async function send(routed: Routed): Promise<Outcome> {
  const { request, env, ctx, arrived } = routed;
  const body = bodyOf(request);
  if (body !== null && "reason" in body) return refused(refuse(body, null));
  const { packet, cluster, target, hops } = arrived;
  if (hops >= MAX_HOPS) return refused(loopDetected(target.authority, hops));
  const found = tablesFor(env, ctx, cluster);
  const tables = found instanceof Promise ? await found : found;
  if (tables === null) return refused(unavailable(`cluster ${JSON.stringify(cluster)}`));
  const decided = decide(tables, packet);
  const verdict = decided instanceof Promise ? await decided : decided;
  if (typeof verdict === "string") return refused(unavailable(`namespace ${JSON.stringify(verdict)}`));
  return act({ ...routed, body, tables }, verdict);
}

async function act(sending: Sending, verdict: Decision): Promise<Outcome> {
  const { request, body, env, ctx, arrived, startedAt, tables } = sending;
  const { packet, cluster, target, client } = arrived;
  if (verdict.kind !== "forward" && verdict.kind !== "externalName") {
    const own = verdict.kind === "unknown" ? await nodeAnswer(tables, packet, verdict, target.path) : null;
    const refusal = refusalOf(verdict, packet);
    return own === null
      ? refused(refuse(refusal, revisionFor(tables, verdict)), refusal.service)
      : refused(own, refusal.service);
  }
  const headers = forwardedHeaders(request, arrived, client);
  const exchange: Exchange = { request, body, env, ctx, tables, cluster, target, client, headers };
  const { response, endpoint } = await answer(exchange, verdict, arrived.isDebug);
  countRequest(verdict.service, response.status, Date.now() - startedAt);
  return { response, service: verdict.service, endpoint, traceparent: headers.get("traceparent") };
}

async function answer(
  exchange: Exchange,
  verdict: Decision & { readonly kind: "forward" | "externalName" },
  isDebug: boolean,
): Promise<Pick<Outcome, "response" | "endpoint">> {
  const revision = revisionFor(exchange.tables, verdict);
  if (verdict.kind === "externalName") {
    const outside = await dialExternal(exchange, verdict);
    const response = outside instanceof Response ? finish(outside, revision) : refuse(outside, revision);
    return { response, endpoint: verdict.host };
  }
  const dialled = await dial(exchange, verdict);
  if (!("response" in dialled)) return { response: refuse(dialled, revision), endpoint: addressOf(verdict) };
  const response = finish(dialled.response, revision);
  if (isDebug) addDebugHeaders(response.headers, dialled.forward);
  return { response, endpoint: addressOf(dialled.forward) };
}

const addressOf = ({ endpoint }: Forward): string => hostPort(endpoint.address, endpoint.port);

/** The revision of the namespace's table that decided; null when it came to no Service. */
function revisionFor(tables: LiveTables, verdict: Decision): number | null {
  const service = "service" in verdict && typeof verdict.service === "object" ? verdict.service : null;
  return service === null ? null : (tables.namespace(service.namespace)?.revision ?? null);
}

function addDebugHeaders(headers: Headers, forward: Forward): void {
  const { service, port, endpoint } = forward;
  headers.set("wherry-service", `${service.namespace}/${service.name}:${port.name === "" ? port.port : port.name}`);
  headers.set("wherry-endpoint", addressOf(forward));
  if (endpoint.podName !== null) headers.set("wherry-pod", endpoint.podName);
}
