import { expect, test } from "vitest";
import type { Node } from "../../../../../shared/api/core-v1/node.ts";
import { emulatedNode } from "../../../../../shared/registry/core-v1/node/emulated-node.ts";
import { topologyCpu } from "../../../../../shared/registry/core-v1/node/topology-cpu.ts";

const node = (
  allocatable: Record<string, string> | undefined,
  ready = "True",
  labels: Record<string, string> = {},
): Node =>
  ({
    metadata: { name: "n", labels },
    status: { conditions: [{ type: "Ready", status: ready }], ...(allocatable === undefined ? {} : { allocatable }) },
  }) as unknown as Node;

test.each<[string, Node, number | null]>([
  ["whole CPUs count in thousandths", node({ cpu: "8" }), 8000],
  ["parts of CPUs too", node({ cpu: "0.5" }), 500],
  ["thousandths as they are", node({ cpu: "1500m" }), 1500],
  ["what is no quantity of CPUs is nothing", node({ cpu: "many" }), 0],
  ["a Node that does not say has nothing", node(undefined), 0],
  ["a Node that is not ready does not count", node({ cpu: "8" }, "False"), null],
  ["a control plane does not count", node({ cpu: "8" }, "True", { "node-role.kubernetes.io/control-plane": "" }), null],
])("%s", (_, of, expected) => {
  expect(topologyCpu(of)).toBe(expected);
});

test("an emulated Node counts", () => {
  expect(topologyCpu(emulatedNode({ name: "n", address: "127.0.0.1", zone: "a" }, 0) as Node)).toBe(8000);
});
