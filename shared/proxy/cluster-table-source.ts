/** Runs in ClusterStore: takes Services of all namespaces and the cluster's facts, and answers what changed since. */
import type { Service } from "../api/core-v1/service.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import { canonicalLegacyIP } from "../apimachinery/legacy-ip.ts";
import { createChangeLog } from "./change-log.ts";
import { clusterIPsOf } from "./compile-service.ts";
import { externalIPsOf } from "./external-access.ts";
import type { ClusterFacts, ClusterTableDelta, ServiceAddresses } from "./table.ts";

export interface ClusterTableSource {
  readonly revision: number;
  /** Start from what is stored. */
  readonly load: (services: Iterable<KubeObject>, facts: ClusterFacts, revision: number) => void;
  /** One Service of `namespace` was created, changed or removed. */
  readonly applyService: (
    namespace: string,
    before: KubeObject | undefined,
    after: KubeObject | undefined,
    revision: number,
  ) => void;
  /** Facts as they are now; equal ones are no news. */
  readonly setFacts: (facts: ClusterFacts, revision: number) => void;
  /** Something else that names depend on has changed: the revision, which is the zone's serial, grows. Nobody is woken for that. */
  readonly touch: (revision: number) => void;
  readonly hasChangesSince: (since: number) => boolean;
  /** As `NamespaceTableSource.changesSince`. */
  readonly changesSince: (since: number) => ClusterTableDelta;
}

const NO_FACTS: ClusterFacts = {
  clusterDomain: "cluster.local",
  namespaces: [],
  nodes: [],
  imageRules: {},
  podBlocks: [],
};

export function createClusterTableSource(): ClusterTableSource {
  const services = new Map<string, ServiceAddresses>();
  const log = createChangeLog();
  let facts = NO_FACTS;
  let factsRevision = 0;
  let revision = 0;

  const set = (key: string, addresses: ServiceAddresses | null): boolean => {
    const known = services.get(key) ?? null;
    if (deepEqual(known, addresses)) return false;
    if (addresses === null) services.delete(key);
    else services.set(key, addresses);
    return true;
  };

  return {
    get revision() {
      return revision;
    },
    load: (objects, now, at) => {
      services.clear();
      for (const object of objects) {
        const namespace = object.metadata.namespace ?? "";
        set(`${namespace}/${object.metadata.name}`, addressesOf(namespace, object as Service));
      }
      facts = now;
      log.reset(at);
      factsRevision = at;
      revision = at;
    },
    applyService: (namespace, before, after, at) => {
      const name = (after ?? before)?.metadata.name;
      const key = `${namespace}/${name}`;
      if (name !== undefined && set(key, after === undefined ? null : addressesOf(namespace, after as Service))) {
        log.record(key, at);
      }
      revision = at;
    },
    setFacts: (now, at) => {
      if (!deepEqual(facts, now)) {
        facts = now;
        factsRevision = at;
      }
      revision = at;
    },
    touch: (at) => {
      revision = at;
    },
    hasChangesSince: (since) => since > revision || factsRevision > since || log.hasChangesSince(since),
    changesSince: (since) => {
      const keys = since > revision ? null : log.keysSince(since);
      if (keys === null) return { revision, full: true, facts, upserted: [...services.values()], removed: [] };
      return { revision, full: false, facts: factsRevision > since ? facts : null, ...split(keys, services) };
    },
  };
}

/** Keys that have an entry, and keys that no longer do. */
function split(
  keys: ReadonlySet<string>,
  services: ReadonlyMap<string, ServiceAddresses>,
): { readonly upserted: readonly ServiceAddresses[]; readonly removed: readonly string[] } {
  const upserted: ServiceAddresses[] = [];
  const removed: string[] = [];
  for (const key of keys) {
    const addresses = services.get(key);
    if (addresses === undefined) removed.push(key);
    else upserted.push(addresses);
  }
  return { upserted, removed };
}

/** Null for a Service that no address leads to (headless, ExternalName): the cluster's table need not know it. */
export function addressesOf(namespace: string, service: Service): ServiceAddresses | null {
  if (service.spec.type === "ExternalName") return null;
  const clusterIPs = clusterIPsOf(service);
  // HTTP comes over TCP; another Service may hold the same number for UDP, and must not be found by it.
  const nodePorts = (service.spec.ports ?? []).flatMap(({ nodePort, protocol }) =>
    nodePort === undefined || (protocol ?? "TCP") !== "TCP" ? [] : [nodePort],
  );
  const loadBalancerAddresses = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => [
    ...(ip === undefined || ip === "" ? [] : [canonicalLegacyIP(ip) ?? ip]),
    ...(hostname === undefined || hostname === "" ? [] : [hostname.toLowerCase()]),
  ]);
  const externalIPs = externalIPsOf(service);
  const { healthCheckNodePort = 0 } = service.spec;
  const isReachable = clusterIPs.length + nodePorts.length + loadBalancerAddresses.length + externalIPs.length > 0;
  if (!isReachable) return null;
  return {
    namespace,
    name: service.metadata.name,
    clusterIPs,
    nodePorts,
    loadBalancerAddresses,
    ...(externalIPs.length === 0 ? {} : { externalIPs }),
    ...(healthCheckNodePort === 0 ? {} : { healthCheckNodePort }),
  };
}
