import { describe, expect, test } from "vitest";
import { deployments, pods, replicaSets } from "../../../shared/controllers/resources.ts";
import { createHarness } from "./harness.ts";
import { deployment } from "./objects.ts";

describe("a ReplicaSet", () => {
  test("adopts Pods that match and have no owner, and lets go of those that match no longer", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web", { replicas: 2 })));
    const [set] = harness.list(replicaSets);
    const [first] = harness.list(pods);
    const stray = first?.metadata.name ?? "";
    harness.update(pods, stray, (p) => ({ ...p, metadata: { ...p.metadata, labels: { app: "debug" } } }));
    expect(harness.get(pods, stray).metadata.ownerReferences).toEqual([]);
    expect(harness.list(pods)).toHaveLength(3);
    harness.update(pods, stray, (p) => ({
      ...p,
      metadata: { ...p.metadata, labels: set?.spec.selector.matchLabels ?? {} },
    }));
    harness.advance(2000);
    expect(harness.list(pods)).toHaveLength(2);
  });

  test("makes no more Pods than a namespace may hold, and says why", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web", { replicas: 1_000_000_000 })));
    expect(harness.list(pods)).toHaveLength(5000);
    const [set] = harness.list(replicaSets);
    expect(set?.status.conditions).toMatchObject([{ type: "ReplicaFailure", status: "True", reason: "FailedCreate" }]);
    const failure = harness.get(deployments, "web").status.conditions?.find((c) => c.type === "ReplicaFailure");
    expect(failure?.message).toContain("exceeded quota");
  }, 60_000);
});
