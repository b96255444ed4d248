/** WebSockets through the front: once both sides have agreed, octets pass as they are. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { hasBody, requestHeaders, type Upstream } from "./forward.ts";

/** RFC 6455 §4.1. Nothing else that a client may want to change to is spoken here. */
export const isWebSocket = (request: IncomingMessage): boolean =>
  request.method === "GET" && request.headers.upgrade?.toLowerCase() === "websocket" && !hasBody(request);

export function forwardUpgrade(upstream: Upstream, request: IncomingMessage, client: Duplex, head: Buffer): void {
  const { host, port } = upstream;
  const sent = httpRequest({
    host,
    port,
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: { ...requestHeaders(upstream, request), connection: "Upgrade", upgrade: "websocket" },
    agent: false,
    setHost: false,
  });
  client.on("error", () => sent.destroy());
  client.once("close", () => sent.destroy());
  sent.once("error", () => client.destroy());
  sent.once("upgrade", (answer, worker, first) => {
    client.write(headOf(answer));
    client.write(first);
    worker.write(head);
    worker.on("error", () => client.destroy());
    worker.once("close", () => client.destroy());
    client.once("close", () => worker.destroy());
    client.pipe(worker).pipe(client);
  });
  // Refused: an answer like any other, after which the connection is of no use.
  sent.once("response", (answer) => {
    client.write(headOf(answer, ["connection: close"]));
    answer.pipe(client);
  });
  sent.end();
}

function headOf(answer: IncomingMessage, more: readonly string[] = []): string {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
  const isRefusal = more.length > 0;
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2) {
    const name = answer.rawHeaders[i] ?? "";
    // A refusal's body ends with the connection, and comes without chunks.
    if (isRefusal && /^(?:connection|keep-alive|transfer-encoding)$/i.test(name)) continue;
    lines.push(`${name}: ${answer.rawHeaders[i + 1]}`);
  }
  return `${[...lines, ...more].join("\r\n")}\r\n\r\n`;
}
