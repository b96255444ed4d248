/** The loop itself, and restarts. */
import { describe, expect, test } from "vitest";
import type { Controller } from "../../../shared/controllers/controller.ts";
import { deployments, pods, services } from "../../../shared/controllers/resources.ts";
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
