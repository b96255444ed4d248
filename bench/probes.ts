/** Probes: how long a backend that fails stays an endpoint, and how long one that has recovered is missed. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listen, MODES, patient } from "./patient.ts";
import { inform, print, promise } from "./report.ts";
import { watchCollection } from "./watch.ts";
import { startWherry } from "./wherry.ts";

const PERIOD_SECONDS = 1;
const FAILURE_THRESHOLD = 2;
const TIMEOUT_SECONDS = 1;
const TRIALS = 4;
/** Pods that are probed at the same time, and how many of them hang. */
const CROWD = 1000;
/** A node takes 110 Pods. */
const NODES = ["--nodes", "10"];
const HANGING = 50;

const pod = (name: string, url: string, readinessProbe: object): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, labels: { app: name }, annotations: { "wherry.internal/backend": url } },
  spec: { containers: [{ name: "main", image: "acme/app", ports: [{ containerPort: 8080 }], readinessProbe }] },
});

async function post(api: string, path: string, object: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(api + path, { method: "POST", headers, body: JSON.stringify(object) });
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

interface Slice {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
}

/** Follows the slices of a namespace; resolves when a Service's only endpoint is, or is not, ready. */
async function watchEndpoints(api: string) {
  const ready = new Map<string, boolean>();
  let news = Promise.withResolvers<void>();
  const path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
  const stop = await watchCollection<Slice>(api, path, ({ object: { metadata, endpoints } }) => {
    const name = metadata.labels?.["kubernetes.io/service-name"] ?? "";
    ready.set(name, endpoints?.[0]?.conditions?.ready === true);
    news.resolve();
    news = Promise.withResolvers();
  });
  const until = async (service: string, wanted: boolean): Promise<void> => {
    while ((ready.get(service) ?? false) !== wanted) await news.promise;
  };
  return { until, stop };
}

export async function benchProbes(): Promise<void> {
  const wherry = await startWherry(null, NODES);
  const { api } = wherry.addresses;
  print(`Probes, every ${PERIOD_SECONDS} s, ${FAILURE_THRESHOLD} failures make a Pod unready`);
  await benchModes(api);
  await benchCrowd(api);
  await wherry.stop();
  print();
}

async function benchModes(api: string): Promise<void> {
  const endpoints = await watchEndpoints(api);
  const probe = {
    httpGet: { path: "/healthz", port: 8080 },
    periodSeconds: PERIOD_SECONDS,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  await Promise.all(
    MODES.map(async (mode, i) => {
      const name = `patient-${i}`;
      const backend = await patient();
      const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] };
      await post(api, "/api/v1/namespaces/default/services", { metadata: { name }, spec });
      const readinessProbe = { ...probe, failureThreshold: FAILURE_THRESHOLD };
      await post(api, "/api/v1/namespaces/default/pods", pod(name, backend.url, readinessProbe));
      await endpoints.until(name, true);
      const left: number[] = [];
      const back: number[] = [];
      for (let trial = 0; trial < TRIALS; trial++) {
        // Anywhere between two probes.
        await sleep((trial / TRIALS) * PERIOD_SECONDS * 1000);
        left.push(await timed(() => backend.break(mode).then(() => endpoints.until(name, false))));
        back.push(await timed(() => backend.mend().then(() => endpoints.until(name, true))));
      }
      backend.stop();
      // A probe of one that hangs fails when its time is out.
      const waits = mode === "hangs" ? TIMEOUT_SECONDS : 0;
      const limit = (FAILURE_THRESHOLD * PERIOD_SECONDS + waits) * 1000 + 1000;
      const longest = Math.max(...left);
      promise(`a backend that ${mode} has left the endpoints within ${limit} ms, in ms`, longest, longest <= limit);
      const slowest = Math.max(...back);
      const soon = PERIOD_SECONDS * 1000 + 1000;
      promise(`and is back within ${soon} ms of its recovery, in ms`, slowest, slowest <= soon);
    }),
  );
  endpoints.stop();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Many Pods, some of whose backends hang: the others are probed in time, and writes do not wait. */
async function benchCrowd(api: string): Promise<void> {
  const seen: number[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/hangs") return;
    seen.push(performance.now());
    response.end();
  });
  await listen(server, 0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await post(api, "/api/v1/namespaces", { metadata: { name: "crowd" } });
  const one = (i: number): Promise<void> => {
    const path = i < HANGING ? "/hangs" : "/";
    const readinessProbe = { httpGet: { path, port: 8080 }, periodSeconds: 10, timeoutSeconds: 1 };
    return post(api, "/api/v1/namespaces/crowd/pods", pod(`crowd-${i}`, url, readinessProbe));
  };
  for (let i = 0; i < CROWD; i += 50) await Promise.all(Array.from({ length: 50 }, (_, n) => one(i + n)));
  await sleep(5_000);
  seen.length = 0;
  const latencies: number[] = [];
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(100)) {
    const metadata = { name: `write-${latencies.length}` };
    latencies.push(await timed(() => post(api, "/api/v1/namespaces/crowd/configmaps", { metadata })));
  }
  const perPeriod = seen.length / 2;
  const healthy = CROWD - HANGING;
  promise(
    `of ${healthy} healthy Pods probed every 10 s, beside ${HANGING} that hang, the part that was`,
    perPeriod / healthy,
    perPeriod >= 0.95 * healthy,
  );
  latencies.sort((a, b) => a - b);
  inform("p50 of a write meanwhile, in ms", latencies[Math.floor(latencies.length / 2)] ?? Number.NaN);
  inform("p99 of a write meanwhile, in ms", latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN);
  server.closeAllConnections();
  server.close();
}
