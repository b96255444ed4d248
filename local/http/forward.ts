/** One HTTP request, of either version, passed on to a Worker's own socket, and its answer back; both stream. */
import {
  request as httpRequest,
  ServerResponse,
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { pipeline } from "node:stream";

export interface Upstream {
  readonly host: string;
  readonly port: number;
  /** Keeps connections. */
  readonly agent: Agent;
  /** What the Worker is told about the connection; headers of these names from the client are dropped. */
  readonly headersFor: (remoteAddress: string) => Readonly<Record<string, string>>;
}

export type FrontRequest = IncomingMessage | Http2ServerRequest;
export type FrontResponse = ServerResponse | Http2ServerResponse;

/** Of one connection only (RFC 9110 §7.6.1), and not to be sent in HTTP/2 at all (RFC 9113 §8.2.2). */
const OF_THE_CONNECTION = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export function forward(upstream: Upstream, request: FrontRequest, response: FrontResponse): void {
  attempt(upstream, request, response, hasBody(request));
}

/** A kept-alive connection may be closed by the other side just as it is used again: then, once, on a new one. */
function attempt(
  upstream: Upstream,
  request: FrontRequest,
  response: FrontResponse,
  body: boolean,
  again = false,
): void {
  const { host, port, agent } = upstream;
  const { method = "GET", url: path = "/" } = request;
  const headers = requestHeaders(upstream, request);
  // Node frames no body of a GET or DELETE on its own, and one without a frame would be read as the next request.
  if (body && headers["content-length"] === undefined) headers["transfer-encoding"] = "chunked";
  const sent = httpRequest({ host, port, method, path, headers, agent, setHost: false });
  response.once("close", () => sent.destroy());
  sent.once("response", (answer) => {
    // Its client may have gone in the same moment, and pipeline() throws for a stream that has ended.
    if (isGone(response)) sent.destroy();
    else respond(answer, response);
  });
  sent.once("error", () => {
    if (isGone(response)) return;
    if (sent.reusedSocket && !body && !again && !response.headersSent) attempt(upstream, request, response, body, true);
    else fail(response);
  });
  if (body) pipeline(request, sent, () => {});
  else sent.end();
}

const isGone = (response: FrontResponse): boolean => ("stream" in response ? response.stream : response).destroyed;

function respond(answer: IncomingMessage, response: FrontResponse): void {
  const headers = responseHeaders(answer);
  // Both sorts of response take the same call; only their declarations differ.
  (response as ServerResponse).writeHead(answer.statusCode ?? 502, headers);
  // An answer cut short must not pass for whole: pipeline() destroys the response, which resets the stream.
  pipeline(answer, response, () => {});
  // A stream may be quiet for long after its headers, which HTTP/1.1 would keep back until its first octets.
  if (response instanceof ServerResponse) setImmediate(() => response.writableEnded || response.flushHeaders());
}

function fail(response: FrontResponse): void {
  if (response.headersSent) return void response.destroy();
  (response as ServerResponse).writeHead(502, { "content-type": "text/plain; charset=utf-8" });
  response.end("the Worker behind this socket does not answer\n");
}

/** Whether octets follow the headers: HTTP/2 says so by a flag, HTTP/1.1 by a header. */
export function hasBody(request: FrontRequest): boolean {
  if (request instanceof Http2ServerRequest) return !request.stream.endAfterHeaders;
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  return coding !== undefined || (length !== undefined && length !== "0");
}

/** What the Worker gets: without what is of this connection only, with what the front says of it. */
export function requestHeaders(upstream: Upstream, request: FrontRequest): OutgoingHttpHeaders {
  const headers = withoutConnection(request.headers);
  // What the agent says of DNS clients of its own (`local/dns/doh-client.ts`) would be believed of this one too.
  delete headers["wherry-client"];
  const { authority } = request instanceof Http2ServerRequest ? request : { authority: undefined };
  if (authority !== undefined && authority !== "") headers["host"] = authority;
  return Object.assign(headers, upstream.headersFor(request.socket.remoteAddress ?? ""));
}

const responseHeaders = (answer: IncomingMessage): OutgoingHttpHeaders => withoutConnection(answer.headers);

/** Where a message goes and where it ends is nothing that a client can have taken out by naming it. */
const KEPT = ["host", "content-length"];

function withoutConnection(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? "").toLowerCase().split(/\s*,\s*/));
  for (const name of KEPT) named.delete(name);
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(":") && !OF_THE_CONNECTION.has(name) && !named.has(name)) kept[name] = value;
  }
  return kept;
}
