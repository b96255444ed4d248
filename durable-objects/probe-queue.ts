/**
 * Everything that a namespace probes, Pods and registered endpoints alike, takes its turn here: what is due is sent when there is a
 * place for it. Nothing waits for the queue: a backend that hangs holds one of the places, and no write.
 */
import type { Env } from "../workers/env.ts";

/**
 * Probes under way at once. On the edge an object has six connections, and what waits for one would time out: a probe that has
 * no place yet has not begun.
 */
const LOCAL_PLACES = 64;
const EDGE_PLACES = 6;
/** Alarms for probes are this far apart at least: what is due in between is sent together. */
const TOGETHER_MILLISECONDS = 20;

/** A probe whose turn has come. */
export interface DueProbe {
  /** One probe does not wait twice. */
  readonly key: object;
  /** Sends it and takes what comes back. Never rejects. */
  readonly run: () => Promise<void>;
}

export interface ProbeSource {
  /** When the next probe is due, in ms since the epoch; infinity when none is. */
  nextDue(): number;
  /** The probes whose turn has come, the longest overdue first. */
  begin(now: number): readonly DueProbe[];
}

export interface QueueOptions {
  readonly env: Pick<Env, "OUTBOUND">;
  readonly sources: readonly ProbeSource[];
  /** The next probe may be due earlier than before. */
  readonly changed: () => void;
}

export class ProbeQueue {
  readonly #options: QueueOptions;
  /** Due, and without a place yet. */
  readonly #waiting = new Map<object, DueProbe>();
  #underWay = 0;
  #tickedAt = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** When `tick` is wanted, in ms since the epoch; infinity when it is not. */
  nextDue(): number {
    const due = Math.min(...this.#options.sources.map((source) => source.nextDue()));
    return Math.max(due, this.#tickedAt + TOGETHER_MILLISECONDS);
  }

  /** Sends what is due. Returns at once. */
  tick(now: number): void {
    this.#tickedAt = now;
    for (const source of this.#options.sources) {
      for (const probe of source.begin(now)) if (!this.#waiting.has(probe.key)) this.#waiting.set(probe.key, probe);
    }
    this.#fill();
  }

  #fill(): void {
    const places = this.#options.env.OUTBOUND === undefined ? EDGE_PLACES : LOCAL_PLACES;
    for (const [key, probe] of this.#waiting) {
      if (this.#underWay >= places) return;
      this.#waiting.delete(key);
      this.#underWay++;
      void probe.run().finally(() => {
        this.#underWay--;
        this.#fill();
        this.#options.changed();
      });
    }
  }
}
