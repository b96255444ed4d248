/**
 * Which address of a service CIDR to give out (KEP-3070). The range is split: dynamic allocation starts in the upper
 * band, so that the lower band stays free for addresses that people choose, and falls back to it when the upper is full.
 */
import { addToIP, cidrContains, formatIP, sizeOfCIDR, type CIDR } from "../../apimachinery/ip.ts";
import { canonicalLegacyIP, parseLegacyIP } from "../../apimachinery/legacy-ip.ts";

/** Addresses in use in this CIDR, in canonical text. Others must not be in it: fullness is judged by its size. */
export type UsedAddresses = Pick<ReadonlySet<string>, "has" | "size">;

/** A uniformly chosen integer in `[0, n)`. */
export type PickIndex = (n: number) => number;

/** A run of offsets from the CIDR's base. */
interface Band {
  readonly first: number;
  readonly size: number;
}

/** No range is searched beyond this; the rest of a /64 is as good as unlimited anyway. */
const MAX_SIZE = 2 ** 48;

/** How many addresses dynamic allocation leaves alone at first: a sixteenth of the range's size, from 16 to 256. */
export function staticBandSize(size: number): number {
  // With 16 addresses or fewer nothing would be left above the band.
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), 256);
}

/** The network address, and in IPv4 the broadcast address, are never given out. */
function bandsOf(cidr: CIDR): { readonly upper: Band; readonly lower: Band } {
  const size = Math.min(Number(sizeOfCIDR(cidr)), MAX_SIZE);
  const usable = Math.max(0, size - (cidr.family === "IPv4" ? 2 : 1));
  const reserved = Math.min(staticBandSize(size), usable);
  return { lower: { first: 1, size: reserved }, upper: { first: 1 + reserved, size: usable - reserved } };
}

const addressAt = (cidr: CIDR, offset: number): string => {
  const address = addToIP({ family: cidr.family, value: cidr.base }, offset);
  if (address === null) throw new Error(`offset ${offset} leaves the address space`);
  return formatIP(address);
};

/** The first free address at or after a random start, wrapping round; null when every one of the band is used. */
function freeIn(cidr: CIDR, band: Band, used: UsedAddresses, pick: PickIndex): string | null {
  if (band.size === 0) return null;
  const start = pick(band.size);
  for (let i = 0; i < band.size; i++) {
    const address = addressAt(cidr, band.first + ((start + i) % band.size));
    if (!used.has(address)) return address;
  }
  return null;
}

function countIn(cidr: CIDR, band: Band, used: UsedAddresses): number {
  let count = 0;
  for (let i = 0; i < band.size; i++) if (used.has(addressAt(cidr, band.first + i))) count++;
  return count;
}

/** A free address, or null when the range is full. */
export function nextAddress(cidr: CIDR, used: UsedAddresses, pick: PickIndex): string | null {
  const { upper, lower } = bandsOf(cidr);
  // Counting the small band tells whether the big one is full, without walking it.
  const upperHasRoom = used.size < upper.size || used.size - countIn(cidr, lower, used) < upper.size;
  return (upperHasRoom ? freeIn(cidr, upper, used, pick) : null) ?? freeIn(cidr, lower, used, pick);
}

/** The canonical text of an address that may be given out from this CIDR, or null. */
export function usableAddress(cidr: CIDR, text: string): string | null {
  const address = parseLegacyIP(text);
  if (address === null || !cidrContains(cidr, address)) return null;
  const offset = address.value - cidr.base;
  const last = sizeOfCIDR(cidr) - (cidr.family === "IPv4" ? 2n : 1n);
  return offset >= 1n && offset <= last ? canonicalLegacyIP(text) : null;
}

/** The first usable address: `default/kubernetes` has it. */
export const firstUsableAddress = (cidr: CIDR): string => addressAt(cidr, 1);
