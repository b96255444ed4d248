import { expect, test } from "vitest";
import type { Node } from "../../../shared/api/core-v1/node.ts";
import { omit } from "../../../shared/apimachinery/omit.ts";
import { nodeLifecycle } from "../../../shared/controllers/node-lifecycle.ts";
import { nodes, type Draft } from "../../../shared/controllers/resources.ts";
import { createHarness } from "./harness.ts";

const bare = (name: string, spec: Node["spec"] = {}): Draft<Node> => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { disk: "ssd" } },
  spec,
  status: {},
});

const cluster = () => createHarness({ controllers: [nodeLifecycle] });

test("a Node that a client creates gets an address of its own and is ready", () => {
  const harness = cluster();
  harness.write(nodes.put(bare("a")), nodes.put(bare("b")));
  const { status, metadata } = harness.get(nodes, "b");
  expect(status.addresses).toEqual([
    { type: "InternalIP", address: "127.0.0.2" },
    { type: "Hostname", address: "b" },
  ]);
  expect(status.conditions?.find((c) => c.type === "Ready")?.status).toBe("True");
  expect(metadata.labels).toMatchObject({ disk: "ssd", "kubernetes.io/hostname": "b" });
});

test("what a client says of its Node stands", () => {
  const harness = cluster();
  const status = { conditions: [{ type: "Ready", status: "False" }] } as const;
  harness.write(nodes.put({ ...bare("a"), status }));
  expect(harness.get(nodes, "a").status).toEqual(status);
  expect(harness.get(nodes, "a").spec.taints).toMatchObject([
    { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" },
  ]);
});

test("cordoning taints, and uncordoning takes that taint away and leaves others", () => {
  const harness = cluster();
  const others = [{ key: "dedicated", effect: "NoSchedule" }] as const;
  harness.write(nodes.put(bare("a", { taints: others })));
  const keys = () => harness.get(nodes, "a").spec.taints?.map((t) => t.key);
  harness.update(nodes, "a", (n) => ({ ...n, spec: { ...n.spec, unschedulable: true } }));
  expect(keys()).toEqual(["dedicated", "node.kubernetes.io/unschedulable"]);
  harness.update(nodes, "a", (n) => ({ ...n, spec: omit(n.spec, "unschedulable") }));
  expect(keys()).toEqual(["dedicated"]);
});
