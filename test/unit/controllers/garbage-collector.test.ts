import { describe, expect, test } from "vitest";
import { deployments, pods, replicaSets, services } from "../../../shared/controllers/resources.ts";
import { changesTo, createHarness, type Harness } from "./harness.ts";
import { deployment, pod, service } from "./objects.ts";

const owner = (harness: Harness, name: string) => {
  const { metadata } = harness.get(services, name);
  return { apiVersion: "v1", kind: "Service", name, uid: metadata.uid };
};

const owned = (name: string, ownerReferences: object[]) => {
  const draft = pod(name, {}, { app: "other" });
  return pods.put({ ...draft, metadata: { ...draft.metadata, ownerReferences } } as typeof draft);
};

describe("the garbage collector", () => {
  test("deletes what has lost its last owner, and keeps what has one left", () => {
    const harness = createHarness();
    harness.write(services.put(service("a")), services.put(service("b")));
    harness.write(owned("one", [owner(harness, "a")]), owned("both", [owner(harness, "a"), owner(harness, "b")]));
    harness.write(services.delete("a"));
    harness.advance(1000);
    expect(harness.list(pods).map((p) => p.metadata.name)).toEqual(["both"]);
    expect(harness.get(pods, "both").metadata.ownerReferences).toEqual([owner(harness, "b")]);
  });

  test("deletes an object that is made for an owner that is gone, or only has its name", () => {
    const harness = createHarness();
    harness.write(services.put(service("a")));
    harness.write(owned("orphan", [{ ...owner(harness, "a"), uid: "another" }]));
    harness.advance(1000);
    expect(harness.list(pods)).toEqual([]);
  });

  test("leaves alone what is owned by something it cannot see", () => {
    const harness = createHarness();
    harness.write(
      owned("a", [{ apiVersion: "example.com/v1", kind: "Widget", name: "w", uid: "1" }]),
      owned("b", [{ apiVersion: "v1", kind: "Node", name: "node-1", uid: "2" }]),
    );
    harness.advance(1000);
    expect(harness.list(pods)).toHaveLength(2);
  });

  test("takes Deployment, ReplicaSet and Pods away in one transaction", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web")));
    const changes = harness.write(deployments.delete("web"));
    expect(changesTo(changes, replicaSets).map((c) => c.after)).toEqual([undefined]);
    expect(harness.list(pods).every((p) => p.metadata.deletionTimestamp !== undefined)).toBe(true);
    harness.advance(1000);
    expect(harness.list(pods)).toEqual([]);
  });
});
