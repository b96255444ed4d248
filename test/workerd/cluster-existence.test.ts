/** A cluster comes into being by being used, not by being asked about: anybody may ask DNS for a name of any cluster. */
import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { clusterStore } from "../../durable-objects/stubs.ts";
import { NAMESPACES } from "../../shared/registry/resource-keys.ts";
import type { Env } from "../../workers/env.ts";

const stores = env as unknown as Env;

async function tablesOf(cluster: string): Promise<number> {
  const stub = stores.CLUSTER_STORE.get(stores.CLUSTER_STORE.idFromName(cluster));
  return runInDurableObject(stub as DurableObjectStub, (_, { storage }) => {
    const { n } = storage.sql
      .exec<{ n: number }>("SELECT count(*) AS n FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'")
      .one();
    return n;
  });
}

test("a question about a cluster's table brings nothing into being, and is answered as soon as the cluster is", async () => {
  const cluster = "existence";
  const nothing = await clusterStore(stores, cluster).tableChanges(-1, 0);
  expect(nothing).toMatchObject({ revision: 0, full: true, facts: { namespaces: [] }, upserted: [] });
  expect(await tablesOf(cluster)).toBe(0);

  const waiting = clusterStore(stores, cluster).tableChanges(nothing.revision, 10_000);
  await clusterStore(stores, cluster).list({ resource: NAMESPACES, namespace: "", limit: 0 });
  expect(await waiting).toMatchObject({ full: true, facts: { namespaces: expect.arrayContaining(["default"]) } });
  expect(await tablesOf(cluster)).toBeGreaterThan(0);
});

test("a cluster that exists is there again after its store has ended", async () => {
  const cluster = "existence-again";
  await clusterStore(stores, cluster).list({ resource: NAMESPACES, namespace: "", limit: 0 });
  const stub = stores.CLUSTER_STORE.get(stores.CLUSTER_STORE.idFromName(cluster));
  await runInDurableObject(stub as DurableObjectStub, (_, state) => state.abort("crash")).catch(() => undefined);
  const again = await clusterStore(stores, cluster).tableChanges(-1, 0);
  expect(again.facts?.namespaces).toContain("default");
});
