import { describe, expect, test } from "vitest";
import type { EndpointSlice, SliceEndpoint } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { packEndpoints } from "../../../shared/controllers/slice-packing.ts";

const endpoint = (n: number, ready = true): SliceEndpoint => ({
  addresses: [`10.0.${n >> 8}.${n & 255}`],
  conditions: { ready },
});

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => endpoint(from + i));

const slice = (name: string, endpoints: readonly SliceEndpoint[]): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name, uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
  addressType: "IPv4",
  endpoints,
});

const shape = ({ updated, created, emptied }: ReturnType<typeof packEndpoints>) => ({
  updated: Object.fromEntries([...updated].map(([name, endpoints]) => [name, endpoints.length])),
  created: created.map((c) => c.length),
  emptied,
});

describe("packing", () => {
  test.each([
    ["nothing to do", [slice("a", range(0, 10))], range(0, 10), { updated: {}, created: [], emptied: [] }],
    [
      "a slice that loses all its endpoints",
      [slice("a", range(0, 10)), slice("b", range(10, 20))],
      range(0, 10),
      { updated: {}, created: [], emptied: ["b"] },
    ],
    [
      "new endpoints go where there is a change already",
      [slice("a", range(0, 90)), slice("b", range(90, 100))],
      [...range(1, 100), ...range(200, 205)],
      { updated: { a: 94 }, created: [], emptied: [] },
    ],
    [
      "new endpoints fill the fullest slice that can take them all",
      [slice("a", range(0, 50)), slice("b", range(50, 140)), slice("c", range(140, 239))],
      range(0, 244),
      { updated: { b: 95 }, created: [], emptied: [] },
    ],
    [
      "a new slice rather than two opened ones",
      [slice("a", range(0, 95)), slice("b", range(95, 190))],
      range(0, 200),
      { updated: {}, created: [10], emptied: [] },
    ],
    ["250 at once", [], range(0, 250), { updated: {}, created: [100, 100, 50], emptied: [] }],
  ])("%s", (_, slices, desired, expected) => {
    expect(shape(packEndpoints(slices, desired))).toEqual(expected);
  });

  test("loses and doubles nothing, whatever there was before", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const slices = [slice("a", range(0, seed * 3)), slice("b", range(seed * 3, seed * 5))];
      const desired = range(seed, seed * 9);
      const packing = packEndpoints(slices, desired);
      const kept = slices.filter(
        (s) => !packing.updated.has(s.metadata.name) && !packing.emptied.includes(s.metadata.name),
      );
      const all = [...kept.map((s) => s.endpoints), ...packing.updated.values(), ...packing.created];
      expect(all.every((endpoints) => endpoints.length <= 100)).toBe(true);
      expect(
        all
          .flat()
          .flatMap((e) => e.addresses)
          .sort(),
      ).toEqual(desired.flatMap((e) => e.addresses).sort());
    }
  });
});
