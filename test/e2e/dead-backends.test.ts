/** One of three backends is dead, in each of the ways that backends die; counted at the backends themselves. */
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { request as httpRequest } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { backend, closeBackends } from "./backends.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "./process.ts";

let addresses: ReadyAddresses;
const tcpServers = new Set<Server>();
const sockets = new Set<Socket>();

beforeAll(async () => {
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral"]).ready();
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of tcpServers) server.close();
  await closeBackends();
  await cleanUp();
});

/** Requests that backends have seen, by the id that each client gives its own. */
type Seen = Map<string, number>;

const idOf = (text: string): string | null => /x-id: (\S+)/i.exec(text)?.[1] ?? null;

async function healthy(seen: Seen): Promise<string> {
  const { url } = await backend((request, response) => {
    const id = String(request.headers["x-id"]);
    seen.set(id, (seen.get(id) ?? 0) + 1);
    request.resume().on("end", () => response.end("ok"));
  });
  return url;
}

/** A server that reads a request, counts it, and then does what dead backends do. */
async function broken(seen: Seen, die: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => {
      const id = idOf(String(data));
      if (id !== null) seen.set(id, (seen.get(id) ?? 0) + 1);
      die(socket);
    });
  });
  tcpServers.add(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\npart";
const WAYS: Record<string, (seen: Seen) => Promise<string>> = {
  refused: async () => {
    const { url, server } = await backend(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    return url;
  },
  "reset before the response": (seen) => broken(seen, (socket) => socket.resetAndDestroy()),
  "reset mid-response": (seen) =>
    broken(seen, (socket) => {
      socket.write(HEAD, () => socket.resetAndDestroy());
    }),
  "a black hole": (seen) => broken(seen, () => undefined),
  slow: (seen) =>
    broken(seen, (socket) => {
      setTimeout(() => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow"), 30_000).unref();
    }),
};

interface Outcome {
  readonly id: string;
  readonly ok: boolean;
  readonly isWhole: boolean;
}

let sent = 0;

function send(host: string, method: "GET" | "POST"): Promise<Outcome> {
  const { port } = new URL(addresses.proxy);
  const id = `r${sent++}`;
  return new Promise((resolve) => {
    const asking = httpRequest({ port, host: "127.0.0.1", path: `http://${host}/`, method, agent: false });
    asking.setHeader("host", host);
    asking.setHeader("x-id", id);
    asking.on("error", () => resolve({ id, ok: false, isWhole: false }));
    asking.on("response", (response) => {
      buffer(response).then(
        () => resolve({ id, ok: response.statusCode === 200, isWhole: true }),
        () => resolve({ id, ok: response.statusCode === 200, isWhole: false }),
      );
    });
    asking.end(method === "POST" ? "an order" : null);
  });
}

async function serve(name: string, urls: readonly string[]): Promise<void> {
  const annotations = {
    "wherry.internal/per-try-timeout": "300ms",
    "wherry.internal/outlier-detection": "true",
  };
  const pods = urls.map((url, i) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-${i}`,
      namespace: "default",
      labels: { app: name },
      annotations: { "wherry.internal/backend": url },
    },
    spec: { containers: [{ name: "main", image: "acme/app" }] },
  }));
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default", annotations },
    spec: { selector: { app: name }, ports: [{ port: 80 }] },
  };
  const objects = [service, ...pods].map((object) => JSON.stringify(object));
  await applyManifest(createKubeClient(addresses.api), objects.join("\n---\n"));
}

describe.each(Object.keys(WAYS))("one of three backends is %s:", (way) => {
  const seen: Seen = new Map();
  const name = `s-${way.replaceAll(" ", "-")}`;

  beforeAll(async () => {
    const dead = await WAYS[way]?.(seen);
    await serve(name, [await healthy(seen), await healthy(seen), dead ?? ""]);
  });

  test("clients that GET see no error", async () => {
    const outcomes: Outcome[] = [];
    for (let i = 0; i < 60; i++) outcomes.push(await send(`${name}.default`, "GET"));
    const failed = outcomes.filter(({ ok, isWhole }) => !ok || !isWhole);
    // What has begun to arrive cannot be begun again; five such in a row and the endpoint is left out.
    if (way === "reset mid-response") expect(failed.length).toBeLessThanOrEqual(6);
    else expect(failed).toEqual([]);
  });

  test("no POST is sent twice", async () => {
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => send(`${name}.default`, "POST")));
    const twice = outcomes.filter(({ id }) => (seen.get(id) ?? 0) > 1);
    expect(twice).toEqual([]);
    expect(outcomes.filter(({ ok }) => ok).length).toBeGreaterThan(0);
  });
});
