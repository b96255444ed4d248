import { expect, test } from "vitest";
import { create } from "../../kind-fixture.ts";

test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
  ["an empty lease", {}, []],
  [
    "a held lease",
    {
      spec: {
        holderIdentity: "a",
        leaseDurationSeconds: 15,
        renewTime: "2026-01-01T00:00:00.000000Z",
        leaseTransitions: 0,
      },
    },
    [],
  ],
  [
    "no time at all",
    { spec: { leaseDurationSeconds: 0 } },
    ["spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"],
  ],
  [
    "fewer than no holders",
    { spec: { leaseTransitions: -1 } },
    ["spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"],
  ],
  [
    "an unknown strategy",
    { spec: { strategy: "Loudest" } },
    ['spec.strategy.strategy: Unsupported value: "Loudest": supported values: "OldestEmulationVersion"'],
  ],
  ["somebody's own strategy", { spec: { strategy: "example.com/Loudest", preferredHolder: "b" } }, []],
  [
    "a preference without a strategy",
    { spec: { preferredHolder: "b" } },
    ["spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined"],
  ],
])("%s", (_, fields, expected) => {
  expect(create("leases.coordination.k8s.io", fields).errors).toEqual(expected);
});
