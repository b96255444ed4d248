import { describe, expect, test } from "vitest";
import { deployments, events, pods, replicaSets, serviceAccounts } from "../../../shared/controllers/resources.ts";
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

  test("counts its terminating Pods until they are gone, and its Deployment does", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web", { replicas: 3 })));
    for (const { metadata } of harness.list(pods).slice(0, 2)) harness.write(pods.delete(metadata.name));
    const counts = () => [
      harness.list(replicaSets)[0]?.status.terminatingReplicas,
      harness.get(deployments, "web").status.terminatingReplicas,
    ];
    expect(counts()).toEqual([2, 2]);
    harness.advance(2000);
    expect(counts()).toEqual([0, 0]);
  });

  test("whose ServiceAccount lacks says so ever more slowly, and makes its Pods once it is there", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web", { replicas: 2 }, { serviceAccountName: "robot" })));
    const [set] = harness.list(replicaSets);
    const name = `${set?.metadata.name}-`;
    const refusal = `pods "${name}" is forbidden: error looking up service account shop/robot: serviceaccount "robot" not found`;
    const failures = () => harness.list(events).filter((e) => e.reason === "FailedCreate");
    expect(failures().map((e) => [e.type, e.message, e.count])).toEqual([["Warning", `Error creating: ${refusal}`, 1]]);
    expect(harness.list(replicaSets)[0]?.status.conditions).toMatchObject([
      { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: refusal },
    ]);
    harness.advance(31_000);
    expect(failures()[0]?.count).toBe(6);
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } };
    harness.write(serviceAccounts.put(account));
    expect(harness.list(pods).map((p) => p.spec.serviceAccountName)).toEqual(["robot", "robot"]);
    expect(harness.list(replicaSets)[0]?.status.conditions).toBeUndefined();
  });

  test("makes its Pods in several turns when they are many, and each turn leaves a true state", () => {
    const harness = createHarness({ budget: 1000 });
    harness.write(deployments.put(deployment("web", { replicas: 350 })));
    const sizes = [harness.list(pods).length];
    while (harness.isPending()) {
      harness.turn();
      sizes.push(harness.list(pods).length);
    }
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes.map((size, i) => size - (sizes[i - 1] ?? 0)))).toBeLessThanOrEqual(200);
    expect(sizes.at(-1)).toBe(350);
    expect(harness.get(deployments, "web").status.availableReplicas).toBe(350);
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
