/** When which key of which controller wants to be looked at again, and how often it has failed. */
import { retryDelay, type ControllerRun, type TimerKey } from "./run.ts";

export class Timers {
  readonly #at = new Map<TimerKey, number>();
  /** How often in a row a key's controller threw. */
  readonly #failures = new Map<TimerKey, number>();

  clear(): void {
    this.#at.clear();
    this.#failures.clear();
  }

  /** Takes over what a run of the controllers asked for. `now` is in ms since the epoch, as all times here. */
  note({ timers, failures }: Pick<ControllerRun, "timers" | "failures">, now: number): void {
    for (const [key, at] of timers) {
      this.#failures.delete(key);
      if (at === null) this.#at.delete(key);
      else this.#at.set(key, at);
    }
    for (const { key } of failures) {
      const count = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, count);
      this.#at.set(key, now + retryDelay(count));
    }
  }

  /** Gives what is due, and forgets that it is. */
  takeDue(now: number): readonly TimerKey[] {
    const due = [...this.#at].filter(([, at]) => at <= now).map(([key]) => key);
    for (const key of due) this.#at.delete(key);
    return due;
  }

  /** These could not be done: they are due again at `at`, unless something else has asked for them meanwhile. */
  postpone(keys: readonly TimerKey[], at: number): void {
    for (const key of keys) if (!this.#at.has(key)) this.#at.set(key, at);
  }

  /** When the first one is due; infinity when none will ever be. */
  next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const at of this.#at.values()) next = Math.min(next, at);
    return next;
  }
}
