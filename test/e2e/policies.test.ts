/** Traffic policy × endpoint state × way in, over real sockets, by the same table as the pure function is asked by. */
import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Service } from "../../shared/api/core-v1/service.ts";
import { createKubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { EXPECTED, STATES, type EndpointState } from "../unit/proxy/policy-table.ts";
import { backend, closeBackends, freeNodePort } from "./backends.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "./process.ts";
import { open } from "./raw-http.ts";

type Policy = "Cluster" | "Local";
interface Exposed {
  readonly name: string;
  readonly nodePort: number;
  clusterIP: string;
}

let addresses: ReadyAddresses;
/** One for each state, in its order. */
const services: Record<Policy, Exposed[]> = { Cluster: [], Local: [] };
const SLICE = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" };

/** 127.0.1.1 stands for a Pod of node-1, 127.0.1.2 for one of node-2, both on one port. */
async function listen(): Promise<number> {
  const { url, server } = await backend((request, response) => response.end(request.socket.localAddress?.at(-1)));
  const port = Number(new URL(url).port);
  await new Promise((resolve) => server.close(resolve));
  await new Promise<void>((resolve) => server.listen(port, "0.0.0.0", resolve));
  return port;
}

function manifest(
  { name, nodePort }: Exposed,
  policy: Policy,
  states: readonly (EndpointState | null)[],
  port: number,
) {
  const endpoints = states.flatMap((state, i) => {
    if (state === null) return [];
    const serving = state === "ready" || state === "terminating";
    const conditions = { ready: state === "ready", serving, terminating: state === "terminating" || state === "dying" };
    return [{ addresses: [`127.0.1.${i + 1}`], nodeName: `node-${i + 1}`, conditions }];
  });
  const spec = { type: "NodePort", internalTrafficPolicy: policy, externalTrafficPolicy: policy };
  const labels = { "kubernetes.io/service-name": name };
  const ports = [{ name: "http", port: 80, targetPort: port, nodePort }];
  return [
    { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "shop" }, spec: { ...spec, ports } },
    {
      ...SLICE,
      metadata: { name, namespace: "shop", labels },
      addressType: "FQDN",
      ports: [{ name: "http", port }],
      endpoints,
    },
  ];
}

/** A Pod on node-1 that asks. */
const CALLERS = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  { apiVersion: "v1", kind: "Service", metadata: { name: "callers", namespace: "shop" }, spec: { clusterIP: "None" } },
  {
    ...SLICE,
    metadata: { name: "callers", namespace: "shop", labels: { "kubernetes.io/service-name": "callers" } },
    addressType: "IPv4",
    ports: [],
    endpoints: [{ addresses: ["10.244.1.200"], nodeName: "node-1", targetRef: { kind: "Pod", name: "caller" } }],
  },
];

beforeAll(async () => {
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral", "--nodes", "2"]).ready();
  const client = createKubeClient(addresses.api);
  const apply = (objects: readonly object[]) =>
    applyManifest(client, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  await apply(CALLERS);
  const port = await listen();
  for (const policy of ["Cluster", "Local"] as const) {
    for (const [i, states] of Object.values(STATES).entries()) {
      const exposed = { name: `${policy.toLowerCase()}-${i}`, nodePort: await freeNodePort(), clusterIP: "" };
      await apply(manifest(exposed, policy, states, port));
      const made = await client.get<Service>(`/api/v1/namespaces/shop/services/${exposed.name}`);
      services[policy].push({ ...exposed, clusterIP: made?.spec.clusterIP ?? "" });
    }
  }
  const all = [...services.Cluster, ...services.Local];
  await vi.waitFor(
    async () => {
      for (const { nodePort } of all) (await open({ host: "127.0.0.1", port: nodePort })).destroy();
    },
    { timeout: 60_000, interval: 100 },
  );
});
afterAll(async () => {
  await closeBackends();
  await cleanUp();
});

function land(url: URL, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest(url, { agent: false, headers });
    asking.on("error", reject);
    asking.on("response", (response) => {
      text(response).then((body) => {
        if (response.statusCode === 200) return resolve(body);
        const { reason } = JSON.parse(body) as { readonly reason: string };
        resolve({ NoEndpoints: "R", NoLocalEndpoints: "D" }[reason] ?? reason);
      }, reject);
    });
    asking.end();
  });
}

/** From the Pod, through the proxy's socket; and from outside, at a node's. */
const inside = (host: string) => land(new URL(addresses.proxy), { host, "wherry-source": "shop/caller" });
const outside = ({ nodePort }: Exposed) => land(new URL(`http://127.0.0.1:${nodePort}/`), {});

const WAYS = {
  "ClusterIP, internal policy Cluster": ["Cluster", ({ clusterIP }: Exposed) => inside(clusterIP)],
  "ClusterIP, internal policy Local": ["Local", ({ clusterIP }: Exposed) => inside(clusterIP)],
  "name, internal policy Local": ["Local", ({ name }: Exposed) => inside(name)],
  "NodePort of node-1, external policy Cluster": ["Cluster", outside],
  "NodePort of node-1, external policy Local": ["Local", outside],
  "NodePort, external policy Local, from a Pod": ["Local", ({ nodePort }: Exposed) => inside(`node-1:${nodePort}`)],
} as const;

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])("%s", (way) => {
  const expected = EXPECTED[way].split(" ");
  const cases = Object.keys(STATES).map((state, i) => [state, i, expected[i]] as const);
  test.each(cases)("when %s", async (_, i, lands) => {
    const [policy, ask] = WAYS[way];
    const exposed = services[policy][i];
    if (exposed === undefined) throw new Error(`no Service ${i}`);
    const seen = new Set<string>();
    for (let round = 0; round < 20; round++) seen.add(await ask(exposed));
    expect([...seen].sort().join("")).toBe(lands);
  });
});
