/** What the router does when an endpoint cannot be reached, and with requests that lead back to it. */
import { describe, expect, test } from "vitest";
import { endpoint, service, slice } from "../../unit/proxy/fixtures.ts";
import type { FakeCluster } from "../fake-cluster.ts";
import { BACKEND, podAt, shop, webSlice } from "./shop.ts";

const ROUNDS = 20;

/** `web` has one endpoint that answers and some where nothing listens. */
function shopWithDead(...dead: readonly string[]): FakeCluster {
  const pods = dead.map((name, i) => podAt(name, `10.244.1.${i + 2}`, `http://${name}.test`));
  return shop([...pods, webSlice("web-0", ...dead)]);
}

/** How often each status was answered. */
async function statuses(cluster: FakeCluster, init: RequestInit): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (let i = 0; i < ROUNDS; i++) {
    const { status } = await cluster.call("http://web.shop/", init);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

const sentTo = (cluster: FakeCluster, origin: string): number =>
  cluster.network.received.filter(({ url }) => new URL(url).origin === origin).length;

describe("a dead endpoint", () => {
  test.each(["GET", "HEAD", "OPTIONS", "DELETE"])("costs no %s: another one is tried", async (method) => {
    const cluster = shopWithDead("dead-1");
    expect(await statuses(cluster, { method })).toEqual({ 200: ROUNDS });
    expect(sentTo(cluster, BACKEND)).toBe(ROUNDS);
    // Chance chooses it about every second time; never in twenty is one in a million.
    expect(sentTo(cluster, "http://dead-1.test")).toBeGreaterThan(0);
  });

  test.each(["POST", "PATCH", "PUT"])(
    "is told to the client of a %s with a body, which is never sent twice",
    async (method) => {
      const cluster = shopWithDead("dead-1");
      const counts = await statuses(cluster, { method, body: "an order" });
      expect(cluster.network.received).toHaveLength(ROUNDS);
      expect(counts).toEqual({ 200: sentTo(cluster, BACKEND), 502: sentTo(cluster, "http://dead-1.test") });
      expect(counts[502]).toBeGreaterThan(0);
    },
  );

  test("is told to the client of a POST without a body as well", async () => {
    const cluster = shopWithDead("dead-1");
    await statuses(cluster, { method: "POST" });
    expect(cluster.network.received).toHaveLength(ROUNDS);
  });

  test("whose Pod is gone was never sent anything, so that a POST may go elsewhere", async () => {
    const cluster = shop([webSlice("web-0", "gone-1", "gone-2")]);
    expect(await statuses(cluster, { method: "POST", body: "an order" })).toEqual({ 200: ROUNDS });
    expect(sentTo(cluster, BACKEND)).toBe(ROUNDS);
  });

  test("that was asked for by name is not replaced by another", async () => {
    const cluster = shopWithDead("dead-1");
    const response = await cluster.call("http://10-244-1-2.web.shop.svc:8080/");
    expect([response.status, sentTo(cluster, BACKEND)]).toEqual([502, 0]);
  });
});

test("when every endpoint is dead three are tried, and the client is told which was the last", async () => {
  const dead = ["dead-1", "dead-2", "dead-3", "dead-4", "dead-5"];
  const cluster = shopWithDead(...dead);
  cluster.network.origins.clear();
  const response = await cluster.call("http://web.shop/");
  expect(cluster.network.received).toHaveLength(3);
  expect(new Set(cluster.network.received.map(({ url }) => url)).size).toBe(3);
  const { message, reason } = (await response.json()) as { message: string; reason: string };
  expect([response.status, reason]).toEqual([502, "BackendUnreachable"]);
  expect(message).toMatch(
    /service "shop\/web" at 10\.244\.1\.\d:8080 \(pod "[\w-]+"\).*3 endpoints tried.*connection refused/,
  );
});

test("an answer of the backend is no failure, whatever its code", async () => {
  const cluster = shop();
  cluster.network.origins.set(BACKEND, () => new Response("overloaded", { status: 503 }));
  const response = await cluster.call("http://web.shop/");
  expect([response.status, await response.text(), response.headers.has("proxy-status")]).toEqual([
    503,
    "overloaded",
    false,
  ]);
  expect(cluster.network.received).toHaveLength(1);
});

describe("the retry budget", () => {
  test("ends at some point, and with it the retries, so that a failing Service is not hit three times as hard", async () => {
    const cluster = shop();
    cluster.apply(
      webSlice("dead-1", "dead-2", "dead-3"),
      ...["dead-1", "dead-2", "dead-3"].map((name, i) => podAt(name, `10.244.1.${i + 1}`, `http://${name}.test`)),
    );
    await new Promise((resolve) => setTimeout(resolve, 60));
    const requests = 400;
    for (let i = 0; i < requests; i++) await cluster.call("http://web.shop/");
    const retries = cluster.network.received.length - requests;
    // A hundred may have been saved up, and each request earns a fifth of one.
    expect(retries).toBeGreaterThanOrEqual(requests * 0.2 - 1);
    expect(retries).toBeLessThanOrEqual(100 + requests * 0.2);
  });
});

describe("a Service whose backend leads back to the router", () => {
  const loop = () => {
    const cluster = shop([
      service("shop/loop", { annotations: { "wherry.internal/backend": "http://router.test" } }),
      slice("shop/loop", [endpoint("192.0.2.1")]),
    ]);
    cluster.network.origins.set("http://router.test", (request) =>
      cluster.call("http://loop.shop/", { headers: request.headers }),
    );
    return cluster;
  };

  test("is a loop, and ends as one", async () => {
    const cluster = loop();
    const response = await cluster.call("http://loop.shop/");
    expect([response.status, await response.json()]).toMatchObject([508, { reason: "LoopDetected" }]);
    expect(cluster.network.received).toHaveLength(32);
  });

  test.each(["-1000", "NaN", "0x1", "many"])("ends also for a client that says it came %s times", async (hops) => {
    const cluster = loop();
    const response = await cluster.call("http://loop.shop/", { headers: { "wherry-hops": hops } });
    expect(response.status).toBe(508);
    expect(cluster.network.received.length).toBeLessThanOrEqual(33);
  });
});
