/**
 * How many Events about one object are written: 25, and then one in five minutes, as client-go's spam filter lets through
 * (`EventSourceObjectSpamFilter`). Without it a probe that fails every second would write for ever.
 */
const BURST = 25;
const REFILL_MILLISECONDS = 300_000;

export class EventBudget {
  #tokens = BURST;
  #filledAt: number | null = null;

  /** True when one more may be written at `now`. */
  take(now: number): boolean {
    const since = now - (this.#filledAt ?? now);
    this.#tokens = Math.min(BURST, this.#tokens + since / REFILL_MILLISECONDS);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
