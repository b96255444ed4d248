/** Runs in NamespaceStore: takes its changes, and answers what changed in the namespace's table since a revision. */
import type { Pod } from "../api/core-v1/pod.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import { canonicalIP } from "../apimachinery/ip.ts";
import { ENDPOINT_SLICES, PODS, SERVICE_IMPORTS, SERVICES } from "../registry/resource-keys.ts";
import type { ResourceKey } from "../registry/resource-kind.ts";
import type { Change, View } from "../storage/view.ts";
import { createChangeLog } from "./change-log.ts";
import { compileService } from "./compile-service.ts";
import { EndpointSliceCache } from "./endpoint-slice-cache.ts";
import { ServiceImportCache } from "./service-import-cache.ts";
import { hasLabels } from "./slice-labels.ts";
import type { ImportEntry, NamespaceTableDelta, PodAddresses, ServiceEntry } from "./table.ts";

/** The resources that make up a table; changes to others cost nothing. */
export const TABLE_RESOURCES: readonly ResourceKey[] = [SERVICES, ENDPOINT_SLICES, PODS, SERVICE_IMPORTS];

export interface NamespaceTableSource {
  /** The revision of the last `load` or `apply`; the table is true at it. */
  readonly revision: number;
  /** Start from what is stored. Whoever asks about a time before `revision` gets the full table. */
  readonly load: (view: View, revision: number) => void;
  /** Changes as they were committed, all at `revision`. Costs O(changed); compiling waits for the next question. */
  readonly apply: (changes: readonly Change[], revision: number) => void;
  /** True when `changesSince(since)` would have news. Cheap: it may be asked for every waiting reader. */
  readonly hasChangesSince: (since: number) => boolean;
  /** `full` when `since` is before what is remembered, or after `revision` (a reader of another history). */
  readonly changesSince: (since: number) => NamespaceTableDelta;
}

export function createNamespaceTableSource(namespace: string): NamespaceTableSource {
  let objects = new EndpointSliceCache();
  let imports = new ServiceImportCache(namespace);
  /** Compiled entries; a missing one is dirty. */
  const entries = new Map<string, ServiceEntry>();
  const pods = new Map<string, PodAddresses>();
  const log = createChangeLog();
  let revision = 0;

  const take = ({ resource, name, before, after }: Change): readonly string[] => {
    if (resource === SERVICES) return objects.setService(name, after);
    if (resource === ENDPOINT_SLICES) {
      const imported = imports.setSlice(name, before, after);
      const touched = objects.setSlice(name, before, after);
      return imported.length === 0 ? touched : [...touched, ...imported.map(importKey)];
    }
    if (resource === SERVICE_IMPORTS) return imports.setImport(name, after).map(importKey);
    return resource === PODS ? takePod(name, after) : [];
  };

  /** Besides the Services that it touches, the Pod itself where its addresses or labels change. */
  const takePod = (name: string, after: KubeObject | undefined): readonly string[] => {
    const touched = objects.setPod(name, after);
    const pod = after === undefined ? null : podOf(after as Pod);
    if (deepEqual(pods.get(name) ?? null, pod)) return touched;
    if (pod === null) pods.delete(name);
    else pods.set(name, pod);
    return [...touched, POD_KEY + name];
  };

  const entry = (name: string): ServiceEntry | undefined => {
    const service = objects.service(name);
    const known = entries.get(name);
    if (service === undefined || known !== undefined) return known;
    const compiled = compileService(inNamespace(service, namespace), objects.slicesOf(name), (pod) => objects.pod(pod));
    entries.set(name, compiled);
    return compiled;
  };

  const delta = (keys: Iterable<string>, full: boolean): NamespaceTableDelta => {
    const services = { upserted: [] as ServiceEntry[], removed: [] as string[] };
    const imported = { upserted: [] as ImportEntry[], removed: [] as string[] };
    const addressed: PodAddresses[] = full ? [...pods.values()] : [];
    for (const key of keys) {
      if (key.startsWith(POD_KEY)) {
        const name = key.slice(POD_KEY.length);
        addressed.push(pods.get(name) ?? { name, addresses: [] });
      } else if (key.startsWith(IMPORT_KEY)) {
        const name = key.slice(IMPORT_KEY.length);
        place(imported, name, imports.entry(name));
      } else place(services, key, entry(key));
    }
    const hasImports = imported.upserted.length + imported.removed.length > 0;
    return {
      revision,
      full,
      ...services,
      ...(addressed.length === 0 ? {} : { pods: addressed }),
      ...(hasImports ? { imports: imported } : {}),
    };
  };

  return {
    get revision() {
      return revision;
    },
    load: (view, at) => {
      objects = new EndpointSliceCache();
      imports = new ServiceImportCache(namespace);
      entries.clear();
      pods.clear();
      for (const resource of TABLE_RESOURCES) {
        for (const after of view.list(resource))
          take({ resource, name: after.metadata.name, before: undefined, after });
      }
      log.reset(at);
      revision = at;
    },
    apply: (changes, at) => {
      for (const change of changes) {
        for (const name of take(change)) {
          entries.delete(name);
          log.record(name, at);
        }
      }
      revision = at;
    },
    hasChangesSince: (since) => since > revision || log.hasChangesSince(since),
    changesSince: (since) => {
      const names = since > revision ? null : log.keysSince(since);
      if (names !== null) return delta(names, false);
      return delta([...objects.serviceNames(), ...Array.from(imports.names(), importKey)], true);
    },
  };
}

/** Before a Pod's name, and before an import's, where Services' names stand too. */
const POD_KEY = "pod/";
const IMPORT_KEY = "import/";
const importKey = (name: string): string => IMPORT_KEY + name;

/** A key without an entry is of what is gone. */
function place<T>(into: { upserted: T[]; removed: string[] }, name: string, entry: T | undefined): void {
  if (entry === undefined) into.removed.push(name);
  else into.upserted.push(entry);
}

/** Null for one without an address, or that is being deleted: such a Pod has no name any more (CoreDNS). */
function podOf({ metadata: { name, labels, deletionTimestamp }, status }: Pod): PodAddresses | null {
  const written = status?.podIPs?.map(({ ip }) => ip) ?? [status?.podIP];
  const addresses = written.flatMap((ip) => (ip === undefined || ip === "" ? [] : [canonicalIP(ip) ?? ip]));
  if (deletionTimestamp !== undefined || addresses.length === 0) return null;
  return { name, addresses, ...(hasLabels(labels) ? { labels } : {}) };
}

/** Stored objects carry their namespace; the store's own name is what counts should one not. */
const inNamespace = <T extends KubeObject>(object: T, namespace: string): T =>
  object.metadata.namespace === namespace ? object : { ...object, metadata: { ...object.metadata, namespace } };
