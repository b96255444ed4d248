/** mulberry32: a small seeded generator of numbers in [0, 1), so that a random test can be run again as it was. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The same as whole numbers: each call gives one of `n`, from 0. */
export function randomIntegers(seed: number): (n: number) => number {
  const chance = random(seed);
  return (n) => Math.floor(chance() * n);
}

/** One element of a list that is not empty. */
export function pickOne<T>(list: readonly T[], chance: () => number): T {
  const at = Math.floor(chance() * list.length);
  for (const element of list.slice(at)) return element;
  throw new Error("nothing to pick from");
}
