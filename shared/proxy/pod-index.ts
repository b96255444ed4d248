import type { Labels, PodAddresses } from "./table.ts";

/** Pods by address. Those of a host's network share its address, so it is there as long as one of them is. */
export interface PodIndex {
  /** Whether a Pod has the address; with `isShown`, one whose labels it takes. */
  readonly has: (address: string, isShown?: (labels: Labels | undefined) => boolean) => boolean;
  readonly set: (pod: PodAddresses) => void;
  readonly clear: () => void;
}

export function createPodIndex(): PodIndex {
  const byName = new Map<string, PodAddresses>();
  /** The one Pod that has the address, or all that share it. */
  const byAddress = new Map<string, PodAddresses | Set<PodAddresses>>();
  const list = (address: string, pod: PodAddresses): void => {
    const known = byAddress.get(address);
    if (known instanceof Set) known.add(pod);
    else byAddress.set(address, known === undefined ? pod : new Set([known, pod]));
  };
  const unlist = (address: string, pod: PodAddresses): void => {
    const known = byAddress.get(address);
    if (known instanceof Set) known.delete(pod);
    if (known === pod || (known instanceof Set && known.size === 0)) byAddress.delete(address);
  };
  return {
    has: (address, isShown) => {
      const known = byAddress.get(address);
      if (known === undefined || isShown === undefined) return known !== undefined;
      return known instanceof Set ? [...known].some(({ labels }) => isShown(labels)) : isShown(known.labels);
    },
    set: (pod) => {
      const { name, addresses } = pod;
      const before = byName.get(name);
      for (const address of before?.addresses ?? []) if (before !== undefined) unlist(address, before);
      for (const address of addresses) list(address, pod);
      if (addresses.length === 0) byName.delete(name);
      else byName.set(name, pod);
    },
    clear: () => {
      byName.clear();
      byAddress.clear();
    },
  };
}
