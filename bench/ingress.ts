/** The ingress: against a bare pass-through Worker, with few and with many rules, and how soon a change is obeyed. */
import { Pool } from "undici";
import type { Baseline } from "./baseline.ts";
import { forEach, kubeApi } from "./kube.ts";
import { FINER, pairedRatio, type Measure } from "./measure.ts";
import { print, promise, promiseFreshness } from "./report.ts";
import type { Wherry } from "./wherry.ts";

const INGRESSES = 5_000;
const RULES_EACH = 4;
const FEW_INGRESSES = 10;
const FEW_CLUSTER = "few-rules";
const CHANGES = 100;

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
  const [bare, many] = await measure(
    [
      {
        label: "bare pass-through",
        origin: baseline.passThrough,
        pid: baseline.workerd,
        request: () => ({ path: "/x", headers: {} }),
      },
      { label: `ingress, ${INGRESSES * RULES_EACH} rules`, ...own, request: asked(INGRESSES, "default") },
    ],
    FINER,
  );
  const [few, same] = await measure(
    [
      { label: `ingress, ${FEW_INGRESSES} rules`, ...own, request: asked(FEW_INGRESSES, FEW_CLUSTER) },
      { label: `ingress, ${INGRESSES * RULES_EACH} rules`, ...own, request: asked(INGRESSES, "default") },
    ],
    FINER,
  );
  if (!bare || !many || !few || !same) return;
  promise("throughput ≥ 0.85 of the bare Worker", many.rate / bare.rate, many.rate >= 0.85 * bare.rate);
  const ratio = pairedRatio(same, few);
  promise(`p50 with ${INGRESSES * RULES_EACH} rules ≤ 1.10 of that with ${FEW_INGRESSES}`, ratio, ratio <= 1.1);
  await benchChanges(api, ingress);
  print();
}

/** A rule's backend is another Service: how long until no request gets the old one's answer, after the API has said yes. */
async function benchChanges(api: string, ingress: string): Promise<void> {
  const [control, data] = [kubeApi(api, 1), new Pool(ingress, { connections: 2 })];
  const times: number[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const service = i % 2 === 0 ? "gone" : "web";
    await control.send("PATCH", "/apis/networking.k8s.io/v1/namespaces/bench/ingresses/i7", {
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
  promiseFreshness(`a change among ${INGRESSES} Ingresses: acknowledged → obeyed`, times, 50);
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

/** A Service with one endpoint, and Ingresses that lead to it. */
async function seed(api: string, ingresses: number, rules: number, backend: string): Promise<void> {
  const { send, close } = kubeApi(api, 16);
  await send("POST", "/api/v1/namespaces", { metadata: { name: "bench" } });
  await send("POST", "/api/v1/namespaces/bench/services", {
    metadata: { name: "web", annotations: { "wherry.internal/backend": backend } },
    spec: { ports: [{ port: 80, targetPort: 8080 }] },
  });
  await send("POST", "/apis/discovery.k8s.io/v1/namespaces/bench/endpointslices", {
    metadata: { name: "web", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ port: 8080, protocol: "TCP" }],
    endpoints: [{ addresses: ["172.16.0.1"], conditions: { ready: true } }],
  });
  await forEach(ingresses, 16, async (i) => {
    await send("POST", "/apis/networking.k8s.io/v1/namespaces/bench/ingresses", {
      metadata: { name: `i${i}` },
      spec: { rules: [rule(i, "web", rules)] },
    });
  });
  await close();
}
