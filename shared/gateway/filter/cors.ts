/** Cross-origin requests (Fetch §3.2), answered as ingress-nginx answers them. */
import type { CorsPolicy, HeaderValue } from "../ir.ts";
import type { GatewayRequest } from "../match/request.ts";

/** What CORS adds to the response of a request; null: its origin is not allowed, or there is none. */
export function corsHeaders(policy: CorsPolicy, { header }: GatewayRequest): readonly HeaderValue[] | null {
  const origin = header("origin");
  const isOpen = policy.allowOrigins.includes("*");
  if (!isOpen && (origin === null || !policy.allowOrigins.some((allowed) => isAllowed(allowed, origin)))) return null;
  return [
    { name: "access-control-allow-origin", value: isOpen ? "*" : (origin ?? "*") },
    ...(policy.allowCredentials ? [{ name: "access-control-allow-credentials", value: "true" }] : []),
    { name: "access-control-allow-methods", value: policy.allowMethods },
    { name: "access-control-allow-headers", value: policy.allowHeaders },
    ...(policy.exposeHeaders === null ? [] : [{ name: "access-control-expose-headers", value: policy.exposeHeaders }]),
    { name: "access-control-max-age", value: String(policy.maxAge) },
    ...(isOpen ? [] : [{ name: "vary", value: "Origin" }]),
  ];
}

/** `https://*.example.com` allows every name below, and `http://x:8080` no other port. */
function isAllowed(allowed: string, origin: string): boolean {
  const star = allowed.indexOf("*.");
  if (star < 0) return allowed.toLowerCase() === origin.toLowerCase();
  const head = allowed.slice(0, star).toLowerCase();
  const tail = allowed.slice(star + 1).toLowerCase();
  const asked = origin.toLowerCase();
  const between = asked.slice(head.length, asked.length - tail.length);
  return (
    asked.length > head.length + tail.length &&
    asked.startsWith(head) &&
    asked.endsWith(tail) &&
    /^[a-z0-9.-]+$/.test(between)
  );
}
