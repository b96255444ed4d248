/** One line of JSON a request, for those who ask for it. */
import { hostPort } from "../../shared/proxy/backend-url.ts";
import type { Verdict } from "../../shared/proxy/verdict.ts";
import type { Exchange } from "./exchange.ts";

export function logAccess(
  { request, target, client, headers }: Exchange,
  verdict: Verdict & { readonly kind: "forward" | "externalName" },
  response: Response,
  startedAt: number,
): void {
  const { service } = verdict;
  console.log(
    JSON.stringify({
      time: new Date(startedAt).toISOString(),
      client,
      method: request.method,
      authority: target.authority,
      path: target.path,
      status: response.status,
      durationMs: Date.now() - startedAt,
      service: `${service.namespace}/${service.name}`,
      endpoint: verdict.kind === "forward" ? hostPort(verdict.endpoint.address, verdict.endpoint.port) : verdict.host,
      proxyStatus: response.headers.get("proxy-status"),
      traceparent: headers.get("traceparent"),
    }),
  );
}
