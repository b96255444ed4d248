/** To a Service's endpoint and back: the router's own decision and dial, by reference instead of by name. */
import type { ForwardPlan } from "../../shared/gateway/filter/outcome.ts";
import { tooLarge } from "../../shared/gateway/filter/apply.ts";
import type { BackendReference } from "../../shared/gateway/ir.ts";
import { refusalOf, type Refusal, type Refused } from "../../shared/proxy/refusal.ts";
import { resolveBackend, type Prefer } from "../../shared/proxy/resolve-backend.ts";
import type { Endpoint } from "../../shared/proxy/table.ts";
import type { Forward } from "../../shared/proxy/verdict.ts";
import { decideBy, pick } from "../router/decide.ts";
import { dial, dialExternal } from "../router/dial.ts";
import type { Exchange } from "../router/exchange.ts";
import { finish, refuse, unavailable } from "../router/responses.ts";
import { tablesFor, type LiveTables } from "../tables.ts";
import { limitBody } from "./body-limit.ts";
import type { Journey } from "./follow-route.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import { toResponse } from "./responses.ts";

export interface Answered {
  readonly response: Response;
  /** Null: no endpoint answered. */
  readonly endpoint: Endpoint | null;
}

const answered = (response: Response): Answered => ({ response, endpoint: null });

export async function forward(
  journey: Journey,
  plan: ForwardPlan,
  to: BackendReference,
  prefer: Prefer | null,
): Promise<Answered> {
  const { env, ctx, cluster } = journey;
  const found = tablesFor(env, ctx, cluster);
  const tables = found instanceof Promise ? await found : found;
  if (tables === null) return answered(unavailable(`cluster ${JSON.stringify(cluster)}`));
  const decided = decideBy(tables, () => resolveBackend(tables, to, pick, prefer));
  const verdict = decided instanceof Promise ? await decided : decided;
  if (typeof verdict === "string") return answered(unavailable(`namespace ${JSON.stringify(verdict)}`));
  if (verdict.kind !== "forward" && verdict.kind !== "externalName")
    return answered(refuse(noService(verdict, to), null));
  const limited = limitBody(journey.body, journey.request, plan.maxBody);
  const { exchange, timedOut } = exchangeFor({ ...journey, body: limited.body }, plan, tables);
  const exchanged =
    verdict.kind === "externalName" ? dialExternal(exchange, verdict) : dial(exchange, overScheme(verdict, to.scheme));
  const answer = await (timedOut === null ? exchanged : Promise.race([exchanged, timedOut]));
  if (answer === "timeout") return answered(timeout(journey));
  if (limited.isExceeded()) return answered(toResponse(tooLarge));
  if (answer instanceof Response) return answered(finish(answer, null));
  if (!("response" in answer)) return answered(refuse(answer, null));
  const { service, endpoint } = answer.forward;
  return { response: finish(answer.response, tables.namespace(service.namespace)?.revision ?? null), endpoint };
}

/** `backend-protocol` says how endpoints are spoken to that have no URL of their own. */
function overScheme(verdict: Forward, scheme: BackendReference["scheme"]): Forward {
  const { endpoint } = verdict;
  if (scheme === null || endpoint.backend.kind !== "address" || endpoint.backend.scheme === scheme) return verdict;
  return { ...verdict, endpoint: { ...endpoint, backend: { kind: "address", scheme } } };
}

function exchangeFor(
  { request, body, env, ctx, cluster, hops, arrived, route }: Journey,
  plan: ForwardPlan,
  tables: LiveTables,
): { readonly exchange: Exchange; readonly timedOut: Promise<"timeout"> | null } {
  const target = { scheme: arrived.scheme, authority: plan.host ?? arrived.authority, path: plan.path };
  const headers = forwardedHeaders(request, arrived, target, hops, plan);
  const exchange = { request, body, env, ctx, tables, cluster, target, headers, client: arrived.client };
  const limit = route.timeouts.backendRequest ?? route.timeouts.request;
  if (limit === null) return { exchange, timedOut: null };
  const signal = AbortSignal.timeout(limit);
  const timedOut = new Promise<"timeout">((resolve) => signal.addEventListener("abort", () => resolve("timeout")));
  return { exchange: { ...exchange, signal }, timedOut };
}

/** An Ingress is answered for with 503 whatever of its Service is missing, as by ingress-nginx. */
function noService(verdict: Refused, { namespace, service, port }: BackendReference): Refusal {
  if (verdict.kind === "unknown") {
    const name = JSON.stringify(`${namespace}/${service}`);
    const shown = "name" in port ? JSON.stringify(port.name) : String(port.number);
    const message =
      verdict.reason === "UnknownPort" ? `service ${name} has no TCP port ${shown}` : `service ${name} does not exist`;
    const { reason } = verdict;
    return { code: 503, proxyError: "destination_not_found", reason, message, service: null };
  }
  return refusalOf(verdict, { authority: service, scheme: "http", source: null });
}

const timeout = ({ route: { source, timeouts } }: Journey): Response =>
  refuse(
    {
      code: 504,
      proxyError: "http_response_timeout",
      reason: "Timeout",
      message: `the backend of Ingress ${JSON.stringify(`${source.namespace}/${source.name}`)} did not answer within ${timeouts.backendRequest ?? timeouts.request} ms`,
      service: null,
    },
    null,
  );
