/**
 * One probe of one run of a container (kubelet's `prober/worker.go`): when it is due, and what a row of results amounts to.
 * Beats follow from when the container started, and a verdict is in the Pod's status. Only a row of results that is on its way
 * to another verdict has to be remembered: its tally.
 */
import type { Container, ContainerStatus, Probe } from "../../api/core-v1/pod.ts";
import { fnv32a } from "../../apimachinery/hash.ts";
import type { ContainerRun } from "./observations.ts";
import { probeTiming, type ProbeKind, type ProbeTiming } from "./probes.ts";

/** Probes of Pods that started together are spread over this much of their period. */
const SPREAD_MILLISECONDS = 1_000;
/** A worker that is made this soon after a beat was perhaps made because of it: a store that sleeps is woken by the alarm. */
const WAKE_MILLISECONDS = 5_000;
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

/** A row of equal results that has not reached its threshold. Plain data, to be stored. */
export interface ProbeTally {
  readonly containerID: string;
  readonly healthy: boolean;
  readonly inARow: number;
  /** The beat of the newest of them, in ms since the epoch. */
  readonly beat: number;
}

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
  #isOnHold = false;
  #isNew = true;
  #last: boolean | null = null;
  #inARow = 0;
  /** The newest beat that was probed. */
  #beat = Number.NEGATIVE_INFINITY;

  /** @param startedAt when the run began, in ms since the epoch */
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

  /** Goes on where the worker of an earlier life of the store stopped. */
  restore({ healthy, inARow, beat }: ProbeTally): void {
    this.#last = healthy;
    this.#inARow = inARow;
    this.#beat = beat;
  }

  /** When there is something to do, in ms since the epoch; infinity while there is not. */
  get due(): number {
    return this.#underWaySince === null ? this.#due : this.#underWaySince + this.timing.timeout + LOST_MILLISECONDS;
  }

  /** The container was looked at: the probe waits for its turn, or rests (`isActive` false). */
  follow(status: ContainerStatus, isActive: boolean, now: number): void {
    const isNew = this.#isNew;
    this.#isNew = false;
    if (!isActive || this.#isOnHold) {
      this.#due = Number.POSITIVE_INFINITY;
      return;
    }
    if (this.#due !== Number.POSITIVE_INFINITY || this.#underWaySince !== null) return;
    this.#due = this.#isDueAtOnce(status, isNew, now) ? Math.max(now, this.#first) : this.#nextBeat(now);
  }

  /** What is about to be ready does not wait for a beat; what may be killed is given its time. */
  #isDueAtOnce(status: ContainerStatus, isNew: boolean, now: number): boolean {
    if (now < this.#first) return true;
    const last = this.#lastBeat(now);
    if (last <= this.#beat) return false;
    if (this.kind !== "liveness" && !status.ready) return true;
    return isNew && now - last < WAKE_MILLISECONDS;
  }

  /** It is the probe's turn. */
  begin(now: number): void {
    this.#underWaySince = now;
    this.#beat = this.#lastBeat(now);
    this.#due = this.#nextBeat(now);
  }

  /** The probe is sent: it may have waited since its turn came. */
  send(now: number): void {
    this.#underWaySince = now;
  }

  /** The probe is over. One that took longer than its period is followed by the next at once, as a ticker's are. */
  end(healthy: boolean | null): ProbeVerdict {
    this.#underWaySince = null;
    if (healthy === null) return "none";
    this.#inARow = this.#last === healthy ? this.#inARow + 1 : 1;
    this.#last = healthy;
    const { successThreshold, failureThreshold } = this.timing;
    if (this.#inARow < (healthy ? successThreshold : failureThreshold)) return "none";
    return healthy ? "succeeded" : "failed";
  }

  /** What has to be remembered after `verdict`; null: nothing, because the Pod's status says it all. */
  tally(verdict: ProbeVerdict, { ready }: ContainerStatus): ProbeTally | null {
    if (verdict !== "none" || this.#last === null) return null;
    if (this.kind === "readiness" && this.#last === ready) return null;
    return { containerID: this.run.containerID, healthy: this.#last, inARow: this.#inARow, beat: this.#beat };
  }

  /** No more of it, until there is another run of the container. */
  hold(): void {
    this.#isOnHold = true;
    this.#due = Number.POSITIVE_INFINITY;
  }

  #beatsUntil(now: number): number {
    return Math.floor((now - this.#first - this.#offset) / this.timing.period);
  }

  #beatAt(n: number): number {
    return n < 1 ? this.#first : this.#first + this.#offset + n * this.timing.period;
  }

  /** The newest beat at or before `now`; the first, before it. */
  #lastBeat(now: number): number {
    return this.#beatAt(this.#beatsUntil(now));
  }

  /** The first beat after `now`. */
  #nextBeat(now: number): number {
    return now < this.#first ? this.#first : this.#beatAt(Math.max(1, this.#beatsUntil(now) + 1));
  }
}
