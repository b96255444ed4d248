import { createPodIndex } from "./pod-index.ts";
import type { Endpoint, ImportEntry, NamespaceTableDelta, ServiceEntry } from "./table.ts";
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
  const pods = createPodIndex();
  const imports = new Map<string, ImportEntry>();
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
    serviceImport: (name) => imports.get(name),
    serviceImports: () => imports.values(),
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
        imports.clear();
      }
      for (const name of delta.removed) remove(name);
      for (const entry of delta.upserted) {
        remove(entry.name);
        add(entry);
      }
      for (const pod of delta.pods ?? []) pods.set(pod);
      for (const name of delta.imports?.removed ?? []) imports.delete(name);
      for (const entry of delta.imports?.upserted ?? []) imports.set(entry.name, entry);
      revision = delta.revision;
    },
  };
}

/** Every endpoint of every port; the same address may come more than once. */
export function* endpointsOf(service: ServiceEntry): Generator<Endpoint> {
  for (const port of service.ports) yield* port.endpoints;
  if (service.portless !== undefined) yield* service.portless;
}
