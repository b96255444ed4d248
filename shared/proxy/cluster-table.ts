import { addressKey, createPodBlockIndex, type PodBlockIndex } from "./pod-block-index.ts";
import type { ClusterFacts, ClusterTableDelta, NodeEntry, ServiceAddresses } from "./table.ts";
import type { ClusterTable, ServiceReference } from "./tables.ts";

/** A table, and the way to bring it up to date. The table object stays the same: readers see each delta at once. */
export interface ClusterTableBuilder {
  readonly table: ClusterTable;
  /** Costs O(changed Services), and O(facts) when they changed. */
  readonly apply: (delta: ClusterTableDelta) => void;
}

const NO_FACTS: ClusterFacts = {
  clusterDomain: "cluster.local",
  namespaces: [],
  nodes: [],
  imageRules: {},
  podBlocks: [],
};

/** Where Services are found by one sort of address. */
type Index<K> = Map<K, ServiceReference & { readonly key: string }>;

const keyOf = ({ namespace, name }: ServiceReference): string => `${namespace}/${name}`;

const healthCheckNodePortsOf = ({ healthCheckNodePort }: ServiceAddresses): readonly number[] =>
  healthCheckNodePort === undefined ? [] : [healthCheckNodePort];

export function createClusterTable(): ClusterTableBuilder {
  const services = new Map<string, ServiceAddresses>();
  const clusterIPs: Index<string> = new Map();
  const nodePorts: Index<number> = new Map();
  const loadBalancers: Index<string> = new Map();
  const externalIPs: Index<string> = new Map();
  const healthCheckNodePorts: Index<number> = new Map();
  let facts = NO_FACTS;
  let namespaces: ReadonlySet<string> = new Set();
  let nodes: ReadonlyMap<string, NodeEntry> = new Map();
  let podBlocks: PodBlockIndex = createPodBlockIndex([]);
  let revision = 0;

  const remove = (key: string): void => {
    const addresses = services.get(key);
    if (addresses === undefined) return;
    services.delete(key);
    // An address may have passed to another Service in the same delta: only what is still ours goes.
    const unlist = <K>(index: Index<K>, keys: readonly K[]): void => {
      for (const k of keys) if (index.get(k)?.key === key) index.delete(k);
    };
    unlist(clusterIPs, addresses.clusterIPs);
    unlist(nodePorts, addresses.nodePorts);
    unlist(loadBalancers, addresses.loadBalancerAddresses.map(addressKey));
    unlist(externalIPs, addresses.externalIPs ?? []);
    unlist(healthCheckNodePorts, healthCheckNodePortsOf(addresses));
  };

  const add = (addresses: ServiceAddresses): void => {
    const key = keyOf(addresses);
    const reference = { namespace: addresses.namespace, name: addresses.name, key };
    services.set(key, addresses);
    for (const ip of addresses.clusterIPs) clusterIPs.set(ip, reference);
    for (const port of addresses.nodePorts) nodePorts.set(port, reference);
    for (const address of addresses.loadBalancerAddresses) loadBalancers.set(addressKey(address), reference);
    for (const ip of addresses.externalIPs ?? []) externalIPs.set(ip, reference);
    for (const port of healthCheckNodePortsOf(addresses)) healthCheckNodePorts.set(port, reference);
  };

  const clear = (): void => {
    for (const index of [services, clusterIPs, nodePorts, loadBalancers, externalIPs, healthCheckNodePorts])
      index.clear();
  };

  const setFacts = (now: ClusterFacts): void => {
    facts = now;
    namespaces = new Set(now.namespaces);
    nodes = new Map(now.nodes.flatMap((node) => [node.name, ...node.addresses].map((key) => [key, node] as const)));
    podBlocks = createPodBlockIndex(now.podBlocks);
  };

  const table: ClusterTable = {
    get revision() {
      return revision;
    },
    get facts() {
      return facts;
    },
    hasNamespace: (namespace) => namespaces.has(namespace),
    byClusterIP: (address) => clusterIPs.get(address),
    byNodePort: (port) => nodePorts.get(port),
    byLoadBalancerAddress: (address) => loadBalancers.get(address),
    byExternalIP: (address) => externalIPs.get(address),
    byHealthCheckNodePort: (port) => healthCheckNodePorts.get(port),
    nodeNamed: (key) => nodes.get(key),
    namespaceOfPodAddress: (address) => podBlocks(address),
  };

  return {
    table,
    apply: (delta) => {
      if (delta.full) clear();
      for (const key of delta.removed) remove(key);
      for (const addresses of delta.upserted) {
        remove(keyOf(addresses));
        add(addresses);
      }
      if (delta.facts !== null) setFacts(delta.facts);
      revision = delta.revision;
    },
  };
}
