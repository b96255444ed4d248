/** The headers that a backend gets: what ingress-nginx sets, beside what the router does. */
import type { ForwardPlan } from "../../shared/gateway/filter/outcome.ts";
import type { GatewayRequest } from "../../shared/gateway/match/request.ts";
import type { RequestTarget } from "../../shared/proxy/request-target.ts";
import { FRONT_HEADER } from "../arrival.ts";
import { forwardedHeaders as routerHeaders } from "../router/forwarded-headers.ts";
import { changeHeaders } from "./responses.ts";

const REQUEST_ID = "x-request-id";

/** What a client says of itself in these counts for nothing: this is where the cluster begins. */
export function forwardedHeaders(
  request: Request,
  { scheme, authority, client }: GatewayRequest,
  target: RequestTarget,
  hops: number,
  plan: ForwardPlan,
): Headers {
  const address = client ?? "127.0.0.1";
  const headers = routerHeaders(request, { target, hops, isAddressed: true, isFirst: true }, address);
  const before = headers.has(FRONT_HEADER) ? null : request.headers.get("x-forwarded-for");
  headers.delete(FRONT_HEADER);
  removeUnderscores(headers);
  if (before === null) headers.delete("x-original-forwarded-for");
  else headers.set("x-original-forwarded-for", before);
  headers.set("x-real-ip", address);
  headers.set("x-forwarded-host", authority);
  headers.set("x-forwarded-port", portOf(authority) ?? (scheme === "https" ? "443" : "80"));
  headers.set("x-forwarded-proto", scheme);
  headers.set("x-forwarded-scheme", scheme);
  headers.set("x-scheme", scheme);
  if (!headers.has(REQUEST_ID)) headers.set(REQUEST_ID, crypto.randomUUID().replaceAll("-", ""));
  changeHeaders(headers, plan.request);
  return headers;
}

/**
 * nginx' `underscores_in_headers off`, as ingress-nginx has it. To a CGI or WSGI program `X_Forwarded_For` is `X-Forwarded-For`, which no
 * client may say.
 */
function removeUnderscores(headers: Headers): void {
  const names = [...headers.keys()].filter((name) => name.includes("_"));
  for (const name of names) headers.delete(name);
}

const portOf = (authority: string): string | undefined => /:(\d+)$/.exec(authority)?.[1];
