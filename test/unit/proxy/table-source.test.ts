import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { createChangeLog } from "../../../shared/proxy/change-log.ts";
import { createClusterTableSource } from "../../../shared/proxy/cluster-table-source.ts";
import { createClusterTable } from "../../../shared/proxy/cluster-table.ts";
import { createNamespaceTableSource } from "../../../shared/proxy/namespace-table-source.ts";
import { createNamespaceTable } from "../../../shared/proxy/namespace-table.ts";
import type { NamespaceTable } from "../../../shared/proxy/tables.ts";
import { change, endpoint, FACTS, pod, service, slice } from "./fixtures.ts";

const look = (builder: ReturnType<typeof createClusterTable>) => ({
  ips: Array.from({ length: 9 }, (_, i) => builder.table.byClusterIP(`10.96.0.${i}`)),
  ports: Array.from({ length: 9 }, (_, i) => builder.table.byNodePort(30_000 + i)),
  balancers: Array.from({ length: 9 }, (_, i) => builder.table.byLoadBalancerAddress(`172.18.0.${i}`)),
});

const heldBy = (name: string, ip: string) => ({
  namespace: "shop",
  name,
  clusterIPs: [ip],
  nodePorts: [],
  loadBalancerAddresses: [],
});

/** A small seeded generator: a failure can be run again. */
function numbers(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * n);
  };
}

const contents = (table: NamespaceTable, addresses: readonly string[]) => ({
  services: [...table.services()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  byAddress: addresses.map((address) => [
    address,
    table
      .byEndpointAddress(address)
      .map(({ name }) => name)
      .sort(),
  ]),
});

/** One random write to a handful of Services, slices and Pods of one namespace. */
function randomWrite(objects: Map<string, KubeObject>, pick: (n: number) => number) {
  const n = pick(4);
  const after = [
    () => service(`shop/s${n}`, { clusterIP: `10.96.0.${pick(9)}` }),
    () =>
      // The slice named for one Service may belong to another: labels can be changed.
      ({
        ...slice(
          `shop/s${pick(4)}`,
          Array.from({ length: pick(4) }, () => endpoint(`10.244.1.${pick(6)}`, "ready", { pod: `p${pick(4)}` })),
        ),
        metadata: { ...slice(`shop/s${pick(4)}`, []).metadata, name: `slice-${n}` },
      }),
    () => pod(`shop/p${n}`, { image: `image-${pick(3)}` }),
  ][pick(3)]?.();
  if (after === undefined) throw new Error("no such write");
  const key = `${after.kind}/${after.metadata.name}`;
  const before = objects.get(key);
  if (before !== undefined && pick(3) === 0) {
    objects.delete(key);
    return change(undefined, before);
  }
  objects.set(key, after);
  return change(after, before);
}

describe("namespace tables by deltas", () => {
  const addresses = Array.from({ length: 6 }, (_, i) => `10.244.1.${i}`);

  test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    "any batching gives the table that a full one does (seed %i)",
    (seed) => {
      const pick = numbers(seed);
      const objects = new Map<string, KubeObject>();
      const source = createNamespaceTableSource("shop");
      const reader = createNamespaceTable();
      let read = -1;
      for (let revision = 1; revision <= 60; revision++) {
        source.apply([randomWrite(objects, pick)], revision);
        if (pick(3) !== 0) continue;
        const delta = source.changesSince(read);
        reader.apply(delta);
        read = delta.revision;
        const whole = createNamespaceTable();
        whole.apply(source.changesSince(-1));
        expect(contents(reader.table, addresses)).toEqual(contents(whole.table, addresses));
        const fresh = createNamespaceTableSource("shop");
        fresh.apply(
          [...objects.values()].map((object) => change(object)),
          revision,
        );
        const rebuilt = createNamespaceTable();
        rebuilt.apply(fresh.changesSince(-1));
        expect(contents(reader.table, addresses)).toEqual(contents(rebuilt.table, addresses));
        expect(reader.table.revision).toBe(revision);
      }
    },
  );

  test("a delta holds what changed and nothing else", () => {
    const source = createNamespaceTableSource("shop");
    source.apply([change(service("shop/a")), change(service("shop/b"))], 1);
    source.apply([change(slice("shop/b", [endpoint("10.244.1.1")]))], 2);
    source.apply([change(undefined, service("shop/a"))], 3);
    const names = (since: number) => {
      const { full, upserted, removed } = source.changesSince(since);
      return { full, upserted: upserted.map(({ name }) => name), removed };
    };
    expect(names(0)).toEqual({ full: false, upserted: ["b"], removed: ["a"] });
    expect(names(1)).toEqual({ full: false, upserted: ["b"], removed: ["a"] });
    expect(names(2)).toEqual({ full: false, upserted: [], removed: ["a"] });
    expect(names(3)).toEqual({ full: false, upserted: [], removed: [] });
    expect(names(4)).toEqual({ full: true, upserted: ["b"], removed: [] });
    expect(names(-1)).toEqual({ full: true, upserted: ["b"], removed: [] });
    expect([-1, 0, 2, 3, 4].map((since) => source.hasChangesSince(since))).toEqual([true, true, true, false, true]);
  });

  test("a Pod's status that a table does not show is no news", () => {
    const source = createNamespaceTableSource("shop");
    const before = pod("shop/p");
    source.apply(
      [
        change(service("shop/a")),
        change(slice("shop/a", [endpoint("10.244.1.1", "ready", { pod: "p" })])),
        change(before),
      ],
      1,
    );
    source.apply([change({ ...before, metadata: { ...before.metadata, resourceVersion: "2" } }, before)], 2);
    expect(source.hasChangesSince(1)).toBe(false);
    source.apply([change(pod("shop/p", { image: "other" }), before)], 3);
    expect(source.changesSince(2).upserted[0]?.ports[0]?.endpoints[0]?.pod?.containers[0]?.image).toBe("other");
  });

  test("a Pod that no slice refers to any more is no news", () => {
    const source = createNamespaceTableSource("shop");
    const refers = slice("shop/a", [endpoint("10.244.1.1", "ready", { pod: "p" })]);
    source.apply([change(service("shop/a")), change(refers), change(pod("shop/p"))], 1);
    source.apply([change(slice("shop/a", []), refers)], 2);
    source.apply([change(pod("shop/p", { image: "other" }), pod("shop/p"))], 3);
    expect(source.hasChangesSince(2)).toBe(false);
  });

  test("load starts from a view, and whoever comes from before it gets everything", () => {
    const stored = [service("shop/a"), slice("shop/a", [endpoint("10.244.1.1", "ready", { pod: "p" })]), pod("shop/p")];
    const source = createNamespaceTableSource("shop");
    source.load(
      { get: () => undefined, list: (resource) => stored.filter((object) => change(object).resource === resource) },
      7,
    );
    expect(source.changesSince(6)).toMatchObject({ full: true, revision: 7 });
    expect(source.changesSince(6).upserted[0]?.ports[0]?.endpoints[0]?.pod?.name).toBe("p");
    expect(source.changesSince(7)).toMatchObject({ full: false, upserted: [] });
  });
});

describe("cluster tables by deltas", () => {
  test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    "any batching gives the table that a full one does (seed %i)",
    (seed) => {
      const pick = numbers(seed);
      const held = new Map<string, KubeObject>();
      const source = createClusterTableSource();
      const reader = createClusterTable();
      let read = -1;
      for (let revision = 1; revision <= 60; revision++) {
        const path = `${["shop", "other"][pick(2)]}/s${pick(4)}`;
        const [namespace = ""] = path.split("/");
        // Addresses are held once at a time, as the allocator sees to; they pass from one Service to the next.
        const number = pick(9);
        const holder = [...held].find(
          ([, object]) =>
            object.metadata.uid !== service(path).metadata.uid && JSON.stringify(object).includes(`10.96.0.${number}"`),
        );
        const after =
          pick(3) === 0 || holder !== undefined
            ? undefined
            : service(path, {
                type: "NodePort",
                clusterIP: `10.96.0.${number}`,
                ports: [{ port: 80, nodePort: 30_000 + number }],
                ingress: [{ ip: `172.18.0.${number}` }],
              });
        const before = held.get(path);
        if (before === undefined && after === undefined) continue;
        source.applyService(namespace, before, after, revision);
        if (after === undefined) held.delete(path);
        else held.set(path, after);
        if (pick(3) !== 0) continue;
        const delta = source.changesSince(read);
        reader.apply(delta);
        read = delta.revision;
        const whole = createClusterTable();
        whole.apply(source.changesSince(-1));
        expect(look(reader)).toEqual(look(whole));
      }
    },
  );

  test("a pod address belongs to the smallest block that holds it", () => {
    const { apply, table } = createClusterTable();
    const podBlocks = [
      { cidr: "10.244.0.0/16", namespace: "wide" },
      { cidr: "10.244.3.0/24", namespace: "narrow" },
      { cidr: "nonsense", namespace: "bad" },
      { cidr: "fd00::/64", namespace: "six" },
    ];
    apply({ revision: 1, full: true, facts: { ...FACTS, podBlocks }, upserted: [], removed: [] });
    const owners = ["10.244.3.9", "10.244.4.9", "10.245.0.1", "fd00::9", "fd01::9", "nonsense"].map((address) =>
      table.namespaceOfPodAddress(address),
    );
    expect(owners).toEqual(["narrow", "wide", undefined, "six", undefined, undefined]);
  });

  test("facts are sent when they changed, and only then", () => {
    const source = createClusterTableSource();
    source.setFacts(FACTS, 1);
    source.setFacts({ ...FACTS, namespaces: [...FACTS.namespaces] }, 2);
    expect(source.changesSince(-1).facts).toEqual(FACTS);
    expect(source.changesSince(1).facts).toBeNull();
    expect(source.hasChangesSince(1)).toBe(false);
    source.setFacts({ ...FACTS, namespaces: ["new"] }, 3);
    expect(source.changesSince(2).facts?.namespaces).toEqual(["new"]);
  });

  test("Services that no address leads to are not in it", () => {
    const source = createClusterTableSource();
    source.applyService("shop", undefined, service("shop/h", { clusterIP: "None" }), 1);
    source.applyService("shop", undefined, service("shop/e", { type: "ExternalName", externalName: "x.dev" }), 2);
    expect(source.changesSince(-1).upserted).toEqual([]);
  });

  test("one that becomes ExternalName is removed", () => {
    const source = createClusterTableSource();
    const before = service("shop/a", { clusterIP: "10.96.0.1" });
    source.applyService("shop", undefined, before, 1);
    source.applyService("shop", before, service("shop/a", { type: "ExternalName", externalName: "x.dev" }), 2);
    expect(source.changesSince(1)).toMatchObject({ upserted: [], removed: ["shop/a"] });
  });

  test("an address that passes on in one delta is its new holder's", () => {
    const { apply, table } = createClusterTable();
    apply({
      revision: 1,
      full: true,
      facts: FACTS,
      upserted: [heldBy("a", "10.96.0.1"), heldBy("b", "10.96.0.2")],
      removed: [],
    });
    apply({
      revision: 2,
      full: false,
      facts: null,
      upserted: [heldBy("a", "10.96.0.2"), heldBy("b", "10.96.0.1")],
      removed: [],
    });
    expect([table.byClusterIP("10.96.0.1")?.name, table.byClusterIP("10.96.0.2")?.name]).toEqual(["b", "a"]);
    expect(table.hasNamespace("shop")).toBe(true);
    expect(table.hasNamespace("constructor")).toBe(false);
  });
});

describe("the change log", () => {
  test("it forgets the oldest half when full, and says so", () => {
    const log = createChangeLog(4);
    for (let revision = 1; revision <= 5; revision++) log.record(`k${revision}`, revision);
    expect(log.keysSince(1)).toBeNull();
    expect([...(log.keysSince(2) ?? [])]).toEqual(["k3", "k4", "k5"]);
    expect(log.hasChangesSince(1)).toBe(true);
    expect(log.hasChangesSince(5)).toBe(false);
  });

  test("half of one revision's records being forgotten makes that revision unknown", () => {
    const log = createChangeLog(2);
    log.record("a", 1);
    log.record("b", 2);
    log.record("c", 2);
    log.record("d", 2);
    expect(log.keysSince(1)).toBeNull();
    expect([...(log.keysSince(2) ?? ["null"])]).toEqual([]);
  });
});
