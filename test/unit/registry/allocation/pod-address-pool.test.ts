import { expect, test } from "vitest";
import { podAddressPool } from "../../../../shared/registry/allocation/pod-address-pool.ts";

const takeAll = (blocks: readonly string[], used: readonly string[] = [], cursor = 0): readonly string[] => {
  const pool = podAddressPool({ blocks, used, cursor });
  const out: string[] = [];
  for (let address = pool.take(); address !== null; address = pool.take()) out.push(address);
  return out;
};

test("a block gives each address but its first and last", () => {
  expect(takeAll(["10.244.0.0/29"])).toEqual([
    "10.244.0.1",
    "10.244.0.2",
    "10.244.0.3",
    "10.244.0.4",
    "10.244.0.5",
    "10.244.0.6",
  ]);
});

test("blocks are used one after the other", () => {
  expect(takeAll(["10.244.0.0/30", "10.244.9.0/30"])).toEqual(["10.244.0.1", "10.244.0.2", "10.244.9.1", "10.244.9.2"]);
});

test("addresses in use are left out", () => {
  expect(takeAll(["10.244.0.0/29"], ["10.244.0.1", "10.244.0.4"])).toEqual([
    "10.244.0.2",
    "10.244.0.3",
    "10.244.0.5",
    "10.244.0.6",
  ]);
});

test("IPv6 blocks work as well", () => {
  expect(takeAll(["fd00::/126"])).toEqual(["fd00::1", "fd00::2"]);
});

test("no blocks have no addresses", () => {
  expect(takeAll([])).toEqual([]);
});

test("an address that was just freed rests until the cursor has gone round", () => {
  const first = podAddressPool({ blocks: ["10.244.0.0/29"], used: [], cursor: 0 });
  expect(first.take()).toBe("10.244.0.1");
  const second = podAddressPool({ blocks: ["10.244.0.0/29"], used: [], cursor: first.cursor() });
  expect(second.take()).toBe("10.244.0.2");
  expect(takeAll(["10.244.0.0/29"], [], second.cursor()).at(-1)).toBe("10.244.0.2");
});

test("a cursor beyond the blocks wraps round", () => {
  expect(podAddressPool({ blocks: ["10.244.0.0/29"], used: [], cursor: 6_001 }).take()).toBe("10.244.0.2");
});

test("what is no CIDR is a bug", () => {
  expect(() => podAddressPool({ blocks: ["x"], used: [], cursor: 0 })).toThrow('not a CIDR: "x"');
});
