/** `fetch` through the router's proxy socket: what a program in the cluster would get. */
import { request as httpRequest, type Agent, type IncomingMessage } from "node:http";
import { fromWebStream, headersOf, streamingRequest, toWebStream } from "./node-http.ts";

export interface MeshOptions {
  /** URL of the proxy socket. */
  readonly proxy: string;
  readonly agent: Agent;
  /** Headers for the router itself, which does not pass them on. */
  readonly headers: Readonly<Record<string, string>>;
}

const MAX_REDIRECTS = 20;
const REDIRECT = new Set([301, 302, 303, 307, 308]);
/** Statuses whose responses have no body (Fetch standard, "null body status"). */
const NULL_BODY = new Set([101, 103, 204, 205, 304]);

/**
 * Node's own `fetch` cannot be given a proxy nor a Host header, so the request is written with `node:http`, its line
 * carrying the whole URL. Redirects are followed inside the cluster, by the rules of the Fetch standard.
 */
export async function meshFetch(
  options: MeshOptions,
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  // A stream can be read only once, so a request with one for its body cannot be sent again.
  const once = init?.body instanceof ReadableStream;
  let request = streamingRequestFrom(input, init);
  for (let redirects = 0; ; redirects++) {
    const spare = once || request.body === null ? null : request.clone();
    const response = await send(options, request);
    const location = response.headers.get("location");
    const redirected = REDIRECT.has(response.status) && location !== null;
    if (!redirected || request.redirect === "manual") return response;
    if (request.redirect === "error") throw new TypeError(`${request.url} redirects to ${location}`);
    if (redirects === MAX_REDIRECTS) throw new TypeError(`${request.url}: more than ${MAX_REDIRECTS} redirects`);
    await response.body?.cancel();
    request = follow(request, spare, response.status, new URL(location, request.url));
  }
}

const streamingRequestFrom = (input: string | URL | Request, init?: RequestInit): Request =>
  input instanceof Request ? new Request(input, init) : streamingRequest(input, init ?? {});

/** The next request: 303, and 301 or 302 after a POST, turn it into a GET without body. */
function follow(request: Request, spare: Request | null, status: number, to: URL): Request {
  const becomesGet = status === 303 ? request.method !== "HEAD" : status < 303 && request.method === "POST";
  if (!becomesGet && request.body !== null && spare === null) {
    throw new TypeError(`${request.url} redirects to ${to.href}, and a streamed body cannot be sent again`);
  }
  const headers = new Headers(request.headers);
  if (to.origin !== new URL(request.url).origin) headers.delete("authorization");
  if (becomesGet) for (const name of ["content-type", "content-length", "content-encoding"]) headers.delete(name);
  const { redirect, signal } = request;
  return streamingRequest(to, {
    method: becomesGet ? "GET" : request.method,
    headers,
    redirect,
    signal,
    body: becomesGet ? null : (spare?.body ?? null),
  });
}

function send({ proxy, agent, headers }: MeshOptions, request: Request): Promise<Response> {
  const { hostname, port } = new URL(proxy);
  const url = new URL(request.url);
  url.hash = "";
  return new Promise((resolve, reject) => {
    const asking = httpRequest({
      agent,
      hostname,
      port,
      method: request.method,
      path: url.href,
      headers: {
        "user-agent": "wherry",
        accept: "*/*",
        ...Object.fromEntries(request.headers),
        ...headers,
        host: url.host,
      },
      signal: request.signal,
    });
    asking.on("response", (answer) => resolve(toResponse(answer, url.href)));
    asking.on("error", (cause) => {
      const { aborted, reason } = request.signal as { readonly aborted: boolean; readonly reason: unknown };
      reject(aborted ? reason : new TypeError("fetch failed", { cause }));
    });
    if (request.body === null) asking.end();
    else
      fromWebStream(request.body)
        .on("error", (error) => asking.destroy(error))
        .pipe(asking);
  });
}

function toResponse(answer: IncomingMessage, url: string): Response {
  const status = answer.statusCode ?? 502;
  const empty = NULL_BODY.has(status);
  if (empty) answer.resume();
  const body = empty ? null : toWebStream(answer);
  const response = new Response(body, { status, statusText: answer.statusMessage ?? "", headers: headersOf(answer) });
  // A Response made by hand has no URL of its own, and callers compare it after redirects.
  return Object.defineProperty(response, "url", { value: url });
}
