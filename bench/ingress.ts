/** The ingress: against a bare pass-through Worker, with few and with many rules, and how soon a change is obeyed. */
import { Pool } from "undici";
import type { Baseline } from "./baseline.ts";
import type { LoadRequest } from "./load.ts";
import { inform, print, promise } from "./report.ts";
import type { Wherry } from "./wherry.ts";

const INGRESSES = 5_000;
const RULES_EACH = 4;
const FEW_INGRESSES = 10;
const FEW_CLUSTER = "few-rules";
const CHANGES = 100;

/** As `measure` of `index.ts`. */
type Measure = (
  candidates: readonly {
    readonly label: string;
    readonly origin: string;
    readonly request: (n: number) => LoadRequest;
    readonly pid: number | null;
  }[],
) => Promise<readonly { readonly rate: number; readonly p50: number }[]>;

export async function benchIngress(
  baseline: Baseline,
  wherry: Wherry,
  backend: string,
  measure: Measure,
): Promise<void> {
  print("Ingress, against a bare pass-through Worker");
  const { api, ingress } = wherry.addresses;
  await seed(`${api}/clusters/${FEW_CLUSTER}`, FEW_INGRESSES, 1, backend);
  await seed(api, INGRESSES, RULES_EACH, backend);
  const asked = (count: number, cluster: string) => (n: number) => ({
    path: "/p0/x",
    headers: { host: `h${(n * 7919) % count}.test`, "wherry-cluster": cluster },
  });
  const own = { origin: ingress, pid: wherry.workerd };
  const [bare, many] = await measure([
    {
      label: "bare pass-through",
      origin: baseline.passThrough,
      pid: baseline.workerd,
      request: () => ({ path: "/x", headers: {} }),
    },
    { label: `ingress, ${INGRESSES * RULES_EACH} rules`, ...own, request: asked(INGRESSES, "default") },
  ]);
  const [few, same] = await measure([
    { label: `ingress, ${FEW_INGRESSES} rules`, ...own, request: asked(FEW_INGRESSES, FEW_CLUSTER) },
    { label: `ingress, ${INGRESSES * RULES_EACH} rules`, ...own, request: asked(INGRESSES, "default") },
  ]);
  if (!bare || !many || !few || !same) return;
  promise("throughput ≥ 0.85 of the bare Worker", many.rate / bare.rate, many.rate >= 0.85 * bare.rate);
  promise(
    `p50 with ${INGRESSES * RULES_EACH} rules ≤ 1.10 of that with ${FEW_INGRESSES}`,
    same.p50 / few.p50,
    same.p50 <= 1.1 * few.p50,
  );
  await benchChanges(api, ingress);
  print();
}

/** A rule's backend is another Service: how long until no request gets the old one's answer, after the API has said yes. */
async function benchChanges(api: string, ingress: string): Promise<void> {
  const [control, data] = [new Pool(api, { connections: 1 }), new Pool(ingress, { connections: 2 })];
  const times: number[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const service = i % 2 === 0 ? "gone" : "web";
    await send(control, "PATCH", "/apis/networking.k8s.io/v1/namespaces/bench/ingresses/i7", {
      spec: { rules: [rule(7, service)] },
    });
    const began = performance.now();
    const wanted = service === "gone" ? 503 : 200;
    for (let status = 0; status !== wanted;) {
      const answer = await data.request({ method: "GET", path: "/p0/x", headers: { host: "h7.test" } });
      await answer.body.dump();
      status = answer.statusCode;
    }
    times.push(performance.now() - began);
  }
  await Promise.all([control.close(), data.close()]);
  times.sort((a, b) => a - b);
  inform("a change is obeyed after (ms, median)", times[Math.floor(CHANGES / 2)] ?? Number.NaN);
  const p99 = times[Math.ceil(CHANGES * 0.99) - 1] ?? Number.NaN;
  promise(`a change among ${INGRESSES} Ingresses is obeyed within 50 ms (p99)`, p99, p99 <= 50);
}

const path = (prefix: string, service: string): unknown => ({
  path: prefix,
  pathType: "Prefix",
  backend: { service: { name: service, port: { number: 80 } } },
});

const rule = (i: number, service: string, rules = 1): unknown => ({
  host: `h${i}.test`,
  http: { paths: Array.from({ length: rules }, (_, p) => path(`/p${p}`, service)) },
});

async function send(pool: Pool, method: "POST" | "PATCH", at: string, object: unknown): Promise<void> {
  const type = method === "POST" ? "application/json" : "application/merge-patch+json";
  const headers = { "content-type": type };
  const { statusCode, body } = await pool.request({ method, path: at, headers, body: JSON.stringify(object) });
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`${method} ${at}: ${statusCode} ${text.slice(0, 300)}`);
}

/** A Service with one endpoint, and Ingresses that lead to it. */
async function seed(api: string, ingresses: number, rules: number, backend: string): Promise<void> {
  const { origin, pathname } = new URL(api);
  const prefix = pathname === "/" ? "" : pathname;
  const pool = new Pool(origin, { connections: 16 });
  const post = (at: string, object: unknown): Promise<void> => send(pool, "POST", prefix + at, object);
  await post("/api/v1/namespaces", { metadata: { name: "bench" } });
  await post("/api/v1/namespaces/bench/services", {
    metadata: { name: "web", annotations: { "wherry.internal/backend": backend } },
    spec: { ports: [{ port: 80, targetPort: 8080 }] },
  });
  await post("/apis/discovery.k8s.io/v1/namespaces/bench/endpointslices", {
    metadata: { name: "web", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ port: 8080, protocol: "TCP" }],
    endpoints: [{ addresses: ["172.16.0.1"], conditions: { ready: true } }],
  });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < ingresses; i = next++) {
      await post("/apis/networking.k8s.io/v1/namespaces/bench/ingresses", {
        metadata: { name: `i${i}` },
        spec: { rules: [rule(i, "web", rules)] },
      });
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  await pool.close();
}
