/** What Wherry is compared with: the same runtime, and a Worker that does the least that could be called the same work. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { workerdOf } from "./wherry.ts";

export interface Baseline {
  /** Fetches one hard-coded backend for every request. */
  readonly passThrough: string;
  /** The same by the network binding that `wherry up` gives its router, which is shorter than the global fetch. */
  readonly directPassThrough: string;
  /** Answers every request with the same DNS message. */
  readonly cannedDns: string;
  /** The same with a message of `LARGE_ANSWERS` addresses. */
  readonly cannedLargeDns: string;
  /** The pid of its workerd; null where the system does not tell. */
  readonly workerd: number | null;
  readonly stop: () => Promise<void>;
}

/** Some 16 KB of them. */
export const LARGE_ANSWERS = 1000;

const worker = (backend: string): string => `
export const PassThrough = {
  fetch(request) {
    const { pathname, search } = new URL(request.url);
    return fetch(${JSON.stringify(backend)} + pathname + search, request);
  },
};
export const DirectPassThrough = {
  fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    return env.OUTBOUND.fetch(${JSON.stringify(backend)} + pathname + search, request);
  },
};
const answer = (message) =>
  new Response(message, { headers: { "content-type": "application/dns-message", "cache-control": "max-age=5" } });
const MESSAGE = Uint8Array.from(${JSON.stringify([...cannedMessage(1)])});
const LARGE_MESSAGE = Uint8Array.from(${JSON.stringify([...cannedMessage(LARGE_ANSWERS)])});
export const CannedDns = { fetch: () => answer(MESSAGE) };
export const CannedLargeDns = { fetch: () => answer(LARGE_MESSAGE) };
export default { fetch: () => new Response(null, { status: 404 }) };
`;

/** Starts both Workers on sockets of their own. */
export async function startBaseline(backend: string): Promise<Baseline> {
  const socket = { host: "127.0.0.1", port: 0 };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "baseline",
      modules: [{ type: "ESModule", path: "baseline.js", contents: worker(backend) }],
      compatibilityDate: "2026-10-01",
      unsafeDirectSockets: [
        { ...socket, entrypoint: "PassThrough" },
        { ...socket, entrypoint: "DirectPassThrough" },
        { ...socket, entrypoint: "CannedDns" },
        { ...socket, entrypoint: "CannedLargeDns" },
      ],
      serviceBindings: { OUTBOUND: { network: { allow: ["public", "private"] } } },
      stripCfConnectingIp: false,
      cf: false,
      logRequests: false,
    }),
  );
  await miniflare.ready;
  const url = async (entrypoint: string): Promise<string> =>
    (await miniflare.unsafeGetDirectURL("baseline", entrypoint)).origin;
  const workerd = workerdOf(process.pid);
  return {
    passThrough: await url("PassThrough"),
    directPassThrough: await url("DirectPassThrough"),
    cannedDns: await url("CannedDns"),
    cannedLargeDns: await url("CannedLargeDns"),
    workerd,
    stop: () => miniflare.dispose(),
  };
}

export interface CheapBackend {
  readonly url: string;
  readonly stop: () => void;
}

/**
 * An HTTP backend that costs next to nothing: every request on a connection gets the same bytes. `onRequest` is told of each
 * request's target, as it arrives.
 */
export async function startBackend(onRequest: ((target: string) => void) | null = null): Promise<CheapBackend> {
  const answer = Buffer.from("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 3\r\n\r\nok\n");
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    let seen = "";
    socket.on("data", (bytes) => {
      seen += bytes.toString("latin1");
      for (let end = seen.indexOf("\r\n\r\n"); end >= 0; end = seen.indexOf("\r\n\r\n")) {
        onRequest?.(seen.split(" ", 2)[1] ?? "");
        seen = seen.slice(end + 4);
        socket.write(answer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/** `web.bench.svc.cluster.local. 5 IN A 10.96.0.10`, answered: so many of them, each of another address. */
function cannedMessage(answers: number): Uint8Array {
  const name = ["web", "bench", "svc", "cluster", "local"].flatMap((label) => [label.length, ...Buffer.from(label)]);
  const header = [0, 0, 0x85, 0x80, 0, 1, answers >> 8, answers & 255, 0, 0, 0, 0];
  const question = [...name, 0, 0, 1, 0, 1];
  const records = Array.from({ length: answers }, (_, i) => {
    const address = [10, 96, i >> 8, (10 + i) & 255];
    return [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...address];
  });
  return Uint8Array.from([...header, ...question, ...records.flat()]);
}
