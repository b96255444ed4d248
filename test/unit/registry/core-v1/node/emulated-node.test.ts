import { expect, test } from "vitest";
import { emulatedNode, emulatedNodes } from "../../../../../shared/registry/core-v1/node/emulated-node.ts";

test("nodes are numbered, each with its own loopback address, in the zones by turns", () => {
  expect(emulatedNodes(3, ["a", "b"])).toEqual([
    { name: "node-1", address: "127.0.0.1", zone: "a" },
    { name: "node-2", address: "127.0.0.2", zone: "b" },
    { name: "node-3", address: "127.0.0.3", zone: "a" },
  ]);
  expect(emulatedNodes(1, [])).toEqual([{ name: "node-1", address: "127.0.0.1", zone: null }]);
});

test("only a node in a zone has a region", () => {
  const [zoned] = emulatedNodes(1, ["a"]);
  const [other] = emulatedNodes(1, []);
  const labels = (of: typeof zoned) => Object.keys((of && emulatedNode(of, 0).metadata.labels) ?? {});
  expect(labels(zoned)).toContain("topology.kubernetes.io/region");
  expect(labels(other).filter((key) => key.startsWith("topology."))).toEqual([]);
});
