/** Seeded: outcomes at random → started, ready and restarts as the kubelet's rules, written down once more here, have them. The store ends and starts at random. */
import { expect, test } from "vitest";
import type { Pod, Probe } from "../../../../shared/api/core-v1/pod.ts";
import { KILLED } from "../../../../shared/controllers/kubelet/container-status.ts";
import type { ProbeTally } from "../../../../shared/controllers/kubelet/probe-beat.ts";
import { Prober, tallyKey } from "../../../../shared/controllers/kubelet/prober.ts";
import { PROBE_KINDS, probeTiming, type ProbeKind } from "../../../../shared/controllers/kubelet/probes.ts";
import { pods } from "../../../../shared/controllers/resources.ts";
import { createHarness, type Harness } from "../harness.ts";
import { container, pod } from "../objects.ts";

function random(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const FIELDS = { startup: "startupProbe", readiness: "readinessProbe", liveness: "livenessProbe" } as const;

function randomProbe(pick: (n: number) => number, kind: ProbeKind): Probe | undefined {
  if (pick(4) === 0) return undefined;
  return {
    httpGet: { port: 8080 },
    initialDelaySeconds: pick(3) * 2,
    periodSeconds: 1 + pick(5),
    failureThreshold: 1 + pick(4),
    successThreshold: kind === "readiness" ? 1 + pick(3) : 1,
  };
}

/** What the rules make of the outcomes of one run, oldest first. */
class Model {
  readonly #probes: Readonly<Partial<Record<ProbeKind, Probe>>>;
  outcomes: { kind: ProbeKind; healthy: boolean }[] = [];

  constructor(probes: Readonly<Partial<Record<ProbeKind, Probe>>>) {
    this.#probes = probes;
  }

  get started(): boolean {
    return this.#probes.startup === undefined || this.outcomes.some((o) => o.kind === "startup" && o.healthy);
  }

  get ready(): boolean {
    const { readiness } = this.#probes;
    if (!this.started || readiness === undefined) return this.started;
    const { successThreshold, failureThreshold } = probeTiming(readiness);
    const own = this.outcomes.filter((o) => o.kind === "readiness").map((o) => o.healthy);
    // The newest row that reaches its threshold decides.
    for (let end = own.length; end > 0; end--) {
      const last = own.at(end - 1) ?? false;
      const row = own
        .slice(0, end)
        .reverse()
        .findIndex((healthy) => healthy !== last);
      if ((row === -1 ? end : row) >= (last ? successThreshold : failureThreshold)) return last;
    }
    return false;
  }

  /** The container has to be stopped. */
  get isCondemned(): boolean {
    return (["startup", "liveness"] as const).some((kind) => {
      const probe = this.#probes[kind];
      if (probe === undefined || (kind === "startup" && this.started)) return false;
      const { failureThreshold } = probeTiming(probe);
      const own = this.outcomes.filter((o) => o.kind === kind).map((o) => o.healthy);
      return own.length >= failureThreshold && own.slice(-failureThreshold).every((healthy) => !healthy);
    });
  }
}

const containerOf = (harness: Harness) => {
  const [status] = harness.get(pods, "web").status.containerStatuses ?? [];
  return status ?? expect.fail("no status");
};

function play(seed: number): void {
  const pick = random(seed);
  const probes = Object.fromEntries(
    PROBE_KINDS.flatMap((kind) => {
      const probe = randomProbe(pick, kind);
      return probe === undefined ? [] : [[kind, probe] as const];
    }),
  ) as Partial<Record<ProbeKind, Probe>>;
  const fields = Object.fromEntries(Object.entries(probes).map(([kind, probe]) => [FIELDS[kind as ProbeKind], probe]));
  const harness = createHarness();
  harness.write(pods.put(pod("web", { containers: [container(fields)] })));
  let prober = new Prober();
  let model = new Model(probes);
  let restarts = 0;
  const tallies = new Map<string, ProbeTally>();
  const follow = (): Pod => {
    const current = harness.get(pods, "web");
    prober.follow("web", current, harness.host.now(), tallies);
    return current;
  };
  for (let step = 0; step < 150; step++) {
    follow();
    const due = Math.min(prober.nextDue(), ...harness.timers().values());
    if (due === Number.POSITIVE_INFINITY) return;
    harness.advance(Math.max(0, due - harness.host.now()));
    follow();
    const startedAt = Date.parse(containerOf(harness).state?.running?.startedAt ?? "");
    for (const worker of prober.begin(harness.host.now())) {
      const current = harness.get(pods, "web");
      if (!prober.isCurrent(worker)) continue;
      const { kind } = worker;
      const delay = (probes[kind]?.initialDelaySeconds ?? 0) * 1000;
      expect(harness.host.now() - startedAt, "not before its delay").toBeGreaterThanOrEqual(delay);
      expect(kind === "startup", "the others wait for the startup probe").toBe(!model.started);
      const healthy = pick(10) < 6;
      model.outcomes.push({ kind, healthy });
      const output = healthy ? null : "HTTP probe failed with statuscode: 500";
      const judgement = prober.judge(worker, { healthy, output }, current, harness.host.now());
      if (judgement.tally === null) tallies.delete(tallyKey(worker));
      else tallies.set(tallyKey(worker), judgement.tally);
      harness.observe(...judgement.observations);
      expect(judgement.kill !== null, "killed when the rules say so").toBe(model.isCondemned);
      if (judgement.kill !== null) {
        harness.observe({ kind: "ended", of: judgement.kill.run, ending: KILLED });
        model = new Model(probes);
        restarts++;
      }
      follow();
      const status = containerOf(harness);
      const runs = status.state?.running !== undefined;
      expect({ started: status.started, ready: status.ready }).toEqual({
        started: runs && model.started,
        ready: runs && model.ready,
      });
      const ready = harness.get(pods, "web").status.conditions?.find((c) => c.type === "Ready")?.status;
      expect(ready).toBe(runs && model.ready ? "True" : "False");
    }
    expect(containerOf(harness).restartCount + (containerOf(harness).state?.waiting === undefined ? 0 : 1)).toBe(
      restarts,
    );
    if (pick(15) === 0) {
      // The store starts anew, from what is stored: the Pod, and the tallies.
      prober = new Prober();
      harness.restart();
    }
  }
}

test.each(Array.from({ length: 60 }, (_, i) => i + 1))("seed %i", (seed) => play(seed));
