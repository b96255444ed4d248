/**
 * Mutated bodies and URLs against the whole API: never a 5xx, never a hang, always a `Status`, and nothing half-written. `FUZZ_REQUESTS`
 * sets how many (CI runs 2,000), `FUZZ_SEED` where they start.
 */
import { Agent, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";
import { pickOne, random } from "../suites/random.ts";

const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? 2_000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 1);
const CONNECTIONS = 8;

const CORE = "/api/v1/namespaces/fuzz";
const SEEDS: readonly { readonly path: string; readonly object: unknown }[] = [
  {
    path: `${CORE}/services`,
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", labels: { a: "b" } },
      spec: {
        type: "NodePort",
        selector: { app: "web" },
        ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP", nodePort: 30100 }],
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      },
    },
  },
  {
    path: `${CORE}/pods`,
    object: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", labels: { app: "web" } },
      spec: {
        containers: [
          {
            name: "c",
            image: "nginx:1",
            ports: [{ name: "http", containerPort: 8080 }],
            env: [{ name: "A", value: "1" }],
            readinessProbe: { httpGet: { path: "/", port: "http" } },
          },
        ],
      },
    },
  },
  {
    path: `${CORE}/configmaps`,
    object: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { generateName: "c-" },
      data: { key: "value" },
      immutable: false,
    },
  },
  {
    path: `${CORE}/secrets`,
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s" },
      type: "Opaque",
      data: { a: "YQ==" },
      stringData: { b: "c" },
    },
  },
  {
    path: "/apis/apps/v1/namespaces/fuzz/deployments",
    object: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d" },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "d" } },
        template: { metadata: { labels: { app: "d" } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
      },
    },
  },
  {
    path: "/apis/discovery.k8s.io/v1/namespaces/fuzz/endpointslices",
    object: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "e", labels: { "kubernetes.io/service-name": "web" } },
      addressType: "IPv4",
      ports: [{ name: "http", port: 80 }],
      endpoints: [{ addresses: ["10.1.2.3"], conditions: { ready: true } }],
    },
  },
  { path: "/api/v1/namespaces", object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "fuzz-other" } } },
];

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  65536,
  2 ** 31,
  2 ** 53,
  1e308,
  1.5,
  "",
  " ",
  "x",
  "a".repeat(300),
  "UPPER_case!",
  "日本語",
  "\u0000",
  "__proto__",
  "constructor",
  "10.96.0.1",
  "fd00::1",
  "None",
  [],
  {},
  [[]],
  [null],
  { a: null },
  { toString: 1 },
  { "": "" },
  ["http", 80],
  "-",
  "..",
  "a/b",
  "a.b.c",
  "%00",
];
const TYPES = [
  "application/json",
  "application/yaml",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/json-patch+json",
  "application/apply-patch+yaml",
  "application/vnd.kubernetes.protobuf",
  "text/plain",
  "",
];
const METHODS = ["POST", "POST", "POST", "PUT", "PATCH", "PATCH", "DELETE", "GET"];
const TAILS = [
  "",
  "",
  "",
  "/web",
  "/p",
  "/d",
  "/d/scale",
  "/web/status",
  "/web/proxy",
  "/a%2Fb",
  "/%E0%A4%A",
  "/..",
  "//",
  "/web?watch=maybe",
  "?limit=-1",
  "?limit=x&continue=%%%",
  "?labelSelector=a in (",
  "?fieldSelector=spec.nope=1",
  "?resourceVersion=abc",
  "?dryRun=Some",
  "?dryRun=All",
  "?fieldValidation=Odd",
  "?propagationPolicy=Never",
  "?gracePeriodSeconds=x",
];

/** One random change somewhere in a JSON value: a value replaced, a key renamed, dropped or added, a list doubled. */
function mutate(value: unknown, chance: () => number): unknown {
  const pick = <T>(list: readonly T[]): T => pickOne(list, chance);
  if (value === null || typeof value !== "object" || chance() < 0.08) return pick(VALUES);
  if (Array.isArray(value)) {
    if (value.length === 0 || chance() < 0.2) return [...(value as unknown[]), ...(value as unknown[]), pick(VALUES)];
    const at = Math.floor(chance() * value.length);
    return value.map((item: unknown, i) => (i === at ? mutate(item, chance) : item));
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || chance() < 0.1) return { ...value, [JSON.stringify(pick(VALUES))]: pick(VALUES) };
  const at = Math.floor(chance() * entries.length);
  const fate = chance();
  if (fate < 0.1) return Object.fromEntries(entries.filter((_, i) => i !== at));
  if (fate < 0.2) return Object.fromEntries(entries.map(([key, item], i) => [i === at ? `${key}x` : key, item]));
  return Object.fromEntries(entries.map(([key, item], i) => [key, i === at ? mutate(item, chance) : item]));
}

/** The text of a body: mostly JSON, now and then broken. */
function bodyText(object: unknown, chance: () => number): string {
  const text = JSON.stringify(object) ?? "";
  const fate = chance();
  if (fate < 0.05) return text.slice(0, Math.floor(chance() * text.length));
  if (fate < 0.08) return `${text}${text}`;
  if (fate < 0.1) return "[".repeat(5_000);
  if (fate < 0.12) return "\ufeff\u0000\u0001";
  return text;
}

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
  await cluster.apply("{ apiVersion: v1, kind: Namespace, metadata: { name: fuzz } }");
});
afterAll(() => cluster.stop());

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Node's own client: unlike fetch, it sends paths as they are. */
function send(agent: Agent, method: string, path: string, type: string, body: string | null): Promise<Reply> {
  const { hostname, port, pathname } = new URL(cluster.server);
  // Without a length Node would send the body of a DELETE bare, as the beginning of the next request.
  const length = { "content-length": Buffer.byteLength(body ?? "") };
  const headers = type === "" || body === null ? length : { ...length, "content-type": type };
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path: pathname + path, headers, agent, timeout: 10_000 },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`no answer within 10 s: ${method} ${path}`)));
    sent.on("error", reject);
    sent.end(body ?? undefined);
  });
}

const UNTYPED = /"message":"failed to create typed patch object \(/;

function problemOf({ status, body }: Reply, path: string): string | null {
  // A Service without endpoints cannot be proxied to, and a configuration that cannot be typed is no 400: both as in kube-apiserver.
  const isExpected = (status === 503 && path.includes("/proxy")) || (status === 500 && UNTYPED.test(body));
  if (status >= 500 && !isExpected) return "5xx";
  if (status < 400) return null;
  try {
    const { kind, code, message } = JSON.parse(body) as { kind?: string; code?: number; message?: string };
    return kind === "Status" && code === status && message !== "" ? null : "no Status";
  } catch {
    return "no JSON";
  }
}

test(
  "mutated requests are answered, refused with a Status, and leave only whole objects",
  { timeout: 600_000 + REQUESTS * 30 },
  async () => {
    const chance = random(SEED);
    const pick = <T>(list: readonly T[]): T => pickOne(list, chance);
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const problems: string[] = [];
    const statuses = new Map<number, number>();
    let left = REQUESTS;
    const client = async (): Promise<void> => {
      while (left-- > 0) {
        const { path, object } = pick(SEEDS);
        const method = pick(METHODS);
        let mutated: unknown = object;
        for (let i = 0; i <= chance() * 3; i++) mutated = mutate(mutated, chance);
        const type = chance() < 0.7 ? (method === "PATCH" ? pick(TYPES.slice(2, 6)) : "application/json") : pick(TYPES);
        const body = method === "GET" ? null : bodyText(mutated, chance);
        const url = encodeURI(path + pick(TAILS)).replace(/%25/g, "%");
        const reply = await send(agent, method, url, type, body);
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
        const problem = problemOf(reply, url);
        if (problem !== null)
          problems.push(
            `${problem}: ${method} ${url} ${type} ${body?.slice(0, 300)} -> ${reply.status} ${reply.body.slice(0, 300)}`,
          );
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, client));
    expect(problems).toEqual([]);
    // Both ways are taken often enough to mean something.
    expect((statuses.get(201) ?? 0) + (statuses.get(200) ?? 0)).toBeGreaterThan(REQUESTS / 50);
    expect((statuses.get(400) ?? 0) + (statuses.get(422) ?? 0)).toBeGreaterThan(REQUESTS / 50);
    await expectWholeObjects(agent);
    agent.destroy();
  },
);

/** Whatever was stored is valid: written back as it is, it is taken without a change. */
async function expectWholeObjects(agent: Agent): Promise<void> {
  for (const { path } of SEEDS) {
    if (!path.includes("/fuzz/")) continue;
    const { body } = await send(agent, "GET", path, "", null);
    const { items } = JSON.parse(body) as {
      items: { metadata: { name: string; resourceVersion: string; deletionTimestamp?: string } }[];
    };
    for (const item of items.slice(0, 50)) {
      if (item.metadata.deletionTimestamp !== undefined) continue;
      const reply = await send(
        agent,
        "PUT",
        `${path}/${item.metadata.name}?dryRun=All`,
        "application/json",
        JSON.stringify(item),
      );
      expect([path, item.metadata.name, [200, 404, 409].includes(reply.status) ? "whole" : reply.body]).toEqual([
        path,
        item.metadata.name,
        "whole",
      ]);
    }
  }
}
