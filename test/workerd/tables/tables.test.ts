/** The tables of a cluster together: which stores are opened, and what is forgotten. */
import { beforeEach, describe, expect, test } from "vitest";
import { counters, tablesFor, type LiveTables } from "../../../workers/tables.ts";
import { FACTS, service } from "../../unit/proxy/fixtures.ts";
import { FakeCluster } from "../fake-cluster.ts";

let cluster: FakeCluster;
let before = { ...counters };
beforeEach(() => {
  cluster = new FakeCluster();
  cluster.apply(service("shop/web", { clusterIP: "10.96.0.10" }));
  before = { ...counters };
});

async function tables(of: FakeCluster = cluster): Promise<LiveTables> {
  const live = await tablesFor(of.env, of.context, of.name);
  if (live === null) throw new Error("no tables");
  return live;
}

const opened = (name: string): number => cluster.opened.filter((store) => store === name).length;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("a cluster's tables", () => {
  test("are a Promise only while a store must be asked", async () => {
    const first = tablesFor(cluster.env, cluster.context, cluster.name);
    expect(first).toBeInstanceOf(Promise);
    await first;
    expect(tablesFor(cluster.env, cluster.context, cluster.name)).not.toBeInstanceOf(Promise);
  });

  test("cost two questions each, and then none for any number of requests", async () => {
    for (let i = 0; i < 200; i++) {
      const live = await tables();
      if (live.namespace("shop") === undefined) await live.load("shop");
    }
    expect(cluster.store.asked.map(({ wait }) => wait > 0)).toEqual([false, true]);
    expect(cluster.storeOf("shop").asked.map(({ wait }) => wait > 0)).toEqual([false, true]);
    expect([cluster.store.outstanding, cluster.storeOf("shop").outstanding]).toEqual([1, 1]);
  });

  test("are one table for all requests that start at the same moment", async () => {
    const [one, two] = await Promise.all([tables(), tables()]);
    expect(one.cluster).toBe(two.cluster);
    expect(cluster.store.outstanding).toBe(1);
  });

  test("show a change as soon as the store tells of it", async () => {
    const live = await tables();
    await live.load("shop");
    cluster.apply(service("shop/new", { clusterIP: "10.96.0.11" }));
    await settled();
    expect(live.namespace("shop")?.service("new")?.clusterIPs).toEqual(["10.96.0.11"]);
    expect(live.cluster.byClusterIP("10.96.0.11")).toMatchObject({ namespace: "shop", name: "new" });
    cluster.remove(service("shop/new", { clusterIP: "10.96.0.11" }));
    await settled();
    expect(live.namespace("shop")?.service("new")).toBeUndefined();
  });
});

describe("a namespace", () => {
  test.each(["nowhere", "__proto__", "constructor", "", "../default", "a".repeat(10_000)])(
    "%.20s that does not exist opens no Durable Object",
    async (name) => {
      const live = await tables();
      expect([live.namespace(name), await live.load(name)]).toEqual([undefined, false]);
      await live.recheck(name);
      expect(new Set(cluster.opened)).toEqual(new Set([cluster.name]));
    },
  );

  test("that is made is there, and one that is gone leaves no table behind", async () => {
    const live = await tables();
    await live.load("shop");
    cluster.setFacts({ ...FACTS, namespaces: ["default", "fresh"] });
    await settled();
    expect([live.namespace("shop"), await live.load("shop")]).toEqual([undefined, false]);
    expect(await live.load("fresh")).toBe(true);
    const asked = opened(`${cluster.name}/shop`);
    cluster.setFacts(FACTS);
    await settled();
    expect(live.namespace("shop")).toBeUndefined();
    expect(await live.load("shop")).toBe(true);
    // It may be another of the same name: nothing of the old table is built upon.
    expect(cluster.storeOf("shop").asked.at(-2)).toEqual({ since: -1, wait: 0 });
    expect(opened(`${cluster.name}/shop`)).toBe(asked + 2);
  });

  test("whose store throws when it was never read cannot be had", async () => {
    cluster.storeOf("shop").mood = "throws";
    const live = await tables();
    expect([await live.load("shop"), live.namespace("shop")]).toEqual([false, undefined]);
    expect(counters.failures - before.failures).toBe(1);
    cluster.storeOf("shop").mood = "answers";
    expect(await live.load("shop")).toBe(true);
  });
});

describe("a store that is out of order", () => {
  test("at first sight of a cluster gives no tables, and 503 from the router", async () => {
    cluster.store.mood = "throws";
    expect(await tablesFor(cluster.env, cluster.context, cluster.name)).toBeNull();
    const response = await cluster.call("http://web.shop/");
    expect([response.status, await response.json()]).toMatchObject([503, { reason: "TableUnavailable" }]);
    expect(response.headers.get("retry-after")).toBe("1");
  });

  test.each(["throws", "hangs"] as const)(
    "and %s later stops no request, and is counted",
    { timeout: 10_000 },
    async (mood) => {
      const backend = "http://backend.test";
      cluster.apply(service("shop/web", { type: "ExternalName", externalName: "backend.test", ports: [] }));
      cluster.network.origins.set(backend, () => new Response("ok"));
      expect((await cluster.call("http://web.shop/")).status).toBe(200);
      cluster.store.mood = mood;
      cluster.storeOf("shop").mood = mood;
      const statuses = new Set<number>();
      const until = Date.now() + 1_500;
      while (Date.now() < until) {
        statuses.add((await cluster.call("http://web.shop/")).status);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect([...statuses]).toEqual([200]);
    },
  );
});

describe("a recheck", () => {
  test("asks the stores of cluster and namespace, so that who creates and asks is not refused", async () => {
    const live = await tables();
    await live.load("shop");
    const asked = [cluster.store.asked.length, cluster.storeOf("shop").asked.length];
    await new Promise((resolve) => setTimeout(resolve, 30));
    await live.recheck("shop");
    expect([cluster.store.asked.length, cluster.storeOf("shop").asked.length]).toEqual(asked.map((n) => n + 1));
  });

  test("is no flood: a thousand refusals at once cost few calls", async () => {
    await cluster.call("http://web.shop:1/");
    const asked = cluster.store.asked.length;
    const began = Date.now();
    await Promise.all(Array.from({ length: 1_000 }, () => cluster.call("http://nope.shop/")));
    const windows = (Date.now() - began) / 10;
    expect(cluster.store.asked.length - asked).toBeLessThanOrEqual(windows + 2);
  });

  test("sees what the store has, even when the table was found true a moment ago", async () => {
    await cluster.call("http://web.shop/");
    for (let i = 0; i < 50; i++) {
      // The store is slow to tell who waits, as it is when the two are far apart.
      cluster.applyQuietly(
        service(`shop/fresh-${i}`, { type: "ExternalName", externalName: "backend.test", ports: [] }),
      );
      cluster.network.origins.set("http://backend.test", () => new Response("ok"));
      expect([i, (await cluster.call(`http://fresh-${i}.shop/`)).status]).toEqual([i, 200]);
    }
  });
});

test("a hundred clusters are remembered, and the least recently used is forgotten first", async () => {
  const many = Array.from({ length: 101 }, () => new FakeCluster());
  for (const one of many.slice(0, 100)) await tables(one);
  const [first, second, ...rest] = many;
  if (first === undefined || second === undefined) throw new Error("there are 101");
  await tables(first);
  await tables(rest.at(-1));
  const asked = (of: FakeCluster): number => of.store.asked.filter(({ since }) => since === -1).length;
  await tables(first);
  await tables(second);
  expect([asked(first), asked(second)]).toEqual([1, 2]);
});
