/**
 * When something that is probed is due, and what a row of results amounts to (kubelet's `prober/worker.go`). Beats follow from when
 * the first probe was due, so they survive whoever counts them; only a row of results that has not reached its threshold has to be
 * remembered: its tally. For containers of Pods, and for endpoints that registered themselves.
 */
import { fnv32a } from "../../apimachinery/hash.ts";
import type { ProbeTiming } from "./probes.ts";

/** Probes of what started together are spread over this much of their period, unless another spread is asked for. */
const SPREAD_MILLISECONDS = 1_000;
/** Who begins to count this soon after a beat does so perhaps because of it: a store that sleeps is woken by the alarm. */
const WAKE_MILLISECONDS = 5_000;
/** A probe that is under way and whose end nobody hears of is begun anew this long after its timeout. */
const LOST_MILLISECONDS = 5_000;

/** What follows from a result. `none`: the threshold is not reached. */
export type ProbeVerdict = "none" | "succeeded" | "failed";

/** A row of equal results that has not reached its threshold. Plain data, to be stored. */
export interface ProbeTally {
  /** What was probed: the ID of a container's run, the URL of an endpoint. Of anything else it says nothing. */
  readonly of: string;
  readonly healthy: boolean;
  readonly inARow: number;
  /** The beat of the newest of them, in ms since the epoch. */
  readonly beat: number;
}

export interface Interest {
  /** It is to be probed; otherwise it rests. */
  readonly isActive: boolean;
  /** It does not wait for a beat. */
  readonly isUrgent: boolean;
}

export interface Spread {
  /** What it is told from others by. */
  readonly identity: string;
  /** How far apart what begins together is put, in ms; a second where it is not said. */
  readonly spread?: number;
}

export class ProbeBeat {
  readonly timing: ProbeTiming;
  /** When the first probe is due, and by how much those after it are off the beat. */
  readonly #first: number;
  readonly #offset: number;
  #due = Number.POSITIVE_INFINITY;
  #underWaySince: number | null = null;
  #isNew = true;
  #last: boolean | null = null;
  #inARow = 0;
  /** The newest beat that was probed. */
  #beat = Number.NEGATIVE_INFINITY;

  /** @param first in ms since the epoch */
  constructor(timing: ProbeTiming, first: number, { identity, spread = SPREAD_MILLISECONDS }: Spread) {
    this.timing = timing;
    this.#first = first;
    this.#offset = fnv32a(identity) % Math.min(spread, timing.period);
  }

  /** Goes on where an earlier life of the store stopped. */
  restore({ healthy, inARow, beat }: ProbeTally): void {
    this.#last = healthy;
    this.#inARow = inARow;
    this.#beat = beat;
  }

  /** When there is something to do, in ms since the epoch; infinity while there is not. */
  get due(): number {
    return this.#underWaySince === null ? this.#due : this.#underWaySince + this.timing.timeout + LOST_MILLISECONDS;
  }

  /** What is probed was looked at: the probe waits for its turn, or rests. */
  follow({ isActive, isUrgent }: Interest, now: number): void {
    const isNew = this.#isNew;
    this.#isNew = false;
    if (!isActive) this.#due = Number.POSITIVE_INFINITY;
    else if (this.#due === Number.POSITIVE_INFINITY && this.#underWaySince === null)
      this.#due = this.#isDueAtOnce(isUrgent, isNew, now) ? Math.max(now, this.#first) : this.#nextBeat(now);
  }

  #isDueAtOnce(isUrgent: boolean, isNew: boolean, now: number): boolean {
    if (now < this.#first) return true;
    const last = this.#lastBeat(now);
    return last > this.#beat && (isUrgent || (isNew && now - last < WAKE_MILLISECONDS));
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

  /** The probe is over; null: it could not be sent. One that took longer than its period is followed by the next at once, as a ticker's are. */
  end(healthy: boolean | null): ProbeVerdict {
    this.#underWaySince = null;
    if (healthy === null) return "none";
    this.#inARow = this.#last === healthy ? this.#inARow + 1 : 1;
    this.#last = healthy;
    const { successThreshold, failureThreshold } = this.timing;
    if (this.#inARow < (healthy ? successThreshold : failureThreshold)) return "none";
    return healthy ? "succeeded" : "failed";
  }

  /** What has to be remembered after `verdict`; null: nothing, as there was a verdict or no result. */
  tally(of: string, verdict: ProbeVerdict): ProbeTally | null {
    if (verdict !== "none" || this.#last === null) return null;
    return { of, healthy: this.#last, inARow: this.#inARow, beat: this.#beat };
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
