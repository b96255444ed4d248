/** How Namespaces go: each at its own pace, and whatever happens in between. */
import { env, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import type { ClusterStore } from "../../durable-objects/cluster-store.ts";
import { NamespaceStore } from "../../durable-objects/namespace-store.ts";
import { clusterStore, namespaceStore } from "../../durable-objects/stubs.ts";
import { CONFIG_MAPS, NAMESPACES } from "../../shared/registry/resource-keys.ts";
import type { Answer } from "../../shared/storage/mutation.ts";
import type { Env } from "../../workers/env.ts";

afterEach(() => void vi.restoreAllMocks());

const stores = env as unknown as Env;
const OPTIONS = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;

const createNamespace = (cluster: string, name: string): Promise<Answer> =>
  clusterStore(stores, cluster).mutate({
    verb: "create",
    resource: NAMESPACES,
    namespace: "",
    object: { metadata: { name } },
    options: OPTIONS,
  });

const deleteNamespace = (cluster: string, name: string): Promise<Answer> =>
  clusterStore(stores, cluster).mutate({
    verb: "delete",
    resource: NAMESPACES,
    namespace: "",
    name,
    options: { dryRun: false },
  });

const createConfigMap = (cluster: string, namespace: string, metadata: object): Promise<Answer> =>
  namespaceStore(stores, cluster, namespace).mutate({
    verb: "create",
    resource: CONFIG_MAPS,
    namespace,
    object: { metadata },
    options: OPTIONS,
  });

const gone = (cluster: string, name: string): Promise<void> =>
  vi.waitFor(
    async () => {
      const found = await clusterStore(stores, cluster).get(NAMESPACES, "", name);
      expect(found.ok).toBe(false);
    },
    { timeout: 20_000, interval: 50 },
  );

test("a namespace that does not answer keeps no other from going", async () => {
  const cluster = "deletion-apart";
  const names = ["a-stuck", "b", "c"];
  for (const name of names) expect(await createNamespace(cluster, name)).toMatchObject({ ok: true });
  // The first one's store never answers a purge; the real stores of the others do.
  let asked = 0;
  const real: NamespaceStore["purge"] = Reflect.get(NamespaceStore.prototype, "purge");
  vi.spyOn(NamespaceStore.prototype, "purge").mockImplementation(function (this: NamespaceStore, force) {
    const { ctx } = this as unknown as { readonly ctx: DurableObjectState };
    if (ctx.id.name !== `${cluster}/a-stuck`) return real.call(this, force);
    asked++;
    return new Promise(() => {});
  });
  for (const name of names) expect(await deleteNamespace(cluster, name)).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(asked).toBe(1));
  await gone(cluster, "b");
  await gone(cluster, "c");
  expect(await clusterStore(stores, cluster).get(NAMESPACES, "", "a-stuck")).toMatchObject({ ok: true });
});

test("a namespace that a finalizer holds goes once the finalizer has", async () => {
  const cluster = "deletion-held";
  expect(await createNamespace(cluster, "held")).toMatchObject({ ok: true });
  await createConfigMap(cluster, "held", { name: "kept", finalizers: ["example.com/keep"] });
  await deleteNamespace(cluster, "held");
  await vi.waitFor(
    async () => {
      const found = await clusterStore(stores, cluster).get(NAMESPACES, "", "held");
      expect(found.ok && found.value).toContain("SomeFinalizersRemain");
    },
    { timeout: 20_000 },
  );
  await namespaceStore(stores, cluster, "held").mutate({
    verb: "patch",
    resource: CONFIG_MAPS,
    namespace: "held",
    name: "kept",
    subresource: "",
    patchType: "merge",
    patch: { metadata: { finalizers: null } },
    options: OPTIONS,
  });
  await gone(cluster, "held");
});

/** Makes the cluster's next write of that kind fail as a crash would: the store ends, and what it had begun is undone. */
const crashAt = (cluster: string, sql: RegExp): Promise<void> =>
  runInDurableObject(stores.CLUSTER_STORE.getByName(cluster), (_: ClusterStore, state) => {
    const { exec } = state.storage.sql;
    const real = exec.bind(state.storage.sql);
    Object.defineProperty(state.storage.sql, "exec", {
      configurable: true,
      value: (query: string, ...bindings: never[]) => {
        if (sql.test(query)) throw new Error(`crashed at ${query}`);
        return real(query, ...bindings);
      },
    });
  });

test("a crash while a namespace's addresses are given back leaves it terminating, and the next start ends it", async () => {
  const cluster = "deletion-crash";
  expect(await createNamespace(cluster, "going")).toMatchObject({ ok: true });
  await namespaceStore(stores, cluster, "going").start();
  expect(await clusterStore(stores, cluster).addPodBlock("going")).not.toBeNull();
  await crashAt(cluster, /DELETE FROM pod_blocks/);
  await deleteNamespace(cluster, "going");
  // The store's next instance has the real statements, finds the namespace terminating, and goes on.
  await vi.waitFor(
    async () => {
      const found = await clusterStore(stores, cluster).get(NAMESPACES, "", "going");
      expect(found.ok).toBe(false);
    },
    { timeout: 20_000, interval: 100 },
  );
  const rows = await runInDurableObject(stores.CLUSTER_STORE.getByName(cluster), (_: ClusterStore, state) => [
    ...state.storage.sql.exec("SELECT * FROM pod_blocks WHERE namespace = 'going'"),
  ]);
  expect(rows).toEqual([]);
});
