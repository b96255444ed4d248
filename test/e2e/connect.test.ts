/** TCP Services through a service binding, as another Worker of the deployment uses them. */
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";

const COMPATIBILITY_DATE = "2026-10-01";
/** Says what it is told over `env.MESH.connect()`, and sends API requests on. */
const CLIENT = `export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/say") return env.API_SERVER.fetch(request);
    const socket = env.MESH.connect(searchParams.get("to"));
    try {
      const writer = socket.writable.getWriter();
      await writer.write(new TextEncoder().encode("hello"));
      const { value } = await socket.readable.getReader().read();
      return new Response(value === undefined ? "closed" : new TextDecoder().decode(value));
    } catch (error) {
      return new Response(String(error), { status: 502 });
    }
  },
};`;

let miniflare: Miniflare;
let server: Server;
let url: URL;

beforeAll(async () => {
  server = createServer((socket) => socket.on("data", (data) => socket.write(`heard ${String(data)}`)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const contents = readFileSync(join(import.meta.dirname, "../../dist/worker.js"), "utf8");
  const wherry = {
    name: "wherry",
    modules: [{ type: "ESModule" as const, path: "worker.js", contents }],
    compatibilityDate: COMPATIBILITY_DATE,
    durableObjects: {
      CLUSTER_STORE: { className: "ClusterStore", useSQLite: true },
      NAMESPACE_STORE: { className: "NamespaceStore", useSQLite: true },
      ENDPOINT_HEALTH: { className: "EndpointHealth", useSQLite: true },
    },
    serviceBindings: {
      API_SERVER: { name: "wherry", entrypoint: "ApiServer" },
      MESH: { name: "wherry", entrypoint: "Router" },
    },
    bindings: {
      SERVICE_CLUSTER_IP_RANGE: "10.96.0.0/12",
      POD_CIDR: "10.244.0.0/16",
      CLUSTER_DOMAIN: "cluster.local",
      WHERRY_LOCAL: "true",
    },
  };
  const client = {
    name: "client",
    modules: true,
    script: CLIENT,
    compatibilityDate: COMPATIBILITY_DATE,
    serviceBindings: wherry.serviceBindings,
  };
  miniflare = new Miniflare(convertV4MiniflareOptions({ workers: [client, wherry] }));
  url = await miniflare.ready;
});
afterAll(async () => {
  await miniflare.dispose();
  server.close();
});

async function create(path: string, object: object): Promise<void> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(object) };
  const response = await fetch(new URL(path, url), init);
  expect([response.status, response.ok ? "" : await response.text()]).toEqual([201, ""]);
}

const say = async (to: string): Promise<string> =>
  (await fetch(new URL(`/say?to=${encodeURIComponent(to)}`, url))).text();

test("a TCP Service is connected to by its name and port, past an endpoint that is dead", async () => {
  const { port } = server.address() as AddressInfo;
  await create("/api/v1/namespaces/default/services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "db" },
    spec: { ports: [{ name: "tcp", port: 5432, targetPort: port }] },
  });
  await create("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "db-a", labels: { "kubernetes.io/service-name": "db" } },
    addressType: "FQDN",
    // The second is this machine as well, and nothing listens there.
    endpoints: [{ addresses: ["127.0.0.1"] }, { addresses: ["127.0.0.9"] }],
    ports: [{ name: "tcp", port, protocol: "TCP" }],
  });
  for (let i = 0; i < 8; i++) expect(await say("db.default:5432")).toBe("heard hello");
});

test.each(["nobody.default:5432", "db.default:1"])("nobody answers at %s", async (to) => {
  expect(await say(to)).not.toContain("heard");
});
