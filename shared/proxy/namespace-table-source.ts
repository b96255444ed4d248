/** Runs in NamespaceStore: takes its changes, and answers what changed in the namespace's table since a revision. */
import type { Pod } from "../api/core-v1/pod.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import { canonicalIP } from "../apimachinery/ip.ts";
import { ENDPOINT_SLICES, PODS, SERVICES } from "../registry/resource-keys.ts";
import type { ResourceKey } from "../registry/resource-kind.ts";
import type { Change, View } from "../storage/view.ts";
import { createChangeLog } from "./change-log.ts";
import { compileService } from "./compile-service.ts";
import { EndpointSliceCache } from "./endpoint-slice-cache.ts";
import { hasLabels } from "./slice-labels.ts";
import type { NamespaceTableDelta, PodAddresses, ServiceEntry } from "./table.ts";

/** The resources that make up a table; changes to others cost nothing. */
export const TABLE_RESOURCES: readonly ResourceKey[] = [SERVICES, ENDPOINT_SLICES, PODS];

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
  /** Compiled entries; a missing one is dirty. */
  const entries = new Map<string, ServiceEntry>();
  const pods = new Map<string, PodAddresses>();
  const log = createChangeLog();
  let revision = 0;

  const take = ({ resource, name, before, after }: Change): readonly string[] => {
    if (resource === SERVICES) return objects.setService(name, after);
    if (resource === ENDPOINT_SLICES) return objects.setSlice(name, before, after);
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

  const delta = (names: Iterable<string>, full: boolean): NamespaceTableDelta => {
    const upserted: ServiceEntry[] = [];
    const removed: string[] = [];
    const addressed: PodAddresses[] = full ? [...pods.values()] : [];
    for (const name of names) {
      if (name.startsWith(POD_KEY)) {
        const pod = name.slice(POD_KEY.length);
        addressed.push(pods.get(pod) ?? { name: pod, addresses: [] });
        continue;
      }
      const compiled = entry(name);
      if (compiled === undefined) removed.push(name);
      else upserted.push(compiled);
    }
    return { revision, full, upserted, removed, ...(addressed.length === 0 ? {} : { pods: addressed }) };
  };

  return {
    get revision() {
      return revision;
    },
    load: (view, at) => {
      objects = new EndpointSliceCache();
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
      return names === null ? delta(objects.serviceNames(), true) : delta(names, false);
    },
  };
}

/** Before a Pod's name where Services' names stand too. */
const POD_KEY = "pod/";

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
