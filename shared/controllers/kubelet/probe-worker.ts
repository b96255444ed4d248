/**
 * One probe of one run of a container (kubelet's `prober/worker.go`): when it is due, and what a row of results amounts to.
 * Nothing here is stored. Times follow from when the container started, and a verdict is in the Pod's status; the count of
 * results since the last verdict begins anew after a restart, as it does in a kubelet.
 */
import type { Container, ContainerStatus, Probe } from "../../api/core-v1/pod.ts";
import { fnv32a } from "../../apimachinery/hash.ts";
import type { ContainerRun } from "./observations.ts";
import { probeTiming, type ProbeKind, type ProbeTiming } from "./probes.ts";

/** Probes of Pods that started together are spread over this much of their period. */
const SPREAD_MILLISECONDS = 1_000;
/** A worker that is looked at this soon after the container's start has seen it start. */
const FRESH_MILLISECONDS = 2_000;
/** A probe that is under way and whose end nobody hears of is begun anew this long after its timeout. */
const LOST_MILLISECONDS = 5_000;

export interface ProbeOutcome {
  /** Null: it could not be sent, which is nobody's failure and is not counted. */
  readonly healthy: boolean | null;
  /** What the kubelet would say of it: of a failure, or as a warning of a success. */
  readonly output: string | null;
}

/** What follows from an outcome. `none`: the threshold is not reached. */
export type ProbeVerdict = "none" | "succeeded" | "failed";

export class ProbeWorker {
  readonly run: ContainerRun;
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly container: Container;
  readonly timing: ProbeTiming;
  /** When the first probe is due, and by how much those after it are off the beat. */
  readonly #first: number;
  readonly #offset: number;
  #due = Number.POSITIVE_INFINITY;
  #underWaySince: number | null = null;
  #last: boolean | null = null;
  #inARow = 0;
  #isOnHold = false;

  constructor(run: ContainerRun, container: Container, kind: ProbeKind, probe: Probe, startedAt: number) {
    this.run = run;
    this.container = container;
    this.kind = kind;
    this.probe = probe;
    this.timing = probeTiming(probe);
    const { initialDelay, period } = this.timing;
    // Starts are whole seconds: with a delay, the next one, so that no probe comes too early.
    this.#first = startedAt + (initialDelay === 0 ? 0 : initialDelay + 1_000);
    const spread = Math.min(SPREAD_MILLISECONDS, period);
    this.#offset = fnv32a(`${run.uid}/${run.container}/${kind}`) % spread;
  }

  /** When there is something to do, in ms since the epoch; infinity while there is not. */
  get due(): number {
    return this.#underWaySince === null ? this.#due : this.#underWaySince + this.timing.timeout + LOST_MILLISECONDS;
  }

  /** The container was looked at: the probe waits for its turn, or rests (`isActive` false). */
  follow(status: ContainerStatus, isActive: boolean, now: number): void {
    if (!isActive || this.#isOnHold) {
      this.#due = Number.POSITIVE_INFINITY;
      return;
    }
    if (this.#due !== Number.POSITIVE_INFINITY || this.#underWaySince !== null) return;
    // A container that is about to be ready does not wait for a beat; one that may be killed is given its time.
    const isNew = now - this.#first < FRESH_MILLISECONDS || (this.kind !== "liveness" && !status.ready);
    this.#due = isNew ? Math.max(now, this.#first) : this.#nextBeat(now);
  }

  /** It is the probe's turn. */
  begin(now: number): void {
    this.#underWaySince = now;
    this.#due = this.#nextBeat(now);
  }

  /** The probe is sent: it may have waited since its turn came. */
  send(now: number): void {
    this.#underWaySince = now;
  }

  /** The probe is over. A probe that took longer than its period is followed by the next at once, as a ticker's are. */
  end(healthy: boolean | null): ProbeVerdict {
    this.#underWaySince = null;
    if (healthy === null) return "none";
    this.#inARow = this.#last === healthy ? this.#inARow + 1 : 1;
    this.#last = healthy;
    const { successThreshold, failureThreshold } = this.timing;
    if (this.#inARow < (healthy ? successThreshold : failureThreshold)) return "none";
    return healthy ? "succeeded" : "failed";
  }

  /** No more of it, until there is another run of the container. */
  hold(): void {
    this.#isOnHold = true;
    this.#due = Number.POSITIVE_INFINITY;
  }

  /** The first beat after `now`; beats follow from the container's start alone. */
  #nextBeat(now: number): number {
    const { period } = this.timing;
    const beats = Math.floor((now - this.#first - this.#offset) / period) + 1;
    return this.#first + this.#offset + Math.max(1, beats) * period;
  }
}
