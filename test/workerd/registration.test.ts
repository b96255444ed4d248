/** Leases in real workerd: what a crash leaves of them, what a renewal writes, and when they end. */
import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { EndpointSlice } from "../../shared/api/discovery-v1/endpoint-slice.ts";
import { namespaceStore } from "../../durable-objects/stubs.ts";
import { ENDPOINT_SLICES, SERVICES } from "../../shared/registry/resource-keys.ts";
import type { LeaseBody, Registration } from "../../shared/registry/registration/registration.ts";
import type { Env } from "../../workers/env.ts";

const stores = env as unknown as Env;
const store = (cluster: string) => namespaceStore(stores, cluster, "default");
const OPTIONS = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;

async function createService(cluster: string, spec: object = { ports: [{ port: 80 }] }): Promise<void> {
  const object = { metadata: { name: "web" }, spec };
  const answer = await store(cluster).mutate({
    verb: "create",
    resource: SERVICES,
    namespace: "default",
    object,
    options: OPTIONS,
  });
  if (!answer.ok) throw new Error(answer.status.message);
}

const deleteService = (cluster: string) =>
  store(cluster).mutate({
    verb: "delete",
    resource: SERVICES,
    namespace: "default",
    name: "web",
    options: { dryRun: false },
  });

const backend = (id: string, more: Partial<Registration> = {}): Registration => ({
  id,
  url: `http://${id}.example:3000`,
  weight: 1,
  zone: null,
  ttlSeconds: 60,
  ...more,
});

async function register(cluster: string, registration: Registration): Promise<LeaseBody & { readonly isNew: boolean }> {
  const answer = await store(cluster).register("web", registration);
  if (!answer.ok) throw new Error(answer.status.message);
  return { ...answer.value.lease, isNew: answer.value.isNew };
}

async function addresses(cluster: string): Promise<{ readonly revision: number; readonly found: readonly string[] }> {
  const query = {
    resource: ENDPOINT_SLICES,
    namespace: "default",
    limit: 0,
    labelSelector: "kubernetes.io/service-name=web",
  };
  const page = await store(cluster).list(query);
  if (!page.ok) throw new Error(page.status.message);
  const slices = page.value.items.map((text) => JSON.parse(text) as EndpointSlice);
  return {
    revision: page.value.revision,
    found: slices.flatMap((s) => s.endpoints.flatMap((e) => e.addresses)).sort(),
  };
}

/** When the endpoint was first seen gone (ms since the epoch). Asking goes through the queue that the store's alarm is in. */
async function goneAt(cluster: string, address: string): Promise<number> {
  for (;;) {
    if (!(await addresses(cluster)).found.includes(address)) return Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function crash(cluster: string): Promise<void> {
  const stub = stores.NAMESPACE_STORE.get(stores.NAMESPACE_STORE.idFromName(`${cluster}/default`));
  await runInDurableObject(stub as DurableObjectStub, (_, state) => state.abort("crash")).catch(() => undefined);
}

describe("a lease", () => {
  test("ends when it is not renewed, at its time and not much later", { timeout: 30_000 }, async () => {
    await createService("lease-ends");
    await register("lease-ends", backend("stays"));
    const { expiresAt } = await register("lease-ends", backend("goes", { ttlSeconds: 1 }));
    const late = (await goneAt("lease-ends", "goes.example")) - Date.parse(expiresAt);
    expect(late).toBeGreaterThanOrEqual(0);
    // A second is promised; the rest is for a machine that does other things as well.
    expect(late).toBeLessThan(6_000);
    expect((await addresses("lease-ends")).found).toEqual(["stays.example"]);
  });

  test("outlives a crash of its store, with the time it had", { timeout: 30_000 }, async () => {
    await createService("lease-crash");
    const before = await register("lease-crash", backend("long"));
    const short = await register("lease-crash", backend("short", { ttlSeconds: 2 }));
    await crash("lease-crash");
    expect(await store("lease-crash").registrations("web")).toMatchObject({
      ok: true,
      value: [
        { id: "long", expiresAt: before.expiresAt },
        { id: "short", expiresAt: short.expiresAt },
      ],
    });
    const late = (await goneAt("lease-crash", "short.example")) - Date.parse(short.expiresAt);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(6_000);
    expect((await addresses("lease-crash")).found).toEqual(["long.example"]);
  });

  test("that ran out while its store was away is gone when it comes back", { timeout: 30_000 }, async () => {
    await createService("lease-away");
    const { expiresAt } = await register("lease-away", backend("a", { ttlSeconds: 1 }));
    await crash("lease-away");
    await new Promise((resolve) => setTimeout(resolve, Date.parse(expiresAt) - Date.now() + 1));
    expect((await addresses("lease-away")).found).toEqual([]);
  });

  test("is renewed a thousand times without one new revision", { timeout: 60_000 }, async () => {
    await createService("lease-cheap");
    const first = await register("lease-cheap", backend("a"));
    const { revision } = await addresses("lease-cheap");
    const renewals = await Promise.all(Array.from({ length: 1_000 }, () => register("lease-cheap", backend("a"))));
    const last = renewals.at(-1);
    expect(renewals.some(({ isNew }) => isNew)).toBe(false);
    expect(Date.parse(last?.expiresAt ?? "")).toBeGreaterThanOrEqual(Date.parse(first.expiresAt));
    expect((await addresses("lease-cheap")).revision).toBe(revision);
  });

  test(
    "that is renewed for a longer time is not forgotten when its first time is over",
    { timeout: 30_000 },
    async () => {
      await createService("lease-longer");
      await register("lease-longer", backend("a", { ttlSeconds: 1 }));
      const { expiresAt } = await register("lease-longer", backend("a", { ttlSeconds: 2 }));
      const late = (await goneAt("lease-longer", "a.example")) - Date.parse(expiresAt);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(6_000);
    },
  );

  test("that is renewed for a shorter time ends by that", { timeout: 30_000 }, async () => {
    await createService("lease-shorter");
    await register("lease-shorter", backend("a", { ttlSeconds: 600 }));
    const { expiresAt } = await register("lease-shorter", backend("a", { ttlSeconds: 1 }));
    expect((await goneAt("lease-shorter", "a.example")) - Date.parse(expiresAt)).toBeLessThan(6_000);
  });

  test("of hundreds of backends at once is granted to each", { timeout: 60_000 }, async () => {
    await createService("lease-many");
    const all = Array.from({ length: 300 }, (_, i) => backend(`b${String(i).padStart(3, "0")}`));
    const granted = await Promise.all(all.map((one) => register("lease-many", one)));
    expect(granted.every(({ isNew }) => isNew)).toBe(true);
    expect((await addresses("lease-many")).found).toHaveLength(300);
  });

  test("goes with its Service, and is not there for another of the same name", async () => {
    await createService("lease-service");
    await register("lease-service", backend("a"));
    await deleteService("lease-service");
    expect(await store("lease-service").registrations("web")).toMatchObject({ ok: false, status: { code: 404 } });
    await createService("lease-service");
    expect([await store("lease-service").registrations("web"), (await addresses("lease-service")).found]).toEqual([
      { ok: true, value: [] },
      [],
    ]);
    expect(await register("lease-service", backend("a"))).toMatchObject({ isNew: true });
  });

  test("ends when it is given back, and cannot be given back twice", async () => {
    await createService("lease-back");
    await register("lease-back", backend("a"));
    await register("lease-back", backend("b"));
    expect(await store("lease-back").deregister("web", "a")).toEqual({ ok: true, value: null });
    expect((await addresses("lease-back")).found).toEqual(["b.example"]);
    expect(await store("lease-back").deregister("web", "a")).toMatchObject({ ok: false, status: { code: 404 } });
    expect(await store("lease-back").deregister("web", null)).toEqual({ ok: true, value: null });
    expect((await addresses("lease-back")).found).toEqual([]);
  });

  test("is not granted for a Service that is not there, has no endpoints, or has no namespace", async () => {
    await createService("lease-refused", { type: "ExternalName", externalName: "shop.example" });
    const answers = await Promise.all([
      store("lease-refused").register("nope", backend("a")),
      store("lease-refused").register("web", backend("a")),
      namespaceStore(stores, "lease-refused", "nowhere").register("web", backend("a")),
    ]);
    expect(answers.map((answer) => !answer.ok && [answer.status.code, answer.status.message])).toEqual([
      [404, 'services "nope" not found'],
      [409, 'Operation cannot be fulfilled on services "web": a Service of type ExternalName has no endpoints'],
      [404, 'namespaces "nowhere" not found'],
    ]);
  });
});
