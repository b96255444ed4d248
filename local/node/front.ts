/**
 * HTTP as a node's socket takes it in: each request goes on to the router, which is told where it came in. That decides, not the Host, nor
 * the URL of a client that takes this for a proxy.
 */
import { createServer, type Agent, type Server } from "node:http";
import { formatArrival } from "../../shared/proxy/arrival.ts";
import { acceptRequests, HEAD_LIMIT } from "../http/accept.ts";
import type { Upstream } from "../http/forward.ts";

export interface FrontOptions {
  /** URL of the router's socket. */
  readonly router: string;
  readonly agent: Agent;
  /** `address:port` of the socket, as the router shall take it. */
  readonly destination: string;
  readonly isExternal: boolean;
}

/** Headers that only the router itself, and those before it, may say. */
const FOR_THE_ROUTER = /^(?:wherry-|proxy-authorization$)/;

/** A server that does not listen yet. */
export function createFront(options: FrontOptions): Server {
  // A backend may take its time, and a client may upload for hours: time limits are the router's.
  const server = createServer({ ...HEAD_LIMIT, requestTimeout: 0, keepAliveTimeout: 65_000 });
  acceptRequests(server, "connection", upstreamOf(options), ({ headers }) => {
    for (const name of Object.keys(headers)) if (FOR_THE_ROUTER.test(name)) delete headers[name];
    // HTTP/1.0 need not say it.
    headers.host ??= options.destination;
  });
  return server;
}

function upstreamOf({ router, agent, destination, isExternal }: FrontOptions): Upstream {
  const { hostname, port } = new URL(router);
  const headersFor = (remote: string): Readonly<Record<string, string>> => {
    const client = remote === "" ? null : remote.replace(/^::ffff:/, "");
    return { "wherry-arrival": formatArrival({ destination, client, isExternal }) };
  };
  return { host: hostname, port: Number(port), agent, headersFor };
}
