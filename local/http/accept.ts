/** What a front does with whatever comes in: requests, WebSockets, and what looks like either and is not. */
import { STATUS_CODES, type IncomingMessage, type Server, type ServerOptions } from "node:http";
import type { Http2SecureServer, Http2ServerResponse } from "node:http2";
import type { Duplex } from "node:stream";
import { admit, refusalBody, type NotAdmitted } from "./admit.ts";
import { forward, type FrontRequest, type FrontResponse, type Upstream } from "./forward.ts";
import { forwardUpgrade, isWebSocket } from "./upgrade.ts";

/** Octets of a head: workerd takes about as many. Cookies and tokens of some programs need more than Node's 16 KB. */
export const HEAD_LIMIT = { maxHeaderSize: 128 * 1024 } as const satisfies ServerOptions;

/** Which of a server's events gives it a connection. */
type Connecting = "connection" | "secureConnection";

const NO_CONNECT: NotAdmitted = {
  code: 405,
  message:
    "CONNECT asks a proxy for a tunnel, and this socket is no proxy: send the request itself here, or use the address of `wherry up --proxy`",
};

/** `prepare` is called with each request before anything else is done with it. */
export function acceptRequests(
  server: Server | Http2SecureServer,
  connecting: Connecting,
  upstream: Upstream,
  prepare: (request: FrontRequest) => void = () => {},
): void {
  // What bounds headers is the size of the head, not their number. The server of HTTP/2 hands this on, though its type does not say so.
  Object.assign(server, { maxHeadersCount: 0 });
  server.on("request", (request: FrontRequest, response: FrontResponse) => {
    prepare(request);
    const refusal = admit(request);
    if (refusal === null) forward(upstream, request, response);
    else refuse(response, refusal);
  });
  server.on("upgrade", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    if (!isWebSocket(request)) {
      goOnWithout(server, connecting, request, client, head);
      return;
    }
    prepare(request);
    const refusal = admit(request);
    if (refusal === null) forwardUpgrade(upstream, request, client, head);
    else client.end(wholeAnswer(refusal));
  });
  // HTTP/2 gives a response here, HTTP/1.1 the connection.
  server.on("connect", (_: FrontRequest, client: Duplex | Http2ServerResponse) => {
    if ("writeHead" in client) refuse(client, NO_CONNECT);
    else client.end(wholeAnswer(NO_CONNECT));
  });
}

/**
 * A server may go on as if it had not been asked (RFC 9110 §7.8), and Java's client asks for h2c with every first request. Node has let
 * go of the connection by now: it gets the request again, without what asked for the change.
 */
function goOnWithout(
  server: Server | Http2SecureServer,
  connecting: Connecting,
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
): void {
  const { method = "GET", url = "/", httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    if (/^(?:upgrade|http2-settings)$/i.test(name)) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? value.replaceAll(/\bupgrade\b/gi, "") : value}`);
  }
  client.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit(connecting, client);
}

const headersOf = ({ code }: NotAdmitted, length: number): Readonly<Record<string, string>> => ({
  "content-type": "application/json",
  "content-length": String(length),
  "cache-control": "no-store",
  ...(code === 405 ? { allow: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" } : {}),
});

function refuse(response: FrontResponse | Http2ServerResponse, refusal: NotAdmitted): void {
  const body = refusalBody(refusal);
  // What else comes on this connection cannot be trusted to begin where it seems to.
  if (!("stream" in response)) response.setHeader("connection", "close");
  for (const [name, value] of Object.entries(headersOf(refusal, Buffer.byteLength(body))))
    response.setHeader(name, value);
  response.statusCode = refusal.code;
  response.end(body);
}

function wholeAnswer(refusal: NotAdmitted): string {
  const body = refusalBody(refusal);
  const headers = { ...headersOf(refusal, Buffer.byteLength(body)), connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${refusal.code} ${STATUS_CODES[refusal.code]}\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}
