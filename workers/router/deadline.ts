/** Time limits of a request. Timers cost something, so those that nobody asked for are not set. */
import type { HttpPolicy } from "../../shared/proxy/table.ts";

/**
 * Where another endpoint could answer as well, one that says nothing for so long is given up. Longer than clients wait
 * for pages, shorter than they wait at all.
 */
const DEFAULT_PER_TRY = 10_000;

export const LATE = "late";

export class Deadline {
  readonly #policy: HttpPolicy | undefined;
  readonly #endsAt: number;
  readonly #whole: AbortController | null;

  constructor(policy: HttpPolicy | undefined) {
    this.#policy = policy;
    const { timeout = null } = policy ?? {};
    this.#endsAt = timeout === null ? Number.POSITIVE_INFINITY : Date.now() + timeout;
    const whole = timeout === null ? null : new AbortController();
    this.#whole = whole;
    // It outlives the head of the response: the body has to come in time as well.
    if (timeout !== null) setTimeout(() => whole?.abort(new Error("timeout")), timeout);
  }

  get isOver(): boolean {
    return Date.now() >= this.#endsAt;
  }

  /** Whether somebody asked for the limit of a try, which then also holds where no other endpoint is left. */
  get isPerTryWanted(): boolean {
    return (this.#policy?.perTryTimeout ?? 0) > 0;
  }

  /** What a try is ended with, should anybody end it. */
  newTry(): AbortController | null {
    if (!this.isPerTryWanted) return this.#whole;
    const mine = new AbortController();
    this.#whole?.signal.addEventListener("abort", () => mine.abort(this.#whole?.signal.reason));
    return mine;
  }

  /** The answer, or `LATE` when it takes longer than a try may. */
  async limit<T>(answer: Promise<T>, hasOthers: boolean): Promise<T | typeof LATE> {
    const { perTryTimeout = hasOthers ? DEFAULT_PER_TRY : 0 } = this.#policy ?? {};
    if (perTryTimeout === 0) return answer;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const late = new Promise<typeof LATE>((resolve) => {
      timer = setTimeout(() => resolve(LATE), perTryTimeout);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
