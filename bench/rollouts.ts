/**
 * Rollouts under load: Deployments and a StatefulSet are updated, rolled back, scaled and lose Pods while requests come at a
 * constant rate. No request fails, and what says that a rollout is over is right.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startTraffic, type RatedRequest, type RatedResponse } from "./constant-rate.ts";
import { startFleet, type Fleet } from "./fleet.ts";
import { inform, print, promise } from "./report.ts";
import { isRolledOut, lieOf, pathOf, type Workload } from "./rollout-status.ts";
import { watchCollection } from "./watch.ts";
import { startWherry } from "./wherry.ts";

const RATE = 200;
const UPDATES = 20;
const DELETIONS = 50;
const SCALINGS = 10;
const FEW = 3;
const MANY = 8;
const VERSIONS = 5;
const NAMESPACE = "default";
/** Half of a rollback's updates are rolled back before they are through; so long after they began, at most. */
const MIDWAY_MILLISECONDS = 1_500;
const POLL_MILLISECONDS = 20;

/** `web` and `db` are answered by programs outside, `demo` by the built-in backend. */
const WORKLOADS: readonly Workload[] = [
  { kind: "Deployment", name: "web" },
  { kind: "Deployment", name: "demo" },
  { kind: "StatefulSet", name: "db" },
];
const DEPLOYMENTS = WORKLOADS.filter(({ kind }) => kind === "Deployment");

const imageOf = (name: string, version: number): string =>
  name === "demo" ? `registry.k8s.io/gateway-api/echo-basic:v${version}` : `acme/${name}:v${version}`;

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

export async function benchRollouts(): Promise<void> {
  print(`Rollouts, under ${RATE} requests a second`);
  const outside = ["web", "db"].flatMap((name) => Array.from({ length: VERSIONS }, (_, v) => imageOf(name, v)));
  const fleet = await startFleet(outside);
  const wherry = await startWherry(
    null,
    fleet.rules.flatMap((rule) => ["--image", rule]),
  );
  const driver = await Driver.start(wherry.addresses.api, fleet);
  const traffic = startTraffic({
    origin: wherry.addresses.proxy,
    perSecond: RATE,
    request: requestNumber,
    complaint: (response) => driver.complaint(response),
  });
  for (const [what, times, act] of driver.acts()) {
    const before = traffic.failures.length;
    const startedAt = performance.now();
    for (let i = 0; i < times; i++) await act(i);
    const seconds = (performance.now() - startedAt) / 1000;
    const failed = traffic.failures.length - before;
    promise(`failed requests, ${times} ${what} in ${seconds.toFixed(0)} s, = 0`, failed, failed === 0);
  }
  const latencies = await traffic.stop();
  promise(`failed requests of ${traffic.sent()}, = 0`, traffic.failures.length, traffic.failures.length === 0);
  const told = `times a rollout was said to be over (${driver.successes}) and was not, = 0`;
  promise(told, driver.lies.length, driver.lies.length === 0);
  for (const line of [...traffic.failures.slice(0, 20), ...driver.lies.slice(0, 20)]) print(`           ${line}`);
  inform("median latency (ms)", latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN);
  inform("99th percentile (ms)", latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN);
  driver.stop();
  await wherry.stop();
  fleet.stop();
  print();
}

/** The Services in turn; every second round a POST, which the router may not send twice. */
function requestNumber(n: number): RatedRequest {
  const host = `${WORKLOADS[n % WORKLOADS.length]?.name}.${NAMESPACE}`;
  const isPost = Math.floor(n / WORKLOADS.length) % 2 === 1;
  return {
    method: isPost ? "POST" : "GET",
    path: "/x",
    headers: { host, "wherry-debug": "1" },
    body: isPost ? `request ${n}` : null,
  };
}

type Act = readonly [what: string, times: number, act: (i: number) => Promise<void>];

/** Does to the workloads what people do with kubectl, and keeps watch over them. */
class Driver {
  readonly lies: string[] = [];
  successes = 0;
  readonly #api: string;
  /** When each Pod was seen to be gone. */
  readonly #gone = new Map<string, number>();
  readonly #pods = new Map<string, Pod>();
  #version = 0;
  #stopWatching = (): void => undefined;

  private constructor(api: string) {
    this.#api = api;
  }

  static async start(api: string, fleet: Fleet): Promise<Driver> {
    const driver = new Driver(api);
    driver.#stopWatching = await watchCollection<Pod>(
      api,
      `/api/v1/namespaces/${NAMESPACE}/pods`,
      ({ type, object: pod }) => {
        const { name } = pod.metadata;
        const image = pod.spec.containers[0]?.image ?? "";
        driver.#pods.set(name, pod);
        if (type === "ADDED") {
          fleet.podAdded(image);
          driver.#gone.delete(name);
        } else if (type === "DELETED") {
          fleet.podRemoved(image);
          driver.#gone.set(name, performance.now());
          driver.#pods.delete(name);
        }
      },
    );
    for (const { kind, name } of WORKLOADS) await driver.#create(kind, name);
    await driver.#rolledOut(WORKLOADS);
    return driver;
  }

  stop(): void {
    this.#stopWatching();
  }

  acts(): readonly Act[] {
    return [
      ["rolling updates", UPDATES, () => this.#update()],
      ["rollbacks", UPDATES, (i) => this.#rollBack(i % 2 === 0)],
      ["deletions of a Pod", DELETIONS, () => this.#deletePod()],
      ["scalings up and down", SCALINGS, () => this.#scale()],
    ];
  }

  /** A request that was answered well, by a Pod that was there. */
  complaint({ status, headers, body, sentAt }: RatedResponse): string | null {
    const pod = String(headers["wherry-pod"] ?? "");
    if (status !== 200) return `${status} from ${pod === "" ? "the router" : pod}: ${body.slice(0, 200)}`;
    const gone = this.#gone.get(pod);
    return gone !== undefined && gone < sentAt ? `answered by ${pod}, which was gone` : null;
  }

  async #update(): Promise<void> {
    this.#version = (this.#version + 1) % VERSIONS;
    await this.#setImages();
    await this.#rolledOut(WORKLOADS);
  }

  /** As `kubectl rollout undo` does it: the template of before is put back, in half of the cases while the update is under way. */
  async #rollBack(isMidway: boolean): Promise<void> {
    const before = this.#version;
    this.#version = (this.#version + 1) % VERSIONS;
    await this.#setImages();
    if (isMidway) await sleep(Math.random() * MIDWAY_MILLISECONDS);
    else await this.#rolledOut(WORKLOADS);
    this.#version = before;
    await this.#setImages();
    await this.#rolledOut(isMidway ? DEPLOYMENTS : WORKLOADS);
    await this.#allWhole();
  }

  /** Any Pod of a workload that is whole, while others may not be. */
  async #deletePod(): Promise<void> {
    const workload = WORKLOADS[Math.floor(Math.random() * WORKLOADS.length)];
    if (workload === undefined) return;
    await this.#whole(workload);
    const names = [...this.#pods.values()]
      .filter(({ metadata }) => metadata.labels?.["app"] === workload.name && metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name);
    const name = names[Math.floor(Math.random() * names.length)] ?? "";
    await this.#call("DELETE", `/api/v1/namespaces/${NAMESPACE}/pods/${name}`);
    if (workload.kind === "Deployment") await this.#rolledOut([workload]);
  }

  async #allWhole(): Promise<void> {
    for (const workload of WORKLOADS) await this.#whole(workload);
  }

  /** Returns when all Pods of a workload are there and ready. */
  async #whole(workload: Workload): Promise<void> {
    while ((await this.#lieOf(workload)) !== null) await sleep(POLL_MILLISECONDS);
  }

  #lieOf(workload: Workload): Promise<string | null> {
    return lieOf(workload, (path) => this.#call("GET", path));
  }

  async #scale(): Promise<void> {
    await this.#allWhole();
    for (const replicas of [MANY, FEW]) {
      await Promise.all(DEPLOYMENTS.map((w) => this.#call("PATCH", pathOf(w), { spec: { replicas } })));
      await this.#rolledOut(DEPLOYMENTS);
    }
  }

  async #setImages(): Promise<void> {
    await Promise.all(
      WORKLOADS.map((workload) => {
        const containers = [{ ...container(workload.name), image: imageOf(workload.name, this.#version) }];
        return this.#call("PATCH", pathOf(workload), { spec: { template: { spec: { containers } } } });
      }),
    );
  }

  /**
   * Returns when `kubectl rollout status` would, for all of these; looks closer each time it does. Of a StatefulSet that loses a Pod, or
   * is rolled back midway, kubectl says so too early: a Pod that goes counts as ready for as long as it is.
   */
  async #rolledOut(workloads: readonly Workload[]): Promise<void> {
    await Promise.all(
      workloads.map(async (workload) => {
        while (!isRolledOut(await this.#call("GET", pathOf(workload)))) await sleep(POLL_MILLISECONDS);
        this.successes++;
        const lie = await this.#lieOf(workload);
        if (lie !== null) this.lies.push(lie);
      }),
    );
  }

  async #create(kind: Workload["kind"], name: string): Promise<void> {
    const labels = { app: name };
    const spec = { selector: labels, ports: [{ port: 80, targetPort: 8080 }] };
    await this.#call("POST", `/api/v1/namespaces/${NAMESPACE}/services`, { metadata: { name }, spec });
    const template = { metadata: { labels }, spec: { containers: [container(name)] } };
    await this.#call("POST", pathOf({ kind, name: "" }), {
      metadata: { name },
      spec: { replicas: FEW, selector: { matchLabels: labels }, serviceName: name, template },
    });
  }

  async #call(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: object): Promise<never> {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(this.#api + path, { method, headers: { "content-type": type }, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as never;
  }
}

const container = (name: string): object => ({
  name: "main",
  image: imageOf(name, 0),
  ports: [{ containerPort: 8080 }],
  readinessProbe: { httpGet: { path: "/readyz", port: 8080 }, periodSeconds: 1 },
});
