/** HTTP as a node's socket takes it in: each request goes on to the router, which is told where it came in. */
import { createServer, request as httpRequest, type Agent, type IncomingMessage, type Server } from "node:http";
import type { ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { formatArrival } from "../../shared/proxy/arrival.ts";

export interface FrontOptions {
  /** URL of the router's socket. */
  readonly router: string;
  readonly agent: Agent;
  /** `address:port` of the socket, as the router shall take it. */
  readonly destination: string;
  readonly isExternal: boolean;
}

/** Headers that only the router itself, and those before it, may say. */
const FOR_THE_ROUTER = /^(?:wherry-|proxy-authorization$)/i;

/** A server that does not listen yet. */
export function createFront(options: FrontOptions): Server {
  // A backend may take its time, and a client may upload for hours: time limits are the router's.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 });
  server.on("request", (incoming: IncomingMessage, answer: ServerResponse) => forward(options, incoming, answer, true));
  server.on("upgrade", (incoming: IncomingMessage, client: Duplex, head: Buffer) =>
    forwardUpgrade(options, incoming, client as Socket, head),
  );
  return server;
}

/** As they came, in order and spelling, with what the router has to know. */
function headersFor({ destination, isExternal }: FrontOptions, { rawHeaders, socket }: IncomingMessage): string[] {
  const headers: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    if (!FOR_THE_ROUTER.test(name)) headers.push(name, value);
  }
  // HTTP/1.0 need not say it.
  if (!headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === "host")) headers.push("Host", destination);
  const client = socket.remoteAddress ?? null;
  headers.push("wherry-arrival", formatArrival({ destination, client, isExternal }));
  return headers;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

function forward(options: FrontOptions, incoming: IncomingMessage, answer: ServerResponse, mayRepeat: boolean): void {
  const { hostname, port } = new URL(options.router);
  const asking = httpRequest({
    agent: options.agent,
    hostname,
    port,
    method: incoming.method ?? "GET",
    path: originForm(incoming.url ?? "/"),
    headers: headersFor(options, incoming),
    setHost: false,
  });
  asking.on("response", (response) => {
    answer.writeHead(response.statusCode ?? 502, response.statusMessage, response.rawHeaders);
    response.pipe(answer);
    response.on("error", () => answer.destroy());
  });
  asking.on("error", (error) => {
    // A kept connection that the router has just closed: nothing of the request was read.
    if (mayRepeat && asking.reusedSocket && !hasBody(incoming) && !answer.headersSent)
      return forward(options, incoming, answer, false);
    if (answer.headersSent) return void answer.destroy();
    answer.writeHead(502, { "content-type": "text/plain", connection: "close" });
    answer.end(`the router does not answer: ${error.message}\n`);
  });
  // Whoever leaves early takes the backend's work with him.
  answer.on("close", () => {
    if (!answer.writableFinished) asking.destroy();
  });
  if (hasBody(incoming)) incoming.pipe(asking);
  else asking.end();
}

/** A client that takes this for a proxy sends the whole URL; the socket says where it goes, not the URL. */
const originForm = (target: string): string => {
  if (target.startsWith("/") || !URL.canParse(target)) return target;
  const { pathname, search } = new URL(target);
  return pathname + search;
};

/** From here on bytes go both ways as they are. */
function forwardUpgrade(options: FrontOptions, incoming: IncomingMessage, client: Socket, head: Buffer): void {
  const { hostname, port } = new URL(options.router);
  const router = connect({ host: hostname, port: Number(port) });
  const headers = headersFor(options, incoming);
  const lines = headers.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${headers[i + 1] ?? ""}`] : []));
  router.write(
    `${incoming.method} ${originForm(incoming.url ?? "/")} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`,
    "latin1",
  );
  router.write(head);
  router.pipe(client).pipe(router);
  router.on("error", () => client.destroy());
  client.on("error", () => router.destroy());
  client.on("close", () => router.destroy());
  router.on("close", () => client.destroy());
}
