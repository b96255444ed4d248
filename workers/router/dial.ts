/** Verdict in, response out: one fetch, and another endpoint when that one could not be reached. */
import { appendPath, backendTarget, type BackendTarget } from "../../shared/proxy/backend-url.ts";
import { chooseAnother } from "../../shared/proxy/choose-endpoint.ts";
import { externalUnreachable, unreachable, type Refusal } from "../../shared/proxy/refusal.ts";
import { serviceBinding } from "../../shared/proxy/service-binding.ts";
import type { ServiceEntry } from "../../shared/proxy/table.ts";
import type { Forward, Verdict } from "../../shared/proxy/verdict.ts";
import { DEFAULT_CLUSTER } from "../env.ts";
import { answerBuiltin } from "./builtin.ts";
import type { Exchange } from "./exchange.ts";
import { avoidOutliers, countOutcome } from "./outliers.ts";
import { earnRetry, spendRetry } from "./retry-budget.ts";

/** Endpoints tried after the first. */
const MAX_RETRIES = 2;

/** No response: whether the backend may have seen the request decides if it may be sent again. */
interface Failure {
  readonly mayHaveBeenSent: boolean;
  readonly why: string;
}

export const dialCounters = { retries: 0, failures: 0 };

/** Repeating these does no more than doing them once (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** The response, and the endpoint that gave it; or why none did. */
export async function dial(
  exchange: Exchange,
  first: Forward,
): Promise<{ response: Response; forward: Forward } | Refusal> {
  earnRetry();
  let forward = avoidOutliers(exchange, first);
  const tried = [forward.endpoint];
  for (;;) {
    const outcome = await attempt(exchange, forward);
    countOutcome(exchange, forward, outcome instanceof Response ? outcome.status : null);
    if (outcome instanceof Response) return { response: outcome, forward };
    const next = mayRetry(exchange.request, outcome, tried.length) ? another(forward, tried) : null;
    if (next === null) return failed(forward, tried.length, outcome);
    dialCounters.retries++;
    tried.push(next.endpoint);
    forward = next;
  }
}

function mayRetry(request: Request, failure: Failure, tried: number): boolean {
  if (tried > MAX_RETRIES) return false;
  // A connection that was refused and one that broke half-way look the same from here.
  return !failure.mayHaveBeenSent || (request.body === null && IDEMPOTENT.has(request.method));
}

function another(forward: Forward, tried: readonly Forward["endpoint"][]): Forward | null {
  if (forward.choice === null) return null;
  const endpoint = chooseAnother(forward.port, forward.choice, tried, (n) =>
    Math.floor(Math.random() * n),
  );
  return endpoint === null || !spendRetry() ? null : { ...forward, endpoint };
}

function failed(forward: Forward, tried: number, failure: Failure): Refusal {
  dialCounters.failures++;
  return unreachable(forward, tried, failure.why);
}

function attempt(exchange: Exchange, forward: Forward): Promise<Response | Failure> {
  const target = backendTarget(forward.service, forward.endpoint, exchange.tables.cluster.facts.imageRules);
  return target.kind === "builtin" ? answerBuiltin(exchange, forward, target.pod) : send(exchange, target);
}

const notSent = (why: string): Failure => ({ mayHaveBeenSent: false, why });

async function send(
  exchange: Exchange,
  to: Exclude<BackendTarget, { readonly kind: "builtin" }>,
): Promise<Response | Failure> {
  const { request, env, target, headers } = exchange;
  if (to.kind === "gone") return notSent("the Pod is gone, and the EndpointSlice does not say so yet");
  const fetcher = to.kind === "binding" ? serviceBinding(env, to.name) : null;
  if (to.kind === "binding" && fetcher === null) return notSent(`this deployment has no service binding ${to.name}`);
  const url = to.kind === "url" ? appendPath(to.base, target.path) : urlForBinding(exchange, to.name);
  const init = { method: request.method, headers, body: request.body, redirect: "manual" } as const;
  let response: Promise<Response>;
  try {
    const outbound = fetcher ?? env.OUTBOUND;
    response = outbound === undefined ? fetch(url, init) : outbound.fetch(url, init);
  } catch (error) {
    // Nothing is sent to a URL that is none; all other failures come as rejections.
    return notSent(messageOf(error));
  }
  try {
    return await response;
  } catch (error) {
    // fetch() rejects for whatever went wrong on the network.
    return { mayHaveBeenSent: true, why: messageOf(error) };
  }
}

/** A Worker behind a binding sees the name that the client asked for; our API server is also told which cluster is meant. */
function urlForBinding({ target, cluster }: Exchange, binding: string): string {
  const isElsewhere = binding === "API_SERVER" && cluster !== DEFAULT_CLUSTER;
  return `${target.scheme}://${target.authority}${isElsewhere ? `/clusters/${cluster}` : ""}${target.path}`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Out of the cluster, under the target's own name; port 80 and 443 stay unsaid so that Host is the plain name. */
export async function dialExternal(
  exchange: Exchange,
  verdict: Verdict & { readonly kind: "externalName" },
): Promise<Response | Refusal> {
  const { service, host, port } = verdict;
  const scheme = exchange.target.scheme === "https" || port === 443 ? "https" : "http";
  const isDefault = port === (scheme === "https" ? 443 : 80);
  const base = `${scheme}://${isDefault ? host : `${host}:${port}`}`;
  const outcome = await send(exchange, externalTarget(service, base));
  if (outcome instanceof Response) return outcome;
  dialCounters.failures++;
  return externalUnreachable(service, base, outcome.why);
}

const externalTarget = (
  { backend }: ServiceEntry,
  base: string,
): Exclude<BackendTarget, { readonly kind: "builtin" }> => {
  if (backend?.kind === "url") return { kind: "url", base: backend.url };
  return backend?.kind === "binding" ? backend : { kind: "url", base };
};
