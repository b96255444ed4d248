/**
 * Rolling updates under churn. In any order of readiness, deletions, scaling, template changes, pauses and undos: no
 * controller makes a Pod beyond `replicas + maxSurge`, and none takes an available Pod away that `replicas -
 * maxUnavailable` needs. When the churn ends the rollout completes.
 */
import { describe, expect, test } from "vitest";
import type { Deployment } from "../../../../shared/api/apps-v1/deployment.ts";
import type { Pod } from "../../../../shared/api/core-v1/pod.ts";
import { limitsOf } from "../../../../shared/controllers/deployment/sizes.ts";
import { availableAt, isActive } from "../../../../shared/controllers/pod-state.ts";
import { deployments, pods } from "../../../../shared/controllers/resources.ts";
import type { Change } from "../../../../shared/storage/view.ts";
import { pickOne, random } from "../../../suites/random.ts";
import { createHarness, type Harness } from "../harness.ts";
import { container, deployment, HEALTH_GATE, podSpec, withHealth } from "../objects.ts";

const STEPS = 60;

const template = (tag: number): Deployment["spec"]["template"] => ({
  metadata: { labels: { app: "web" } },
  spec: podSpec({ containers: [container({ image: `web:${tag}` })], readinessGates: [{ conditionType: HEALTH_GATE }] }),
});

const edit = (harness: Harness, change: (spec: Deployment["spec"]) => Deployment["spec"]): void => {
  harness.update(deployments, "web", (d) => ({ ...d, spec: change(d.spec) }));
};

/** What a step takes that no controller is to blame for. */
type Taken = "nothing" | "a Pod" | "replicas";

/** The bounds that a controller may go by: those of the Deployment as it is, or as it last saw it. */
interface Bounds {
  readonly most: number;
  readonly least: number;
}

function boundsOf(specs: readonly Deployment["spec"][], harness: Harness): Bounds {
  const limits = specs.map((spec) => ({ spec, ...limitsOf({ ...harness.get(deployments, "web"), spec }) }));
  return {
    most: Math.max(...limits.map(({ spec, maxSurge }) => spec.replicas + maxSurge)),
    least: Math.min(...limits.map(({ spec, maxUnavailable }) => spec.replicas - maxUnavailable)),
  };
}

interface Step {
  readonly before: ReadonlyMap<string, Pod>;
  readonly changes: readonly Change[];
  readonly bounds: Bounds;
  readonly taken: Taken;
  readonly minReadySeconds: number;
  /** When each change was made. */
  readonly times: readonly number[];
}

/** Replays what a step committed, and says which change broke a promise. */
function broken({ before, changes, bounds, taken, minReadySeconds, times }: Step): readonly string[] {
  const alive = new Map(before);
  const availableAtTime = (now: number): number =>
    [...alive.values()].filter((p) => (availableAt(p, minReadySeconds) ?? Infinity) <= now).length;
  return changes.flatMap((change, i) => {
    const pod = pods.in(change);
    if (pod === null) return [];
    const available = (): number => availableAtTime(times[i] ?? 0);
    const had = alive.has(change.name);
    const enough = available();
    if (pod.after === undefined || !isActive(pod.after)) alive.delete(change.name);
    else alive.set(change.name, pod.after);
    if (!had && alive.size > bounds.most) return [`${change.name} is Pod ${alive.size} of ${bounds.most}`];
    const theirs = taken === "replicas" || (taken === "a Pod" && i === 0);
    const lost = had && !alive.has(change.name) && available() < enough;
    return lost && !theirs && available() < bounds.least
      ? [`${change.name} goes and leaves ${available()} of ${bounds.least} available`]
      : [];
  });
}

const activePods = (harness: Harness): ReadonlyMap<string, Pod> =>
  new Map(
    harness
      .list(pods)
      .filter(isActive)
      .map((p) => [p.metadata.name, p]),
  );

/** One thing that happens. */
function disturb(
  harness: Harness,
  chance: () => number,
): {
  readonly what: string;
  readonly taken: Taken;
  readonly harms: boolean;
} {
  const alive = harness.list(pods).filter(isActive);
  const one = alive.length === 0 ? undefined : pickOne(alive, chance);
  const { spec } = harness.get(deployments, "web");
  const actions: readonly (readonly [string, Taken, () => void])[] = [
    ["all turn healthy", "nothing", () => harness.write(...alive.map((p) => pods.put(withHealth(p, true))))],
    ["one turns healthy", "nothing", () => one && harness.write(pods.put(withHealth(one, true)))],
    ["one turns healthy", "nothing", () => one && harness.write(pods.put(withHealth(one, true)))],
    ["one turns unhealthy", "nothing", () => one && harness.write(pods.put(withHealth(one, false)))],
    ["one is deleted", "a Pod", () => one && harness.write(pods.delete(one.metadata.name))],
    ["a new template", "nothing", () => edit(harness, (s) => ({ ...s, template: template(Math.floor(chance() * 4)) }))],
    ["scaled", "replicas", () => edit(harness, (s) => ({ ...s, replicas: Math.floor(chance() * 12) }))],
    ["paused or resumed", "nothing", () => edit(harness, (s) => ({ ...s, paused: s.paused !== true }))],
    ["resumed", "nothing", () => edit(harness, (s) => ({ ...s, paused: false }))],
    ["time passes", "nothing", () => harness.advance(Math.floor(chance() * 8000))],
    ["what was left is done", "nothing", () => harness.turn()],
    ["the store restarts", "nothing", () => harness.restart()],
  ];
  const [what, taken, act] = pickOne(actions, chance);
  act();
  return {
    what: `${what} (${spec.replicas} replicas)`,
    taken,
    harms: what === "one is deleted" || what === "one turns unhealthy",
  };
}

describe("a rolling update under churn", () => {
  test.each(Array.from({ length: 80 }, (_, i) => i + 1))("keeps its limits and completes, seed %i", (seed) => {
    const chance = random(seed);
    const rollingUpdate = pickOne(
      [
        { maxSurge: 1, maxUnavailable: 0 },
        { maxSurge: 0, maxUnavailable: 1 },
        { maxSurge: "25%", maxUnavailable: "25%" },
        { maxSurge: 3, maxUnavailable: 2 },
        { maxSurge: "100%", maxUnavailable: 0 },
      ],
      chance,
    );
    const minReadySeconds = pickOne([0, 0, 3], chance);
    const harness = createHarness({ budget: pickOne([Infinity, 20, 1], chance) });
    const strategy = { type: "RollingUpdate", rollingUpdate } as const;
    harness.write(
      deployments.put(deployment("web", { replicas: 6, strategy, minReadySeconds, template: template(0) })),
    );
    const story: string[] = [];
    let harmed = 0;
    let seen = [harness.get(deployments, "web").spec];
    for (let step = 0; step < STEPS; step++) {
      const before = activePods(harness);
      const from = harness.log.length;
      const { what, harms, taken: takenNow } = disturb(harness, chance);
      story.push(what);
      const { spec, status, metadata } = harness.get(deployments, "web");
      seen.push(spec);
      const bounds = boundsOf(seen, harness);
      // What somebody has scaled may still be on its way.
      const taken = seen.some((s) => s.replicas !== spec.replicas) ? "replicas" : takenNow;
      const changes = harness.log.slice(from);
      const times = harness.times.slice(from);
      // What was decided and not yet done is done, whatever becomes of other Pods meanwhile.
      const least = bounds.least - harmed;
      const complaints = broken({ before, changes, bounds: { ...bounds, least }, taken, minReadySeconds, times });
      if (!harness.isPending()) harmed = 0;
      else if (harms) harmed++;
      expect(complaints, story.slice(-8).join(", ")).toEqual([]);
      if (status.observedGeneration === metadata.generation) seen = [spec];
    }
    settle(harness);
    const { spec, status } = harness.get(deployments, "web");
    const images = harness.list(pods).map((p) => p.spec.containers[0]?.image);
    expect(images).toEqual(Array.from({ length: spec.replicas }, () => spec.template.spec.containers[0]?.image));
    expect(status.updatedReplicas ?? 0).toBe(spec.replicas);
    expect(status.availableReplicas ?? 0).toBe(spec.replicas);
    expect(status.terminatingReplicas ?? 0).toBe(0);
  });
});

/** The churn ends: everything turns healthy, until nothing changes any more. */
function settle(harness: Harness): void {
  edit(harness, (s) => ({ ...s, paused: false }));
  for (let round = 0; round < 60; round++) {
    const from = harness.log.length;
    harness.write(
      ...harness
        .list(pods)
        .filter(isActive)
        .map((p) => pods.put(withHealth(p, true))),
    );
    harness.advance(10_000);
    if (harness.log.length === from) return;
  }
}
