import { expect, test } from "vitest";
import type { ClusterNode } from "../../../shared/controllers/controller.ts";
import { events, pods } from "../../../shared/controllers/resources.ts";
import { createHarness, START } from "./harness.ts";
import { pod } from "./objects.ts";

const taint = { key: "maintenance", effect: "NoExecute", timeAdded: new Date(START).toISOString() } as const;
const node = (name: string, more: Partial<ClusterNode> = {}): ClusterNode => ({
  name,
  zone: null,
  address: "127.0.0.1",
  ...more,
});

test("a Pod on a node that is gone goes at once", () => {
  const nodes = [node("node-1"), node("node-2")];
  const harness = createHarness({ nodes });
  harness.write(pods.put(pod("a", { nodeName: "node-1" })), pods.put(pod("b", { nodeName: "node-2" })));
  nodes.shift();
  harness.restart();
  expect(harness.list(pods).map((p) => p.metadata.name)).toEqual(["b"]);
});

test("a Pod for a node that has never been there waits forty seconds for it", () => {
  const harness = createHarness({ nodes: [node("node-1")] });
  harness.write(pods.put(pod("a", { nodeName: "elsewhere" })));
  harness.advance(39_999);
  expect(harness.list(pods)).toHaveLength(1);
  harness.advance(1);
  expect(harness.list(pods)).toEqual([]);
});

test("a Pod that tolerates a NoExecute taint stays, for as long as it says; any other is told to go", () => {
  const nodes = [node("node-1", { taints: [taint] })];
  const harness = createHarness({ nodes });
  const toleration = { key: "maintenance", operator: "Exists" } as const;
  harness.write(
    pods.put(pod("stays", { nodeName: "node-1", tolerations: [toleration] })),
    pods.put(pod("lingers", { nodeName: "node-1", tolerations: [{ ...toleration, tolerationSeconds: 30 }] })),
    pods.put(pod("goes", { nodeName: "node-1" })),
  );
  const left = () => harness.list(pods).map((p) => p.metadata.name);
  harness.advance(2000);
  expect(left()).toEqual(["stays", "lingers"]);
  const said = harness.list(events).filter((e) => e.reason === "TaintManagerEviction");
  expect(said.map((e) => e.message)).toEqual(["Marking for deletion Pod shop/goes"]);
  harness.advance(28_500);
  expect(harness.get(pods, "lingers").metadata.deletionTimestamp).toBeDefined();
  harness.advance(60_000);
  expect(left()).toEqual(["stays"]);
});
