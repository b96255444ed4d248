import { expect, test } from "vitest";
import type { Node } from "../../../../../shared/api/core-v1/node.ts";
import { create, update } from "../../kind-fixture.ts";

const taint = { key: "a", effect: "NoSchedule" };
test.each([
  ["nothing", {}, []],
  ["a range of each family", { podCIDRs: ["10.244.0.0/24", "fd00::/64"] }, []],
  [
    "two ranges of one family",
    { podCIDRs: ["10.244.0.0/24", "10.244.1.0/24"] },
    [
      'spec.podCIDRs: Invalid value: ["10.244.0.0/24","10.244.1.0/24"]: may specify no more than one CIDR for each IP family',
    ],
  ],
  [
    "what is no range",
    { podCIDRs: ["x"] },
    ['spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
  ],
  ["a taint", { taints: [taint] }, []],
  [
    "a taint twice",
    { taints: [taint, taint] },
    [
      'metadata.taints[1]: Duplicate value: {"key":"a","effect":"NoSchedule"}: taints must be unique by key and effect pair',
    ],
  ],
  [
    "a taint without a known effect",
    { taints: [{ key: "a", effect: "Never" }] },
    [
      'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoExecute", "NoSchedule", "PreferNoSchedule"',
    ],
  ],
])("%s", (_, spec, expected) => {
  expect(create("nodes", { spec }).errors).toEqual(expected);
});

test("its pod range and provider are for good", () => {
  const old = create<Node>("nodes", { spec: { podCIDRs: ["10.244.0.0/24"], providerID: "a://b" } }).object;
  expect(update("nodes", old, { spec: { podCIDRs: ["10.244.1.0/24"], providerID: "a://c" } }).errors).toEqual([
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
  ]);
});
