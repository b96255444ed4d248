/** Deployment → ReplicaSet → Pod → endpoints, played through whole transactions. */
import { describe, expect, test } from "vitest";
import { isReady } from "../../../../shared/controllers/pod-state.ts";
import {
  deployments,
  endpointSlices,
  events,
  pods,
  replicaSets,
  services,
} from "../../../../shared/controllers/resources.ts";
import { changesTo, createHarness, endpointsOf, slicesOf, type Harness } from "../harness.ts";
import { container, deployment, podSpec, service } from "../objects.ts";

const floorOf = (value: number | string, total: number, surge: number | string): number => {
  const n = typeof value === "number" ? value : Math.floor((Number.parseInt(value, 10) * total) / 100);
  return n === 0 && surge === 0 ? 1 : n;
};

const withTemplate = (harness: Harness, name: string, image: string) =>
  harness.update(deployments, name, (d) => ({
    ...d,
    spec: { ...d.spec, template: { ...d.spec.template, spec: podSpec({ containers: [container({ image })] }) } },
  }));

const scale = (harness: Harness, name: string, replicas: number) =>
  harness.update(deployments, name, (d) => ({ ...d, spec: { ...d.spec, replicas } }));

const images = (harness: Harness): readonly string[] =>
  harness
    .list(pods)
    .filter((p) => p.metadata.deletionTimestamp === undefined)
    .map((p) => p.spec.containers[0]?.image ?? "");

const readyCount = (harness: Harness, of: string): number =>
  endpointsOf(harness.view, of).filter((e) => e.conditions?.ready).length;

describe("a Deployment and its Service", () => {
  test("are settled when the transaction that applies them is", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), deployments.put(deployment("web")));
    const [set] = harness.list(replicaSets);
    expect(set?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]+$/);
    expect(set?.metadata.labels?.["pod-template-hash"]).toBe(set?.metadata.name.slice("web-".length));
    expect(set?.spec.selector.matchLabels).toEqual({ app: "web", "pod-template-hash": set?.metadata.name.slice(4) });
    const running = harness.list(pods);
    expect(running).toHaveLength(3);
    for (const pod of running) {
      expect(pod.metadata.name).toMatch(new RegExp(`^${set?.metadata.name}-[bcdfghjklmnpqrstvwxz2456789]{5}$`));
      expect(pod.status.phase).toBe("Running");
      expect(isReady(pod)).toBe(true);
      expect(pod.spec.serviceAccountName).toBe("default");
    }
    const [slice] = slicesOf(harness.view, "web");
    expect(slice?.ports).toEqual([{ name: "", port: 8080, protocol: "TCP" }]);
    expect(new Set(slice?.endpoints.flatMap((e) => e.addresses))).toEqual(new Set(running.map((p) => p.status.podIP)));
    expect(readyCount(harness, "web")).toBe(3);
  });

  test("report their state as kubectl rollout status reads it", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web")));
    const { status, metadata } = harness.get(deployments, "web");
    const [set] = harness.list(replicaSets);
    expect(status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(status).not.toHaveProperty("unavailableReplicas");
    expect(metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("1");
    expect(metadata.generation).toBe(1);
    expect(status.conditions?.map((c) => [c.type, c.status, c.reason, c.message])).toEqual([
      ["Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability."],
      [
        "Progressing",
        "True",
        "NewReplicaSetAvailable",
        `ReplicaSet "${set?.metadata.name}" has successfully progressed.`,
      ],
    ]);
    expect(set?.status).toEqual({
      observedGeneration: set?.metadata.generation,
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
    });
  });

  test("a watcher sees ADDED before MODIFIED for every new Pod", () => {
    const harness = createHarness();
    const changes = changesTo(harness.write(deployments.put(deployment("web"))), pods);
    const first = new Map(changes.toReversed().map((c) => [c.name, c]));
    expect([...first.values()].every((c) => c.before === undefined)).toBe(true);
    expect(changes).toHaveLength(6);
  });

  test("nothing happens when the same manifest is applied again", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web")), services.put(service("web")));
    expect(harness.update(deployments, "web", (d) => ({ ...d }))).toEqual([]);
  });

  test("scaling up adds Pods, scaling down takes the newest, and says so", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), deployments.put(deployment("web")));
    const old = harness.list(pods).map((p) => p.metadata.name);
    harness.advance(60_000);
    scale(harness, "web", 5);
    expect(readyCount(harness, "web")).toBe(5);
    harness.advance(60_000);
    scale(harness, "web", 3);
    const left = harness.list(pods).filter((p) => p.metadata.deletionTimestamp === undefined);
    expect(left.map((p) => p.metadata.name).sort()).toEqual([...old].sort());
    const [set] = harness.list(replicaSets);
    const messages = harness
      .list(events)
      .filter((e) => e.reason === "ScalingReplicaSet")
      .map((e) => e.message);
    expect(messages).toEqual([
      `Scaled up replica set ${set?.metadata.name} from 0 to 3`,
      `Scaled up replica set ${set?.metadata.name} from 3 to 5`,
      `Scaled down replica set ${set?.metadata.name} from 5 to 3`,
    ]);
    expect(harness.list(replicaSets)).toHaveLength(1);
  });

  test("Pods that are replaced after the rollout say nothing of its progress", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web", { minReadySeconds: 10 })));
    harness.advance(20_000);
    const progressing = () => harness.get(deployments, "web").status.conditions?.find((c) => c.type === "Progressing");
    const before = progressing();
    const [first, second] = harness.list(pods).map((p) => p.metadata.name);
    const available = () => harness.get(deployments, "web").status.availableReplicas;
    harness.write(pods.delete(first ?? ""));
    harness.advance(5000);
    harness.write(pods.delete(second ?? ""));
    expect(harness.get(deployments, "web").status).toMatchObject({ availableReplicas: 1, unavailableReplicas: 2 });
    harness.advance(6000);
    expect(available()).toBe(2);
    expect(progressing()).toEqual(before);
    harness.advance(20_000);
    expect(available()).toBe(3);
    expect(progressing()).toEqual(before);
  });

  test("scaled to nought and back", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), deployments.put(deployment("web")));
    scale(harness, "web", 0);
    harness.advance(2000);
    expect(harness.list(pods)).toEqual([]);
    expect(slicesOf(harness.view, "web").map((s) => [s.endpoints, s.ports])).toEqual([[[], []]]);
    expect(harness.get(deployments, "web").status).not.toHaveProperty("replicas");
    scale(harness, "web", 2);
    expect(readyCount(harness, "web")).toBe(2);
  });

  test("a deleted Pod is replaced at once; its endpoint is terminating, then gone", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), deployments.put(deployment("web")));
    const [victim] = harness.list(pods);
    const name = victim?.metadata.name ?? "";
    const endpoint = () => endpointsOf(harness.view, "web").find((e) => e.targetRef?.name === name);
    harness.write(pods.delete(name));
    expect(harness.list(pods)).toHaveLength(4);
    expect(readyCount(harness, "web")).toBe(3);
    expect(endpoint()?.conditions).toEqual({ ready: false, serving: true, terminating: true });
    harness.advance(999);
    expect(endpoint()).toBeDefined();
    harness.advance(1);
    expect(endpoint()).toBeUndefined();
    expect(harness.list(pods)).toHaveLength(3);
  });

  test("are all gone after the Deployment and the Service are deleted", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), deployments.put(deployment("web")));
    harness.write(deployments.delete("web"), services.delete("web"));
    harness.advance(2000);
    expect(harness.list(replicaSets)).toEqual([]);
    expect(harness.list(pods)).toEqual([]);
    expect(harness.list(endpointSlices)).toEqual([]);
    expect(harness.view.get(services.key, "web")).toBeUndefined();
  });
});

describe("a rolling update", () => {
  const cases = [
    { replicas: 3, maxSurge: "25%", maxUnavailable: "25%" },
    { replicas: 4, maxSurge: 1, maxUnavailable: 0 },
    { replicas: 10, maxSurge: 0, maxUnavailable: 3 },
    { replicas: 1, maxSurge: "25%", maxUnavailable: "25%" },
    { replicas: 5, maxSurge: 0, maxUnavailable: 0 },
  ];
  test.each(cases)(
    "keeps enough ready endpoints at every change: $replicas, surge $maxSurge, unavailable $maxUnavailable",
    (c) => {
      for (const minReadySeconds of [0, 5]) {
        const harness = createHarness();
        const strategy = {
          type: "RollingUpdate",
          rollingUpdate: { maxSurge: c.maxSurge, maxUnavailable: c.maxUnavailable },
        } as const;
        const spec = { replicas: c.replicas, strategy, minReadySeconds };
        harness.write(services.put(service("web")), deployments.put(deployment("web", spec)));
        harness.advance(10_000);
        const from = harness.log.length;
        withTemplate(harness, "web", "web:2");
        harness.advance(300_000);
        const least = c.replicas - floorOf(c.maxUnavailable, c.replicas, c.maxSurge);
        const slices = changesTo(harness.log.slice(from), endpointSlices);
        expect(slices.length).toBeGreaterThan(0);
        const ready = slices
          .map((s) => s.after as ReturnType<typeof slicesOf>[number])
          .map((s) => s.endpoints.filter((e) => e.conditions?.ready).length);
        expect(Math.min(...ready)).toBeGreaterThanOrEqual(least);
        expect(images(harness)).toEqual(Array.from({ length: c.replicas }, () => "web:2"));
        expect(harness.list(replicaSets).map((s) => s.spec.replicas)).toEqual([0, c.replicas]);
        expect(harness.get(deployments, "web").status.conditions?.find((x) => x.type === "Progressing")?.reason).toBe(
          "NewReplicaSetAvailable",
        );
      }
    },
  );

  test("never has more Pods than replicas and surge allow", () => {
    const harness = createHarness();
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } as const;
    harness.write(deployments.put(deployment("web", { replicas: 4, strategy, minReadySeconds: 10 })));
    harness.advance(20_000);
    const from = harness.log.length;
    withTemplate(harness, "web", "web:2");
    const alive = new Set(harness.list(pods).map((p) => p.metadata.name));
    let most = 0;
    harness.advance(300_000);
    for (const change of changesTo(harness.log.slice(from), pods)) {
      if (change.after === undefined || change.after.metadata.deletionTimestamp !== undefined)
        alive.delete(change.name);
      else alive.add(change.name);
      most = Math.max(most, alive.size);
    }
    expect(most).toBe(5);
    expect(images(harness)).toEqual(["web:2", "web:2", "web:2", "web:2"]);
  });

  test("going back to an old template takes its ReplicaSet up again, under a new revision", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web")));
    const [first] = harness.list(replicaSets);
    withTemplate(harness, "web", "web:2");
    withTemplate(harness, "web", container().image ?? "");
    const again = harness.get(replicaSets, first?.metadata.name ?? "");
    expect(harness.list(replicaSets)).toHaveLength(2);
    expect(again.spec.replicas).toBe(3);
    expect(again.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    expect(again.metadata.annotations?.["deployment.kubernetes.io/revision-history"]).toBe("1");
    expect(harness.get(deployments, "web").metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
  });

  test("keeps as many old ReplicaSets as revisionHistoryLimit says", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web", { revisionHistoryLimit: 2 })));
    for (const tag of [2, 3, 4, 5]) withTemplate(harness, "web", `web:${tag}`);
    const revisions = harness
      .list(replicaSets)
      .map((s) => s.metadata.annotations?.["deployment.kubernetes.io/revision"]);
    expect(new Set(revisions)).toEqual(new Set(["3", "4", "5"]));
  });

  test("a ReplicaSet name that is taken counts a collision and finds another", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web")));
    const [set] = harness.list(replicaSets);
    harness.write(deployments.delete("web"));
    harness.advance(5000);
    if (set === undefined) throw new Error("no ReplicaSet");
    const stranger = {
      ...set,
      metadata: { name: set.metadata.name, labels: { app: "other" } },
      spec: { ...set.spec, replicas: 0, selector: { matchLabels: { app: "other" } } },
    };
    harness.write(replicaSets.put(stranger));
    harness.write(deployments.put(deployment("web")));
    expect(harness.get(deployments, "web").status.collisionCount).toBe(1);
    expect(images(harness)).toHaveLength(3);
  });

  test("waits while the Deployment is paused, and goes on after", () => {
    const harness = createHarness();
    harness.write(deployments.put(deployment("web", { paused: false })));
    harness.update(deployments, "web", (d) => ({ ...d, spec: { ...d.spec, paused: true } }));
    const progressing = () => harness.get(deployments, "web").status.conditions?.find((c) => c.type === "Progressing");
    expect(progressing()).toMatchObject({
      status: "Unknown",
      reason: "DeploymentPaused",
      message: "Deployment is paused",
    });
    withTemplate(harness, "web", "web:2");
    expect(images(harness)).toEqual(Array.from({ length: 3 }, () => container().image));
    scale(harness, "web", 4);
    expect(images(harness)).toEqual(Array.from({ length: 4 }, () => container().image));
    harness.update(deployments, "web", (d) => ({ ...d, spec: { ...d.spec, paused: false } }));
    expect(images(harness)).toEqual(Array.from({ length: 4 }, () => "web:2"));
    expect(progressing()?.reason).toBe("NewReplicaSetAvailable");
  });

  test("scaling in the middle of a rollout is shared by the ReplicaSets", () => {
    const harness = createHarness();
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } as const;
    harness.write(deployments.put(deployment("web", { replicas: 10, strategy, minReadySeconds: 100 })));
    harness.advance(200_000);
    withTemplate(harness, "web", "web:2");
    const sizes = () => harness.list(replicaSets).map((s) => s.spec.replicas);
    expect(sizes()).toEqual([8, 5]);
    scale(harness, "web", 15);
    // The example of the Deployment documentation: 15 + 3 replicas, five more, shared 8 : 5.
    expect(sizes()).toEqual([11, 7]);
  });

  test("that gets no further reports ProgressDeadlineExceeded when its deadline is over", () => {
    const harness = createHarness({ addresses: 3 });
    harness.write(deployments.put(deployment("web", { progressDeadlineSeconds: 60 })));
    withTemplate(harness, "web", "web:2");
    harness.advance(59_000);
    const progressing = () => harness.get(deployments, "web").status.conditions?.find((c) => c.type === "Progressing");
    expect(progressing()?.status).toBe("True");
    harness.advance(5000);
    expect(progressing()).toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
    expect(harness.list(events).some((e) => e.reason === "FailedCreatePodSandBox" && e.type === "Warning")).toBe(true);
  });
});

describe("Recreate", () => {
  test("starts no new Pod before the last old one is gone", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), deployments.put(deployment("web", { strategy: { type: "Recreate" } })));
    withTemplate(harness, "web", "web:2");
    expect(images(harness)).toEqual([]);
    expect(harness.list(pods)).toHaveLength(3);
    expect(endpointsOf(harness.view, "web").every((e) => e.conditions?.terminating)).toBe(true);
    harness.advance(1000);
    expect(images(harness)).toEqual(["web:2", "web:2", "web:2"]);
    expect(harness.list(pods)).toHaveLength(3);
  });
});
