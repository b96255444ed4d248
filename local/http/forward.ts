/** One HTTP request, of either version, passed on to a Worker's own socket, and its answer back; both stream. */
import {
  request as httpRequest,
  ServerResponse,
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { constants, Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { PassThrough, pipeline } from "node:stream";
import { readWhole, type BadBody, type SmallBodies } from "./small-bodies.ts";

export interface Upstream {
  readonly host: string;
  readonly port: number;
  /** Keeps connections. */
  readonly agent: Agent;
  /** What the Worker is told about the connection; headers of these names from the client are dropped. */
  readonly headersFor: (remoteAddress: string) => Readonly<Record<string, string>>;
  /** Absent: bodies stream, for as long as they take. */
  readonly small?: SmallBodies;
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
  const { small } = upstream;
  if (!hasBody(request)) attempt(upstream, request, response, null);
  else if (small === undefined || Number(request.headers["content-length"] ?? 0) > small.octets) {
    attempt(upstream, request, response, request);
  } else {
    void readWhole(request, small).then((body) => {
      if (Buffer.isBuffer(body)) attempt(upstream, request, response, body);
      else if (body !== null) refuse(response, body);
    });
  }
}

/** What else comes of the request is not read. */
function refuse(response: FrontResponse, { code, message }: BadBody): void {
  if (response instanceof ServerResponse) response.setHeader("connection", "close");
  say(response, code, message);
}

/** A kept-alive connection may be closed by the other side just as it is used again: then, once, on a new one. */
function attempt(
  upstream: Upstream,
  request: FrontRequest,
  response: FrontResponse,
  body: FrontRequest | Buffer | null,
  again = false,
): void {
  const { host, port, agent } = upstream;
  const { method = "GET", url: path = "/" } = request;
  const headers = requestHeaders(upstream, request);
  // Node frames no body of a GET or DELETE on its own, and one without a frame would be read as the next request.
  if (Buffer.isBuffer(body)) headers["content-length"] = body.length;
  else if (body !== null && headers["content-length"] === undefined) headers["transfer-encoding"] = "chunked";
  const sent = httpRequest({ host, port, method, path, headers, agent, setHost: false });
  response.once("close", () => sent.destroy());
  sent.once("response", (answer) => {
    // Its client may have gone in the same moment, and pipeline() throws for a stream that has ended.
    if (isGone(response)) sent.destroy();
    else respond(answer, response, upstream.small);
  });
  sent.once("error", () => {
    if (isGone(response)) return;
    const isWhole = body === null || Buffer.isBuffer(body);
    if (sent.reusedSocket && isWhole && !again && !response.headersSent)
      attempt(upstream, request, response, body, true);
    else fail(response);
  });
  if (body === null) sent.end();
  else if (Buffer.isBuffer(body)) sent.end(body);
  else pipeline(body, sent, () => {});
}

const isGone = (response: FrontResponse): boolean => ("stream" in response ? response.stream : response).destroyed;

function respond(answer: IncomingMessage, response: FrontResponse, small: SmallBodies | undefined): void {
  const headers = responseHeaders(answer);
  // Both sorts of response take the same call; only their declarations differ.
  (response as ServerResponse).writeHead(answer.statusCode ?? 502, headers);
  // An answer cut short must not pass for whole: pipeline() destroys the response, which resets the stream.
  if (small === undefined) pipeline(answer, response, () => {});
  else {
    const timer = setTimeout(() => destroy(response), small.writeMilliseconds);
    response.once("close", () => clearTimeout(timer));
    pipeline(answer, new PassThrough({ highWaterMark: small.octets }), response, () => {});
  }
  // A stream may be quiet for long after its headers, which HTTP/1.1 would keep back until its first octets.
  if (response instanceof ServerResponse) setImmediate(() => response.writableEnded || response.flushHeaders());
}

function fail(response: FrontResponse): void {
  if (response.headersSent) destroy(response);
  else say(response, 502, "the Worker behind this socket does not answer");
}

function say(response: FrontResponse, code: number, message: string): void {
  (response as ServerResponse).writeHead(code, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${message}\n`);
}

/** Of HTTP/2 only the stream. */
function destroy(response: FrontResponse): void {
  if ("stream" in response) response.stream.close(constants.NGHTTP2_CANCEL);
  else response.destroy();
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
