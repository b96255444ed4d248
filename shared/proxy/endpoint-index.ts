/**
 * Which namespaces have an address for an endpoint, where that cannot be told from the blocks that Pods' addresses come from: endpoints that
 * somebody wrote by hand, and Pods of another namespace. For PTR; asked for only when such an address is.
 */
import type { EndpointSlice } from "../api/discovery-v1/endpoint-slice.ts";
import { canonicalLegacyIP } from "../apimachinery/legacy-ip.ts";
import { createChangeLog } from "./change-log.ts";

export interface EndpointIndex {
  /** In the order of their names. `address` in canonical text. */
  readonly namespacesOf: (address: string) => readonly string[];
}

/** What one EndpointSlice adds to the index; without addresses: nothing any more. */
export interface SliceAddresses {
  readonly namespace: string;
  readonly slice: string;
  readonly addresses: readonly string[];
}

/** `full`: forget what you had. */
export interface EndpointIndexDelta {
  readonly revision: number;
  readonly full: boolean;
  readonly slices: readonly SliceAddresses[];
}

export interface EndpointIndexBuilder {
  readonly index: EndpointIndex;
  /** Costs O(addresses of the slices that changed). */
  readonly apply: (delta: EndpointIndexDelta) => void;
}

const NONE: readonly string[] = [];

export function createEndpointIndex(): EndpointIndexBuilder {
  const slices = new Map<string, SliceAddresses>();
  /** One entry for each slice that has the address: most have one, which then needs no list. */
  const holders = new Map<string, string | string[]>();
  const add = ({ namespace, addresses }: SliceAddresses): void => {
    for (const address of addresses) {
      const known = holders.get(address);
      if (known === undefined) holders.set(address, namespace);
      else holders.set(address, [...(typeof known === "string" ? [known] : known), namespace]);
    }
  };
  const remove = ({ namespace, addresses }: SliceAddresses): void => {
    for (const address of addresses) {
      const known = holders.get(address);
      if (known === undefined || typeof known === "string") holders.delete(address);
      else holders.set(address, known.toSpliced(known.indexOf(namespace), 1));
    }
  };
  return {
    index: {
      namespacesOf: (address) => {
        const known = holders.get(address);
        if (known === undefined) return NONE;
        return typeof known === "string" ? [known] : [...new Set(known)].sort();
      },
    },
    apply: (delta) => {
      if (delta.full) {
        slices.clear();
        holders.clear();
      }
      for (const now of delta.slices) {
        const key = keyOf(now.namespace, now.slice);
        const before = slices.get(key);
        if (before !== undefined) remove(before);
        slices.delete(key);
        if (now.addresses.length === 0) continue;
        slices.set(key, now);
        add(now);
      }
    },
  };
}

const keyOf = (namespace: string, slice: string): string => `${namespace}/${slice}`;

/** Runs in ClusterStore: takes EndpointSlices of all namespaces, and answers what changed since. */
export interface EndpointIndexSource {
  /** `after` undefined: it is gone. Costs O(its endpoints). */
  readonly applySlice: (namespace: string, name: string, after: EndpointSlice | undefined, revision: number) => void;
  readonly hasChangesSince: (since: number) => boolean;
  /** As `NamespaceTableSource.changesSince`. */
  readonly changesSince: (since: number) => EndpointIndexDelta;
}

export interface EndpointIndexOptions {
  readonly slices: Iterable<EndpointSlice>;
  readonly revision: number;
  /** The namespace whose Pods have addresses of this block: such endpoints are found by it, and need not be listed. */
  readonly namespaceOfPodAddress: (address: string) => string | undefined;
}

export function createEndpointIndexSource(options: EndpointIndexOptions): EndpointIndexSource {
  const { namespaceOfPodAddress } = options;
  const entries = new Map<string, SliceAddresses>();
  const log = createChangeLog();
  let { revision } = options;
  const set = (namespace: string, slice: string, addresses: readonly string[]): boolean => {
    const key = keyOf(namespace, slice);
    const known = entries.get(key)?.addresses ?? NONE;
    if (known.length === addresses.length && known.every((one, i) => one === addresses[i])) return false;
    if (addresses.length === 0) entries.delete(key);
    else entries.set(key, { namespace, slice, addresses });
    return true;
  };
  const foreign = (namespace: string, slice: EndpointSlice): readonly string[] =>
    addressesOf(slice).filter((address) => namespaceOfPodAddress(address) !== namespace);
  for (const slice of options.slices) {
    const { namespace = "", name } = slice.metadata;
    set(namespace, name, foreign(namespace, slice));
  }
  log.reset(revision);
  return {
    applySlice: (namespace, name, after, at) => {
      if (set(namespace, name, after === undefined ? NONE : foreign(namespace, after))) {
        log.record(keyOf(namespace, name), at);
      }
      revision = at;
    },
    hasChangesSince: (since) => since > revision || log.hasChangesSince(since),
    changesSince: (since) => {
      const keys = since > revision ? null : log.keysSince(since);
      if (keys === null) return { revision, full: true, slices: [...entries.values()] };
      return { revision, full: false, slices: Array.from(keys, (key) => entries.get(key) ?? goneFrom(key)) };
    },
  };
}

/** A namespace has no slash in its name. */
function goneFrom(key: string): SliceAddresses {
  const at = key.indexOf("/");
  return { namespace: key.slice(0, at), slice: key.slice(at + 1), addresses: NONE };
}

/** Each once, in canonical text; only an endpoint's first address counts (discovery/v1). */
function addressesOf({ addressType, endpoints }: EndpointSlice): readonly string[] {
  if (addressType === "FQDN") return NONE;
  const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses?.[0] ?? []);
  return [...new Set(addresses.map((address) => canonicalLegacyIP(address) ?? address.toLowerCase()))];
}
