/** Runs a `fetch`-style handler as an HTTP server on a loopback port, so that the router can reach it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { fromWebStream, headersOf, streamingRequest, toWebStream } from "./node-http.ts";

type Handler = (request: Request) => Response | Promise<Response>;

export interface HandlerServer {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  close(): Promise<void>;
}

/** A handler that throws is answered for with a 500 that carries the message, as the caller is its own developer. */
export async function serveHandler(handler: Handler): Promise<HandlerServer> {
  const server = createServer((incoming, outgoing) => {
    void answer(handler, incoming, outgoing).catch((error: unknown) => fail(outgoing, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  // The owner's `stop` closes it; it must not keep a process alive whose tests have ended.
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort());
  const response = await handler(toRequest(incoming, gone.signal));
  outgoing.writeHead(response.status, response.statusText, headerLines(response.headers));
  if (response.body === null || incoming.method === "HEAD") outgoing.end();
  else await pipeline(fromWebStream(response.body), outgoing);
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = headersOf(incoming);
  const method = incoming.method ?? "GET";
  // The client asked for this authority; the connection itself went to a loopback port.
  const host = headers.get("x-forwarded-host") ?? incoming.headers.host ?? "localhost";
  const body = method === "GET" || method === "HEAD" ? null : toWebStream(incoming);
  return streamingRequest(`http://${host}${incoming.url ?? "/"}`, { method, headers, signal, body });
}

/** Name and value in turn: `Set-Cookie` may stand there more than once, which an object cannot say. */
function headerLines(headers: Headers): string[] {
  return [...headers].flatMap(([name, value]) => [name, value]);
}

function fail(outgoing: ServerResponse, error: unknown): void {
  if (outgoing.headersSent) return void outgoing.destroy();
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  outgoing.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end(`the handler threw: ${text}\n`);
}
