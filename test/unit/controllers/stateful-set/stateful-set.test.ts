/** StatefulSets, played through whole transactions: names, order, updates, claims, and what is said of them. */
import { describe, expect, test } from "vitest";
import type { StatefulSet, StatefulSetSpec } from "../../../../shared/api/apps-v1/stateful-set.ts";
import {
  controllerRevisions,
  events,
  persistentVolumeClaims,
  pods,
  services,
  statefulSets,
} from "../../../../shared/controllers/resources.ts";
import { changesTo, createHarness, endpointsOf, type Harness } from "../harness.ts";
import { container, HEALTH_GATE, podSpec, service, statefulSet, withHealth } from "../objects.ts";

const alive = (harness: Harness): readonly string[] =>
  harness
    .list(pods)
    .filter((p) => p.metadata.deletionTimestamp === undefined)
    .map((p) => p.metadata.name)
    .sort();

const images = (harness: Harness): readonly string[] =>
  [...harness.list(pods)]
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((p) => p.spec.containers[0]?.image ?? "");

const edit = (harness: Harness, change: (spec: StatefulSetSpec) => Partial<StatefulSetSpec>) =>
  harness.update(statefulSets, "web", (s) => ({ ...s, spec: { ...s.spec, ...change(s.spec) } }));

const roll = (harness: Harness, image: string) =>
  edit(harness, ({ template }) => ({
    template: { ...template, spec: { ...template.spec, containers: [container({ image })] } },
  }));

const heal = (harness: Harness, name: string, healthy = true) =>
  harness.update(pods, name, (p) => withHealth(p, healthy));

const gated = { readinessGates: [{ conditionType: HEALTH_GATE }] };

const status = (harness: Harness): StatefulSet["status"] => harness.get(statefulSets, "web").status;

/** The order in which Pods came and were told to go. */
const story = (harness: Harness, from = 0): readonly string[] =>
  changesTo(harness.log.slice(from), pods).flatMap((c) => {
    if (c.before === undefined) return [`+${c.name}`];
    const told = c.before.metadata.deletionTimestamp === undefined && c.after?.metadata.deletionTimestamp !== undefined;
    return told ? [`-${c.name}`] : [];
  });

describe("the Pods of a StatefulSet", () => {
  test("have numbers, names and labels of their own, and their names in DNS", () => {
    const harness = createHarness();
    harness.write(services.put(service("web", { clusterIP: "None" })), statefulSets.put(statefulSet("web")));
    expect(alive(harness)).toEqual(["web-0", "web-1", "web-2"]);
    const pod = harness.get(pods, "web-1");
    const [revision] = harness.list(controllerRevisions);
    expect(pod.metadata.labels).toEqual({
      app: "web",
      "apps.kubernetes.io/pod-index": "1",
      "controller-revision-hash": revision?.metadata.name,
      "statefulset.kubernetes.io/pod-name": "web-1",
    });
    expect([pod.spec.hostname, pod.spec.subdomain]).toEqual(["web-1", "web"]);
    expect(pod.metadata.ownerReferences).toMatchObject([{ kind: "StatefulSet", name: "web", controller: true }]);
    expect(endpointsOf(harness.view, "web").map((e) => e.hostname)).toEqual(["web-0", "web-1", "web-2"]);
  });

  test("start at ordinals.start", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web", { replicas: 2, ordinals: { start: 5 } })));
    expect(alive(harness)).toEqual(["web-5", "web-6"]);
  });

  test("OrderedReady makes one only when those before it are available", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web", { minReadySeconds: 10 }, gated)));
    expect(alive(harness)).toEqual(["web-0"]);
    heal(harness, "web-0");
    expect(alive(harness)).toEqual(["web-0"]);
    harness.advance(10_000);
    expect(alive(harness)).toEqual(["web-0", "web-1"]);
    expect(status(harness)).toMatchObject({ replicas: 2, readyReplicas: 1, availableReplicas: 1 });
  });

  test("Parallel makes all at once", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web", { podManagementPolicy: "Parallel" }, gated)));
    expect(alive(harness)).toEqual(["web-0", "web-1", "web-2"]);
  });

  test("go highest number first, each after the one before it is gone", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web")));
    const from = harness.log.length;
    edit(harness, () => ({ replicas: 1 }));
    expect(alive(harness)).toEqual(["web-0", "web-1"]);
    harness.advance(1000);
    expect(alive(harness)).toEqual(["web-0"]);
    expect(story(harness, from)).toEqual(["-web-2", "-web-1"]);
    harness.advance(1000);
    expect(status(harness)).toMatchObject({ replicas: 1, readyReplicas: 1 });
  });

  test("come back under their name after they were deleted, once they are gone", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web")));
    const { uid } = harness.get(pods, "web-1").metadata;
    harness.write(pods.delete("web-1"));
    expect(harness.get(pods, "web-1").metadata.uid).toBe(uid);
    harness.advance(1000);
    expect(harness.get(pods, "web-1").metadata.uid).not.toBe(uid);
    expect(status(harness)).toMatchObject({ replicas: 3, readyReplicas: 3 });
  });

  test("that have failed are made anew", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web")));
    const { uid } = harness.get(pods, "web-0").metadata;
    harness.update(pods, "web-0", (p) => ({ ...p, status: { ...p.status, phase: "Failed" as const } }));
    expect(harness.get(pods, "web-0").metadata.uid).not.toBe(uid);
    const said = harness.list(events).find((e) => e.reason === "RecreatingFailedPod");
    expect(said?.message).toBe("StatefulSet shop/web is recreating failed Pod web-0");
  });

  test("are adopted by name and label, and let go when the label goes", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web", { replicas: 1 })));
    harness.update(pods, "web-0", (p) => ({ ...p, metadata: { ...p.metadata, labels: { app: "debug" } } }));
    expect(harness.get(pods, "web-0").metadata.ownerReferences).toEqual([]);
    const failure = () => harness.list(events).find((e) => e.reason === "FailedCreate")?.message;
    expect(failure()).toBe('create Pod web-0 in StatefulSet web failed error: pods "web-0" already exists');
    harness.update(pods, "web-0", (p) => ({ ...p, metadata: { ...p.metadata, labels: { app: "web" } } }));
    expect(harness.get(pods, "web-0").metadata.ownerReferences).toMatchObject([{ name: "web", controller: true }]);
  });

  test("are all gone after the StatefulSet is deleted, its revisions too, and the claims stay", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web", { volumeClaimTemplates: [claimTemplate] })));
    harness.write(statefulSets.delete("web"));
    harness.advance(2000);
    expect(harness.list(pods)).toEqual([]);
    expect(harness.list(controllerRevisions)).toEqual([]);
    expect(harness.list(persistentVolumeClaims)).toHaveLength(3);
  });
});

describe("a rolling update", () => {
  test("replaces one Pod after the other, highest number first", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web")));
    const before = status(harness).currentRevision;
    const from = harness.log.length;
    roll(harness, "web:2");
    expect(status(harness)).toMatchObject({ currentRevision: before, replicas: 3, readyReplicas: 3 });
    expect(status(harness).updateRevision).not.toBe(before);
    harness.advance(10_000);
    expect(story(harness, from)).toEqual(["-web-2", "+web-2", "-web-1", "+web-1", "-web-0", "+web-0"]);
    expect(images(harness)).toEqual(["web:2", "web:2", "web:2"]);
    const { updateRevision } = status(harness);
    expect(status(harness)).toEqual({
      observedGeneration: 2,
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: updateRevision,
      updateRevision,
      collisionCount: 0,
      availableReplicas: 3,
    });
  });

  test("waits for a replaced Pod that does not get ready", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web", {}, gated)));
    for (const name of ["web-0", "web-1", "web-2"]) heal(harness, name);
    roll(harness, "web:2");
    harness.advance(60_000);
    expect(images(harness)).toEqual([container().image, container().image, "web:2"]);
    heal(harness, "web-2");
    harness.advance(1000);
    expect(images(harness)).toEqual([container().image, "web:2", "web:2"]);
  });

  test("leaves the Pods below the partition, and makes those anew as they were", () => {
    const harness = createHarness();
    const rollingUpdate = { partition: 2, maxUnavailable: 1 };
    harness.write(statefulSets.put(statefulSet("web", { updateStrategy: { type: "RollingUpdate", rollingUpdate } })));
    roll(harness, "web:2");
    harness.advance(10_000);
    expect(images(harness)).toEqual([container().image, container().image, "web:2"]);
    expect(status(harness)).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    harness.write(pods.delete("web-0"));
    harness.advance(1000);
    expect(images(harness)[0]).toBe(container().image);
    edit(harness, () => ({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } }));
    harness.advance(10_000);
    expect(images(harness)).toEqual(["web:2", "web:2", "web:2"]);
  });

  test("takes as many Pods at a time as maxUnavailable says", () => {
    const harness = createHarness();
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 0, maxUnavailable: "50%" } } as const;
    harness.write(
      statefulSets.put(statefulSet("web", { replicas: 4, podManagementPolicy: "Parallel", updateStrategy })),
    );
    const from = harness.log.length;
    roll(harness, "web:2");
    expect(story(harness, from)).toEqual(["-web-3", "-web-2"]);
    harness.advance(10_000);
    expect(images(harness)).toEqual(["web:2", "web:2", "web:2", "web:2"]);
  });

  test("OnDelete replaces nothing by itself", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web", { updateStrategy: { type: "OnDelete" } })));
    roll(harness, "web:2");
    harness.advance(10_000);
    expect(images(harness)).toEqual([container().image, container().image, container().image]);
    harness.write(pods.delete("web-1"));
    harness.advance(1000);
    expect(images(harness)).toEqual([container().image, "web:2", container().image]);
  });

  test("back to an old template takes its revision up again, under a new number", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web")));
    const [first] = harness.list(controllerRevisions);
    roll(harness, "web:2");
    harness.advance(10_000);
    roll(harness, container().image ?? "");
    harness.advance(10_000);
    expect(harness.list(controllerRevisions)).toHaveLength(2);
    expect(harness.get(controllerRevisions, first?.metadata.name ?? "").revision).toBe(3);
    expect(status(harness).currentRevision).toBe(first?.metadata.name);
  });

  test("keeps as many old revisions as revisionHistoryLimit says", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web", { revisionHistoryLimit: 2 })));
    for (const tag of [2, 3, 4, 5]) {
      roll(harness, `web:${tag}`);
      harness.advance(10_000);
    }
    expect(new Set(harness.list(controllerRevisions).map((r) => r.revision))).toEqual(new Set([3, 4, 5]));
  });

  test("a revision name that is taken counts a collision and finds another", () => {
    const harness = createHarness();
    harness.write(statefulSets.put(statefulSet("web")));
    const [revision] = harness.list(controllerRevisions);
    harness.write(statefulSets.delete("web"));
    harness.advance(5000);
    const stranger = { ...revision, metadata: { name: revision?.metadata.name ?? "" }, data: {}, revision: 1 };
    harness.write(controllerRevisions.put({ apiVersion: "apps/v1", kind: "ControllerRevision", ...stranger }));
    harness.write(statefulSets.put(statefulSet("web")));
    expect(status(harness)).toMatchObject({ collisionCount: 1, readyReplicas: 3 });
  });
});

const claimTemplate = {
  metadata: { name: "www" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};

describe("claims", () => {
  test("are made for each Pod, bound, mounted under the template's name, and kept when it is replaced", () => {
    const harness = createHarness();
    const spec = { replicas: 2, volumeClaimTemplates: [claimTemplate] };
    harness.write(statefulSets.put(statefulSet("web", spec, podSpec({ volumes: [{ name: "www" }, { name: "tmp" }] }))));
    const claims = harness.list(persistentVolumeClaims);
    expect(claims.map((c) => [c.metadata.name, c.status.phase, c.status.capacity, c.metadata.labels])).toEqual([
      ["www-web-0", "Bound", { storage: "1Gi" }, { app: "web" }],
      ["www-web-1", "Bound", { storage: "1Gi" }, { app: "web" }],
    ]);
    expect(harness.get(pods, "web-1").spec.volumes).toEqual([
      { name: "tmp" },
      { name: "www", persistentVolumeClaim: { claimName: "www-web-1" } },
    ]);
    harness.write(pods.delete("web-1"));
    harness.advance(2000);
    expect(harness.list(persistentVolumeClaims).map((c) => c.metadata.uid)).toEqual(claims.map((c) => c.metadata.uid));
  });

  test("go with the StatefulSet where whenDeleted says so, and with a Pod that is scaled away where whenScaled does", () => {
    const harness = createHarness();
    const persistentVolumeClaimRetentionPolicy = { whenDeleted: "Delete", whenScaled: "Delete" } as const;
    harness.write(
      statefulSets.put(
        statefulSet("web", { volumeClaimTemplates: [claimTemplate], persistentVolumeClaimRetentionPolicy }),
      ),
    );
    const claims = () => harness.list(persistentVolumeClaims).map((c) => c.metadata.name);
    harness.write(pods.delete("web-2"));
    harness.advance(2000);
    expect(claims()).toEqual(["www-web-0", "www-web-1", "www-web-2"]);
    edit(harness, ({ persistentVolumeClaimRetentionPolicy: kept }) => ({
      replicas: 2,
      persistentVolumeClaimRetentionPolicy: { ...kept, whenDeleted: "Retain" },
    }));
    harness.advance(2000);
    expect(claims()).toEqual(["www-web-0", "www-web-1"]);
    edit(harness, () => ({ persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" } }));
    harness.write(statefulSets.delete("web"));
    harness.advance(2000);
    expect(claims()).toEqual([]);
  });
});

test("what the controller does is said in Events, in Kubernetes' words", () => {
  const harness = createHarness();
  harness.write(statefulSets.put(statefulSet("web", { replicas: 1, volumeClaimTemplates: [claimTemplate] })));
  edit(harness, () => ({ replicas: 0 }));
  const said = harness.list(events).filter((e) => e.involvedObject.kind === "StatefulSet");
  expect(said.map((e) => [e.type, e.reason, e.message, e.source?.component])).toEqual([
    [
      "Normal",
      "SuccessfulCreate",
      "create Claim www-web-0 Pod web-0 in StatefulSet web success",
      "statefulset-controller",
    ],
    ["Normal", "SuccessfulCreate", "create Pod web-0 in StatefulSet web successful", "statefulset-controller"],
    ["Normal", "SuccessfulDelete", "delete Pod web-0 in StatefulSet web successful", "statefulset-controller"],
  ]);
});
