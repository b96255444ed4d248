/** HTTP as a node's socket takes it in: each request goes on to the router, which is told where it came in. */
import { createServer, type Agent, type IncomingMessage, type Server } from "node:http";
import { formatArrival } from "../../shared/proxy/arrival.ts";
import { forward, type Upstream } from "../http/forward.ts";
import { forwardUpgrade } from "../http/upgrade.ts";

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
  const upstream = upstreamOf(options);
  // A backend may take its time, and a client may upload for hours: time limits are the router's.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 });
  server.on("request", (request, response) => forward(upstream, addressed(request, options), response));
  server.on("upgrade", (request: IncomingMessage, client, head: Buffer) =>
    forwardUpgrade(upstream, addressed(request, options), client, head),
  );
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

/** The socket says where a request goes, not its Host, nor the URL of a client that takes this for a proxy. */
function addressed(request: IncomingMessage, { destination }: FrontOptions): IncomingMessage {
  for (const name of Object.keys(request.headers)) if (FOR_THE_ROUTER.test(name)) delete request.headers[name];
  // HTTP/1.0 need not say it.
  request.headers.host ??= destination;
  request.url = originForm(request.url ?? "/");
  return request;
}

function originForm(target: string): string {
  if (target.startsWith("/") || !URL.canParse(target)) return target;
  const { pathname, search } = new URL(target);
  return pathname + search;
}
