/** What the API has acknowledged, router and DNS obey: under traffic, after silence, and for names that are new. */
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request as httpRequest } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKubeClient, type KubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { backend, closeBackends, podManifest, serviceWithPod } from "./backends.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "./process.ts";

/** A change must have arrived by then on a machine that does much else; the median is a hundredth of it. */
const BOUND_MILLISECONDS = 1_000;

let addresses: ReadyAddresses;
/** Each test has a cluster of its own in the one process. */
let cluster: string;
let client: KubeClient;
let clusters = 0;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral"]).ready();
});
afterAll(async () => {
  agent.destroy();
  await closeBackends();
  await cleanUp();
});
beforeEach(async () => {
  cluster = `fresh-${clusters++}`;
  client = createKubeClient(`${addresses.api}/clusters/${cluster}`);
  await applyManifest(client, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}');
});

interface Answer {
  readonly startedAt: number;
  readonly status: number;
  readonly body: string;
  readonly revision: number;
}

/** Asks the router, by Host. */
function ask(host: string, path = "/"): Promise<Answer> {
  const { hostname, port } = new URL(addresses.proxy);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = httpRequest({ agent, hostname, port, path, headers: { host, "wherry-cluster": cluster } });
    request.on("error", reject).on("response", (answer) => {
      const revision = Number(answer.headers["wherry-revision"] ?? 0);
      textOf(answer).then((body) => resolve({ startedAt, status: answer.statusCode ?? 0, body, revision }), reject);
    });
    request.end();
  });
}

/** Asks the DNS for addresses, over HTTPS' plain sister. */
async function dig(name: string): Promise<Answer & { readonly addresses: readonly string[] }> {
  const url = new URL(addresses.doh);
  url.pathname = `/clusters/${cluster}/dns-query`;
  url.search = new URLSearchParams({ name, type: "A" }).toString();
  const startedAt = performance.now();
  const response = await fetch(url, { headers: { accept: "application/dns-json" } });
  const body = await response.text();
  const { Answer: records = [] } = JSON.parse(body) as { Answer?: readonly { data: string }[] };
  const revision = Number(response.headers.get("wherry-revision") ?? 0);
  return { startedAt, status: response.status, body, revision, addresses: records.map(({ data }) => data) };
}

interface Pod {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly status: { readonly podIP: string };
}

/** A change that the API has acknowledged. */
interface Change {
  readonly pod: Pod;
  readonly kind: "added" | "removed";
  readonly at: number;
  readonly revision: number;
}

const PODS = "/api/v1/namespaces/shop/pods";

async function addPod(name: string): Promise<Change> {
  // Its address goes to no other Pod while the test looks for it.
  const manifest = podManifest("shop", name, "web", { preStopSeconds: 20 });
  const created = (await client.create(PODS, manifest)) as unknown as Pod;
  const at = performance.now();
  // Its address is given in the same transaction, but after the answer was made.
  const pod = await client.get<Pod>(`${PODS}/${name}`);
  if (pod === null || pod.status.podIP === "") throw new Error(`${name} has no address`);
  return { pod, kind: "added", at, revision: Number(created.metadata.resourceVersion) };
}

async function removePod(pod: Pod): Promise<Change> {
  const response = await fetch(`${client.server}${PODS}/${pod.metadata.name}`, { method: "DELETE" });
  const { metadata } = (await response.json()) as Pod;
  expect(response.status).toBe(200);
  return { pod, kind: "removed", at: performance.now(), revision: Number(metadata.resourceVersion) };
}

/** Service `web` and its headless twin, whose Pods the test adds and removes. */
async function webOf(pods: number): Promise<Change[]> {
  const spec = { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] };
  const service = { apiVersion: "v1", kind: "Service", spec };
  await client.create("/api/v1/namespaces/shop/services", { ...service, metadata: { name: "web" } });
  const headless = { ...service, metadata: { name: "pods" }, spec: { ...spec, clusterIP: "None" } };
  await client.create("/api/v1/namespaces/shop/services", headless);
  return Promise.all(Array.from({ length: pods }, (_, i) => addPod(`first-${i}`)));
}

/** How long after each acknowledgement the last request started that was still decided by an older table; 0: none. */
const lags = (changes: readonly Change[], answers: readonly Answer[]): number[] =>
  changes.map(({ at, revision }) =>
    Math.max(0, ...answers.filter((a) => a.startedAt >= at && a.revision < revision).map((a) => a.startedAt - at)),
  );

function report(what: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(1);
  process.stderr.write(`${what}: obeyed after p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms\n`);
}

const podOf = ({ body }: Answer): string => (JSON.parse(body) as { pod: string }).pod;

/** Answers that name a Pod whose removal was acknowledged a bound before they were asked for. */
const late = <A extends Answer>(
  changes: readonly Change[],
  answers: readonly A[],
  names: (answer: A, pod: Pod) => boolean,
) =>
  changes
    .filter(({ kind }) => kind === "removed")
    .flatMap(({ pod, at }) =>
      answers
        .filter((answer) => answer.startedAt - at > BOUND_MILLISECONDS && names(answer, pod))
        .map(({ startedAt }) => `${pod.metadata.name} ${(startedAt - at).toFixed(0)} ms after its removal`),
    );

/** So many clients that ask again and again, until they are stopped. */
function clients(count: number, once: () => Promise<unknown>): () => Promise<void> {
  const stop = new AbortController();
  const client = async (): Promise<void> => {
    while (!stop.signal.aborted) await once();
  };
  const all = Promise.all(Array.from({ length: count }, client));
  return async () => {
    stop.abort();
    await all;
  };
}

describe("a change is obeyed", () => {
  test("by router and DNS: 100 endpoints come and go under 200 requests a second each", async () => {
    const live = (await webOf(3)).map(({ pod }) => pod);
    const routed: Answer[] = [];
    const resolved: Awaited<ReturnType<typeof dig>>[] = [];
    const paced = (once: () => Promise<unknown>) => clients(4, () => Promise.all([once(), sleep(20)]));
    const stopRouter = paced(async () => routed.push(await ask("web.shop")));
    const stopDns = paced(async () => resolved.push(await dig("pods.shop.svc.cluster.local")));
    const changes: Change[] = [];
    for (let i = 0; i < 50; i++) {
      const added = await addPod(`web-${i}`);
      live.push(added.pod);
      await sleep(20);
      const oldest = live.shift();
      changes.push(added, ...(oldest === undefined ? [] : [await removePod(oldest)]));
      await sleep(20);
    }
    // So that requests come after the last change too.
    await sleep(BOUND_MILLISECONDS + 200);
    await Promise.all([stopRouter(), stopDns()]);
    expect(changes).toHaveLength(100);
    // Otherwise nothing below would mean anything.
    for (const answers of [routed, resolved]) expect(new Set(answers.map((a) => a.revision)).size).toBeGreaterThan(50);
    expect(new Set(routed.map(({ status }) => status))).toEqual(new Set([200]));
    expect(late(changes, routed, (answer, pod) => podOf(answer) === pod.metadata.name)).toEqual([]);
    expect(late(changes, resolved, (answer, pod) => answer.addresses.includes(pod.status.podIP))).toEqual([]);
    for (const [what, answers] of [
      ["router", routed],
      ["DNS", resolved],
    ] as const) {
      const measured = lags(changes, answers);
      report(`${what}, ${answers.length} requests`, measured);
      expect(Math.max(...measured)).toBeLessThan(BOUND_MILLISECONDS);
    }
    // What is left is what is answered with, and all of it.
    const names = live.map(({ metadata }) => metadata.name).sort();
    const seen = await Promise.all(Array.from({ length: 60 }, () => ask("web.shop")));
    expect([...new Set(seen.map(podOf))].sort()).toEqual(names);
    const { addresses: ips } = await dig("pods.shop.svc.cluster.local");
    expect(ips.toSorted()).toEqual(live.map(({ status }) => status.podIP).sort());
  });

  test("never in another order than it was made: no answer goes back behind one that was complete before it began", async () => {
    await webOf(1);
    const answers: (Answer & { readonly endedAt: number })[] = [];
    const stop = clients(4, async () => answers.push({ ...(await ask("web.shop")), endedAt: performance.now() }));
    const changes: Change[] = [];
    for (let i = 0; i < 30; i++) changes.push(await addPod(`web-${i}`));
    await stop();
    report(`router, ${answers.length} requests without a pause`, lags(changes, answers));
    const back = answers.filter((a) => answers.some((b) => b.endedAt < a.startedAt && b.revision > a.revision));
    expect(back).toEqual([]);
  });

  test("after five seconds of silence", async () => {
    const [first, second] = await webOf(2);
    if (first === undefined || second === undefined) throw new Error("two Pods were asked for");
    await Promise.all([ask("web.shop"), dig("pods.shop.svc.cluster.local")]);
    await sleep(5_000);
    const removed = await removePod(first.pod);
    const answers: Answer[] = [];
    const names: string[][] = [];
    const until = performance.now() + BOUND_MILLISECONDS + 200;
    while (performance.now() < until) {
      answers.push(await ask("web.shop"));
      names.push([...(await dig("pods.shop.svc.cluster.local")).addresses]);
    }
    const measured = lags([removed], answers);
    report("router, after silence", measured);
    expect(late([removed], answers, (answer, pod) => podOf(answer) === pod.metadata.name)).toEqual([]);
    expect(names.at(-1)).toEqual([second.pod.status.podIP]);
  });

  test("also when the first request, which carries the table's question, was cut off by its client", async () => {
    const { url } = await backend((request, response) => {
      if (request.url === "/slow") return void response.write("one");
      return void response.end(request.url);
    });
    await applyManifest(client, serviceWithPod("shop", "slow", { service: url }));
    await webOf(2);
    const { hostname, port } = new URL(addresses.proxy);
    await new Promise<void>((resolve) => {
      const headers = { host: "slow.shop", "wherry-cluster": cluster };
      const request = httpRequest({ agent: false, hostname, port, path: "/slow", headers });
      request.on("error", () => undefined).on("close", resolve);
      request.on("response", (answer) =>
        answer.on("error", () => undefined).once("data", () => request.socket?.resetAndDestroy()),
      );
      request.end();
    });
    await sleep(300);
    const changes: Change[] = [];
    const answers: Answer[] = [];
    for (let i = 0; i < 10; i++) {
      changes.push(await addPod(`late-${i}`));
      for (let j = 0; j < 5; j++) answers.push(await ask("web.shop"));
    }
    const measured = lags(changes, answers);
    report("router, after a request was cut off", measured);
    await sleep(BOUND_MILLISECONDS);
    expect((await ask("web.shop")).revision).toBeGreaterThanOrEqual(
      changes.at(-1)?.revision ?? Number.POSITIVE_INFINITY,
    );
    expect(Math.max(...measured)).toBeLessThan(BOUND_MILLISECONDS);
  });
});

describe("what has just been made is never unknown", () => {
  const fetchAtOnce = async (namespace: string, name: string): Promise<string[]> => {
    await applyManifest(client, serviceWithPod(namespace, name, {}));
    const [routed, resolved] = await Promise.all([
      ask(`${name}.${namespace}`),
      dig(`${name}.${namespace}.svc.cluster.local`),
    ]);
    return [...(routed.status === 200 ? [] : [routed.body]), ...(resolved.addresses.length > 0 ? [] : [resolved.body])];
  };

  test("100 Services, one after the other", async () => {
    const wrong: string[] = [];
    for (let i = 0; i < 100; i++) wrong.push(...(await fetchAtOnce("shop", `new-${i}`)));
    expect(wrong).toEqual([]);
  });

  test("100 Services, ten at a time, while others ask for names that are not there", async () => {
    const statuses = new Set<number>();
    const stop = clients(2, async () => statuses.add((await ask("nobody.shop")).status));
    const wrong: string[] = [];
    for (let i = 0; i < 100; i += 10) {
      wrong.push(
        ...(await Promise.all(Array.from({ length: 10 }, (_, j) => fetchAtOnce("shop", `many-${i + j}`)))).flat(),
      );
    }
    await stop();
    expect([wrong, [...statuses]]).toEqual([[], [404]]);
  });

  test("20 namespaces with a Service each", async () => {
    const wrong: string[] = [];
    for (let i = 0; i < 20; i++) {
      const namespace = `space-${i}`;
      await client.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
      wrong.push(...(await fetchAtOnce(namespace, "web")));
    }
    expect(wrong).toEqual([]);
  });
});
