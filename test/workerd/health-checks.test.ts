/** Health checks of slices written by hand, in a real Durable Object that may end at any moment. */
import { abortAllDurableObjects, env } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { namespaceStore } from "../../durable-objects/stubs.ts";
import type { Event } from "../../shared/api/core-v1/event.ts";
import type { EndpointSlice } from "../../shared/api/discovery-v1/endpoint-slice.ts";
import { ENDPOINT_SLICES, EVENTS, SERVICES } from "../../shared/registry/resource-keys.ts";
import type { ResourceKey } from "../../shared/registry/resource-kind.ts";
import type { Env } from "../../workers/env.ts";

const stores = env as unknown as Env;
const OPTIONS = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;
/** Nothing listens there. */
const NOWHERE = "127.0.0.1";

const storeOf = (cluster: string) => namespaceStore(stores, cluster, "default");
const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 50 });

async function create(cluster: string, resource: ResourceKey, object: object): Promise<void> {
  const answer = await storeOf(cluster).mutate({
    verb: "create",
    resource,
    namespace: "default",
    object,
    options: OPTIONS,
  });
  if (!answer.ok) throw new Error(answer.status.message);
}

async function list<T>(cluster: string, resource: ResourceKey, labelSelector = ""): Promise<readonly T[]> {
  const page = await storeOf(cluster).list({ resource, namespace: "default", limit: 0, labelSelector });
  if (!page.ok) throw new Error(page.status.message);
  return page.value.items.map((text) => JSON.parse(text) as T);
}

async function unhealthy(cluster: string): Promise<readonly string[]> {
  const slices = await list<EndpointSlice>(cluster, ENDPOINT_SLICES, "wherry.internal/unhealthy-endpoints-of=web");
  return slices.flatMap((slice) => slice.endpoints.map(({ addresses }) => `${addresses[0]}:${slice.ports?.[0]?.port}`));
}

const readyInTable = async (cluster: string): Promise<readonly boolean[]> => {
  const { upserted } = await storeOf(cluster).tableChanges(-1, 0);
  const web = upserted.find(({ name }) => name === "web");
  return (web?.ports ?? []).flatMap(({ endpoints }) => endpoints.map(({ ready }) => ready));
};

async function begin(cluster: string, failureThreshold: number, periodSeconds: number): Promise<void> {
  const annotations = {
    "wherry.internal/health-check": "/healthz",
    "wherry.internal/health-check-period-seconds": String(periodSeconds),
    "wherry.internal/health-check-failure-threshold": String(failureThreshold),
  };
  await create(cluster, SERVICES, { metadata: { name: "web", annotations }, spec: { ports: [{ port: 80 }] } });
  await create(cluster, ENDPOINT_SLICES, {
    metadata: { name: "mine", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "FQDN",
    ports: [{ name: "", port: 1 }],
    endpoints: [{ addresses: [NOWHERE] }],
  });
}

test("what a check has found outlives the store, in the table too", { timeout: 60_000 }, async () => {
  const cluster = "health-outlives";
  // The next check is an hour away: nobody finds it out again.
  await begin(cluster, 1, 3600);
  await eventually(async () => expect(await unhealthy(cluster)).toEqual([`${NOWHERE}:1`]));
  expect(await readyInTable(cluster)).toEqual([false]);
  await abortAllDurableObjects();
  expect(await readyInTable(cluster)).toEqual([false]);
  expect(await unhealthy(cluster)).toEqual([`${NOWHERE}:1`]);
  const said = (await list<Event>(cluster, EVENTS)).filter(({ reason }) => reason === "EndpointUnhealthy");
  expect(said.map(({ count }) => count)).toEqual([1]);
});

test("a row of failures is counted on by a store that ends between two of them", { timeout: 60_000 }, async () => {
  const cluster = "health-counts-on";
  await begin(cluster, 4, 1);
  let endings = 0;
  await eventually(async () => {
    // Each life sees fewer failures than it takes.
    await abortAllDurableObjects();
    endings++;
    await scheduler.wait(1_500);
    expect(await unhealthy(cluster)).toEqual([`${NOWHERE}:1`]);
  });
  expect(endings).toBeGreaterThan(1);
});

test("checks stop with the annotation, and the endpoint is used again", { timeout: 60_000 }, async () => {
  const cluster = "health-stops";
  await begin(cluster, 1, 1);
  await eventually(async () => expect(await unhealthy(cluster)).toHaveLength(1));
  const patch = { metadata: { annotations: { "wherry.internal/health-check": null } } };
  const body = { verb: "patch", patchType: "merge", subresource: "", resource: SERVICES, name: "web", patch } as const;
  const answer = await storeOf(cluster).mutate({ ...body, namespace: "default", options: OPTIONS });
  expect(answer.ok).toBe(true);
  expect([await unhealthy(cluster), await readyInTable(cluster)]).toEqual([[], [true]]);
});
