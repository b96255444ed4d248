/** One endpoint asked once. */
import { appendPath, backendTarget, type BackendTarget } from "../../shared/proxy/backend-url.ts";
import { serviceBinding } from "../../shared/proxy/service-binding.ts";
import type { Forward } from "../../shared/proxy/verdict.ts";
import { DEFAULT_CLUSTER } from "../env.ts";
import { answerBuiltin } from "./builtin.ts";
import type { Exchange } from "./exchange.ts";

/** No response: whether the backend may have seen the request decides if it may be sent again. */
export interface Failure {
  readonly mayHaveBeenSent: boolean;
  readonly isTimeout: boolean;
  readonly why: string;
}

/** `signal` ends this try, and the response's body, early; the exchange's own ends every one. */
export function attempt(exchange: Exchange, forward: Forward, signal?: AbortSignal): Promise<Response | Failure> {
  const target = backendTarget(forward.service, forward.endpoint, exchange.tables.cluster.facts.imageRules);
  return target.kind === "builtin" ? answerBuiltin(exchange, forward, target.pod) : send(exchange, target, signal);
}

const notSent = (why: string): Failure => ({ mayHaveBeenSent: false, isTimeout: false, why });

export async function send(
  exchange: Exchange,
  to: Exclude<BackendTarget, { readonly kind: "builtin" }>,
  signal?: AbortSignal,
): Promise<Response | Failure> {
  const { request, body, env, target, headers } = exchange;
  if (to.kind === "gone") return notSent("the Pod is gone, and the EndpointSlice does not say so yet");
  const fetcher = to.kind === "binding" ? serviceBinding(env, to.name) : null;
  if (to.kind === "binding" && fetcher === null) return notSent(`this deployment has no service binding ${to.name}`);
  const url = to.kind === "url" ? appendPath(to.base, target.path) : urlForBinding(exchange, to.name);
  const ends = signal === undefined ? exchange.signal : anyOf(signal, exchange.signal);
  const common = { headers, redirect: "manual", ...(ends === undefined ? {} : { signal: ends }) } as const;
  let response: Promise<Response>;
  try {
    const outbound = fetcher ?? env.OUTBOUND;
    const { method } = request;
    const init = body !== null && isBodyless(method) ? withItsBody(request, url, common) : { ...common, method, body };
    response = outbound === undefined ? fetch(url, init) : outbound.fetch(url, init);
  } catch (error) {
    // Nothing is sent to a URL that is none; all other failures come as rejections.
    return notSent(messageOf(error));
  }
  try {
    return await response;
  } catch (error) {
    // fetch() rejects for whatever went wrong on the network.
    return { mayHaveBeenSent: true, isTimeout: ends?.aborted === true, why: messageOf(error) };
  }
}

const isBodyless = (method: string): boolean => method === "GET" || method === "HEAD";

/** Fetch forbids to make a GET with a body, which search engines among others want. One that has arrived may be sent on. */
const withItsBody = (request: Request, url: string, init: RequestInit): Request =>
  new Request(new Request(url, request), init);

/** A Worker behind a binding sees the name that the client asked for; our API server is also told which cluster is meant. */
function urlForBinding({ target, cluster }: Exchange, binding: string): string {
  const isElsewhere = binding === "API_SERVER" && cluster !== DEFAULT_CLUSTER;
  return `${target.scheme}://${target.authority}${isElsewhere ? `/clusters/${cluster}` : ""}${target.path}`;
}

const anyOf = (one: AbortSignal, other: AbortSignal | undefined): AbortSignal =>
  other === undefined ? one : AbortSignal.any([one, other]);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
