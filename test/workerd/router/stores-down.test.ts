/** Stores that throw or never answer: what is known goes on, what is not fails soon and says why, and both are told. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { endpoint, pod, service, slice } from "../../unit/proxy/fixtures.ts";
import { ingress } from "../../unit/gateway/fixtures.ts";
import type { FakeCluster } from "../fake-cluster.ts";
import { shop } from "./shop.ts";

/** The longest that a table is waited for which was never read is ten seconds; the rest is a slow machine's. */
const SOON_MS = 15_000;

let cluster: FakeCluster;
let said: string[];

beforeEach(async () => {
  said = [];
  vi.spyOn(console, "warn").mockImplementation((line: string) => said.push(line));
  cluster = shop([
    service("other/web", { clusterIP: "10.96.0.20" }),
    slice("other/web", [endpoint("10.244.2.1", "ready", { pod: "web-1" })]),
    pod("other/web-1", { ip: "10.244.2.1", annotations: { "wherry.internal/backend": "http://web-1.test" } }),
  ]);
  cluster.network.origins.set("http://web-1.test", () => new Response("from web-1"));
  cluster.applyIngress(ingress("shop/web", { rules: { "shop.test": ["^/ web"] } }));
  cluster.applyIngress(ingress("other/web", { rules: { "other.test": ["^/ web"] } }));
  for (const response of await known()) expect(await response.text()).toBe("from web-0");
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** One Service by all of its ways. */
const known = (): Promise<readonly Response[]> =>
  Promise.all([
    cluster.call("http://web.shop/"),
    cluster.call("http://10.96.0.10/"),
    cluster.call("http://node-1:30080/"),
    cluster.callIngress("shop.test", "/"),
  ]);

interface Timed {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

async function timed(asking: Promise<Response>): Promise<Timed> {
  const startedAt = Date.now();
  const response = await asking;
  return { status: response.status, text: await response.text(), milliseconds: Date.now() - startedAt };
}

async function metrics(): Promise<(event: string) => number> {
  const text = await (await cluster.call("http://192.168.7.1:10249/metrics")).text();
  return (event) =>
    Number(new RegExp(`^wherry_router_table_events\\{event="${event}"\\} (\\d+)$`, "m").exec(text)?.[1]);
}

/** The stores stop answering, also the questions that they are pondering. */
function silence(mood: "throws" | "hangs" | "answers", stores: "all" | "namespaces"): void {
  if (stores === "all") for (const store of [cluster.store, cluster.routes]) store.mood = mood;
  for (const namespace of ["default", "shop", "other"]) cluster.storeOf(namespace).mood = mood;
}

describe.each(["throws", "hangs"] as const)("a store that %s", (mood) => {
  describe.each(["all", "namespaces"] as const)("of %s", (stores) => {
    test("stops no request to what is known", async () => {
      silence(mood, stores);
      for (let round = 0; round < 20; round++) {
        for (const response of await known()) {
          expect([response.status, await response.text()]).toEqual([200, "from web-0"]);
        }
      }
    });

    test("fails what is not known, soon, and says why", { timeout: 60_000 }, async () => {
      const before = await metrics();
      silence(mood, stores);
      const unseen = /the table of namespace \\"other\\" has not been read yet, and its store does not answer/;
      const [router, throughIngress, missing, nowhere, noRoute] = await Promise.all([
        timed(cluster.call("http://web.other/")),
        timed(cluster.callIngress("other.test", "/")),
        timed(cluster.call("http://missing.shop/")),
        timed(cluster.call("http://web.nowhere/")),
        timed(cluster.callIngress("nobody.test", "/")),
      ]);
      expect(router).toMatchObject({ status: 503, text: expect.stringMatching(unseen) as string });
      expect(throughIngress).toMatchObject({ status: 503, text: expect.stringMatching(unseen) as string });
      // What the last tables say, once the store has been given the chance to know better.
      expect([missing.status, nowhere.status, noRoute.status]).toEqual([404, 404, 404]);
      for (const { milliseconds } of [router, throughIngress, missing, nowhere, noRoute]) {
        expect(milliseconds).toBeLessThan(SOON_MS);
      }
      const after = await metrics();
      expect(after("failures") - before("failures")).toBeGreaterThan(0);
      expect(said).toContain(
        `the store of the table of namespace "${cluster.name}/other" does not answer: there is none to use`,
      );
    });

    test("that answers again is believed again", async () => {
      silence(mood, stores);
      // A refusal asks the stores, which makes the silence noticed.
      await cluster.call("http://missing.shop/");
      cluster.apply(
        service("shop/missing", { clusterIP: "10.96.0.12" }),
        slice("shop/missing", [endpoint("10.244.1.1", "ready", { pod: "web-0" })]),
      );
      silence("answers", stores);
      await vi.waitFor(
        async () => {
          const response = await cluster.call("http://missing.shop/");
          expect([response.status, await response.text()]).toEqual([200, "from web-0"]);
        },
        { timeout: 20_000, interval: 100 },
      );
      expect(said.filter((line) => line.endsWith("answers again")).length).toBeGreaterThan(0);
    });
  });
});

test("a store that hangs when the isolate is new fails requests in bounded time, and serves once it answers", async () => {
  const fresh = shop();
  fresh.store.mood = "hangs";
  fresh.routes.mood = "hangs";
  const startedAt = Date.now();
  const [router, throughIngress] = await Promise.all([
    fresh.call("http://web.shop/"),
    fresh.callIngress("shop.test", "/"),
  ]);
  expect([router.status, throughIngress.status, router.headers.get("retry-after")]).toEqual([503, 503, "1"]);
  expect(await router.text()).toContain("its store does not answer; try again");
  expect(Date.now() - startedAt).toBeLessThan(SOON_MS);
  fresh.store.mood = "answers";
  expect(await (await fresh.call("http://web.shop/")).text()).toBe("from web-0");
});
