/** Blocks of pod addresses: which CIDR a namespace gets next out of the pod ranges. */
import { addToIP, cidrsOverlap, formatCIDR, lastOfCIDR, parseCIDR, type CIDR } from "../../apimachinery/ip.ts";

/** The first block of a namespace holds 64 addresses; each further one doubles what it has, up to 4,096. */
const FIRST_BLOCK_BITS = 6;
const LARGEST_BLOCK_BITS = 12;

/**
 * The next free block for a namespace that has `own` already, beside everything in `taken`; null when the ranges are full.
 * `ranges` are the CIDRs of `--pod-cidr`.
 */
export function nextPodBlock(
  ranges: readonly string[],
  taken: readonly string[],
  own: readonly string[],
): string | null {
  const wanted = Math.min(LARGEST_BLOCK_BITS, FIRST_BLOCK_BITS + own.length);
  const blocks = taken.flatMap((text) => parseCIDR(text) ?? []);
  for (let bits = wanted; bits >= FIRST_BLOCK_BITS; bits--) {
    for (const text of ranges) {
      const range = parseCIDR(text);
      const found = range === null ? null : freeBlock(range, blocks, bits);
      if (found !== null) return formatCIDR(found);
    }
  }
  return null;
}

/** The first aligned block of 2^bits addresses in the range that overlaps none of `taken`. */
function freeBlock(range: CIDR, taken: readonly CIDR[], bits: number): CIDR | null {
  const prefixLength = (range.family === "IPv4" ? 32 : 128) - bits;
  if (prefixLength < range.prefixLength) return null;
  const last = lastOfCIDR(range).value;
  let candidate: CIDR = { family: range.family, base: range.base, prefixLength };
  for (;;) {
    const obstacle = taken.find((block) => cidrsOverlap(block, candidate));
    if (obstacle === undefined) return candidate;
    // The next aligned start behind whichever of the two ends later.
    const end = maximum(lastOfCIDR(obstacle).value, lastOfCIDR(candidate).value);
    const next = addToIP({ family: range.family, value: end }, 1);
    if (next === null || lastOfCIDR({ ...candidate, base: next.value }).value > last) return null;
    candidate = { ...candidate, base: next.value };
  }
}

const maximum = (a: bigint, b: bigint): bigint => (a > b ? a : b);
