/**
 * Everything that a namespace probes, Pods and other endpoints alike, takes its turn here: what is due is sent when there is a
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
  /** Whose it is: a Pod's, a Service's. They take turns, so that one with thousands of endpoints does not keep the others waiting. */
  readonly flow: string;
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
  /** Due, and without a place yet: by flow, the one whose turn is next first. */
  readonly #waiting = new Map<string, Map<object, DueProbe>>();
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
      for (const probe of source.begin(now)) this.#enqueue(probe);
    }
    this.#fill();
  }

  #enqueue(probe: DueProbe): void {
    const flow = this.#waiting.get(probe.flow);
    if (flow === undefined) this.#waiting.set(probe.flow, new Map([[probe.key, probe]]));
    else if (!flow.has(probe.key)) flow.set(probe.key, probe);
  }

  /** The first of the flow whose turn it is, which then waits for all others. */
  #dequeue(): DueProbe | null {
    for (const [name, flow] of this.#waiting) {
      this.#waiting.delete(name);
      for (const [key, probe] of flow) {
        flow.delete(key);
        if (flow.size > 0) this.#waiting.set(name, flow);
        return probe;
      }
    }
    return null;
  }

  #fill(): void {
    const places = this.#options.env.OUTBOUND === undefined ? EDGE_PLACES : LOCAL_PLACES;
    while (this.#underWay < places) {
      const probe = this.#dequeue();
      if (probe === null) return;
      this.#underWay++;
      void probe.run().finally(() => {
        this.#underWay--;
        this.#fill();
        this.#options.changed();
      });
    }
  }
}
