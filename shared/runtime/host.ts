/**
 * What the pure core may not reach for itself: time, identity and chance.
 * A Durable Object passes the real ones in; tests pass fixed ones.
 */
export interface Host {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** A new RFC 4122 UUID, as `metadata.uid`. */
  readonly uid: () => string;
  /** A uniformly chosen integer in `[0, n)`; `n` is at least 1. */
  readonly pick: (n: number) => number;
}

let shown = { second: Number.NaN, time: "" };

/** Kubernetes writes `metav1.Time` in whole seconds, UTC. Of one second, which many writes fall into, it is the same string. */
export function toTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== shown.second) {
    const time = `${new Date(second * 1000).toISOString().slice(0, -".000Z".length)}Z`;
    shown = { second, time };
  }
  return shown.time;
}

/** `metav1.MicroTime`: with six digits of a second, of which the clock here knows three. */
export const toMicroTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/Z$/, "000Z");
