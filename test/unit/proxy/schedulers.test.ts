import { describe, expect, test } from "vitest";
import { Balancer } from "../../../shared/proxy/balancer.ts";
import type { Flow } from "../../../shared/proxy/flow.ts";
import { schedule } from "../../../shared/proxy/schedulers.ts";
import type { Endpoint, SchedulerName } from "../../../shared/proxy/table.ts";
import { randomIntegers } from "../../suites/random.ts";
import { tableEndpoint as endpoint } from "./fixtures.ts";

const A = endpoint("a", 1);
const B = endpoint("b", 2);
const C = endpoint("c", 3);
const WEIGHED = [A, B, C];
const EQUAL = [endpoint("x"), endpoint("y"), endpoint("z")];

const flow = (more: Partial<Flow> = {}): Flow => ({
  key: "shop/web",
  client: null,
  destination: "10.96.0.1",
  now: 0,
  pick: randomIntegers(7),
  balancer: new Balancer(),
  ...more,
});

/** How often each was chosen, of so many requests that all end at once. */
function counts(name: SchedulerName, among: readonly Endpoint[], requests: number, more: Partial<Flow> = {}) {
  const to = flow(more);
  const found: Record<string, number> = {};
  for (let i = 0; i < requests; i++) {
    const chosen = schedule(name, among, to);
    if (chosen === undefined) continue;
    to.balancer.begin(to.key, chosen)();
    found[chosen.address] = (found[chosen.address] ?? 0) + 1;
  }
  return found;
}

/** Who gets a request while those before are still under way. */
function held(name: SchedulerName, among: readonly Endpoint[], requests: number): string {
  const to = flow();
  let order = "";
  for (let i = 0; i < requests; i++) {
    const chosen = schedule(name, among, to);
    if (chosen === undefined) continue;
    to.balancer.begin(to.key, chosen);
    order += chosen.address;
  }
  return order;
}

const SPREAD = 0.05;

describe("distribution", () => {
  test("random is fair by weight", () => {
    const found = counts("random", [A, B, C], 6_000);
    expect(found["a"]).toBeGreaterThan(6_000 * (1 / 6 - SPREAD / 2));
    expect(found["a"]).toBeLessThan(6_000 * (1 / 6 + SPREAD / 2));
    expect(found["c"]).toBeGreaterThan(6_000 * (1 / 2 - SPREAD));
  });
  test("rr takes turns, whatever the weights", () => {
    expect(counts("rr", [A, B, C], 300)).toEqual({ a: 100, b: 100, c: 100 });
  });
  test("wrr takes turns by weight, exactly", () => {
    expect(counts("wrr", [A, B, C], 600)).toEqual({ a: 100, b: 200, c: 300 });
    expect(counts("wrr", EQUAL, 300)).toEqual({ x: 100, y: 100, z: 100 });
  });
  test("lc and wlc are fair where nothing is held", () => {
    expect(counts("lc", EQUAL, 300)).toEqual({ x: 100, y: 100, z: 100 });
    expect(counts("wlc", [A, B, C], 600)).toEqual({ a: 100, b: 200, c: 300 });
  });
  test.each(["sh", "mh"] as const)("%s spreads clients by weight", (name) => {
    const found: Record<string, number> = {};
    for (let i = 0; i < 3_000; i++) {
      const chosen = schedule(name, WEIGHED, flow({ client: `198.51.${i >> 8}.${i & 255}` }));
      found[chosen?.address ?? ""] = (found[chosen?.address ?? ""] ?? 0) + 1;
    }
    expect(found["a"]).toBeGreaterThan(3_000 * (1 / 6 - SPREAD));
    expect(found["a"]).toBeLessThan(3_000 * (1 / 6 + SPREAD));
    expect(found["c"]).toBeGreaterThan(3_000 * (1 / 2 - SPREAD));
    expect(found["c"]).toBeLessThan(3_000 * (1 / 2 + SPREAD));
  });
});

describe("requests that last", () => {
  test("lc gives each as many", () => expect(held("lc", EQUAL, 6)).toBe("xyzxyz"));
  test("wlc gives each as many as it weighs", () => {
    const order = held("wlc", [A, B, C], 12);
    expect(["a", "b", "c"].map((name) => order.split(name).length - 1)).toEqual([2, 4, 6]);
  });
  test("sed counts the one that is to come: the heaviest is first", () => {
    expect(held("sed", [A, B, C], 6)).toBe("cbcabc");
  });
  test("nq leaves nobody idle", () =>
    expect(
      Array.from(held("nq", [A, B, C], 3))
        .sort()
        .join(""),
    ).toBe("abc"));
});

describe("hashes", () => {
  const clients = Array.from({ length: 500 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const seen = (name: SchedulerName, among: readonly Endpoint[], more: (client: string) => Partial<Flow>) =>
    clients.map((client) => schedule(name, among, flow(more(client)))?.address);

  test.each(["sh", "mh"] as const)("%s sends a client to the same one, in every isolate", (name) => {
    expect(seen(name, EQUAL, (client) => ({ client }))).toEqual(seen(name, EQUAL, (client) => ({ client })));
  });
  test("dh sends whoever asks for an address to the same one", () => {
    expect(new Set(seen("dh", EQUAL, (client) => ({ client }))).size).toBe(1);
    expect(new Set(seen("dh", EQUAL, (client) => ({ client, destination: client }))).size).toBe(3);
  });
  test("mh moves few clients when an endpoint goes", () => {
    const before = seen("mh", EQUAL, (client) => ({ client }));
    const after = seen("mh", EQUAL.slice(0, 2), (client) => ({ client }));
    const moved = before.filter((name, i) => name !== "z" && name !== after[i]).length;
    expect(moved).toBeLessThan(clients.length * 0.1);
  });
  test("go by chance where the client is not known", () => {
    const names = ["sh", "mh"] as const;
    for (const name of names) expect(Object.keys(counts(name, EQUAL, 60)).length).toBe(3);
  });
});

test("one candidate needs no scheduler, and none has none", () => {
  for (const name of ["random", "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "mh"] as const) {
    expect(schedule(name, [A], flow())).toBe(A);
    expect(schedule(name, [], flow())).toBeUndefined();
  }
});

test("candidates may change between turns", () => {
  const to = flow();
  for (const among of [EQUAL, [A, B, C], [A], EQUAL, [B, C]]) {
    for (const name of ["rr", "wrr"] as const) expect(among).toContain(schedule(name, among, to));
  }
});
