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

test("a Lease goes with its node, and those of others stay", () => {
  const nodes = ["node-1", "node-2"].map((name) => ({ name, zone: null, address: "127.0.0.1" }));
  const harness = createHarness({ namespace: "kube-node-lease", nodes });
  harness.restart();
  const own = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", spec: { holderIdentity: "me" } };
  harness.write(leases.put({ ...own, metadata: { name: "mine" } }));
  nodes.pop();
  harness.restart();
  expect(
    harness
      .list(leases)
      .map((lease) => lease.metadata.name)
      .sort(),
  ).toEqual(["mine", "node-1"]);
});

test("other namespaces have none", () => {
  const harness = createHarness({ namespace: "shop" });
  harness.restart();
  expect(harness.list(leases)).toEqual([]);
});
