/** Probes, restarts and hooks in a real Durable Object that may end at any moment. */
import { abortAllDurableObjects, env } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { namespaceStore } from "../../durable-objects/stubs.ts";
import type { Pod } from "../../shared/api/core-v1/pod.ts";
import { EVENTS, PODS } from "../../shared/registry/resource-keys.ts";
import type { ResourceKey } from "../../shared/registry/resource-kind.ts";
import type { Answer } from "../../shared/storage/mutation.ts";
import type { Env } from "../../workers/env.ts";

const stores = env as unknown as Env;
const OPTIONS = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;
const WELL = "binding:API_SERVER";
/** Nothing listens there. */
const REFUSES = "http://127.0.0.1:1";

/** A namespace of a cluster of its own. */
const storeOf = (cluster: string) => namespaceStore(stores, cluster, "default");

const create = (cluster: string, resource: ResourceKey, object: object): Promise<Answer> =>
  storeOf(cluster).mutate({ verb: "create", resource, namespace: "default", object, options: OPTIONS });

const pod = (name: string, backend: string | null, container: object, spec: object = {}): object => ({
  metadata: { name, annotations: backend === null ? {} : { "wherry.internal/backend": backend } },
  spec: { containers: [{ name: "main", image: "acme/app", ports: [{ containerPort: 8080 }], ...container }], ...spec },
});

async function get(cluster: string, name: string): Promise<Pod | null> {
  const found = await storeOf(cluster).get(PODS, "default", name);
  return found.ok ? (JSON.parse(found.value) as Pod) : null;
}

const statusOf = (found: Pod | null) => found?.status.containerStatuses?.[0];
const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 100 });
const becomesReady = (cluster: string, name: string, ready: boolean): Promise<void> =>
  eventually(async () => expect(statusOf(await get(cluster, name))?.ready).toBe(ready));

async function eventsAbout(cluster: string, name: string) {
  const fieldSelector = `involvedObject.name=${name}`;
  const page = await storeOf(cluster).list({ resource: EVENTS, namespace: "default", limit: 0, fieldSelector });
  if (!page.ok) throw new Error(page.status.message);
  return page.value.items.map((text) => JSON.parse(text) as { reason: string; message: string; count: number });
}

const probe = (httpGet: object = {}) => ({ httpGet: { path: "/readyz", port: 8080, ...httpGet }, periodSeconds: 1 });

test(
  "backends of every kind are probed: a URL, a binding, the built-in one, another host",
  { timeout: 20_000 },
  async () => {
    const cluster = "probes-kinds";
    const echo = "registry.k8s.io/gateway-api/echo-basic:v1";
    const cases: readonly (readonly [name: string, backend: string | null, container: object, ready: boolean])[] = [
      ["refused", REFUSES, { readinessProbe: probe() }, false],
      ["bound", WELL, { readinessProbe: probe() }, true],
      ["bound-404", WELL, { readinessProbe: probe({ path: "/nowhere" }) }, false],
      ["unbound", "binding:NOWHERE", { readinessProbe: probe() }, false],
      ["builtin", null, { image: echo, readinessProbe: probe() }, true],
      ["builtin-500", null, { image: echo, readinessProbe: probe({ path: "/status/500" }) }, false],
      ["elsewhere", WELL, { readinessProbe: probe({ host: "127.0.0.1", port: 1 }) }, false],
      ["no-port", WELL, { readinessProbe: probe({ port: "nope" }) }, false],
      ["tcp-refused", REFUSES, { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }, false],
      ["tcp-builtin", null, { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }, true],
    ];
    for (const [name, backend, container] of cases)
      expect(await create(cluster, PODS, pod(name, backend, container))).toMatchObject({ ok: true });
    const said = async (name: string): Promise<string> => {
      const all = await eventsAbout(cluster, name);
      return all.find((e) => e.reason === "Unhealthy")?.message ?? "";
    };
    await Promise.all(
      cases.map(async ([name, , , ready]) => {
        await eventually(async () =>
          ready
            ? expect(statusOf(await get(cluster, name))?.ready, name).toBe(true)
            : expect(await said(name), name).not.toBe(""),
        );
        expect(statusOf(await get(cluster, name))?.ready, name).toBe(ready);
      }),
    );
    expect(await said("bound-404")).toBe("Readiness probe failed: HTTP probe failed with statuscode: 404");
    expect(await said("no-port")).toBe(
      'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "nope": invalid syntax',
    );
  },
);

test("a probe that changes nothing writes nothing", { timeout: 20_000 }, async () => {
  const cluster = "probes-quiet";
  await create(cluster, PODS, pod("web", WELL, { readinessProbe: probe(), livenessProbe: probe() }));
  await becomesReady(cluster, "web", true);
  const before = await get(cluster, "web");
  // Some five probes later.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(await get(cluster, "web")).toEqual(before);
});

test(
  "back-off goes on through ends of the store at any moment: no restart is lost, none is doubled",
  { timeout: 60_000 },
  async () => {
    const cluster = "probes-crash";
    const livenessProbe = { ...probe(), failureThreshold: 2 };
    await create(cluster, PODS, pod("web", REFUSES, { livenessProbe }));
    /** `restartCount` with the start of that run, as they were seen. */
    const runs = new Map<number, Set<string>>();
    let last: Pod | null = null;
    for (let i = 0; statusOf(last)?.restartCount !== 2; i++) {
      await abortAllDurableObjects();
      await new Promise((resolve) => setTimeout(resolve, (i * 137) % 400));
      last = await get(cluster, "web");
      const { restartCount = 0, state } = statusOf(last) ?? {};
      const starts = runs.get(restartCount) ?? new Set();
      runs.set(restartCount, starts);
      if (state?.running?.startedAt !== undefined) starts.add(state.running.startedAt);
    }
    expect([...runs].map(([count, starts]) => [count, starts.size])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    const { state, lastState } = statusOf(last) ?? {};
    const waited = Date.parse(state?.running?.startedAt ?? "") - Date.parse(lastState?.terminated?.finishedAt ?? "");
    expect(waited).toBeGreaterThanOrEqual(10_000);
    expect(waited).toBeLessThan(13_000);
    const started = (await eventsAbout(cluster, "web")).find((e) => e.reason === "Started");
    expect(started?.count).toBe(3);
  },
);

test(
  "a Pod goes when its preStop sleep is over, and not before, however often the store ends",
  { timeout: 30_000 },
  async () => {
    const cluster = "probes-sleep";
    await create(cluster, PODS, pod("web", WELL, { lifecycle: { preStop: { sleep: { seconds: 3 } } } }));
    const options = { dryRun: false };
    await storeOf(cluster).mutate({ verb: "delete", resource: PODS, namespace: "default", name: "web", options });
    const deletedAt = Date.now();
    for (let i = 0; (await get(cluster, "web")) !== null; i++) {
      await abortAllDurableObjects();
      await new Promise((resolve) => setTimeout(resolve, (i * 89) % 300));
    }
    expect(Date.now() - deletedAt).toBeGreaterThanOrEqual(3_000);
  },
);

test("a Pod wakes up by itself after the store has ended, and is probed", { timeout: 20_000 }, async () => {
  const cluster = "probes-wake";
  await create(cluster, PODS, pod("web", WELL, { readinessProbe: { ...probe(), initialDelaySeconds: 2 } }));
  expect(statusOf(await get(cluster, "web"))?.ready).toBe(false);
  await abortAllDurableObjects();
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect(statusOf(await get(cluster, "web"))?.ready).toBe(true);
});
