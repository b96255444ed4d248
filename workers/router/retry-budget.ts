/** Retries as a share of requests, so that a failing backend is not hit harder for failing (linkerd's retry budget). */

/** Each request earns a fifth of a retry… */
const EARNED = 0.2;
/** …and each second ten… */
const EARNED_PER_SECOND = 10;
/** …and saves up to this many, which a quiet isolate starts with. */
const SAVED = 100;

let saved = SAVED;
let countedAt = 0;

export function earnRetry(): void {
  if (saved < SAVED) saved += EARNED;
}

export function spendRetry(): boolean {
  const now = Date.now();
  saved = Math.min(SAVED, saved + ((now - countedAt) / 1000) * EARNED_PER_SECOND);
  countedAt = now;
  if (saved < 1) return false;
  saved -= 1;
  return true;
}
