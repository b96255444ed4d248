/** What becomes of a transaction whose beginning or end the other store did not hear of. */
import { env, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { ClusterStore } from "../../durable-objects/cluster-store.ts";
import { clusterStore, namespaceStore } from "../../durable-objects/stubs.ts";
import { resourceKey } from "../../shared/registry/resource-kind.ts";
import type { Env } from "../../workers/env.ts";

const stores = env as unknown as Env;
const RESOURCE = resourceKey({ group: "", plural: "configmaps" });
/** What the cluster's own controllers make. */
const OWN: ReadonlySet<string> = new Set(["kube-root-ca.crt", "coredns"]);

const create = async (cluster: string, name: string): Promise<number> => {
  const options = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;
  const mutation = {
    verb: "create",
    resource: RESOURCE,
    namespace: "default",
    object: { metadata: { name } },
    options,
  } as const;
  const answer = await namespaceStore(stores, cluster, "default").mutate(mutation);
  if (!answer.ok) throw new Error(answer.status.message);
  return Number((JSON.parse(answer.body) as { metadata: { resourceVersion: string } }).metadata.resourceVersion);
};

async function namesInCluster(cluster: string): Promise<string[]> {
  const page = await clusterStore(stores, cluster).list({ resource: RESOURCE, namespace: "", limit: 0 });
  if (!page.ok) throw new Error(page.status.message);
  const names = page.value.items.map((text) => (JSON.parse(text) as { metadata: { name: string } }).metadata.name);
  return names.filter((name) => !OWN.has(name));
}

/** Lets the test change how ClusterStore answers; RPC reaches only what is on the prototype. */
async function intercept(cluster: string): Promise<ClusterStore> {
  const stub = stores.CLUSTER_STORE.get(stores.CLUSTER_STORE.idFromName(cluster));
  let prototype: ClusterStore | undefined;
  await runInDurableObject(stub, (instance) => {
    prototype = Object.getPrototypeOf(instance) as ClusterStore;
  });
  if (prototype === undefined) throw new Error("no ClusterStore");
  return prototype;
}

async function crashNamespace(cluster: string): Promise<void> {
  const stub = stores.NAMESPACE_STORE.get(stores.NAMESPACE_STORE.idFromName(`${cluster}/default`));
  await runInDurableObject(stub as DurableObjectStub, (_, state) => state.abort("crash")).catch(() => undefined);
}

type Exchange = ClusterStore["exchange"];

/** The cluster hears of no commit, until the mock is restored. */
async function deafen(cluster: string) {
  const prototype = await intercept(cluster);
  const exchange: Exchange = Reflect.get(prototype, "exchange");
  return vi.spyOn(prototype, "exchange").mockImplementation(async function (this: ClusterStore, namespace, request) {
    if (request.closing.some(({ versions }) => versions.length > 0)) throw new Error("unreachable");
    return exchange.call(this, namespace, request);
  });
}

test("a commit whose end was never heard is in the cluster's history all the same", { timeout: 20_000 }, async () => {
  const cluster = "settle-close";
  await create(cluster, "before");
  // Its end has been heard when the cluster lists it; what follows is about the next one.
  await namesInCluster(cluster);
  const deaf = await deafen(cluster);
  await create(cluster, "lost");
  await crashNamespace(cluster);
  deaf.mockRestore();
  // The list waits for what was open when it came, so it sees the settled transaction or fails.
  expect(await namesInCluster(cluster)).toEqual(["before", "lost"]);
});

test(
  "what was never heard of and has been changed since is in the cluster's history in its place",
  { timeout: 20_000 },
  async () => {
    const cluster = "settle-order";
    await create(cluster, "before");
    await namesInCluster(cluster);
    const deaf = await deafen(cluster);
    await create(cluster, "lost");
    await crashNamespace(cluster);
    deaf.mockRestore();
    // The store that comes after it does not know what has not been said, and says the deletion first.
    const deletion = { verb: "delete", resource: RESOURCE, namespace: "default", name: "lost" } as const;
    const gone = await namespaceStore(stores, cluster, "default").mutate({ ...deletion, options: { dryRun: false } });
    expect(gone.ok).toBe(true);
    expect(await namesInCluster(cluster)).toEqual(["before"]);
  },
);

test("a transaction given up as lost is never committed late", { timeout: 20_000 }, async () => {
  const cluster = "settle-begin";
  await create(cluster, "before");
  // Its end has been heard when the cluster lists it; what follows is about the next one.
  await namesInCluster(cluster);
  const prototype = await intercept(cluster);
  const exchange: Exchange = Reflect.get(prototype, "exchange");
  const handedOut: number[] = [];
  const slow = vi.spyOn(prototype, "exchange").mockImplementation(async function (
    this: ClusterStore,
    namespace,
    request,
  ) {
    const answer = await exchange.call(this, namespace, request);
    if (!answer.ok || request.revisions === 0) return answer;
    handedOut.push(answer.first);
    // Long enough for ClusterStore to ask, and to be told that nothing comes of it.
    if (handedOut.length === 1) await new Promise((resolve) => setTimeout(resolve, 5_000));
    return answer;
  });
  const revision = await create(cluster, "late");
  slow.mockRestore();
  expect(handedOut.length).toBeGreaterThan(1);
  expect(revision).toBeGreaterThan(handedOut[0] ?? Number.POSITIVE_INFINITY);
  expect(await namesInCluster(cluster)).toEqual(["before", "late"]);
});
