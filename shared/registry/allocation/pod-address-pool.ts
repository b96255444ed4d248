/** Pod addresses of one namespace, out of the blocks that the cluster gave it. */
import { addToIP, formatIP, parseCIDR, sizeOfCIDR, type CIDR } from "../../apimachinery/ip.ts";

/** What controllers take addresses from (`PodAddresses`), with the place to go on from next time. */
export interface PodAddressPool {
  /** A free address, or null when the blocks are used up. */
  readonly take: () => string | null;
  /** Where the next search starts; hand it to the next pool, so that an address that was just freed rests for a round. */
  readonly cursor: () => number;
}

export interface PodAddressPoolOptions {
  /** CIDRs, e.g. `10.244.3.0/24`, in the order in which the namespace got them. */
  readonly blocks: readonly string[];
  /** Canonical text of the addresses that Pods have. */
  readonly used: Iterable<string>;
  /** `cursor()` of the pool before; 0 at first. */
  readonly cursor: number;
}

/** The first and last address of a block stay unused, as a bridge's network and broadcast addresses. */
const usableSize = (block: CIDR): number => Math.max(0, Number(sizeOfCIDR(block)) - 2);

function addressAt(blocks: readonly CIDR[], index: number): string {
  let rest = index;
  for (const block of blocks) {
    const size = usableSize(block);
    if (rest < size) {
      const address = addToIP({ family: block.family, value: block.base }, rest + 1);
      if (address !== null) return formatIP(address);
    }
    rest -= size;
  }
  throw new Error(`no address ${index} in the pod blocks`);
}

/** A pool over a snapshot; addresses taken from it count as used from then on. A block that is no CIDR is a bug: throws. */
export function podAddressPool({ blocks, used, cursor }: PodAddressPoolOptions): PodAddressPool {
  const ranges = blocks.map((text) => {
    const block = parseCIDR(text);
    if (block === null) throw new Error(`not a CIDR: ${JSON.stringify(text)}`);
    return block;
  });
  const size = ranges.reduce((sum, block) => sum + usableSize(block), 0);
  const taken = new Set(used);
  let next = size === 0 ? 0 : cursor % size;
  const take = (): string | null => {
    for (let i = 0; i < size; i++) {
      const index = (next + i) % size;
      const address = addressAt(ranges, index);
      if (taken.has(address)) continue;
      taken.add(address);
      next = (index + 1) % size;
      return address;
    }
    return null;
  };
  return { take, cursor: () => next };
}
