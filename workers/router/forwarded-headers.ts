/** Which headers go on to a backend (RFC 9110 §7.6.1), and which the router adds. */
import type { RequestTarget } from "../../shared/proxy/request-target.ts";

/** Who asks; see `shared/proxy/origin.ts`. */
export const CLUSTER_HEADER = "wherry-cluster";
export const SOURCE_HEADER = "wherry-source";
/** Where the request came in, and from whom; see `shared/proxy/arrival.ts`. */
export const ARRIVAL_HEADER = "wherry-arrival";
export const PROXY_AUTHORIZATION = "proxy-authorization";
/** Says how often a request has come through a router: a backend URL may lead back to one. */
export const HOPS_HEADER = "wherry-hops";
/** Asks for `wherry-service` and `wherry-endpoint` in the response. */
export const DEBUG_HEADER = "wherry-debug";

/** Those of one connection only (RFC 9110 §7.6.1). A client that sends one must name it in `Connection`. */
const OF_THE_CONNECTION = ["connection", "keep-alive", "te", "trailer", "transfer-encoding"] as const;
/** Meant for the router. */
export const FOR_THE_ROUTER = [
  CLUSTER_HEADER,
  SOURCE_HEADER,
  ARRIVAL_HEADER,
  PROXY_AUTHORIZATION,
  DEBUG_HEADER,
] as const;

/** What proxies on the way have said of themselves. */
const OF_THE_WAY = ["forwarded", "x-forwarded-for"] as const;

/** Options of `Connection` that are no header fields to remove, and fields that may not be removed by naming them. */
const KEPT = new Set(["close", "keep-alive", "upgrade", "host", "content-length"]);

export interface Hop {
  readonly target: RequestTarget;
  readonly hops: number;
  /** The request carries headers meant for the router. */
  readonly isAddressed: boolean;
  /** Nobody before this could have said truly how the request came, so what it says of that is left out. */
  readonly isFirst?: boolean;
}

/**
 * The request's headers as the backend shall see them. fetch() sets Host from the URL and lets nobody override it, so
 * the authority that the client asked for is in `X-Forwarded-Host`.
 *
 * @param client the client's address; null where nobody knows it
 */
export function forwardedHeaders(request: Request, hop: Hop, client: string | null): Headers {
  const { target, hops, isAddressed, isFirst = false } = hop;
  const headers = new Headers(request.headers);
  const connection = headers.get("connection");
  if (connection !== null) removeConnection(headers, connection, request.method);
  if (isFirst) for (const name of OF_THE_WAY) headers.delete(name);
  // Older clients send it to a proxy, and never name it.
  headers.delete("proxy-connection");
  if (isAddressed) for (const name of FOR_THE_ROUTER) headers.delete(name);
  const { authority, scheme } = target;
  headers.set("x-forwarded-host", authority);
  headers.set("x-forwarded-proto", scheme);
  if (client !== null) headers.append("x-forwarded-for", client);
  headers.append("forwarded", `for=${forwardedNode(client)};host="${authority}";proto=${scheme}`);
  headers.set(HOPS_HEADER, String(hops + 1));
  if (!headers.has("traceparent")) headers.set("traceparent", newTrace());
  return headers;
}

/** W3C Trace Context, version 00: a trace that begins here, and that nobody has said should be recorded. */
function newTrace(): string {
  const trace = crypto.randomUUID().replaceAll("-", "");
  return `00-${trace}-${trace.slice(16)}-00`;
}

function removeConnection(headers: Headers, connection: string, method: string): void {
  // RFC 6455 §4.1; the runtime would make a GET of any other method.
  const upgrades = method === "GET" && headers.get("upgrade")?.toLowerCase() === "websocket";
  for (const option of connection.split(",", 64)) {
    const name = option.trim().toLowerCase();
    // Not every text is a header name, and Headers throws on those that are none.
    if (!KEPT.has(name) && /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) headers.delete(name);
  }
  for (const name of OF_THE_CONNECTION) headers.delete(name);
  if (!upgrades) headers.delete("upgrade");
}

/** RFC 7239 §6: IPv6 is quoted and in brackets. */
function forwardedNode(client: string | null): string {
  if (client === null) return "unknown";
  return client.includes(":") ? `"[${client}]"` : client;
}
