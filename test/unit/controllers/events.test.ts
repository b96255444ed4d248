import { describe, expect, test } from "vitest";
import { eventName, recordEvent, type EventDraft } from "../../../shared/controllers/events.ts";
import { deployments, events, pods } from "../../../shared/controllers/resources.ts";
import { createHarness, type Harness } from "./harness.ts";
import { deployment, pod } from "./objects.ts";

const draft = (harness: Harness): EventDraft => ({
  about: harness.get(pods, "web"),
  type: "Warning",
  reason: "BackOff",
  message: "back-off",
  component: "kubelet",
  host: "node-1",
});

const context = (harness: Harness) => ({ view: harness.view, host: harness.host, namespace: "shop" });

describe("Events", () => {
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
    const others = [
      one,
      { ...one, message: "other" },
      { ...one, reason: "Other" },
      { ...one, about: harness.get(pods, "db") },
    ];
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

  test("of a Pod's start have names in the order in which it happened", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web", {})));
    const said = harness.list(events).filter((e) => e.involvedObject.kind === "Pod");
    said.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    expect(said.map((e) => e.reason)).toEqual(["Scheduled", "Pulled", "Created", "Started"]);
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
