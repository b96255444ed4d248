/** What one isolate knows of the outliers of one Service. Synchronous: it stands on the path of every request. */
import { chooseAnother, type Pick } from "./choose-endpoint.ts";
import { CONSECUTIVE_FAILURES, INTERVAL_MILLISECONDS, outlierKey, type Ejections } from "./outlier-detection.ts";
import type { Forward } from "./verdict.ts";

export class OutlierWatch {
  /** Failures in a row, by endpoint; those that do well are not in it. */
  readonly #failures = new Map<string, number>();
  /** Until when endpoints are out, in ms since the epoch. */
  #out: ReadonlyMap<string, number> = new Map();
  #askedAt = Number.NEGATIVE_INFINITY;

  /** True once an interval: then it is time to hear what others have found. */
  isDue(now: number): boolean {
    if (now - this.#askedAt < INTERVAL_MILLISECONDS) return false;
    this.#askedAt = now;
    return true;
  }

  /** Takes in what all isolates together have found. */
  learn(ejections: Ejections): void {
    this.#out = new Map(Object.entries(ejections).map(([key, { until }]) => [key, until]));
    // Who comes back starts anew.
    for (const key of this.#out.keys()) this.#failures.delete(key);
  }

  /** Counts an answer; true when it makes the endpoint an outlier, which is then to be reported. */
  count(key: string, failed: boolean): boolean {
    if (!failed) {
      this.#failures.delete(key);
      return false;
    }
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return failures % CONSECUTIVE_FAILURES === 0;
  }

  /** The same, or a choice that leaves outliers out. Where all that is left are outliers, they are better than nothing. */
  avoid(forward: Forward, now: number, pick: Pick): Forward {
    if (this.#out.size === 0 || forward.choice === null || !this.#isOut(outlierKey(forward.endpoint), now)) {
      return forward;
    }
    const out = forward.port.endpoints.filter((endpoint) => this.#isOut(outlierKey(endpoint), now));
    const endpoint = chooseAnother(forward.port, forward.choice, out, pick);
    return endpoint === null ? forward : { ...forward, endpoint };
  }

  #isOut(key: string, now: number): boolean {
    return (this.#out.get(key) ?? 0) > now;
  }
}
