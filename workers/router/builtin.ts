/** The built-in backend in a Worker: reads the request, answers with what the pure function says. */
import { builtinBackend } from "../../shared/kubelet/builtin-backend.ts";
import { MAX_BODY_BYTES, type BuiltinResponse } from "../../shared/kubelet/builtin-request.ts";
import type { Forward } from "../../shared/proxy/verdict.ts";
import type { PodSummary } from "../../shared/proxy/table.ts";
import type { Exchange } from "./exchange.ts";
import { reportServed } from "./served-requests.ts";

/** Where no address is known the client is on this machine. */
const LOOPBACK = "127.0.0.1";

export async function answerBuiltin(
  exchange: Exchange,
  { service, endpoint }: Forward,
  pod: PodSummary,
): Promise<Response> {
  const { request, body, headers, target, client } = exchange;
  const response = builtinBackend(
    {
      method: request.method,
      target: target.path,
      host: target.authority,
      headers: [...headers].filter(([name]) => name !== "host"),
      body: body === null ? "" : await readStart(body),
    },
    {
      pod,
      service: service.name,
      namespace: service.namespace,
      port: endpoint.port,
      clientAddress: client ?? LOOPBACK,
      now: Date.now(),
    },
  );
  reportServed(exchange, pod, endpoint.port, client ?? LOOPBACK, response.status);
  if (response.delayMilliseconds > 0) await scheduler.wait(response.delayMilliseconds);
  return toResponse(response, request.method);
}

const hasNoBody = (status: number): boolean => status === 204 || status === 205 || status === 304;

function toResponse({ status, headers, body }: BuiltinResponse, method: string): Response {
  const response = new Response(hasNoBody(status) || method === "HEAD" ? null : body, { status });
  for (const [name, value] of headers) response.headers.append(name, value);
  return response;
}

/** The first bytes as text. The rest is read as well: a client may not look for an answer before it has sent all. */
async function readStart(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let start = "";
  let left = MAX_BODY_BYTES;
  for await (const chunk of body) {
    if (left <= 0) continue;
    start += decoder.decode(chunk.subarray(0, left), { stream: true });
    left -= chunk.byteLength;
  }
  return start + decoder.decode();
}
