/** All probes of a namespace's Pods: which are due, and what is to be written when one is over. */
import type { Container, ContainerStatus, Pod } from "../../api/core-v1/pod.ts";
import { isFinished, isTerminating } from "../pod-state.ts";
import { EventBudget } from "./event-budget.ts";
import type { ContainerRun, Observation } from "./observations.ts";
import { probeErrorMessage, probeFailureMessage, probeKillMessage, probeWarningMessage } from "./pod-events.ts";
import type { ProbeTally } from "./probe-beat.ts";
import { ProbeWorker, type ProbeOutcome } from "./probe-worker.ts";
import { containerStatusOf, PROBE_KINDS, runnableProbe, runningContainers, type ProbeKind } from "./probes.ts";

/** A container that must be stopped, because its startup or liveness probe has failed. */
export interface KillOrder {
  readonly run: ContainerRun;
  readonly container: Container;
  /** Seconds that its `preStop` has; the probe's own, else the Pod's. */
  readonly graceSeconds: number;
}

/** What is remembered of each probe, by `tallyKey`. */
export type Tallies = ReadonlyMap<string, ProbeTally>;

export const tallyKey = ({ run, kind }: ProbeWorker): string => `${run.uid}/${run.container}/${kind}`;

export interface Judgement {
  /** To be remembered of the probe; null: nothing. */
  readonly tally: ProbeTally | null;
  /** To be written, in one transaction. Empty: nothing has changed. */
  readonly observations: readonly Observation[];
  readonly kill: KillOrder | null;
}

const DEFAULT_GRACE_SECONDS = 30;
const NOTHING: Judgement = { tally: null, observations: [], kill: null };
const NO_TALLIES: Tallies = new Map();

interface ProbedPod {
  readonly uid: string;
  readonly workers: Map<string, ProbeWorker>;
  readonly budget: EventBudget;
}

export class Prober {
  readonly #pods = new Map<string, ProbedPod>();

  /** A Pod as it now is: `undefined` when it is gone. `tallies` of an earlier life are asked for new workers. */
  follow(name: string, pod: Pod | undefined, now: number, tallies = NO_TALLIES): void {
    if (pod === undefined || isFinished(pod)) {
      this.#pods.delete(name);
      return;
    }
    const podBefore = this.#pods.get(name);
    const before = podBefore?.uid === pod.metadata.uid ? podBefore : undefined;
    const workers = new Map<string, ProbeWorker>();
    for (const container of runningContainers(pod)) {
      const status = containerStatusOf(pod, container.name);
      if (status?.state?.running === undefined) continue;
      for (const kind of PROBE_KINDS) {
        const key = `${container.name}/${kind}`;
        const known = before?.workers.get(key);
        const worker = workerFor(known, { pod, container, status, kind });
        if (worker === null) continue;
        if (worker !== known) worker.restore(tallies.get(tallyKey(worker)));
        worker.follow(status, isActive(kind, status, pod), now);
        workers.set(key, worker);
      }
    }
    if (workers.size === 0) this.#pods.delete(name);
    else this.#pods.set(name, { uid: pod.metadata.uid, workers, budget: before?.budget ?? new EventBudget() });
  }

  /** When the next probe is due, in ms since the epoch; infinity when none is. */
  nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { workers } of this.#pods.values()) {
      for (const { due } of workers.values()) if (due < next) next = due;
    }
    return next;
  }

  /** The probes whose turn has come. The longest overdue come first. */
  begin(now: number): readonly ProbeWorker[] {
    const due: (readonly [number, ProbeWorker])[] = [];
    for (const { workers } of this.#pods.values()) {
      for (const worker of workers.values()) if (worker.due <= now) due.push([worker.due, worker]);
    }
    for (const [, worker] of due) worker.begin(now);
    return due.sort(([a], [b]) => a - b).map(([, worker]) => worker);
  }

  /** Whether the outcome of a probe would still be heard: its container may have gone meanwhile. */
  isCurrent(worker: ProbeWorker): boolean {
    const { pod, container } = worker.run;
    return this.#pods.get(pod)?.workers.get(`${container}/${worker.kind}`) === worker;
  }

  /** A probe is over. `pod` is the Pod as it now is. */
  judge(worker: ProbeWorker, outcome: ProbeOutcome, pod: Pod, now: number): Judgement {
    const status = containerStatusOf(pod, worker.run.container);
    if (status === undefined || !this.isCurrent(worker)) return NOTHING;
    const verdict = worker.end(outcome.healthy);
    if (!isActive(worker.kind, status, pod)) return NOTHING;
    const said = this.#say(worker, outcome, now);
    const tally = worker.tally(verdict, status);
    if (verdict === "none") return { tally, observations: said, kill: null };
    const healthy = verdict === "succeeded";
    const judged = (observations: readonly Observation[]): Judgement => ({ tally, observations, kill: null });
    switch (worker.kind) {
      case "readiness":
        return judged(status.ready === healthy ? said : [...said, result(worker, "readiness", healthy)]);
      case "startup":
        return healthy ? judged([...said, result(worker, "startup", true)]) : kill(worker, said, pod);
      case "liveness":
        return healthy ? judged(said) : kill(worker, said, pod);
      default:
        return worker.kind satisfies never;
    }
  }

  #say({ run, kind }: ProbeWorker, { healthy, output }: ProbeOutcome, now: number): readonly Observation[] {
    if (output === null || this.#pods.get(run.pod)?.budget.take(now) !== true) return [];
    const [reason, message] =
      healthy === true
        ? ["ProbeWarning", probeWarningMessage(kind, output)]
        : ["Unhealthy", healthy === null ? probeErrorMessage(kind, output) : probeFailureMessage(kind, output)];
    return [{ kind: "event", of: run, type: "Warning", reason, message }];
  }
}

interface Probed {
  readonly pod: Pod;
  readonly container: Container;
  readonly status: ContainerStatus;
  readonly kind: ProbeKind;
}

/** The worker that there is, if it is of this run of the container; null when there is no such probe. */
function workerFor(known: ProbeWorker | undefined, { pod, container, status, kind }: Probed): ProbeWorker | null {
  const { containerID = "" } = status;
  if (known?.run.containerID === containerID) return known;
  const probe = runnableProbe(container, kind);
  if (probe === undefined) return null;
  const run = { pod: pod.metadata.name, uid: pod.metadata.uid, container: container.name, containerID };
  return new ProbeWorker(run, container, kind, probe, Date.parse(status.state?.running?.startedAt ?? "") || 0);
}

/** Before a container has started only its startup probe runs, and then never again; one that is being stopped is not killed. */
function isActive(kind: ProbeKind, { started = false }: ContainerStatus, pod: Pod): boolean {
  if (kind === "readiness") return started;
  return !isTerminating(pod) && (kind === "startup") !== started;
}

const result = ({ run }: ProbeWorker, probe: "startup" | "readiness", healthy: boolean): Observation => ({
  kind: "result",
  of: run,
  probe,
  healthy,
});

function kill(worker: ProbeWorker, said: readonly Observation[], pod: Pod): Judgement {
  const { run, container, probe } = worker;
  // The next probe would be of a container that is being stopped.
  worker.hold();
  const message = probeKillMessage(pod, container.name, worker.kind === "startup" ? "startup" : "liveness");
  const killing: Observation = { kind: "event", of: run, type: "Normal", reason: "Killing", message };
  const graceSeconds =
    probe.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  return { tally: null, observations: [...said, killing], kill: { run, container, graceSeconds } };
}
