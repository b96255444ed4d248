import { describe, expect, test } from "vitest";
import type { Container, PodSpec } from "../../../../shared/api/core-v1/pod.ts";
import { KILLED } from "../../../../shared/controllers/kubelet/container-status.ts";
import type { Observation } from "../../../../shared/controllers/kubelet/observations.ts";
import { events, pods, services } from "../../../../shared/controllers/resources.ts";
import { printedStatus } from "../../../../shared/registry/core-v1/pod/printed-status.ts";
import { changesTo, createHarness, endpointsOf, type Harness } from "../harness.ts";
import { container, pod, service } from "../objects.ts";

const httpGet = { path: "/healthz", port: 8080 };
const readinessProbe = { httpGet };

const statusOf = (harness: Harness, name = "web") => {
  const { containerStatuses = [], initContainerStatuses = [] } = harness.get(pods, "web").status;
  const found = [...containerStatuses, ...initContainerStatuses].find((s) => s.name === name);
  return found ?? expect.fail(`no container ${name}`);
};
const run = (harness: Harness, name = "web") => ({
  pod: "web",
  uid: harness.get(pods, "web").metadata.uid,
  container: name,
  containerID: statusOf(harness, name).containerID ?? "",
});
const result = (harness: Harness, probe: "startup" | "readiness", healthy: boolean): Observation => ({
  kind: "result",
  of: run(harness),
  probe,
  healthy,
});
const ended = (harness: Harness, ending = KILLED): Observation => ({ kind: "ended", of: run(harness), ending });
const said = (harness: Harness) => harness.list(events).map((e) => [e.reason, e.message, e.count]);
const printed = (harness: Harness) => printedStatus(harness.get(pods, "web"));
const condition = (harness: Harness, type: string) =>
  harness.get(pods, "web").status.conditions?.find((c) => c.type === type);

function running(changes: Partial<Container> = {}, spec: Partial<PodSpec> = {}): Harness {
  const harness = createHarness();
  harness.write(services.put(service("web")), pods.put(pod("web", { containers: [container(changes)], ...spec })));
  return harness;
}

describe("a Pod with a readiness probe", () => {
  test("is ready, and an endpoint, from its success to its failure, in the same transaction", () => {
    const harness = running({ readinessProbe });
    const conditions = () => endpointsOf(harness.view, "web")[0]?.conditions;
    expect(conditions()).toMatchObject({ ready: false, serving: false });
    expect(condition(harness, "Ready")).toMatchObject({
      status: "False",
      reason: "ContainersNotReady",
      message: "containers with unready status: [web]",
    });
    harness.advance(3000);
    const changes = harness.observe(result(harness, "readiness", true));
    expect(new Set(changes.map((c) => c.resource)).size).toBe(3);
    expect(conditions()).toMatchObject({ ready: true, serving: true });
    expect(condition(harness, "Ready")).toMatchObject({ status: "True", lastTransitionTime: "2026-01-01T00:00:03Z" });
    harness.observe(result(harness, "readiness", false));
    expect(conditions()).toMatchObject({ ready: false, serving: false });
  });

  test("keeps what its probe has said when something else of it changes, and when the store starts anew", () => {
    const harness = running({ readinessProbe });
    harness.observe(result(harness, "readiness", true));
    harness.update(pods, "web", (p) => ({ ...p, metadata: { ...p.metadata, annotations: { a: "b" } } }));
    expect(changesTo(harness.restart(), pods)).toEqual([]);
    expect(statusOf(harness)).toMatchObject({ ready: true, started: true });
  });

  test("goes on being told while it terminates: its endpoint serves as long as it succeeds", () => {
    const harness = running({ readinessProbe, lifecycle: { preStop: { sleep: { seconds: 20 } } } });
    harness.observe(result(harness, "readiness", true));
    harness.write(pods.delete("web"));
    const conditions = () => endpointsOf(harness.view, "web")[0]?.conditions;
    expect(conditions()).toEqual({ ready: false, serving: true, terminating: true });
    harness.observe(result(harness, "readiness", false));
    expect(conditions()).toEqual({ ready: false, serving: false, terminating: true });
  });
});

test("a container with a startup probe is not ready before that has succeeded", () => {
  const harness = running({ startupProbe: { httpGet } });
  expect(statusOf(harness)).toMatchObject({ started: false, ready: false });
  harness.observe(result(harness, "startup", true));
  expect(statusOf(harness)).toMatchObject({ started: true, ready: true });
});

test("probes that no one can run count as passing, and one Event says so", () => {
  const exec = { exec: { command: ["true"] } };
  const harness = running({ startupProbe: exec, readinessProbe: exec, livenessProbe: exec });
  expect(statusOf(harness)).toMatchObject({ started: true, ready: true });
  expect(harness.list(events).filter((e) => e.reason === "ProbeNotRun")).toMatchObject([
    {
      type: "Warning",
      message:
        "Probes that need a process count as passing, because backends are not containers: " +
        "web (startup, exec), web (readiness, exec), web (liveness, exec)",
    },
  ]);
});

describe("a container that ends", () => {
  test("starts again at once, and all its probes begin anew", () => {
    const harness = running({ readinessProbe, startupProbe: { httpGet } });
    harness.observe(result(harness, "startup", true), result(harness, "readiness", true));
    expect(statusOf(harness).ready).toBe(true);
    const { containerID } = run(harness);
    harness.advance(5000);
    harness.observe(ended(harness));
    expect(statusOf(harness)).toMatchObject({
      restartCount: 1,
      ready: false,
      started: false,
      state: { running: { startedAt: "2026-01-01T00:00:05Z" } },
      lastState: {
        terminated: {
          exitCode: 137,
          reason: "Error",
          startedAt: "2026-01-01T00:00:00Z",
          finishedAt: "2026-01-01T00:00:05Z",
        },
      },
    });
    expect(statusOf(harness).containerID).not.toBe(containerID);
    expect(said(harness)).toContainEqual(["Started", "Container started", 2]);
    expect(endpointsOf(harness.view, "web")[0]?.conditions?.ready).toBe(false);
  });

  test("again and again waits longer and longer, says so, and starts when its time has come", () => {
    const harness = running();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      harness.observe(ended(harness));
      const before = harness.host.now();
      if (printed(harness).reason === "CrashLoopBackOff") {
        expect(printed(harness)).toMatchObject({ ready: 0, restarts: i });
        expect(harness.get(pods, "web").status.phase).toBe("Running");
      }
      while (statusOf(harness).state?.running === undefined) harness.advance(1000);
      waits.push((harness.host.now() - before) / 1000);
      expect(statusOf(harness).restartCount).toBe(i + 1);
      harness.advance(3000);
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
    harness.advance(601_000);
    harness.observe(ended(harness));
    expect(printed(harness)).toMatchObject({ reason: "Running", restarts: 9 });
    const { uid } = harness.get(pods, "web").metadata;
    const backOff = `Back-off restarting failed container web in pod web_shop(${uid})`;
    expect(said(harness)).toContainEqual(["BackOff", backOff, 7]);
  });

  test("is started again after a restart of the store, neither twice nor never", () => {
    const harness = running();
    harness.observe(ended(harness));
    harness.observe(ended(harness));
    harness.advance(4000);
    harness.restart();
    harness.advance(5999);
    expect(printed(harness)).toMatchObject({ reason: "CrashLoopBackOff", restarts: 1 });
    harness.restart();
    harness.advance(1);
    expect(printed(harness)).toMatchObject({ reason: "Running", restarts: 2 });
    harness.restart();
    harness.advance(60_000);
    expect(printed(harness)).toMatchObject({ reason: "Running", restarts: 2 });
  });

  test.each<[string, PodSpec["restartPolicy"], { exitCode: number; reason: string }, object]>([
    ["with policy Never has failed", "Never", KILLED, { reason: "Error", restarts: 0 }],
    [
      "with policy Never and code 0 has completed",
      "Never",
      { exitCode: 0, reason: "Completed" },
      { reason: "Completed" },
    ],
    [
      "with policy OnFailure and code 0 too",
      "OnFailure",
      { exitCode: 0, reason: "Completed" },
      { reason: "Completed" },
    ],
    ["with policy OnFailure and another code starts again", "OnFailure", KILLED, { reason: "Running", restarts: 1 }],
  ])("%s", (_, restartPolicy, ending, expected) => {
    const harness = running({}, restartPolicy === undefined ? {} : { restartPolicy });
    harness.observe(ended(harness, ending));
    expect(printed(harness)).toMatchObject(expected);
  });

  test("for good takes its Pod with it only when it was the last", () => {
    const harness = running({}, { restartPolicy: "Never", containers: [container(), container({ name: "b" })] });
    harness.observe(ended(harness));
    expect(harness.get(pods, "web").status.phase).toBe("Running");
    harness.observe({ kind: "ended", of: run(harness, "b"), ending: KILLED });
    const { status } = harness.get(pods, "web");
    expect(status.phase).toBe("Failed");
    expect(condition(harness, "Ready")).toMatchObject({ status: "False", reason: "PodFailed" });
    expect(endpointsOf(harness.view, "web")).toEqual([]);
  });

  test("that is a sidecar starts again whatever the Pod's policy is", () => {
    const harness = running(
      {},
      { restartPolicy: "Never", initContainers: [container({ name: "proxy", restartPolicy: "Always" })] },
    );
    harness.observe({ kind: "ended", of: run(harness, "proxy"), ending: KILLED });
    expect(statusOf(harness, "proxy")).toMatchObject({ restartCount: 1, ready: true });
    expect(harness.get(pods, "web").status.phase).toBe("Running");
  });
});

describe("an observation that comes too late", () => {
  test.each<[string, (harness: Harness) => void]>([
    ["because the container runs anew", (h) => h.observe(ended(h))],
    [
      "because the Pod is another of that name",
      (h) => void (h.write(pods.remove("web")), h.write(pods.put(pod("web")))),
    ],
    ["because the Pod has gone", (h) => h.write(pods.remove("web"))],
  ])("%s changes nothing", (_, happens) => {
    const harness = running({ readinessProbe });
    const late = [result(harness, "readiness", true), ended(harness)];
    happens(harness);
    expect(harness.observe(...late)).toEqual([]);
  });
});

describe("a Pod whose preStop is a request", () => {
  const preStop = { lifecycle: { preStop: { httpGet } } };

  test("goes once it is said to have stopped", () => {
    const harness = running(preStop);
    harness.write(pods.delete("web"));
    harness.advance(7000);
    const { uid } = harness.get(pods, "web").metadata;
    harness.observe({ kind: "stopped", pod: "web", uid });
    expect(harness.view.get(pods.key, "web")).toBeUndefined();
  });

  test("goes when its grace period ends if nobody says so", () => {
    const harness = running(preStop);
    harness.write(pods.delete("web"));
    harness.advance(29_000);
    harness.restart();
    expect(harness.view.get(pods.key, "web")).toBeDefined();
    harness.advance(1000);
    expect(harness.view.get(pods.key, "web")).toBeUndefined();
  });

  test("does not stop because of what is said of a Pod that nobody deletes", () => {
    const harness = running(preStop);
    const { uid } = harness.get(pods, "web").metadata;
    expect(harness.observe({ kind: "stopped", pod: "web", uid })).toEqual([]);
  });
});
