/** A request on its route: filters, backend, endpoint, response. */
import {
  affinityHeader,
  chooseBackend,
  preferenceOf,
  type ChosenBackend,
} from "../../shared/gateway/backend-choice.ts";
import { applyFilters, type FilterContext } from "../../shared/gateway/filter/apply.ts";
import type { ForwardPlan, Outcome } from "../../shared/gateway/filter/outcome.ts";
import { RateLimiter } from "../../shared/gateway/filter/rate-limiter.ts";
import type { Captures } from "../../shared/gateway/filter/variables.ts";
import type { Route } from "../../shared/gateway/ir.ts";
import type { GatewayRequest } from "../../shared/gateway/match/request.ts";
import type { Env } from "../env.ts";
import { askExternal } from "./external-auth.ts";
import { forward } from "./forward.ts";
import { changeHeaders, toResponse } from "./responses.ts";
import type { Body } from "../router/body.ts";
import { pick } from "../router/decide.ts";
import { refuse } from "../router/responses.ts";

export interface Journey {
  readonly request: Request;
  readonly body: Body;
  readonly env: Env;
  readonly ctx: ExecutionContext;
  readonly cluster: string;
  readonly hops: number;
  readonly arrived: GatewayRequest;
  readonly route: Route;
  readonly captures: Captures;
  readonly plan: ForwardPlan;
}

const limiter = new RateLimiter();

export async function followRoute(journey: Journey): Promise<Response> {
  const { arrived, route, captures, cluster, env } = journey;
  if (route.filters.length === 0) return toBackend(journey, journey.plan);
  const { namespace, name } = route.source;
  const key = `${cluster}/${namespace}/${name} ${arrived.client ?? ""}`;
  const held: string[] = [];
  const context: FilterContext = {
    request: arrived,
    captures,
    tlsPort: tlsPortOf(env),
    admit: (limit) => {
      const isAdmitted = limiter.admit(key, limit, Date.now());
      if (isAdmitted) held.push(key);
      return isAdmitted;
    },
  };
  try {
    return await filtered(journey, context);
  } finally {
    for (const one of held) limiter.release(one);
  }
}

async function filtered(journey: Journey, context: FilterContext): Promise<Response> {
  const { route, request, arrived, captures, env } = journey;
  const cookies: string[] = [];
  let setsCookies = false;
  let outcome: Outcome = applyFilters(route, context, journey.plan);
  while (outcome.kind === "ask") {
    const { plan, from, auth } = outcome;
    const decision = await askExternal(auth, request, arrived, captures, env);
    if (decision.kind === "refuse") return withHeaders(decision.response, plan);
    cookies.push(...decision.cookies);
    setsCookies ||= auth.alwaysSetCookie;
    outcome = applyFilters(route, context, { ...plan, request: [...plan.request, decision.request] }, from);
  }
  if (outcome.kind === "respond") return withHeaders(toResponse(outcome.response), outcome.plan);
  const response = await toBackend(journey, outcome.plan);
  // nginx adds headers to answers that are no errors.
  if (setsCookies || response.status < 400) {
    for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  }
  return response;
}

/** Also answers of the gateway's own carry what CORS adds: a page must be able to read that it has been refused. */
function withHeaders(response: Response, plan: ForwardPlan): Response {
  changeHeaders(response.headers, plan.response);
  return response;
}

async function toBackend(journey: Journey, plan: ForwardPlan): Promise<Response> {
  const { arrived, route } = journey;
  const chosen = chooseBackend(route, arrived, pick);
  if (chosen === null) return noBackend(route);
  const prefer = preferenceOf(route, arrived, chosen.isCanary);
  const { response, endpoint } = await forward(journey, plan, chosen.backend, prefer);
  const sticky = endpoint === null ? null : stickyCookie(journey, chosen, endpoint);
  changeHeaders(response.headers, plan.response);
  if (sticky !== null) response.headers.append("set-cookie", sticky);
  return response;
}

const stickyCookie = (
  { route, arrived }: Journey,
  { isCanary }: ChosenBackend,
  endpoint: Parameters<typeof affinityHeader>[3],
): string | null => affinityHeader(route, arrived, isCanary, endpoint);

function noBackend({ source: { namespace, name } }: Route): Response {
  const message = `Ingress ${JSON.stringify(`${namespace}/${name}`)} leads to no Service: see its Events`;
  return refuse(
    { code: 503, proxyError: "destination_unavailable", reason: "NoBackend", message, service: null },
    null,
  );
}

/** Locally TLS has a port of its own, and a redirect has to name it. */
const tlsPortOf = ({ INGRESS_TLS_PORT: port }: Env): number | null => (port === undefined ? null : Number(port));
