/**
 * How soon the router obeys: after the API has acknowledged that an endpoint is gone, how long requests still arrive there.
 * The backends themselves say so, for every endpoint has a path of its own. Endpoints go in two ways: a Pod is deleted, or
 * somebody writes an EndpointSlice without them.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startBackend, type CheapBackend } from "./baseline.ts";
import { startTraffic, type Traffic } from "./constant-rate.ts";
import { forEach, kubeApi, type KubeApi } from "./kube.ts";
import { inform, print, promise, promiseFreshness } from "./report.ts";
import { calls } from "./router.ts";
import { startWherry } from "./wherry.ts";

const REQUESTS_PER_SECOND = 500;
/** Endpoints that a Service has at a time. */
const LIVE = 10;
/** Of each sort. */
const REMOVALS = 200;
const SILENT_SECONDS = 30;
/** Each in a cluster that nobody else asks: half of each sort. */
const SILENT_REMOVALS = 20;
const LIMIT_MILLISECONDS = 50;
/** So long is looked for stragglers. */
const AFTERWARDS_MILLISECONDS = 1_000;

const NAMESPACE = "/api/v1/namespaces/default";
const SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";

/** When each endpoint was last asked for something; `performance.now()`. */
class Arrivals {
  readonly #last = new Map<string, number>();
  readonly #awaited = new Map<string, () => void>();

  /** `target` as a request has it: `/<endpoint>/…`. */
  readonly note = (target: string): void => {
    const endpoint = target.split("/", 2)[1] ?? "";
    this.#last.set(endpoint, performance.now());
    this.#awaited.get(endpoint)?.();
  };

  /** Once a request has arrived there. */
  async first(endpoint: string): Promise<void> {
    if (!this.#last.has(endpoint)) await new Promise<void>((resolve) => this.#awaited.set(endpoint, resolve));
  }

  /** For how long after `since` requests have come; 0: none has. */
  lag = (endpoint: string, since: number): number => Math.max(0, (this.#last.get(endpoint) ?? 0) - since);
}

/** A Service whose endpoints come and go. Each call returns when the API has acknowledged it. */
interface Endpoints {
  readonly add: (name: string) => Promise<unknown>;
  readonly remove: (name: string) => Promise<unknown>;
}

type Sort = (api: KubeApi, backend: string) => Promise<Endpoints>;

const byPods: Sort = async (api, backend) => {
  const spec = { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] };
  await api.send("POST", `${NAMESPACE}/services`, { metadata: { name: "web" }, spec });
  const containers = [{ name: "main", image: "acme/app", ports: [{ containerPort: 8080 }] }];
  return {
    add: (name) => {
      const annotations = { "wherry.internal/backend": `${backend}/${name}` };
      const pod = { metadata: { name, labels: { app: "web" }, annotations }, spec: { containers } };
      return api.send("POST", `${NAMESPACE}/pods`, pod);
    },
    remove: (name) => api.send("DELETE", `${NAMESPACE}/pods/${name}`),
  };
};

const bySlice: Sort = async (api, backend) => {
  await api.send("POST", `${NAMESPACE}/services`, { metadata: { name: "web" }, spec: { ports: [{ port: 80 }] } });
  const labels = { "kubernetes.io/service-name": "web" };
  const slice = { metadata: { name: "web", labels }, addressType: "IPv4", ports: [{ port: 80 }], endpoints: [] };
  await api.send("POST", SLICES, slice);
  const live: string[] = [];
  const addressOf = (name: string): string => {
    const number = Number(name.slice(name.lastIndexOf("-") + 1));
    return `172.20.${number >> 8}.${number & 255}`;
  };
  const write = (): Promise<unknown> => {
    const registrations = Object.fromEntries(live.map((name) => [name, { url: `${backend}/${name}` }]));
    return api.send("PATCH", `${SLICES}/web`, {
      metadata: { annotations: { "wherry.internal/registrations": JSON.stringify(registrations) } },
      endpoints: live.map((name) => ({ addresses: [addressOf(name)], targetRef: { kind: "Endpoint", name } })),
    });
  };
  return {
    add: (name) => {
      live.push(name);
      return write();
    },
    remove: (name) => {
      live.splice(live.indexOf(name), 1);
      return write();
    },
  };
};

const SORTS = [
  { label: "a Pod is deleted", sort: byPods },
  { label: "a slice is written", sort: bySlice },
] as const;

/** What the parts share. */
interface Setting {
  readonly api: string;
  readonly proxy: string;
  readonly backend: CheapBackend;
  readonly arrivals: Arrivals;
}

export async function benchRouterFreshness(): Promise<void> {
  print(`Router, an endpoint is removed: acknowledged → the last request arrives there, at ${REQUESTS_PER_SECOND}/s`);
  const arrivals = new Arrivals();
  const backend = await startBackend(arrivals.note);
  const wherry = await startWherry(null);
  const setting = { api: wherry.addresses.api, proxy: wherry.addresses.proxy, backend, arrivals };
  for (const { label, sort } of SORTS) await underLoad(setting, label, sort);
  await afterSilence(setting);
  await wherry.stop();
  backend.stop();
  print();
}

/** Requests to Service `web` of a cluster; those that do not come to an endpoint are failures. */
const trafficTo = ({ proxy }: Setting, cluster: string): Traffic =>
  startTraffic({
    origin: proxy,
    perSecond: REQUESTS_PER_SECOND,
    request: () => ({
      method: "GET",
      path: "/",
      headers: { host: "web.default", "wherry-cluster": cluster },
      body: null,
    }),
    complaint: ({ status, body }) => (status === 200 ? null : `${status} ${body}`),
  });

async function underLoad(setting: Setting, label: string, sort: Sort): Promise<void> {
  const cluster = `fresh-${SORTS.findIndex((one) => one.sort === sort)}`;
  const { arrivals } = setting;
  const api = kubeApi(`${setting.api}/clusters/${cluster}`, 1);
  const endpoints = await sort(api, setting.backend.url);
  const live = Array.from({ length: LIVE }, (_, i) => `${cluster}-${i}`);
  for (const name of live) await endpoints.add(name);
  const before = await calls(setting.proxy);
  const traffic = trafficTo(setting, cluster);
  const removed: { readonly name: string; readonly at: number }[] = [];
  for (let i = LIVE; removed.length < REMOVALS; i++) {
    const oldest = live.shift() ?? "";
    const name = `${cluster}-${i}`;
    live.push(name);
    await endpoints.add(name);
    // Who is removed has had requests, and so has who came for it.
    await Promise.all([arrivals.first(oldest), arrivals.first(name)]);
    await endpoints.remove(oldest);
    removed.push({ name: oldest, at: performance.now() });
  }
  await sleep(AFTERWARDS_MILLISECONDS);
  const latencies = await traffic.stop();
  const after = await calls(setting.proxy);
  await api.close();
  const lags = removed.map(({ name, at }) => arrivals.lag(name, at));
  promiseFreshness(label, lags, LIMIT_MILLISECONDS);
  inform(
    `requests that came to a removed endpoint at all, of ${latencies.length}`,
    lags.filter((lag) => lag > 0).length,
  );
  promise("failed requests: none", traffic.failures.length, traffic.failures.length === 0);
  inform("calls to Durable Objects per change", (after.calls - before.calls) / (REMOVALS * 2));
}

async function afterSilence(setting: Setting): Promise<void> {
  const { arrivals } = setting;
  const clusters = await Promise.all(
    Array.from({ length: SILENT_REMOVALS }, async (_, i) => {
      const name = `silent-${i}`;
      const api = kubeApi(`${setting.api}/clusters/${name}`, 1);
      const endpoints = await (SORTS[i % SORTS.length] ?? SORTS[0]).sort(api, setting.backend.url);
      for (const e of [0, 1]) await endpoints.add(`${name}-${e}`);
      const traffic = trafficTo(setting, name);
      await Promise.all([0, 1].map((e) => arrivals.first(`${name}-${e}`)));
      await traffic.stop();
      return { name, api, endpoints };
    }),
  );
  await sleep(SILENT_SECONDS * 1000);
  const lags: number[] = [];
  await forEach(clusters.length, 1, async (i) => {
    const cluster = clusters[i];
    if (cluster === undefined) return;
    const gone = `${cluster.name}-0`;
    await cluster.endpoints.remove(gone);
    const acknowledged = performance.now();
    const traffic = trafficTo(setting, cluster.name);
    await sleep(AFTERWARDS_MILLISECONDS);
    await traffic.stop();
    await cluster.api.close();
    lags.push(arrivals.lag(gone, acknowledged));
  });
  promiseFreshness(`after ${SILENT_SECONDS} s of silence`, lags, LIMIT_MILLISECONDS);
}
