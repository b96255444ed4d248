/** Work that meets a failure: it is not lost, not doubled, and stops nobody else. */
import { abortAllDurableObjects, env, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { ClusterStore } from "../../durable-objects/cluster-store.ts";
import { compactionTick } from "../../durable-objects/history.ts";
import { NamespaceState } from "../../durable-objects/namespace-state.ts";
import { clusterStore, namespaceStore } from "../../durable-objects/stubs.ts";
import { kindOf } from "../../shared/registry/index.ts";
import { resourceKey, type ResourceKey } from "../../shared/registry/resource-kind.ts";
import type { Answer, ListQuery } from "../../shared/storage/mutation.ts";
import { readList } from "../../shared/storage/reader.ts";
import type { Env } from "../../workers/env.ts";

const stores = env as unknown as Env;
const CONFIG_MAPS = resourceKey({ group: "", plural: "configmaps" });
const PODS = resourceKey({ group: "", plural: "pods" });
const SERVICES = resourceKey({ group: "", plural: "services" });
const NAMESPACES = resourceKey({ group: "", plural: "namespaces" });
const OPTIONS = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;

type Exchange = ClusterStore["exchange"];

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Place {
  readonly cluster: string;
  readonly namespace: string;
}

const storeOf = ({ cluster, namespace }: Place) =>
  namespace === "" ? clusterStore(stores, cluster) : namespaceStore(stores, cluster, namespace);

const create = (place: Place, resource: ResourceKey, object: object): Promise<Answer> =>
  storeOf(place).mutate({ verb: "create", resource, namespace: place.namespace, object, options: OPTIONS });

const remove = (place: Place, resource: ResourceKey, name: string, gracePeriodSeconds?: number): Promise<Answer> =>
  storeOf(place).mutate({
    verb: "delete",
    resource,
    namespace: place.namespace,
    name,
    options: { dryRun: false, ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) },
  });

async function names(place: Place, resource: ResourceKey): Promise<string[]> {
  const found: string[] = [];
  let query: ListQuery = { resource, namespace: place.namespace, limit: 0 };
  for (;;) {
    const page = await storeOf(place).list(query);
    if (!page.ok) throw new Error(page.status.message);
    found.push(...page.value.items.map((text) => (JSON.parse(text) as { metadata: { name: string } }).metadata.name));
    if (page.value.continue === undefined) return found.filter((name) => name !== "kube-root-ca.crt");
    query = { ...query, continue: page.value.continue };
  }
}

async function newest(cluster: string): Promise<number> {
  const page = await clusterStore(stores, cluster).list({ resource: NAMESPACES, namespace: "", limit: 1 });
  if (!page.ok) throw new Error(page.status.message);
  return page.value.revision;
}

/** Lets the test come between a namespace and its ClusterStore; RPC reaches only what is on the prototype. */
async function intercept(cluster: string, exchange: (original: Exchange) => Exchange): Promise<() => void> {
  await newest(cluster);
  const stub = stores.CLUSTER_STORE.get(stores.CLUSTER_STORE.idFromName(cluster));
  const prototype = await runInDurableObject(stub, (instance) => ({
    of: Object.getPrototypeOf(instance) as ClusterStore,
  }));
  const original: Exchange = Reflect.get(prototype.of, "exchange");
  const spy = vi.spyOn(prototype.of, "exchange").mockImplementation(exchange(original));
  return () => spy.mockRestore();
}

const pod = (name: string, container: object = {}): object => ({
  metadata: { name },
  spec: { containers: [{ name: "c", image: "nginx", ...container }] },
});

test("a namespace that saw the cluster go ahead, and was compacted there, can be listed after a restart", async () => {
  const stub = stores.NAMESPACE_STORE.get(stores.NAMESPACE_STORE.idFromName("failures-horizon/none"));
  await runInDurableObject(stub as DurableObjectStub, (_, { storage }) => {
    const state = new NamespaceState(storage, "none");
    state.caughtUpTo(50);
    compactionTick(state.versions, state.head());
    compactionTick(state.versions, state.head());
    const restarted = new NamespaceState(storage, "none");
    const page = readList(restarted, kindOf(CONFIG_MAPS), { resource: CONFIG_MAPS, namespace: "none", limit: 0 });
    expect(page).toMatchObject({ ok: true, value: { revision: 50, items: [] } });
  });
});

test(
  "a Pod whose grace ends while ClusterStore does not answer goes all the same, later",
  { timeout: 20_000 },
  async () => {
    const place = { cluster: "failures-timer", namespace: "default" };
    await create(place, PODS, pod("web"));
    let isDeaf = false;
    const restore = await intercept(
      place.cluster,
      (original) =>
        async function (this: ClusterStore, namespace, request) {
          if (isDeaf) throw new Error("unreachable");
          return original.call(this, namespace, request);
        },
    );
    expect((await remove(place, PODS, "web")).ok).toBe(true);
    isDeaf = true;
    await pause(3_500);
    isDeaf = false;
    await vi.waitFor(async () => expect(await names(place, PODS)).toEqual([]), { timeout: 8_000, interval: 200 });
    restore();
  },
);

test(
  "what a namespace deleted as it went is gone from the cluster's history, though nobody said so",
  { timeout: 20_000 },
  async () => {
    const cluster = "failures-ghosts";
    await create({ cluster, namespace: "" }, NAMESPACES, { metadata: { name: "shop" } });
    const place = { cluster, namespace: "shop" };
    await create(place, CONFIG_MAPS, { metadata: { name: "ghost" } });
    const restore = await intercept(
      cluster,
      (original) =>
        async function (this: ClusterStore, namespace, request) {
          const isLast = request.closing.some(({ versions }) => versions.some((v) => v.type === "DELETED"));
          if (namespace === "shop" && isLast) throw new Error("unreachable");
          return original.call(this, namespace, request);
        },
    );
    await remove({ cluster, namespace: "" }, NAMESPACES, "shop");
    await vi.waitFor(
      async () => {
        const found = await clusterStore(stores, cluster).get(NAMESPACES, "", "shop");
        expect(found.ok).toBe(false);
      },
      { timeout: 5_000, interval: 50 },
    );
    const stub = stores.NAMESPACE_STORE.get(stores.NAMESPACE_STORE.idFromName(`${cluster}/shop`));
    await runInDurableObject(stub as DurableObjectStub, (_, state) => state.abort("crash")).catch(() => undefined);
    restore();
    expect(await names({ cluster, namespace: "" }, CONFIG_MAPS)).not.toContain("ghost");
  },
);

test("a namespace that is held by a finalizer and has nothing in it lies still", { timeout: 15_000 }, async () => {
  const cluster = "failures-held";
  const all = { cluster, namespace: "" };
  await create(all, NAMESPACES, {
    metadata: { name: "held" },
    spec: { finalizers: ["kubernetes", "example.com/hold"] },
  });
  await remove(all, NAMESPACES, "held");
  await pause(1_500);
  const before = await newest(cluster);
  await pause(2_500);
  expect(await newest(cluster)).toBe(before);
  const refused = await create({ cluster, namespace: "held" }, CONFIG_MAPS, { metadata: { name: "late" } });
  expect(refused).toMatchObject({ ok: false, status: { code: 403 } });
});

test("who knows that a namespace is not there waits for news of it, and does not ask again at once", async () => {
  const store = namespaceStore(stores, "failures-poll", "nobody");
  expect(await store.tableChanges(-1, 1_000)).toMatchObject({ revision: 0, full: true });
  const startedAt = Date.now();
  await store.tableChanges(0, 300);
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(290);
});

test(
  "a batch of more than one call carries reaches the cluster's history, also by settling",
  { timeout: 60_000 },
  async () => {
    const place = { cluster: "failures-large", namespace: "default" };
    const bulk = "x".repeat(950_000);
    const wanted = Array.from({ length: 40 }, (_, i) => `large-${String(i).padStart(2, "0")}`);
    const answers = await Promise.all(
      wanted.map((name) => create(place, CONFIG_MAPS, { metadata: { name }, data: { bulk } })),
    );
    expect(answers.every(({ ok }) => ok)).toBe(true);
    // Namespaces have ConfigMaps of their own too.
    const large = async (): Promise<readonly string[]> =>
      (await names({ ...place, namespace: "" }, CONFIG_MAPS)).filter((name) => name.startsWith("large-"));
    expect(await large()).toEqual(wanted);
    let isDeaf = true;
    const restore = await intercept(
      place.cluster,
      (original) =>
        async function (this: ClusterStore, namespace, request) {
          if (isDeaf && request.closing.some(({ versions }) => versions.length > 1)) throw new Error("unreachable");
          return original.call(this, namespace, request);
        },
    );
    // The first is a batch alone; those that come while it is written are the next one together.
    const doomed = wanted.filter((name) => name !== "large-07");
    await Promise.all(doomed.map((name) => remove(place, CONFIG_MAPS, name).catch(() => undefined)));
    isDeaf = false;
    await abortAllDurableObjects();
    expect(await large()).toEqual(["large-07"]);
    restore();
  },
);

test("an object that is too large for the store is refused alone", async () => {
  const place = { cluster: "failures-too-large", namespace: "default" };
  await names(place, CONFIG_MAPS);
  const [before, large, after] = await Promise.all([
    create(place, CONFIG_MAPS, { metadata: { name: "before" } }),
    create(place, PODS, pod("large", { args: ["x".repeat(2_500_000)] })),
    create(place, CONFIG_MAPS, { metadata: { name: "after" } }),
  ]);
  expect([before.ok, after.ok]).toEqual([true, true]);
  expect(large).toMatchObject({ ok: false, status: { code: 413 } });
});

test("a grant is given back when ClusterStore goes before the write that it was for", { timeout: 15_000 }, async () => {
  const place = { cluster: "failures-grant", namespace: "default" };
  await names(place, SERVICES);
  let failures = 0;
  const restore = await intercept(
    place.cluster,
    (original) =>
      async function (this: ClusterStore, namespace, request) {
        const answer = await original.call(this, namespace, request);
        // Granted and remembered, but the answer gets lost, and so does that of the second attempt.
        if (request.orders.length > 0 && failures++ < 2) throw new Error("unreachable");
        return answer;
      },
  );
  const service = { metadata: { name: "web" }, spec: { clusterIP: "10.96.0.77", ports: [{ port: 80 }] } };
  expect((await create(place, SERVICES, service)).ok).toBe(false);
  expect(await create(place, SERVICES, service)).toMatchObject({ ok: true });
  restore();
});

test("a deletion with all the grace there is does not go beyond the last time that can be written", async () => {
  const place = { cluster: "failures-grace", namespace: "default" };
  await create(place, PODS, pod("web"));
  const answer = await remove(place, PODS, "web", Number.MAX_SAFE_INTEGER);
  expect(answer).toMatchObject({ ok: true, code: 200 });
  expect(await remove(place, PODS, "web", 0)).toMatchObject({ ok: true });
  expect(await names(place, PODS)).toEqual([]);
});
