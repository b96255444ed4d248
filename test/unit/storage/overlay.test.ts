import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { deployments, pods, services } from "../../../shared/controllers/resources.ts";
import type { Host } from "../../../shared/runtime/host.ts";
import { labelled } from "../../../shared/storage/object-memory.ts";
import { createOverlay } from "../../../shared/storage/overlay.ts";
import type { View } from "../../../shared/storage/view.ts";
import { deployment, pod, service } from "../controllers/objects.ts";

const NOW = Date.parse("2026-01-01T00:00:00.250Z");
const host: Host = { now: () => NOW, uid: () => "a-uid", pick: () => 0 };
const stored = <T extends { metadata: object }>(draft: T, metadata: object = {}): T & KubeObject => ({
  ...draft,
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    uid: "u",
    resourceVersion: "7",
    creationTimestamp: "2025-01-01T00:00:00Z",
    namespace: "shop",
    ...draft.metadata,
    ...metadata,
  } as KubeObject["metadata"],
});
const viewOf = (...objects: readonly KubeObject[]): View => ({
  get: (resource, name) => (resource === pods.key ? objects.find((o) => o.metadata.name === name) : undefined),
  list: (resource) => (resource === pods.key ? objects : []),
  withLabel: (resource, label, value) => (resource === pods.key ? labelled(objects, label, value) : []),
  indexed: (index, key) =>
    index.resource === pods.key ? objects.filter((object) => index.keysOf(object).includes(key)) : [],
  resources: () => [pods.key],
});

describe("a put", () => {
  test("of a new object stamps who and when, and generation 1 where the kind counts generations", () => {
    const overlay = createOverlay(viewOf(), host, "shop");
    const change = overlay.apply(deployments.put(deployment("web")));
    expect(change?.before).toBeUndefined();
    expect(change?.after?.metadata).toMatchObject({
      name: "web",
      namespace: "shop",
      uid: "a-uid",
      resourceVersion: "",
      creationTimestamp: "2026-01-01T00:00:00Z",
      generation: 1,
    });
    expect(overlay.apply(services.put(service("web")))?.after?.metadata).not.toHaveProperty("generation");
  });

  test("of a changed object keeps its identity, and only a spec change is a new generation", () => {
    const overlay = createOverlay(viewOf(), host, "shop");
    overlay.apply(deployments.put(deployment("web")));
    const first = deployments.get(overlay.view, "web");
    if (first === undefined) throw new Error("not there");
    overlay.apply(deployments.put({ ...first, metadata: { name: "web" }, status: { replicas: 1 } }));
    expect(deployments.get(overlay.view, "web")?.metadata).toMatchObject({ uid: "a-uid", generation: 1 });
    overlay.apply(deployments.put({ ...first, spec: { ...first.spec, replicas: 9 } }));
    expect(deployments.get(overlay.view, "web")?.metadata).toMatchObject({ uid: "a-uid", generation: 2 });
  });

  test("that says nothing new is no change", () => {
    const object = stored(pod("web"));
    const overlay = createOverlay(viewOf(object), host, "shop");
    const { metadata, ...rest } = object;
    expect(overlay.apply(pods.put({ ...rest, metadata: { ...metadata, resourceVersion: "6" } }))).toBeNull();
    expect(overlay.changes()).toEqual([]);
  });

  test("that takes the last finalizer off a deleted object removes it", () => {
    const object = stored(pod("web"), {
      finalizers: ["x"],
      deletionTimestamp: "2025-01-01T00:00:00Z",
      deletionGracePeriodSeconds: 0,
    });
    const overlay = createOverlay(viewOf(object), host, "shop");
    const change = overlay.apply(pods.put({ ...object, metadata: { ...object.metadata, finalizers: [] } }));
    expect(change).toMatchObject({ name: "web", after: undefined });
  });

  test("cannot bring a deleted object back to life", () => {
    const object = stored(pod("web"), { deletionTimestamp: "2026-01-01T00:00:30Z", deletionGracePeriodSeconds: 30 });
    const overlay = createOverlay(viewOf(object), host, "shop");
    overlay.apply(pods.put(pod("web", { hostname: "x" })));
    expect(pods.get(overlay.view, "web")?.metadata.deletionTimestamp).toBe("2026-01-01T00:00:30Z");
  });

  test("to a custom resource, whose definition only the API knows, changes no generation by its metadata", () => {
    const gadgets = "gadgets.example.com" as typeof pods.key;
    const before = { ...stored(pod("web", { hostname: "a" })), kind: "Gadget" };
    const view = {
      get: () => before,
      list: () => [before],
      withLabel: () => [],
      indexed: () => [],
      resources: () => [gadgets],
    };
    const put = (object: typeof before) =>
      createOverlay(view, host, "shop").apply({ kind: "put", resource: gadgets, object })?.after?.metadata.generation;
    const generation = before.metadata.generation ?? 0;
    expect(put({ ...before, metadata: { ...before.metadata, finalizers: ["example.com/a"] } })).toBe(
      before.metadata.generation,
    );
    expect(put({ ...before, spec: { ...before.spec, hostname: "b" } })).toBe(generation + 1);
  });
});

describe("the view", () => {
  test("shows stored objects, changed ones once, new ones, and none that are gone", () => {
    const overlay = createOverlay(viewOf(stored(pod("a")), stored(pod("b")), stored(pod("c"))), host, "shop");
    overlay.apply(pods.put(pod("d")));
    overlay.apply(pods.put(stored(pod("b", { hostname: "x" }))));
    overlay.apply(pods.remove("c"));
    expect([...pods.list(overlay.view)].map((p) => p.metadata.name).sort()).toEqual(["a", "b", "d"]);
    expect(pods.get(overlay.view, "b")?.spec.hostname).toBe("x");
    expect(pods.get(overlay.view, "c")).toBeUndefined();
    expect(overlay.changes().map((c) => c.name)).toEqual(["d", "b", "c"]);
  });

  test("knows names such as __proto__ only when they are there", () => {
    const overlay = createOverlay(viewOf(), host, "shop");
    expect(pods.get(overlay.view, "__proto__")).toBeUndefined();
    overlay.apply(pods.put(pod("constructor")));
    expect(pods.get(overlay.view, "constructor")?.metadata.name).toBe("constructor");
  });

  test("keeps every change to an object, in order: ADDED, then MODIFIED", () => {
    const overlay = createOverlay(viewOf(), host, "shop");
    overlay.apply(pods.put(pod("web")));
    overlay.apply(pods.put(pod("web", { hostname: "x" })));
    expect(overlay.changes().map((c) => c.before === undefined)).toEqual([true, false]);
  });
});

test("a look by label sees what the transaction has put, changed and taken away", () => {
  const labels = (app: string) => ({ labels: { app } });
  const base = ["kept", "moved", "gone"].map((name) => stored(pod(name), labels("web")));
  const overlay = createOverlay(viewOf(...base, stored(pod("joins"), labels("db"))), host, "shop");
  overlay.apply(pods.remove("gone"));
  overlay.apply(pods.put({ ...stored(pod("moved")), metadata: { name: "moved", ...labels("db") } }));
  overlay.apply(pods.put({ ...stored(pod("joins")), metadata: { name: "joins", ...labels("web") } }));
  overlay.apply(pods.put({ ...stored(pod("new")), metadata: { name: "new", ...labels("web") } }));
  const found = Array.from(pods.withLabel(overlay.view, "app", "web"), ({ metadata }) => metadata.name);
  expect(found.sort()).toEqual(["joins", "kept", "new"]);
});
