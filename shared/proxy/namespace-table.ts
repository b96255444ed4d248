import type { Endpoint, NamespaceTableDelta, ServiceEntry } from "./table.ts";
import type { NamespaceTable, ServiceReference } from "./tables.ts";

/** A table, and the way to bring it up to date. The table object stays the same: readers see each delta at once. */
export interface NamespaceTableBuilder {
  readonly table: NamespaceTable;
  /** Costs O(changed Services and their endpoints). */
  readonly apply: (delta: NamespaceTableDelta) => void;
}

const NONE: readonly ServiceReference[] = [];

export function createNamespaceTable(): NamespaceTableBuilder {
  const services = new Map<string, ServiceEntry>();
  /** Address → names of Services that have it for an endpoint. */
  const holders = new Map<string, Map<string, ServiceReference>>();
  const pods = createPodAddresses();
  let revision = 0;

  const remove = (name: string): void => {
    const entry = services.get(name);
    if (entry === undefined) return;
    services.delete(name);
    for (const { address } of endpointsOf(entry)) {
      const references = holders.get(address);
      references?.delete(name);
      if (references?.size === 0) holders.delete(address);
    }
  };

  const add = (entry: ServiceEntry): void => {
    services.set(entry.name, entry);
    const reference = { namespace: entry.namespace, name: entry.name };
    for (const { address } of endpointsOf(entry)) {
      const references = holders.get(address);
      if (references === undefined) holders.set(address, new Map([[entry.name, reference]]));
      else references.set(entry.name, reference);
    }
  };

  const table: NamespaceTable = {
    get revision() {
      return revision;
    },
    service: (name) => services.get(name),
    services: () => services.values(),
    byEndpointAddress: (address) => {
      const references = holders.get(address);
      return references === undefined ? NONE : [...references.values()];
    },
    hasPodAddress: pods.has,
  };

  return {
    table,
    apply: (delta) => {
      if (delta.full) {
        services.clear();
        holders.clear();
        pods.clear();
      }
      for (const name of delta.removed) remove(name);
      for (const entry of delta.upserted) {
        remove(entry.name);
        add(entry);
      }
      for (const { name, addresses } of delta.pods ?? []) pods.set(name, addresses);
      revision = delta.revision;
    },
  };
}

/** Pods of a host's network share its address, so it is there as long as one of them is. */
function createPodAddresses(): {
  readonly has: (address: string) => boolean;
  readonly set: (pod: string, addresses: readonly string[]) => void;
  readonly clear: () => void;
} {
  const byPod = new Map<string, readonly string[]>();
  const counts = new Map<string, number>();
  const count = (address: string, step: 1 | -1): void => {
    const now = (counts.get(address) ?? 0) + step;
    if (now === 0) counts.delete(address);
    else counts.set(address, now);
  };
  return {
    has: (address) => counts.has(address),
    set: (pod, addresses) => {
      for (const address of byPod.get(pod) ?? []) count(address, -1);
      for (const address of addresses) count(address, 1);
      if (addresses.length === 0) byPod.delete(pod);
      else byPod.set(pod, addresses);
    },
    clear: () => {
      byPod.clear();
      counts.clear();
    },
  };
}

/** Every endpoint of every port; the same address may come more than once. */
export function* endpointsOf(service: ServiceEntry): Generator<Endpoint> {
  for (const port of service.ports) yield* port.endpoints;
  if (service.portless !== undefined) yield* service.portless;
}
