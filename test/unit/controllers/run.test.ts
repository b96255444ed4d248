/** The loop itself, and restarts. */
import { describe, expect, test } from "vitest";
import type { Controller } from "../../../shared/controllers/controller.ts";
import { deployments, pods, services } from "../../../shared/controllers/resources.ts";
import { runControllers } from "../../../shared/controllers/run.ts";
import { Timers } from "../../../shared/controllers/timers.ts";
import type { View } from "../../../shared/storage/view.ts";
import { createHarness } from "./harness.ts";
import { deployment, pod, service } from "./objects.ts";

describe("a restart", () => {
  test("changes nothing and derives the same timers", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), deployments.put(deployment("web", { minReadySeconds: 60 })));
    harness.restart();
    harness.advance(5000);
    const [first] = harness.list(pods);
    harness.write(pods.delete(first?.metadata.name ?? ""));
    const before = new Map(harness.timers());
    expect(harness.restart()).toEqual([]);
    expect(new Map(harness.timers())).toEqual(before);
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
      return {
        writes: [pods.put({ ...object, metadata: { ...object.metadata, annotations: { turn } } })],
        requeueAt: null,
      };
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
        return {
          writes: [pods.put({ ...object, metadata: { ...object.metadata, annotations: { done: "yes" } } })],
          requeueAt: null,
        };
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

describe("a controller that throws", () => {
  const { host } = createHarness();
  const cluster = {
    clusterDomain: "cluster.local",
    nodes: [],
    apiServer: { address: "127.0.0.1", port: 6443 },
    customKinds: new Map(),
    kubernetesServiceIP: "10.96.0.1",
    ingressClasses: new Map([["wherry", "wherry.internal/ingress-controller"]]),
    ingressAddress: "127.0.0.1",
  };
  const around = {
    namespace: "shop",
    host,
    cluster,
    podAddresses: { take: () => null },
    leases: { of: () => [] },
    health: { failureOf: () => null },
  };
  const view: View = { get: () => undefined, list: () => [], withLabel: () => [], resources: () => [] };
  const looker = (name: string, reconcile: (key: string) => void): Controller => ({
    name,
    keysFor: () => [],
    allKeys: () => [],
    reconcile: (key) => {
      reconcile(key);
      return { writes: [], requeueAt: null };
    },
  });
  const broken = looker("broken", (key) => {
    if (key === "bad") throw new Error("a bug");
  });
  const run = (controllers: readonly Controller[], due: readonly string[]) =>
    runControllers([], view, (v) => ({ ...around, view: v }), controllers, { due });

  test("fails its own key, and nothing else that is due", () => {
    const seen: string[] = [];
    const other = looker("other", (key) => void seen.push(key));
    const { failures, timers } = run([broken, other], ["broken/bad", "broken/good", "other/web"]);
    expect(failures).toEqual([{ key: "broken/bad", error: new Error("a bug") }]);
    expect(seen).toEqual(["web"]);
    expect([...timers.keys()]).toEqual(["broken/good", "other/web"]);
  });

  test("is asked again later and later, until it has a good moment", () => {
    const timers = new Timers();
    const failed = { timers: new Map(), failures: [{ key: "broken/bad", error: new Error("a bug") }] };
    const waits = Array.from({ length: 12 }, () => {
      timers.note(failed, 0);
      const wait = timers.next();
      expect(timers.takeDue(wait)).toEqual(["broken/bad"]);
      return wait / 1000;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000]);
    timers.note({ timers: new Map([["broken/bad", null]]), failures: [] }, 0);
    expect(timers.next()).toBe(Number.POSITIVE_INFINITY);
    timers.note(failed, 5000);
    expect(timers.next()).toBe(6000);
  });
});

describe("timers", () => {
  test("what is postponed does not push aside what was asked for meanwhile", () => {
    const timers = new Timers();
    timers.note({ timers: new Map([["kubelet/web", 100]]), failures: [] }, 0);
    timers.postpone(["kubelet/web", "kubelet/db"], 1000);
    expect(timers.takeDue(100)).toEqual(["kubelet/web"]);
    expect(timers.next()).toBe(1000);
  });
});
