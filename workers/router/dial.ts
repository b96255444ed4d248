/** Verdict in, response out: one fetch, and another endpoint when that one could not be reached. */
import type { BackendTarget } from "../../shared/proxy/backend-url.ts";
import { chooseAnother } from "../../shared/proxy/choose-endpoint.ts";
import { externalUnreachable, timedOut, unreachable, type Refusal } from "../../shared/proxy/refusal.ts";
import type { ServiceEntry } from "../../shared/proxy/table.ts";
import type { Forward, Verdict } from "../../shared/proxy/verdict.ts";
import { attempt, send, type Failure } from "./attempt.ts";
import { Deadline, LATE } from "./deadline.ts";
import type { Exchange } from "./exchange.ts";
import { beginRequest } from "./memory.ts";
import { countRetry } from "./metrics.ts";
import { avoidOutliers, countOutcome } from "./outliers.ts";
import { earnRetry, spendRetry } from "./retry-budget.ts";
import { watchBody } from "./watched-body.ts";

/** Endpoints tried after the first. */
const MAX_RETRIES = 2;

/** Repeating these does no more than doing them once (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** The response, and the endpoint that gave it; or why none did. */
export interface Dialled {
  readonly response: Response;
  readonly forward: Forward;
}

/** What stays the same from one try to the next. */
interface Trying {
  readonly exchange: Exchange;
  readonly deadline: Deadline;
  readonly tried: Forward["endpoint"][];
}

export async function dial(exchange: Exchange, first: Forward): Promise<Dialled | Refusal> {
  earnRetry();
  let forward = avoidOutliers(exchange, first);
  const trying: Trying = { exchange, deadline: new Deadline(forward.service.http), tried: [] };
  for (;;) {
    trying.tried.push(forward.endpoint);
    const { outcome, next } = await tryOne(trying, forward);
    if (next === null) {
      return outcome instanceof Response
        ? { response: outcome, forward }
        : failed(forward, trying.tried.length, outcome);
    }
    // Whoever sent it need not send the rest.
    if (outcome instanceof Response) exchange.ctx.waitUntil(outcome.body?.cancel() ?? Promise.resolve());
    countRetry(forward.service);
    forward = next;
  }
}

interface Tried {
  readonly outcome: Response | Failure;
  /** Where to try next; null: nowhere. */
  readonly next: Forward | null;
}

async function tryOne(trying: Trying, forward: Forward): Promise<Tried> {
  const { exchange, deadline } = trying;
  const hasOthers = mayRepeat(exchange) && hasMore(trying, forward);
  const end = beginRequest(forward, exchange.tables.cluster.facts);
  const controller = deadline.newTry();
  const pending = attempt(exchange, forward, controller?.signal);
  const inTime = await deadline.limit(pending, hasOthers);
  if (inTime !== LATE) return settle(trying, forward, inTime, end);
  const next = hasOthers ? another(trying, forward) : null;
  // Nobody asked for a limit, and nobody else can answer: then this one may take its time.
  if (next === null && !deadline.isPerTryWanted) return settle(trying, forward, await pending, end);
  controller?.abort();
  end?.();
  countOutcome(exchange, forward, null);
  return { outcome: { mayHaveBeenSent: true, isTimeout: true, why: "it did not answer in time" }, next };
}

function settle(trying: Trying, forward: Forward, outcome: Response | Failure, end: (() => void) | null): Tried {
  const { exchange, deadline } = trying;
  const status = outcome instanceof Response ? outcome.status : null;
  const wantsAnother = status === null || forward.service.http?.retryOn?.includes(status) === true;
  const isAllowed = !(outcome instanceof Response || outcome.mayHaveBeenSent) || mayRepeat(exchange);
  const next = wantsAnother && isAllowed && !deadline.isOver ? another(trying, forward) : null;
  if (!(outcome instanceof Response) || next !== null) {
    end?.();
    countOutcome(exchange, forward, status);
    return { outcome, next };
  }
  return { outcome: watched(exchange, forward, outcome, end), next };
}

/** Only where an end has to be counted, or a broken body to be told from a whole one, is the body looked at. */
function watched(exchange: Exchange, forward: Forward, response: Response, end: (() => void) | null): Response {
  const { status } = response;
  const mayBreak = forward.service.detectsOutliers === true && status < 500;
  if (!mayBreak) countOutcome(exchange, forward, status);
  if (end === null && !mayBreak) return response;
  return watchBody(response, exchange.ctx, (error) => {
    end?.();
    if (mayBreak) countOutcome(exchange, forward, error === null ? status : null);
  });
}

/** A connection that was refused and one that broke half-way look the same from here. */
const mayRepeat = ({ body, request }: Exchange): boolean => body === null && IDEMPOTENT.has(request.method);

const hasMore = ({ tried }: Trying, { choice, port }: Forward): boolean =>
  choice !== null && tried.length <= MAX_RETRIES && port.endpoints.length > tried.length;

function another(trying: Trying, forward: Forward): Forward | null {
  if (forward.choice === null || !hasMore(trying, forward)) return null;
  const endpoint = chooseAnother(forward.port, forward.choice, trying.tried, (n) => Math.floor(Math.random() * n));
  return endpoint === null || !spendRetry() ? null : { ...forward, endpoint };
}

const failed = (forward: Forward, tried: number, { isTimeout, why }: Failure): Refusal =>
  isTimeout ? timedOut(forward, tried) : unreachable(forward, tried, why);

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
  return outcome instanceof Response ? outcome : externalUnreachable(service, base, outcome.why);
}

const externalTarget = (
  { backend }: ServiceEntry,
  base: string,
): Exclude<BackendTarget, { readonly kind: "builtin" }> => {
  if (backend?.kind === "url") return { kind: "url", base: backend.url };
  return backend?.kind === "binding" ? backend : { kind: "url", base };
};
