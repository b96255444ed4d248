/** The router's own answers. */
import { healthBody, type ServiceHealth } from "../../shared/proxy/service-health.ts";
import { METRICS_CONTENT_TYPE } from "../../shared/runtime/metrics.ts";
import { countRefusal, renderMetrics } from "./metrics.ts";
import { toStatusBody, type Refusal } from "../../shared/proxy/refusal.ts";

/** The table's revision that a response was decided by; the way to measure staleness. */
const REVISION_HEADER = "wherry-revision";

export function refuse(refusal: Refusal, revision: number | null): Response {
  countRefusal(refusal.service, refusal.reason);
  const headers = new Headers({
    "content-type": "application/json",
    "cache-control": "no-store",
    "proxy-status": `wherry; error=${refusal.proxyError}; details="${refusal.reason}"`,
  });
  if (revision !== null) headers.set(REVISION_HEADER, String(revision));
  if (refusal.code === 503) headers.set("retry-after", "1");
  return new Response(`${toStatusBody(refusal)}\n`, { status: refusal.code, headers });
}

/** The response as it is, streaming, with one header more. An upgraded connection is handed over whole. */
export function finish(response: Response, revision: number | null): Response {
  const { webSocket } = response;
  const answer =
    webSocket === null
      ? new Response(response.body, response)
      : new Response(null, { status: 101, webSocket, headers: response.headers });
  if (revision !== null) answer.headers.set(REVISION_HEADER, String(revision));
  return answer;
}

export const badRequest = (message: string): Response =>
  refuse({ code: 400, proxyError: "http_request_error", reason: "BadRequest", message, service: null }, null);

export const unavailableRefusal = (what: string): Refusal => ({
  code: 503,
  proxyError: "proxy_internal_error",
  reason: "TableUnavailable",
  message: `the table of ${what} has not been read yet, and its store does not answer; try again`,
  service: null,
});

export const unavailable = (what: string): Response => refuse(unavailableRefusal(what), null);

export const loopDetected = (authority: string, hops: number): Response =>
  refuse(
    {
      code: 508,
      proxyError: "proxy_loop_detected",
      reason: "LoopDetected",
      message: `the request for ${JSON.stringify(authority)} has come through the router ${hops} times: does a backend's URL lead back to it?`,
      service: null,
    },
    null,
  );

/** Load balancers look at the status only; people and monitoring at the rest. */
export const healthAnswer = ({ service, localEndpoints }: ServiceHealth & { readonly kind: "health" }): Response =>
  new Response(healthBody(service, localEndpoints), {
    status: localEndpoints > 0 ? 200 : 503,
    headers: {
      "content-type": "application/json",
      "x-content-type-options": "nosniff",
      "x-load-balancing-endpoint-weight": String(localEndpoints),
    },
  });

export const metricsAnswer = (): Response =>
  new Response(renderMetrics(), { headers: { "content-type": METRICS_CONTENT_TYPE } });
