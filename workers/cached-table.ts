/** One table kept in this isolate, and how it stays fresh: one long question to its store, riding on requests. */
import type { Env } from "./env.ts";

/** How long a store may take to say that nothing changed. Shorter than the 30 s that `waitUntil` grants a Worker. */
const WAIT_MS = 20_000;
/** A question that overran by this much is lost: its request was cancelled, or its store went away. */
const OVERRUN_MS = 2_000;
/**
 * Without a question outstanding a copy is good for this long. The design allows 1 s; asking sooner costs one call per
 * pause in traffic, and lets a client read its own writes after one.
 */
const MAX_STALENESS_MS = 50;
/** A store that does not answer must not stop traffic: after this the last table is used. */
const REFRESH_TIMEOUT_MS = 1_000;
/** Where there is no last table, patience is better than an error: a store may be starting. */
const FIRST_TIMEOUT_MS = 10_000;
/** After a failure the last table is used, and its store tried again this often. */
const BACKOFF_MS = 1_000;

/** How often at most refusals make the table ask again; those in between wait for the next time. */
const RECHECK_MS = 10;

/** For metrics; counted over the isolate's life. */
export const counters = {
  /** Long questions asked. */
  polls: 0,
  /** Short questions asked, mostly with a request waiting. */
  refreshes: 0,
  /** Stores that failed, or did not answer in time. */
  failures: 0,
  /** Requests served from a table that could not be brought up to date. */
  staleServes: 0,
};

/** What a reader without a table says it has: before every revision, so the answer is a full table. */
const NEVER = -1;

interface Delta {
  readonly revision: number;
  readonly full: boolean;
}

export interface CachedTableOptions<D extends Delta> {
  /** What it is the table of, as it is told when its store does not answer. */
  readonly name: string;
  /** `tableChanges` of the store, over a fresh stub: stubs belong to the request that made them. */
  readonly ask: (env: Env, since: number, waitMilliseconds: number) => Promise<D>;
  readonly apply: (delta: D) => void;
}

export class CachedTable<D extends Delta> {
  readonly #options: CachedTableOptions<D>;
  #revision = NEVER;
  #confirmedAt = 0;
  /** When the newest question that was answered had been asked: what was committed before is in the table. */
  #trueAt = 0;
  #recheckedAt = 0;
  #failedAt = 0;
  /** Whether it has been told that the store does not answer. */
  #isFailing = false;
  #usedAt = 0;
  /** When the outstanding question must have been answered; 0: none is outstanding. */
  #deadline = 0;
  /** Tells the current question from one that was given up. */
  #asking = 0;

  constructor(options: CachedTableOptions<D>) {
    this.#options = options;
  }

  /** True when the table may be used as it is. Makes sure that a question is outstanding; no await, no allocation. */
  isFresh(now: number, env: Env, ctx: ExecutionContext): boolean {
    if (this.#revision === NEVER) return false;
    this.#usedAt = now;
    if (now < this.#deadline) return true;
    if (this.#failedAt > this.#confirmedAt) return this.#makeDo(now, env, ctx);
    if (now - this.#confirmedAt > MAX_STALENESS_MS) return false;
    this.#startPolling(now, env, ctx);
    return true;
  }

  /** Asks now and waits, but not for long. False only when there is no table to use, old or new. */
  async refresh(env: Env, ctx: ExecutionContext): Promise<boolean> {
    counters.refreshes++;
    this.#usedAt = Date.now();
    const isFirst = this.#revision === NEVER;
    const done = await within(this.#update(env, 0), isFirst ? FIRST_TIMEOUT_MS : REFRESH_TIMEOUT_MS);
    const now = Date.now();
    if (done) {
      if (now >= this.#deadline) this.#startPolling(now, env, ctx);
      return true;
    }
    counters.failures++;
    this.#failedAt = now;
    // A question that was asked before is as lost: as long as it counts, nobody would ask another.
    this.#deadline = 0;
    this.#asking++;
    this.#tell(true);
    if (this.#revision === NEVER) return false;
    counters.staleServes++;
    return true;
  }

  /**
   * Returns when the table has all that was committed before this call, or its store does not answer. Refusals must not
   * become a flood of calls: of those that come together one asks, and the others wait for an answer that is theirs too.
   */
  async recheck(env: Env, ctx: ExecutionContext): Promise<void> {
    const calledAt = Date.now();
    // A question of the same millisecond may be from before the call.
    while (this.#trueAt <= calledAt && this.#failedAt <= this.#confirmedAt) {
      const pause = this.#recheckedAt + RECHECK_MS - Date.now();
      if (pause <= 0) {
        this.#recheckedAt = Date.now();
        await this.refresh(env, ctx);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** The store is out of order: no request waits for it, one now and then tries it in the background. */
  #makeDo(now: number, env: Env, ctx: ExecutionContext): true {
    counters.staleServes++;
    if (now - this.#failedAt >= BACKOFF_MS) {
      this.#failedAt = now;
      ctx.waitUntil(this.refresh(env, ctx));
    }
    return true;
  }

  #startPolling(now: number, env: Env, ctx: ExecutionContext): void {
    this.#deadline = now + WAIT_MS + OVERRUN_MS;
    ctx.waitUntil(this.#poll(env, now, ++this.#asking));
  }

  /** Asks again after each answer, so that of changes in quick succession none waits for the next request. */
  async #poll(env: Env, startedAt: number, mine: number): Promise<void> {
    let left = WAIT_MS;
    let ok = true;
    while (ok && left > 0 && mine === this.#asking) {
      counters.polls++;
      ok = await this.#update(env, left);
      left = startedAt + WAIT_MS - Date.now();
      // An isolate without traffic lets its stores sleep.
      if (Date.now() - this.#usedAt > WAIT_MS / 2) break;
    }
    if (!ok) counters.failures++;
    if (mine === this.#asking) this.#deadline = 0;
  }

  /** Once when it begins, and once when it is over: in between every request would have the same to say. */
  #tell(isFailing: boolean): void {
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    const used = this.#revision === NEVER ? "there is none to use" : `revision ${this.#revision} is used`;
    const what = isFailing ? `does not answer: ${used}` : "answers again";
    console.warn(`the store of the table of ${this.#options.name} ${what}`);
  }

  /** One question. Answers may overtake each other: only one that is newer than the table changes it. */
  async #update(env: Env, waitMilliseconds: number): Promise<boolean> {
    const since = this.#revision;
    const askedAt = Date.now();
    try {
      const delta = await this.#options.ask(env, since, waitMilliseconds);
      const isReplaced = delta.full && since === this.#revision;
      if (delta.revision > this.#revision || isReplaced) {
        this.#options.apply(delta);
        this.#revision = delta.revision;
      }
      this.#confirmedAt = Date.now();
      this.#tell(false);
      this.#trueAt = Math.max(this.#trueAt, askedAt);
      return true;
    } catch {
      // Overloaded, restarted, unreachable: the caller counts it and goes on with the last table.
      return false;
    }
  }
}

/** What the promise says, or false when it takes longer. */
async function within(promise: Promise<boolean>, milliseconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const done = await Promise.race([promise, late]);
  clearTimeout(timer);
  return done;
}
