import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { createNamespaceTableSource } from "../../../shared/proxy/namespace-table-source.ts";
import { createNamespaceTable } from "../../../shared/proxy/namespace-table.ts";
import type { NamespaceTable } from "../../../shared/proxy/tables.ts";
import { change, endpoint, importSlice, pod, service, serviceImport, slice } from "./fixtures.ts";
import { randomIntegers } from "../../suites/random.ts";

const contents = (table: NamespaceTable, addresses: readonly string[]) => ({
  services: [...table.services()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  imports: [...table.serviceImports()].sort((a, b) => (a.name < b.name ? -1 : 1)),
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
    () =>
      serviceImport(`shop/s${n}`, { type: pick(2) === 0 ? "Headless" : "ClusterSetIP", ips: [`10.0.0.${pick(9)}`] }),
    // Of some slices the labels name a Service, of others an import, of others both.
    () => {
      const made = importSlice(`shop/s${pick(4)}`, `c${pick(2)}`, [endpoint(`10.244.1.${pick(6)}`)]);
      const service = pick(2) === 0 ? {} : { "kubernetes.io/service-name": `s${pick(4)}` };
      return {
        ...made,
        metadata: { ...made.metadata, name: `slice-${n}`, labels: { ...made.metadata.labels, ...service } },
      };
    },
  ][pick(5)]?.();
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
      const pick = randomIntegers(seed);
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

  test("a slice may come before its import, and is no news without one", () => {
    const source = createNamespaceTableSource("shop");
    const brought = importSlice("shop/a", "east", [endpoint("10.244.1.1")]);
    source.apply([change(brought)], 1);
    expect(source.hasChangesSince(0)).toBe(false);
    const named = serviceImport("shop/a", { type: "Headless" });
    source.apply([change(named)], 2);
    const { upserted, imports } = source.changesSince(1);
    expect(upserted).toEqual([]);
    expect(imports?.upserted[0]?.slices[0]?.endpoints[0]?.address).toBe("10.244.1.1");
    source.apply([change(undefined, brought)], 3);
    expect(source.changesSince(2).imports?.upserted[0]?.slices).toEqual([]);
    source.apply([change(undefined, named)], 4);
    expect(source.changesSince(3).imports).toEqual({ upserted: [], removed: ["a"] });
    const { table, apply } = createNamespaceTable();
    apply({
      revision: 3,
      full: true,
      upserted: [],
      removed: [],
      imports: { upserted: imports?.upserted ?? [], removed: [] },
    });
    apply(source.changesSince(-1));
    expect([...table.serviceImports()]).toEqual([]);
    expect(source.changesSince(4)).not.toHaveProperty("imports");
  });

  test("load starts from a view, and whoever comes from before it gets everything", () => {
    const stored = [service("shop/a"), slice("shop/a", [endpoint("10.244.1.1", "ready", { pod: "p" })]), pod("shop/p")];
    const source = createNamespaceTableSource("shop");
    source.load(
      {
        get: () => undefined,
        list: (resource) => stored.filter((object) => change(object).resource === resource),
        withLabel: () => [],
        indexed: () => [],
        resources: () => stored.map((object) => change(object).resource),
      },
      7,
    );
    expect(source.changesSince(6)).toMatchObject({ full: true, revision: 7 });
    expect(source.changesSince(6).upserted[0]?.ports[0]?.endpoints[0]?.pod?.name).toBe("p");
    expect(source.changesSince(7)).toMatchObject({ full: false, upserted: [] });
  });
});
