/** Garbage collection, Events and their expiry, `default/kubernetes`, restarts, and the loop itself. */
import { describe, expect, test } from "vitest";
import type { Controller } from "../../../shared/controllers/controller.ts";
import { eventName, recordEvent, type EventDraft } from "../../../shared/controllers/events.ts";
import { deployments, endpoints, endpointSlices, events, pods, replicaSets, services } from "../../../shared/controllers/resources.ts";
import { changesTo, createHarness, type Harness } from "./harness.ts";
import { deployment, pod, service } from "./objects.ts";

describe("the garbage collector", () => {
  const owner = (harness: Harness, name: string) => {
    const { metadata } = harness.get(services, name);
    return { apiVersion: "v1", kind: "Service", name, uid: metadata.uid };
  };
  const owned = (name: string, ownerReferences: object[]) => {
    const draft = pod(name, {}, { app: "other" });
    return pods.put({ ...draft, metadata: { ...draft.metadata, ownerReferences } } as typeof draft);
  };

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

describe("Events", () => {
  const draft = (harness: Harness): EventDraft => ({
    about: harness.get(pods, "web"),
    type: "Warning",
    reason: "BackOff",
    message: "back-off",
    component: "kubelet",
    host: "node-1",
  });
  const context = (harness: Harness) => ({ view: harness.view, host: harness.host, namespace: "shop" });

  test("that repeat are counted up, not repeated", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web")));
    for (let i = 0; i < 3; i++) {
      harness.write(recordEvent(draft(harness), context(harness)));
      harness.advance(60_000);
    }
    const event = harness.get(events, eventName(draft(harness)));
    expect(event).toMatchObject({
      count: 3,
      firstTimestamp: "2026-01-01T00:00:00Z",
      lastTimestamp: "2026-01-01T00:02:00Z",
      type: "Warning",
      source: { component: "kubelet", host: "node-1" },
      reportingComponent: "kubelet",
    });
  });

  test("of different messages, reasons or objects are different", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web")), pods.put(pod("db")));
    const one = draft(harness);
    const others = [one, { ...one, message: "other" }, { ...one, reason: "Other" }, { ...one, about: harness.get(pods, "db") }];
    expect(new Set(others.map(eventName)).size).toBe(4);
  });

  test("about an object of the longest name have a valid name", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("a".repeat(253))));
    expect(harness.list(events).every((e) => e.metadata.name.length <= 253)).toBe(true);
    expect(harness.list(events)).toHaveLength(4);
  });

  test("are gone an hour after they last happened", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web")));
    harness.advance(30 * 60_000);
    harness.write(recordEvent(draft(harness), context(harness)));
    harness.advance(30 * 60_000 - 1);
    expect(harness.list(events)).toHaveLength(5);
    harness.advance(1);
    expect(harness.list(events).map((e) => e.reason)).toEqual(["BackOff"]);
    harness.advance(30 * 60_000);
    expect(harness.list(events)).toEqual([]);
    expect(harness.timers().size).toBe(0);
  });

  test("of a ReplicaSet name the Pods it makes and takes away", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web", { replicas: 1 })));
    const [name] = harness.list(pods).map((p) => p.metadata.name);
    harness.update(deployments, "web", (d) => ({ ...d, spec: { ...d.spec, replicas: 0 } }));
    const said = harness.list(events).filter((e) => e.source?.component === "replicaset-controller");
    expect(said.map((e) => [e.reason, e.message])).toEqual([
      ["SuccessfulCreate", `Created pod: ${name}`],
      ["SuccessfulDelete", `Deleted pod: ${name}`],
    ]);
  });
});

describe("Service kubernetes", () => {
  test("is in namespace default, with the API server behind it", () => {
    const harness = createHarness({ namespace: "default" });
    harness.restart();
    expect(harness.get(services, "kubernetes").spec).toMatchObject({ clusterIP: "10.96.0.1", ports: [{ name: "https", port: 443, targetPort: 6443 }] });
    expect(harness.get(endpoints, "kubernetes").subsets).toEqual([
      { addresses: [{ ip: "192.168.0.100" }], ports: [{ name: "https", port: 6443, protocol: "TCP" }] },
    ]);
    expect(harness.get(endpointSlices, "kubernetes")).toMatchObject({
      addressType: "IPv4",
      endpoints: [{ addresses: ["192.168.0.100"], conditions: { ready: true } }],
      ports: [{ name: "https", port: 6443, protocol: "TCP" }],
    });
  });

  test("comes back when it or its endpoints are deleted", () => {
    const harness = createHarness({ namespace: "default" });
    harness.restart();
    harness.write(services.delete("kubernetes"), endpointSlices.delete("kubernetes"));
    expect(harness.get(services, "kubernetes")).toBeDefined();
    expect(harness.get(endpoints, "kubernetes")).toBeDefined();
    expect(harness.get(endpointSlices, "kubernetes")).toBeDefined();
  });

  test("is nobody's business in other namespaces", () => {
    const harness = createHarness({ namespace: "shop" });
    harness.restart();
    expect(harness.list(services)).toEqual([]);
  });
});

describe("a restart", () => {
  test("changes nothing and derives the same timers", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), deployments.put(deployment("web", { minReadySeconds: 60 })));
    harness.restart();
    harness.advance(5000);
    const [first] = harness.list(pods);
    harness.write(pods.delete(first?.metadata.name ?? ""));
    const before = new Map([...harness.timers()].sort());
    expect(harness.restart()).toEqual([]);
    expect(new Map([...harness.timers()].sort())).toEqual(before);
    expect([...before.keys()]).toContain(`kubelet/${first?.metadata.name}`);
    expect([...before.keys()].some((key) => key.startsWith("replicaset/"))).toBe(true);
  });
});

describe("the loop", () => {
  const spinner: Controller = {
    name: "spinner",
    keysFor: (change) => [change.name],
    allKeys: () => [],
    reconcile: (name, { view }) => {
      const object = pods.get(view, name);
      if (object === undefined) return { writes: [], requeueAt: null };
      const turn = String(Number(object.metadata.annotations?.["turn"] ?? "0") + 1);
      return { writes: [pods.put({ ...object, metadata: { ...object.metadata, annotations: { turn } } })], requeueAt: null };
    },
  };

  test("stops controllers that never settle", () => {
    const harness = createHarness({ controllers: [spinner] });
    expect(() => harness.write(pods.put(pod("web")))).toThrow("controllers do not settle: spinner/web");
  });

  test("lets the controllers that stand first finish before later ones look", () => {
    const seen: string[] = [];
    const counter = (name: string, work: boolean): Controller => ({
      name,
      keysFor: (change) => [change.name],
      allKeys: () => [],
      reconcile: (key, { view }) => {
        const object = pods.get(view, key);
        const done = object?.metadata.annotations?.["done"] === "yes";
        seen.push(`${name} ${done}`);
        if (!work || object === undefined) return { writes: [], requeueAt: null };
        return { writes: [pods.put({ ...object, metadata: { ...object.metadata, annotations: { done: "yes" } } })], requeueAt: null };
      },
    });
    createHarness({ controllers: [counter("first", true), counter("last", false)] }).write(pods.put(pod("web")));
    expect(seen).toEqual(["first false", "first true", "last true"]);
  });

  test("ignores timers of controllers that are no more", () => {
    const harness = createHarness({ controllers: [] });
    expect(harness.restart()).toEqual([]);
  });
});
