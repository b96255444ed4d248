import { expect, test } from "vitest";
import type { Pod } from "../../../shared/api/core-v1/pod.ts";
import { byDeletionPreference } from "../../../shared/controllers/pod-deletion-order.ts";
import { podSpec } from "./objects.ts";

const base = (name: string, changes: Partial<Pod> = {}, time = "2026-01-01T00:00:00Z"): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, uid: name, resourceVersion: "1", creationTimestamp: time },
  spec: podSpec({ nodeName: "node-1" }),
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True", lastTransitionTime: time }] },
  ...changes,
});
const annotated = (name: string, cost: string): Pod => {
  const pod = base(name);
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { "controller.kubernetes.io/pod-deletion-cost": cost } },
  };
};
const onNode = (name: string, nodeName: string): Pod => ({ ...base(name), spec: podSpec({ nodeName }) });
const later = "2026-01-01T01:00:00Z";
const unready = { phase: "Running", conditions: [{ type: "Ready", status: "False" }] } as const;
const restarted = {
  ...base("b").status,
  containerStatuses: [{ name: "c", ready: true, restartCount: 3, image: "", imageID: "" }],
};

test.each<[string, Pod, readonly Pod[]]>([
  ["a Pod without a node before one that has one", { ...base("a"), spec: podSpec() }, [base("b")]],
  ["a pending Pod before a running one", base("a", { status: { phase: "Pending" } }), [base("b", { status: unready })]],
  ["a Pod that is not ready before one that is", base("a", { status: unready }), [base("b")]],
  ["a Pod of lower deletion cost", annotated("a", "-5"), [base("b"), annotated("c", "10")]],
  ["not by a deletion cost that is no number", { ...base("a", {}, later) }, [annotated("b", "1e9")]],
  ["a Pod on the fuller node", onNode("b", "n1"), [onNode("a", "n2"), onNode("c", "n1")]],
  ["the one that became ready last", base("a", {}, later), [base("b")]],
  ["the one that restarted more often", base("b", { status: restarted }), [base("a")]],
])("deletes %s", (_, first, others) => {
  expect(byDeletionPreference([...others, first])[0]?.metadata.name).toBe(first.metadata.name);
  expect(byDeletionPreference([first, ...others])[0]?.metadata.name).toBe(first.metadata.name);
});
