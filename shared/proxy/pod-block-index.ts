/** Longest-prefix lookup of pod addresses, one Map per prefix length in use. */
import { canonicalIP, parseCIDR, parseIP, type IPFamily } from "../apimachinery/ip.ts";
import type { ClusterFacts } from "./table.ts";

export type PodBlockIndex = (address: string) => string | undefined;

interface Level {
  readonly family: IPFamily;
  readonly hostBits: bigint;
  /** Network base → namespace. */
  readonly namespaces: Map<bigint, string>;
}

const BITS = { IPv4: 32, IPv6: 128 } as const;

/** Blocks that are no CIDRs are left out: they come from our own allocator, and one bad one must not hide the others. */
export function createPodBlockIndex(blocks: ClusterFacts["podBlocks"]): PodBlockIndex {
  const levels = new Map<string, Level>();
  for (const { cidr, namespace } of blocks) {
    const parsed = parseCIDR(cidr);
    if (parsed === null) continue;
    const key = `${parsed.family}/${parsed.prefixLength}`;
    const hostBits = BigInt(BITS[parsed.family] - parsed.prefixLength);
    const level = levels.get(key) ?? { family: parsed.family, hostBits, namespaces: new Map<bigint, string>() };
    level.namespaces.set(parsed.base, namespace);
    levels.set(key, level);
  }
  const longestFirst = [...levels.values()].sort((a, b) => Number(a.hostBits - b.hostBits));
  return (address) => {
    const ip = parseIP(address);
    if (ip === null) return undefined;
    for (const { family, hostBits, namespaces } of longestFirst) {
      if (family !== ip.family) continue;
      const namespace = namespaces.get((ip.value >> hostBits) << hostBits);
      if (namespace !== undefined) return namespace;
    }
    return undefined;
  };
}

/** Canonical text of an address, or the lower-case text of what is none (a load balancer's hostname). */
export const addressKey = (address: string): string => canonicalIP(address) ?? address.toLowerCase();
