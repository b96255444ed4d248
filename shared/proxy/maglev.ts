/** Maglev hashing (Eisenbud et al., NSDI 2016, §3.4), as `ip_vs_mh.c` uses it: few clients move when an endpoint goes. */
import { endpointKey } from "./endpoint-key.ts";
import type { Endpoint } from "./table.ts";
import { weightOf } from "./weighted.ts";

/** A prime, as the permutations need it; the next to IPVS' default of 4093 that leaves room for a hundred endpoints each. */
const SIZE = 4_093;

/** FNV-1a, 32 bits, with a last stir so that the low bits of similar texts differ. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Lists of candidates never change: a table is forgotten with its list. */
const tables = new WeakMap<readonly Endpoint[], Uint16Array>();

/** Bucket → place of its endpoint in `candidates`. Costs some ten thousand steps once a list. */
export function maglevTable(candidates: readonly Endpoint[]): Uint16Array {
  let table = tables.get(candidates);
  if (table === undefined) tables.set(candidates, (table = fill(candidates)));
  return table;
}

const FREE = 0xffff;

/** Each endpoint in turn takes the next free bucket of its own permutation, as many a turn as it weighs. */
function fill(candidates: readonly Endpoint[]): Uint16Array {
  const table = new Uint16Array(SIZE).fill(FREE);
  const lightest = Math.min(...candidates.map(weightOf));
  const claims = candidates.map((endpoint) => ({
    at: hashText(endpointKey(endpoint)) % SIZE,
    skip: (hashText(endpointKey(endpoint), 0x9747b28c) % (SIZE - 1)) + 1,
    weight: Math.max(1, Math.round(weightOf(endpoint) / lightest)),
  }));
  for (let left = SIZE; ;) {
    for (const [place, claim] of claims.entries()) {
      for (let taken = 0; taken < claim.weight; taken++) {
        while (table[claim.at] !== FREE) claim.at = (claim.at + claim.skip) % SIZE;
        table[claim.at] = place;
        if (--left === 0) return table;
      }
    }
  }
}
