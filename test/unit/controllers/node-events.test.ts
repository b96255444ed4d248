import { expect, test } from "vitest";
import type { ClusterNode } from "../../../shared/controllers/controller.ts";
import { events } from "../../../shared/controllers/resources.ts";
import { createHarness } from "./harness.ts";

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

test("it is said in default, and nowhere else", () => {
  const harness = createHarness({ nodes: [node("node-1", true)], namespace: "shop" });
  harness.restart();
  expect(harness.list(events)).toEqual([]);
});
