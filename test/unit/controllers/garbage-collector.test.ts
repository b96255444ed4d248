import { describe, expect, test } from "vitest";
import { deployments, pods, replicaSets, services } from "../../../shared/controllers/resources.ts";
import type { ResourceKey } from "../../../shared/registry/resource-kind.ts";
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

  test("knows custom resources of the namespace as owners, in whatever version they are named", () => {
    const widgets = "widgets.example.com" as ResourceKey;
    const customKinds = new Map([["example.com/Widget", { resource: widgets, scope: "Namespaced" }] as const]);
    const harness = createHarness({ customKinds });
    const object = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" } };
    harness.write({ kind: "put", resource: widgets, object });
    const { uid } = harness.view.get(widgets, "w")?.metadata ?? expect.fail("no widget");
    harness.write(owned("a", [{ apiVersion: "example.com/v2", kind: "Widget", name: "w", uid }]));
    expect(harness.list(pods)).toHaveLength(1);
    harness.write({ kind: "delete", resource: widgets, name: "w" });
    harness.advance(1000);
    expect(harness.list(pods)).toEqual([]);
  });

  test("deletes custom resources with their owners", () => {
    const widgets = "widgets.example.com" as ResourceKey;
    const harness = createHarness();
    harness.write(services.put(service("a")));
    const metadata = { name: "w", ownerReferences: [owner(harness, "a")] };
    const object = { apiVersion: "example.com/v1", kind: "Widget", metadata };
    harness.write({ kind: "put", resource: widgets, object });
    harness.write(services.delete("a"));
    expect([...harness.view.list(widgets)]).toEqual([]);
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

const policy = (name: string, propagationPolicy: "Orphan" | "Background" | "Foreground") => ({
  ...deployments.delete(name),
  propagationPolicy,
});
const finalizers = (harness: Harness) => ({
  deployment: deployments.get(harness.view, "web")?.metadata.finalizers,
  replicaSets: harness.list(replicaSets).map((r) => r.metadata.finalizers ?? []),
});

describe("a Deployment deleted by policy", () => {
  test("Orphan leaves its ReplicaSets, which keep their Pods, free of owners", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web")));
    harness.write(policy("web", "Orphan"));
    harness.advance(5000);
    expect(harness.list(deployments)).toEqual([]);
    const [set] = harness.list(replicaSets);
    expect(set?.metadata.ownerReferences).toBeUndefined();
    expect(harness.list(pods).every((p) => p.metadata.ownerReferences?.[0]?.uid === set?.metadata.uid)).toBe(true);
    expect(harness.list(pods).length).toBe(set?.spec.replicas);
  });

  test("Orphan's ReplicaSets are adopted by a new one of the same name", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web")));
    harness.write(policy("web", "Orphan"));
    const before = harness.list(replicaSets).map((r) => r.metadata.uid);
    harness.write(deployments.put(deployment("web")));
    expect(harness.list(replicaSets).map((r) => r.metadata.uid)).toEqual(before);
    const owners = harness.list(replicaSets).map((r) => r.metadata.ownerReferences?.[0]?.uid);
    expect(owners).toEqual([harness.get(deployments, "web").metadata.uid]);
  });

  test("Foreground stays until its ReplicaSets are gone, and they until their Pods are", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web")));
    harness.write(policy("web", "Foreground"));
    expect(finalizers(harness)).toEqual({ deployment: ["foregroundDeletion"], replicaSets: [["foregroundDeletion"]] });
    expect(harness.list(pods).every((p) => p.metadata.deletionTimestamp !== undefined)).toBe(true);
    harness.advance(5000);
    const gone = harness.log.filter((c) => c.after === undefined).map((c) => c.resource);
    expect(gone.filter((r) => r !== pods.key && r !== "events")).toEqual([replicaSets.key, deployments.key]);
    expect([...harness.list(pods), ...harness.list(deployments)]).toEqual([]);
  });

  test("Foreground and then Background does not wait any more", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web")));
    harness.write(policy("web", "Foreground"));
    harness.write(policy("web", "Background"));
    expect(harness.list(deployments)).toEqual([]);
  });
});

describe("foreground deletion", () => {
  const foreground = { ...services.delete("a"), propagationPolicy: "Foreground" as const };
  const held = (name: string, references: object[]) => {
    const draft = pod(name, {}, { app: "other" });
    const metadata = { ...draft.metadata, ownerReferences: references, finalizers: ["example.com/hold"] };
    return pods.put({ ...draft, metadata } as typeof draft);
  };

  test.each([
    ["waits for a dependent that blocks it", true, 1],
    ["does not wait for one that does not", false, 0],
  ])("%s", (_, blockOwnerDeletion, left) => {
    const harness = createHarness();
    harness.write(services.put(service("a")));
    harness.write(held("one", [{ ...owner(harness, "a"), blockOwnerDeletion }]));
    harness.write(foreground);
    harness.advance(5000);
    expect(harness.list(services)).toHaveLength(left);
    expect(harness.get(pods, "one").metadata.deletionTimestamp).toBeDefined();
  });

  test("keeps a dependent that has another owner, and lets go of it", () => {
    const harness = createHarness();
    harness.write(services.put(service("a")), services.put(service("b")));
    harness.write(owned("both", [{ ...owner(harness, "a"), blockOwnerDeletion: true }, owner(harness, "b")]));
    const other = owner(harness, "b");
    harness.write(foreground);
    harness.advance(5000);
    expect(harness.get(pods, "both").metadata).toMatchObject({ ownerReferences: [other] });
    expect(harness.list(services).map((s) => s.metadata.name)).toEqual(["b"]);
  });

  test("of two that own each other ends", () => {
    const harness = createHarness();
    harness.write(services.put(service("a")));
    harness.write(
      services.put({
        ...service("b"),
        metadata: { ...service("b").metadata, ownerReferences: [{ ...owner(harness, "a"), blockOwnerDeletion: true }] },
      }),
    );
    const back = { ...owner(harness, "b"), blockOwnerDeletion: true };
    harness.update(services, "a", (s) => ({ ...s, metadata: { ...s.metadata, ownerReferences: [back] } }));
    harness.write(foreground);
    harness.advance(5000);
    expect(harness.list(services)).toEqual([]);
  });
});
