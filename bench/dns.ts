/** DNS: what an answer costs, how few calls to Durable Objects it takes, and how soon a change is in the answers. */
import { Client } from "undici";
import { LARGE_ANSWERS, type Baseline } from "./baseline.ts";
import { kubeApi, type KubeApi } from "./kube.ts";
import { run, type LoadRequest } from "./load.ts";
import { FINER, type Figures, type Measure } from "./measure.ts";
import { scrape, sumOf } from "./metrics.ts";
import { inform, print, promise, promiseFreshness } from "./report.ts";
import { serviceHost, type Wherry } from "./wherry.ts";

const ZONE = "svc.cluster.local";
const TYPE = { A: 1, AAAA: 28 } as const;
const SLICE_ENDPOINTS = 100;
const NAMESPACE = "bench-0";
/** Changes of each sort whose way into the answers is timed. */
const CHANGES = 100;

interface DnsBench {
  readonly measure: Measure;
  readonly services: number;
}

export async function benchDns(baseline: Baseline, wherry: Wherry, { measure, services }: DnsBench): Promise<void> {
  print("DNS over HTTPS, against a Worker with one canned answer");
  const api = kubeApi(wherry.addresses.api, 1);
  await createHeadless(api);
  const { origin } = new URL(wherry.addresses.doh);
  const spread = (requests: readonly LoadRequest[]) => (n: number) =>
    requests[(n * 7919) % requests.length] ?? get("kubernetes.default");
  const names = Array.from({ length: services }, (_, i) => serviceHost(i));
  const gets = spread(names.map((name) => get(name)));
  const dns = { origin, pid: wherry.workerd };
  const before = await calls(origin);
  // Each pair alone: what one answer leaves behind for the garbage collector, the next one pays for.
  const [canned, many] = await measure(
    [
      { label: "canned answer", origin: baseline.cannedDns, request: gets, pid: baseline.workerd },
      { label: `GET A, ${services} Services`, ...dns, request: gets },
    ],
    FINER,
  );
  const large = (): LoadRequest => get(`many.${NAMESPACE}`);
  const [cannedLarge, headless] = await measure(
    [
      { label: "canned answer as large", origin: baseline.cannedLargeDns, request: large, pid: baseline.workerd },
      { label: `GET A, ${LARGE_ANSWERS} endpoints`, ...dns, request: large },
    ],
    FINER,
  );
  const [postA, postAAAA] = await measure(
    [
      { label: "POST A", ...dns, request: spread(names.map((name) => post(name, "A"))) },
      { label: "POST AAAA, no data", ...dns, request: spread(names.map((name) => post(name, "AAAA"))) },
    ],
    FINER,
  );
  const after = await calls(origin);
  if (!canned || !many || !cannedLarge || !headless || !postA || !postAAAA) return;
  compare(`${services} Services`, many, canned);
  compare(`${LARGE_ANSWERS} endpoints`, headless, cannedLarge);
  inform("CPU of no data for AAAA / of an A record", postAAAA.cpu / postA.cpu);
  const perThousand = (1000 * (after.calls - before.calls)) / (after.queries - before.queries);
  promise("calls to Durable Objects per 1,000 queries ≤ 1", perThousand, perThousand <= 1);
  await benchFreshness(api, origin, gets);
  await api.close();
  print();
}

function compare(what: string, ours: Figures, canned: Figures): void {
  const ratio = ours.rate / canned.rate;
  promise(`${what}: throughput ≥ 0.85 of the canned answer`, ratio, ratio >= 0.85);
  inform(`${what}: CPU of the canned answer / of DNS, per query`, canned.cpu / ours.cpu);
}

const ACCEPT = { accept: "application/dns-message" };

const get = (host: string): LoadRequest => ({
  path: `/dns-query?dns=${encodeQuery(`${host}.${ZONE}`, TYPE.A).toString("base64url")}`,
  headers: ACCEPT,
});

const post = (host: string, type: keyof typeof TYPE): LoadRequest => ({
  path: "/dns-query",
  headers: { ...ACCEPT, "content-type": "application/dns-message" },
  body: encodeQuery(`${host}.${ZONE}`, TYPE[type]),
});

function encodeQuery(name: string, type: number): Buffer {
  const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, 1]);
}

/** As the Worker counts them. */
async function calls(origin: string): Promise<{ readonly calls: number; readonly queries: number }> {
  const text = await scrape(origin);
  return {
    calls: sumOf(text, /^wherry_dns_table_events_total\{event="(?:polls|refreshes)"\}$/),
    queries: sumOf(text, /^coredns_dns_requests_total\{/),
  };
}

const HEADLESS = { clusterIP: "None", ports: [{ name: "p", port: 80 }] };

async function createHeadless(api: KubeApi): Promise<void> {
  const service = { metadata: { name: "many" }, spec: HEADLESS };
  await api.send("POST", `/api/v1/namespaces/${NAMESPACE}/services`, service);
  for (let from = 0; from < LARGE_ANSWERS; from += SLICE_ENDPOINTS) {
    const endpoints = Array.from({ length: SLICE_ENDPOINTS }, (_, i) => ({
      addresses: [`172.30.${(from + i) >> 8}.${(from + i) & 255}`],
    }));
    await sendSlice(api, "many", `many-${from}`, endpoints);
  }
}

const sendSlice = (api: KubeApi, service: string, name: string, endpoints: readonly unknown[]): Promise<unknown> =>
  api.send("POST", `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`, {
    metadata: { name, labels: { "kubernetes.io/service-name": service } },
    addressType: "IPv4",
    ports: [{ name: "p", port: 80 }],
    endpoints,
  });

interface Json {
  readonly Status: number;
  readonly Answer?: readonly { readonly data: string }[];
}

/** How long it takes from the API's answer until DNS answers so, while others ask for other names. */
async function benchFreshness(api: KubeApi, origin: string, request: (n: number) => LoadRequest): Promise<void> {
  const watcher = new Client(origin, { pipelining: 1 });
  const services = `/api/v1/namespaces/${NAMESPACE}/services`;
  const until = async (host: string, isThere: (answer: Json) => boolean): Promise<number> => {
    const acknowledged = performance.now();
    const path = `/dns-query?name=${host}.${NAMESPACE}.${ZONE}`;
    for (;;) {
      const { body } = await watcher.request({ method: "GET", path, headers: { accept: "application/dns-json" } });
      if (isThere((await body.json()) as Json)) return performance.now() - acknowledged;
    }
  };
  const changed: number[] = [];
  const added: number[] = [];
  const deleted: number[] = [];
  const done = new AbortController();
  const load = async (): Promise<void> => {
    while (!done.signal.aborted) await run({ origin, request, connections: 4, seconds: 0.5, pid: null });
  };
  const changes = async (): Promise<void> => {
    const alias = {
      metadata: { name: "alias" },
      spec: { type: "ExternalName", externalName: `many.${NAMESPACE}.${ZONE}` },
    };
    await api.send("POST", services, alias);
    for (let i = 0; i < CHANGES; i++) {
      const name = `fresh-${i}`;
      const to = `${serviceHost(i % 2)}.${ZONE}`;
      await api.send("PATCH", `${services}/alias`, { spec: { externalName: to } });
      changed.push(await until("alias", ({ Answer = [] }) => Answer.some(({ data }) => data.startsWith(to))));
      await api.send("POST", services, { metadata: { name }, spec: HEADLESS });
      await sendSlice(api, name, name, [{ addresses: [`172.29.0.${i}`] }]);
      added.push(await until(name, ({ Answer = [] }) => Answer.length === 1));
      await api.send("DELETE", `${services}/${name}`);
      deleted.push(await until(name, ({ Status }) => Status === 3));
    }
  };
  await Promise.all([load(), changes().finally(() => done.abort())]);
  await watcher.close();
  promiseFreshness("a changed Service: acknowledged → answered so", changed, 50);
  promiseFreshness("a new endpoint: acknowledged → answered so", added, 50);
  promiseFreshness("a deleted Service: acknowledged → answered so", deleted, 50);
}
