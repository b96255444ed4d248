import { describe, expect, test } from "vitest";
import { events, pods, services } from "../../../../shared/controllers/resources.ts";
import { createHarness, endpointsOf, START, type Harness } from "../harness.ts";
import { container, deleteNow, deletePod, pod, service } from "../objects.ts";

const preStop = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } });

const reasons = (harness: Harness, type = "Normal"): readonly string[] =>
  harness
    .list(events)
    .filter((e) => e.type === type)
    .map((e) => e.reason ?? "");

describe("an admitted Pod", () => {
  test("runs, with an address, a node and every status field that clients read", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web")));
    const { spec, status, metadata } = harness.get(pods, "web");
    expect(spec).toMatchObject({ nodeName: "node-1", serviceAccountName: "default", serviceAccount: "default" });
    expect(status).toMatchObject({
      phase: "Running",
      hostIP: "192.168.0.1",
      hostIPs: [{ ip: "192.168.0.1" }],
      podIP: "10.244.0.1",
      podIPs: [{ ip: "10.244.0.1" }],
      qosClass: "BestEffort",
      startTime: "2026-01-01T00:00:00Z",
    });
    expect(status.containerStatuses).toEqual([
      {
        name: "web",
        image: "registry.example/web:1",
        imageID: "registry.example/web:1",
        containerID: `wherry://${metadata.uid}/web/0`,
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
        lastState: {},
      },
    ]);
    const conditions = status.conditions?.map((c) => [c.type, c.status]);
    const types = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];
    expect(conditions).toEqual(types.map((type) => [type, "True"]));
  });

  test("says what happened to it, in Events", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web")));
    const said = harness.list(events).map((e) => [e.reason, e.source?.component, e.message]);
    expect(said).toEqual([
      ["Scheduled", "default-scheduler", "Successfully assigned shop/web to node-1"],
      [
        "Pulled",
        "kubelet",
        'Container image "registry.example/web:1" already present on machine and can be accessed by the pod',
      ],
      ["Created", "kubelet", "Container created"],
      ["Started", "kubelet", "Container started"],
    ]);
    const [first] = harness.list(events);
    expect(first?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
    expect(first?.involvedObject).toMatchObject({ kind: "Pod", name: "web", namespace: "shop" });
  });

  test("keeps its address and its start time whatever else changes", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web")));
    const before = harness.get(pods, "web").status;
    harness.advance(5000);
    const changes = harness.update(pods, "web", (p) => ({
      ...p,
      metadata: { ...p.metadata, labels: { app: "other" } },
    }));
    expect(changes).toHaveLength(1);
    expect(harness.get(pods, "web").status).toEqual(before);
  });

  test("gets back what a client overwrites in its status", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web")));
    const before = harness.get(pods, "web").status;
    harness.update(pods, "web", (p) => ({
      ...p,
      status: { ...p.status, phase: "Pending" as const, containerStatuses: [] },
    }));
    expect(harness.get(pods, "web").status).toMatchObject({ phase: "Running", podIP: before.podIP });
  });

  test("is ready only when its readiness gates are", () => {
    const harness = createHarness();
    const gated = { readinessGates: [{ conditionType: "example.com/warm" }] };
    harness.write(services.put(service("web")), pods.put(pod("web", gated)));
    const ready = () => harness.get(pods, "web").status.conditions?.find((c) => c.type === "Ready");
    expect(ready()).toMatchObject({ status: "False", reason: "ReadinessGatesNotReady" });
    expect(endpointsOf(harness.view, "web")[0]?.conditions).toEqual({
      ready: false,
      serving: false,
      terminating: false,
    });
    harness.advance(7000);
    harness.update(pods, "web", (p) => ({
      ...p,
      status: {
        ...p.status,
        conditions: [...(p.status.conditions ?? []), { type: "example.com/warm", status: "True" as const }],
      },
    }));
    expect(ready()).toMatchObject({ status: "True", lastTransitionTime: "2026-01-01T00:00:07Z" });
    expect(endpointsOf(harness.view, "web")[0]?.conditions?.ready).toBe(true);
  });

  test("that waits for somebody to type into it cannot be started, and says so", () => {
    const harness = createHarness();
    const interactive = container({ stdin: true, stdinOnce: true });
    harness.write(pods.put(pod("once", { restartPolicy: "Never", containers: [interactive] })));
    const { phase, containerStatuses } = harness.get(pods, "once").status;
    expect([phase, containerStatuses?.[0]?.state?.terminated]).toMatchObject([
      "Failed",
      { exitCode: 128, reason: "StartError", message: expect.stringContaining("no container runs") },
    ]);
    expect(reasons(harness)).toEqual(["Scheduled", "Pulled", "Created"]);
    expect(reasons(harness, "Warning")).toEqual(["Failed"]);
  });

  test.each<[string, Parameters<typeof pod>[1], Parameters<typeof container>[0]]>([
    ["restarts for ever", { restartPolicy: "Always" }, { stdin: true, stdinOnce: true }],
    ["keeps its input open", { restartPolicy: "Never" }, { stdin: true }],
    ["reads no input", { restartPolicy: "Never" }, {}],
  ])("that %s is a backend like any other", (_, spec, input) => {
    const harness = createHarness();
    harness.write(pods.put(pod("server", { ...spec, containers: [container(input)] })));
    expect(harness.get(pods, "server").status.phase).toBe("Running");
  });

  test("on the host network has the node's address", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("agent", { hostNetwork: true })));
    expect(harness.get(pods, "agent").status.podIP).toBe("192.168.0.1");
  });

  test("has its init containers completed and its sidecars running", () => {
    const harness = createHarness();
    const initContainers = [container({ name: "migrate" }), container({ name: "proxy", restartPolicy: "Always" })];
    harness.write(pods.put(pod("web", { initContainers })));
    const statuses = harness.get(pods, "web").status.initContainerStatuses;
    expect(statuses?.map((s) => [s.name, Object.keys(s.state ?? {}), s.ready])).toEqual([
      ["migrate", ["terminated"], true],
      ["proxy", ["running"], true],
    ]);
  });
});

describe("a Pod that cannot run yet", () => {
  test("waits for an address, and gets one when there is one", () => {
    const harness = createHarness({ addresses: 0 });
    harness.write(pods.put(pod("web")));
    expect(harness.get(pods, "web").status).toMatchObject({ phase: "Pending" });
    expect(reasons(harness, "Warning")).toEqual(["FailedCreatePodSandBox"]);
    expect(harness.timers().get("kubelet/web")).toBe(START + 10_000);
  });

  test("waits for a node", () => {
    const harness = createHarness({ nodes: [] });
    harness.write(pods.put(pod("web")));
    const { status, spec } = harness.get(pods, "web");
    expect(spec.nodeName).toBeUndefined();
    expect(status.conditions?.map((c) => [c.type, c.status, c.reason])).toEqual([
      ["PodScheduled", "False", "Unschedulable"],
    ]);
    expect(reasons(harness, "Warning")).toEqual(["FailedScheduling"]);
  });

  test.each([
    ["a scheduling gate", { schedulingGates: [{ name: "example.com/hold" }] }],
    ["another scheduler", { schedulerName: "mine" }],
    ["a node that is not ours", { nodeName: "elsewhere" }],
  ])("is left alone: %s", (_, spec) => {
    const harness = createHarness();
    harness.write(pods.put(pod("web", spec)));
    expect(harness.get(pods, "web").status).toMatchObject({ phase: "Pending" });
    expect(harness.get(pods, "web").status.podIP).toBeUndefined();
  });
});

test("Pods spread over the nodes", () => {
  const nodes = ["a", "b", "c"].map((n, i) => ({ name: n, zone: `zone-${n}`, address: `192.168.0.${i}` }));
  const harness = createHarness({ nodes });
  for (let i = 0; i < 9; i++) harness.write(pods.put(pod(`web-${i}`)));
  const counts = Map.groupBy(harness.list(pods), (p) => p.spec.nodeName);
  expect([...counts.values()].map((v) => v.length)).toEqual([3, 3, 3]);
});

describe("a deleted Pod", () => {
  test.each([
    ["without preStop is gone after a second", {}, 30, 1000],
    ["sleeps as long as its preStop says", { containers: [container(preStop(5))] }, 30, 5000],
    [
      "sleeps as long as the longest preStop",
      { containers: [container(preStop(2)), container({ name: "b", ...preStop(7) })] },
      30,
      7000,
    ],
    [
      "never stays longer than its grace period",
      { containers: [container(preStop(60))], terminationGracePeriodSeconds: 4 },
      4,
      4000,
    ],
  ])("%s", (_, spec, grace, milliseconds) => {
    const harness = createHarness();
    harness.write(pods.put(pod("web", spec)));
    harness.write(deletePod("web", grace));
    expect(harness.get(pods, "web").metadata).toMatchObject({ deletionGracePeriodSeconds: grace });
    harness.advance(milliseconds - 1);
    expect(harness.view.get(pods.key, "web")).toBeDefined();
    harness.advance(1);
    expect(harness.view.get(pods.key, "web")).toBeUndefined();
    expect(harness.timers().has("kubelet/web")).toBe(false);
  });

  test("late in a second still drains for a whole one", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web")));
    harness.advance(990);
    harness.write(pods.delete("web"));
    harness.advance(1000);
    expect(harness.view.get(pods.key, "web")).toBeDefined();
    harness.advance(20);
    expect(harness.view.get(pods.key, "web")).toBeUndefined();
  });

  test("with no grace is gone at once", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web")));
    harness.write(deleteNow("web"));
    expect(harness.view.get(pods.key, "web")).toBeUndefined();
  });

  test("says once that it is being stopped", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web", { containers: [container(preStop(20))] })));
    harness.write(pods.delete("web"));
    harness.restart();
    const killing = harness.list(events).filter((e) => e.reason === "Killing");
    expect(killing.map((e) => [e.message, e.count])).toEqual([["Stopping container web", 1]]);
  });

  test("goes when it should after a restart, from what the object says", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web", { containers: [container(preStop(20))] })));
    harness.write(pods.delete("web"));
    harness.advance(8000);
    const before = new Map(harness.timers());
    harness.restart();
    expect(harness.timers()).toEqual(before);
    expect(harness.timers().get("kubelet/web")).toBe(START + 20_000);
  });

  test("that a finalizer holds has ended, and goes when the finalizer does", () => {
    const harness = createHarness();
    const held = pod("web");
    harness.write(
      services.put(service("web")),
      pods.put({ ...held, metadata: { ...held.metadata, finalizers: ["example.com/hold"] } }),
    );
    harness.write(pods.delete("web"));
    harness.advance(60_000);
    expect(harness.get(pods, "web").status.phase).toBe("Succeeded");
    expect(endpointsOf(harness.view, "web")).toEqual([]);
    harness.update(pods, "web", (p) => ({ ...p, metadata: { ...p.metadata, finalizers: [] } }));
    expect(harness.view.get(pods.key, "web")).toBeUndefined();
  });
});
