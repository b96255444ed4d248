/** Outliers in the real router, shared through the real EndpointHealth. */
import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { endpointHealth } from "../../../durable-objects/stubs.ts";
import type { Env } from "../../../workers/env.ts";
import { endpoint, service, slice } from "../../unit/proxy/fixtures.ts";
import { FakeCluster } from "../fake-cluster.ts";

const stores = env as unknown as Env;
const GOOD = "http://10.9.0.1:8080";
const BAD = "http://10.9.0.2:8080";

function cluster(annotations: Record<string, string> = { "wherry.internal/outlier-detection": "true" }): FakeCluster {
  const made = new FakeCluster();
  made.apply(
    service("shop/web", { clusterIP: "10.96.0.10", annotations }),
    slice("shop/web", [endpoint("10.9.0.1"), endpoint("10.9.0.2")]),
  );
  made.network.origins.set(GOOD, () => new Response("good"));
  made.network.origins.set(BAD, () => new Response("bad", { status: 500 }));
  return made;
}

/** Statuses of so many requests, each with its aftermath. */
async function statuses(of: FakeCluster, count: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    found.push((await of.call("http://web.shop/")).status);
    // Long questions of tables are among them, and do not end: only what is short is waited for.
    await Promise.race([Promise.all(of.background), new Promise((resolve) => setTimeout(resolve, 5))]);
  }
  return found;
}

const health = (of: FakeCluster) => endpointHealth(stores, `${of.name}/shop/web`);
const failures = (found: readonly number[]) => found.filter((status) => status >= 500).length;

describe("an endpoint that answers 500 five times in a row", () => {
  test("is left out, and the Durable Object knows it", { timeout: 30_000 }, async () => {
    const shop = cluster();
    const before = await statuses(shop, 60);
    expect(failures(before)).toBeGreaterThanOrEqual(5);
    await expect
      .poll(async () => Object.keys(await health(shop).current()), { timeout: 10_000 })
      .toEqual(["10.9.0.2:8080"]);
    expect(failures(await statuses(shop, 40))).toBe(0);
  });

  test("stays in where nobody asked for more than kube-proxy does", { timeout: 30_000 }, async () => {
    const shop = cluster({});
    expect(failures(await statuses(shop, 60))).toBeGreaterThan(5);
    expect(await health(shop).current()).toEqual({});
  });
});

describe("EndpointHealth", () => {
  test("leaves one of few endpoints out, and no more", async () => {
    const { name } = new FakeCluster();
    const one = endpointHealth(stores, `${name}/shop/web`);
    expect(Object.keys(await one.report("http://a/%C3%A9", 3))).toEqual(["http://a/%C3%A9"]);
    expect(Object.keys(await one.report("http://b", 3))).toEqual(["http://a/%C3%A9"]);
    expect(Object.keys(await one.current())).toEqual(["http://a/%C3%A9"]);
  });
});
