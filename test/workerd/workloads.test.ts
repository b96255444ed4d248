/** Workloads in the real stores: work that is too much for one transaction, nodes that change, and timers after a restart. */
import { abortAllDurableObjects, env } from "cloudflare:test";
import { expect, test as base, vi } from "vitest";
import { clusterStore, namespaceStore } from "../../durable-objects/stubs.ts";
import type { Pod } from "../../shared/api/core-v1/pod.ts";
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";
import { NODES, PODS } from "../../shared/registry/resource-keys.ts";
import { resourceKey, type ResourceKey } from "../../shared/registry/resource-kind.ts";
import type { Answer } from "../../shared/storage/mutation.ts";
import type { Env } from "../../workers/env.ts";
import { makeRoom } from "./roomy-node.ts";

const stores = env as unknown as Env;
const DEPLOYMENTS = resourceKey({ group: "apps", plural: "deployments" });
const STATEFUL_SETS = resourceKey({ group: "apps", plural: "statefulsets" });
const NAMESPACE = "default";
const OPTIONS = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;
/** Each waits for whole rollouts. */
const test = (name: string, body: () => Promise<void>): void => base(name, body, 60_000);
/** Far longer than any of this takes. */
const PATIENCE = { timeout: 30_000, interval: 20 };

const namespace = (cluster: string) => namespaceStore(stores, cluster, NAMESPACE);

const create = (cluster: string, resource: ResourceKey, object: object): Promise<Answer> =>
  namespace(cluster).mutate({ verb: "create", resource, namespace: NAMESPACE, object, options: OPTIONS });

const mergePatch = (cluster: string, resource: ResourceKey, name: string, patch: object): Promise<Answer> => {
  const store = resource === NODES ? clusterStore(stores, cluster) : namespace(cluster);
  const body = {
    verb: "patch",
    patchType: "merge",
    subresource: "",
    resource,
    name,
    patch,
    options: OPTIONS,
  } as const;
  return store.mutate({ ...body, namespace: resource === NODES ? "" : NAMESPACE });
};

async function objects<T extends KubeObject>(cluster: string, resource: ResourceKey): Promise<readonly T[]> {
  const page = await namespace(cluster).list({ resource, namespace: NAMESPACE, limit: 0 });
  if (!page.ok) throw new Error(page.status.message);
  return page.value.items.map((text) => JSON.parse(text) as T);
}

const workload = (kind: string, name: string, spec: object): object => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image: "nginx" }] } },
    ...spec,
  },
});

test("many Pods come in several transactions, and other writers are not kept waiting for all of them", async () => {
  const cluster = "many-pods";
  const replicas = 400;
  await makeRoom(cluster);
  expect(await create(cluster, DEPLOYMENTS, workload("Deployment", "web", { replicas }))).toMatchObject({ ok: true });
  const sizes = [(await objects(cluster, PODS)).length];
  expect(sizes[0]).toBeLessThan(replicas);
  const other = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other" } };
  expect(await create(cluster, resourceKey({ group: "", plural: "configmaps" }), other)).toMatchObject({ ok: true });
  await vi.waitFor(async () => expect(await objects(cluster, PODS)).toHaveLength(replicas), PATIENCE);
  await vi.waitFor(async () => {
    const [deployment] = await objects<KubeObject & { readonly status: object }>(cluster, DEPLOYMENTS);
    expect(deployment?.status).toMatchObject({ availableReplicas: replicas, updatedReplicas: replicas });
  }, PATIENCE);
});

test("work that was left goes on after a restart", async () => {
  const cluster = "left-work";
  await makeRoom(cluster);
  await create(cluster, DEPLOYMENTS, workload("Deployment", "web", { replicas: 400 }));
  await abortAllDurableObjects();
  await vi.waitFor(async () => expect(await objects(cluster, PODS)).toHaveLength(400), PATIENCE);
});

test("a StatefulSet's ordered update goes on after a restart, although nothing is written then", async () => {
  const cluster = "ordered-update";
  await create(cluster, STATEFUL_SETS, workload("StatefulSet", "db", { replicas: 2, serviceName: "db" }));
  const containers = [{ name: "main", image: "nginx:2" }];
  await mergePatch(cluster, STATEFUL_SETS, "db", { spec: { template: { spec: { containers } } } });
  await abortAllDurableObjects();
  await vi.waitFor(async () => {
    const images = (await objects<Pod>(cluster, PODS)).map((p) => p.spec.containers[0]?.image);
    expect(images).toEqual(["nginx:2", "nginx:2"]);
  }, PATIENCE);
});

test("who has cordoned a node finds no new Pod on it, and Pods that waited run once it is open again", async () => {
  const cluster = "cordoned";
  await create(cluster, DEPLOYMENTS, workload("Deployment", "web", { replicas: 1 }));
  expect(await mergePatch(cluster, NODES, "node-1", { spec: { unschedulable: true } })).toMatchObject({ ok: true });
  await mergePatch(cluster, DEPLOYMENTS, "web", { spec: { replicas: 2 } });
  const phases = async () => new Set((await objects<Pod>(cluster, PODS)).map((p) => p.status.phase));
  expect(await phases()).toEqual(new Set(["Pending", "Running"]));
  expect(await mergePatch(cluster, NODES, "node-1", { spec: { unschedulable: null } })).toMatchObject({ ok: true });
  expect(await phases()).toEqual(new Set(["Running"]));
});
