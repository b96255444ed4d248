import { expect, test } from "vitest";
import { leases } from "../../../shared/controllers/resources.ts";
import { createHarness, changesTo } from "./harness.ts";

test("each node has its Lease in kube-node-lease, which is written once and comes back", () => {
  const harness = createHarness({ namespace: "kube-node-lease" });
  harness.restart();
  expect(harness.get(leases, "node-1").spec).toEqual({
    holderIdentity: "node-1",
    leaseDurationSeconds: 2_147_483_647,
    renewTime: "2026-01-01T00:00:00.000000Z",
  });
  harness.advance(60 * 60 * 1000);
  harness.restart();
  expect(changesTo(harness.log, leases)).toHaveLength(1);
  harness.write(leases.delete("node-1"));
  expect(harness.get(leases, "node-1").metadata.name).toBe("node-1");
});

test("other namespaces have none", () => {
  const harness = createHarness({ namespace: "shop" });
  harness.restart();
  expect(harness.list(leases)).toEqual([]);
});
