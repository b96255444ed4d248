import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { createClusterTableSource } from "../../../shared/proxy/cluster-table-source.ts";
import { createClusterTable } from "../../../shared/proxy/cluster-table.ts";
import { FACTS, service } from "./fixtures.ts";
import { randomIntegers } from "../../suites/random.ts";

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

describe("cluster tables by deltas", () => {
  test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    "any batching gives the table that a full one does (seed %i)",
    (seed) => {
      const pick = randomIntegers(seed);
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
