/** Retries as a share of requests, so that a failing backend is not hit harder for failing (linkerd's retry budget). */

/** Each request earns a fifth of a retry… */
const EARNED = 0.2;
/** …and saves up to this many, which a quiet isolate starts with. */
const SAVED = 100;

let saved = SAVED;

export function earnRetry(): void {
  if (saved < SAVED) saved += EARNED;
}

export function spendRetry(): boolean {
  if (saved < 1) return false;
  saved -= 1;
  return true;
}
