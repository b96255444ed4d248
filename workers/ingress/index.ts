/** The ingress: requests from outside, by host and path, to Services. See README.md. */
import { initialPlan } from "../../shared/gateway/filter/apply.ts";
import { findRoute, type Found, type Match } from "../../shared/gateway/match/find-route.ts";
import type { GatewayRequest } from "../../shared/gateway/match/request.ts";
import { isClusterName } from "../../shared/proxy/origin.ts";
import { DEFAULT_CLUSTER, isLocalProcess, type Env } from "../env.ts";
import { bodyOf, type Body } from "../router/body.ts";
import { CLUSTER_HEADER, HOPS_HEADER } from "../router/forwarded-headers.ts";
import { badRequest, loopDetected, refuse, unavailable } from "../router/responses.ts";
import { routesFor, type LiveRoutes } from "../tables.ts";
import { arrive } from "./arrive.ts";
import { followRoute } from "./follow-route.ts";
import { noRoute, refuseRequest } from "./responses.ts";

/** A backend URL that leads back here would go on for ever. */
const MAX_HOPS = 32;

export const Ingress = { fetch: serve } satisfies ExportedHandler<Env>;

async function serve(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  const arrived = arrive(request, env);
  if (!arrived.ok) return refuseRequest(arrived.status, arrived.message);
  const body = bodyOf(request);
  if (body !== null && "reason" in body) return refuse(body, null);
  const { headers } = request;
  const cluster = clusterFor(headers, env);
  if (!isClusterName(cluster)) return badRequest(`${JSON.stringify(cluster)} is not the name of a cluster`);
  const hops = Math.max(0, Number(headers.get(HOPS_HEADER) ?? 0) || 0);
  if (hops >= MAX_HOPS) return loopDetected(arrived.request.authority, hops);
  const live = routesFor(env, ctx, cluster);
  const routes = live instanceof Promise ? await live : live;
  if (routes === null) return unavailable(`cluster ${JSON.stringify(cluster)}`);
  const first = findRoute(routes.table, arrived.request);
  const match = first.kind === "route" ? first : await lookAgain(routes, arrived.request);
  if (match.kind === "none") return noRoute(arrived.request);
  return follow({ request, body, env, ctx, cluster, hops, arrived: arrived.request }, match);
}

/** On the edge a client from outside must not reach what other clusters keep to themselves. */
const clusterFor = (headers: Headers, env: Env): string =>
  (mayChooseCluster(env) ? headers.get(CLUSTER_HEADER) : null) ?? DEFAULT_CLUSTER;

const mayChooseCluster = (env: Env): boolean => isLocalProcess(env) || env.TRUST_CLUSTER_HEADER === "true";

/** Before a client is told that there is nothing, the store is asked: it may have just been made. */
async function lookAgain(routes: LiveRoutes, request: GatewayRequest): Promise<Match> {
  await routes.recheck();
  return findRoute(routes.table, request);
}

interface Arrival {
  readonly request: Request;
  readonly body: Body;
  readonly env: Env;
  readonly ctx: ExecutionContext;
  readonly cluster: string;
  readonly hops: number;
  readonly arrived: GatewayRequest;
}

const follow = ({ arrived, ...around }: Arrival, { route, captures }: Found): Promise<Response> =>
  followRoute({ ...around, arrived, route, captures, plan: initialPlan(arrived) });
