import { expect, test } from "vitest";
import type { ClusterNode } from "../../../shared/controllers/controller.ts";
import { events } from "../../../shared/controllers/resources.ts";
import { createHarness, START } from "./harness.ts";

const node = (name: string, unschedulable = false): ClusterNode => ({
  name,
  zone: null,
  address: "127.0.0.1",
  ...(unschedulable ? { unschedulable } : {}),
});

test("a node that is cordoned and opened again is said to be, once each time", () => {
  const nodes = [node("node-1"), node("node-2")];
  const harness = createHarness({ nodes, namespace: "default" });
  const said = () => harness.list(events).map((e) => [e.involvedObject.name, e.reason, e.count]);
  harness.restart();
  expect(said()).toEqual([]);
  nodes[1] = node("node-2", true);
  harness.restart();
  harness.restart();
  expect(said()).toEqual([["node-2", "NodeNotSchedulable", 1]]);
  nodes[1] = node("node-2");
  harness.restart();
  harness.restart();
  nodes[1] = node("node-2", true);
  harness.restart();
  harness.restart();
  const all = said();
  expect(all).toHaveLength(2);
  expect(all).toContainEqual(["node-2", "NodeNotSchedulable", 2]);
  expect(all).toContainEqual(["node-2", "NodeSchedulable", 1]);
});

test("a new node is greeted once, and missed once when it has gone", () => {
  const nodes: ClusterNode[] = [{ ...node("node-1"), createdAt: START - 1_000, ready: "True" }];
  const harness = createHarness({ nodes, namespace: "default" });
  harness.restart();
  harness.restart();
  const said = () => harness.list(events).map(({ metadata, reason, count }) => [metadata.name, `${count} ${reason}`]);
  // kubectl shows what happened in one second by name.
  expect(
    said()
      .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))
      .map(([, what]) => what),
  ).toEqual([
    "1 Starting",
    "1 NodeHasSufficientMemory",
    "1 NodeHasNoDiskPressure",
    "1 NodeHasSufficientPID",
    "1 NodeAllocatableEnforced",
    "1 RegisteredNode",
    "1 NodeReady",
  ]);
  nodes[0] = { ...node("node-1"), createdAt: START - 1_000, ready: "False" };
  harness.restart();
  harness.restart();
  expect(said().map(([, what]) => what)).toContain("1 NodeNotReady");
  nodes.length = 0;
  harness.restart();
  harness.restart();
  expect(said().map(([, what]) => what)).toContain("1 RemovingNode");
  expect(said()).toHaveLength(9);
});

test("a node that has been there for long is not greeted again when those Events have expired", () => {
  const nodes = [{ ...node("node-1"), createdAt: START - 3_600_000, ready: "True" }];
  const harness = createHarness({ nodes, namespace: "default" });
  harness.restart();
  expect(harness.list(events)).toEqual([]);
});

test("it is said in default, and nowhere else", () => {
  const harness = createHarness({ nodes: [node("node-1", true)], namespace: "shop" });
  harness.restart();
  expect(harness.list(events)).toEqual([]);
});
