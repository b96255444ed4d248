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

/** Kubernetes writes `metav1.Time` in whole seconds, UTC. */
export function toTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -".000Z".length)}Z`;
}

/** `metav1.MicroTime`: with six digits of a second, of which the clock here knows three. */
export const toMicroTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/Z$/, "000Z");
