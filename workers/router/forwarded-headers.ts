/** Which headers go on to a backend (RFC 9110 §7.6.1), and which the router adds. */
import type { RequestTarget } from "./target.ts";
import { CLUSTER_HEADER, PROXY_AUTHORIZATION, SOURCE_HEADER } from "./source.ts";

/** Says how often a request has come through a router: a backend URL may lead back to one. */
export const HOPS_HEADER = "wherry-hops";
/** Asks for `wherry-service` and `wherry-endpoint` in the response. */
export const DEBUG_HEADER = "wherry-debug";

/** Those of one connection, and those meant for the router. `upgrade` is dealt with apart. */
const NOT_FORWARDED = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  PROXY_AUTHORIZATION,
  CLUSTER_HEADER,
  SOURCE_HEADER,
  DEBUG_HEADER,
] as const;

/** Naming one of these in `Connection` must not make the request lose what the router itself has put there. */
const KEPT = new Set(["close", "keep-alive", "upgrade", "host", "content-length"]);

export interface Hop {
  readonly target: RequestTarget;
  /** The client's address; null where nobody knows it. */
  readonly client: string | null;
  readonly hops: number;
}

/**
 * The request's headers as the backend shall see them. fetch() sets Host from the URL and lets nobody override it, so
 * the authority that the client asked for is in `X-Forwarded-Host`.
 */
export function forwardedHeaders(request: Request, { target, client, hops }: Hop): Headers {
  const headers = new Headers(request.headers);
  const connection = headers.get("connection");
  if (connection !== null && connection !== "keep-alive") removeNamed(headers, connection);
  for (const name of NOT_FORWARDED) headers.delete(name);
  if (!isWebSocket(request.headers)) headers.delete("upgrade");
  const { authority, scheme } = target;
  headers.set("x-forwarded-host", authority);
  headers.set("x-forwarded-proto", scheme);
  if (client !== null) headers.append("x-forwarded-for", client);
  headers.append("forwarded", `for=${forwardedNode(client)};host="${authority}";proto=${scheme}`);
  headers.set(HOPS_HEADER, String(hops + 1));
  return headers;
}

function removeNamed(headers: Headers, connection: string): void {
  for (const option of connection.split(",", 64)) {
    const name = option.trim().toLowerCase();
    // Not every text is a header name, and Headers throws on those that are none.
    if (!KEPT.has(name) && /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) headers.delete(name);
  }
}

/** RFC 7239 §6: IPv6 is quoted and in brackets. */
function forwardedNode(client: string | null): string {
  if (client === null) return "unknown";
  return client.includes(":") ? `"[${client}]"` : client;
}

export const isWebSocket = (headers: Headers): boolean => headers.get("upgrade")?.toLowerCase() === "websocket";
