/** Destinations that are addresses: ClusterIPs, load balancers, nodes with NodePorts, Pods. */
import { forward, portOf, type Resolution } from "./resolution.ts";
import { endpointAt } from "./service-endpoints.ts";
import { nodeOfSource } from "./source-node.ts";
import type { ClusterFacts, NodeEntry, ServiceEntry } from "./table.ts";
import type { ServiceReference } from "./tables.ts";
import type { Verdict } from "./verdict.ts";

/** `host`: a canonical address, or the lower-case name of a node or load balancer. */
export function resolveAddress(resolution: Resolution, host: string): Verdict {
  const { cluster } = resolution.tables;
  const internal = cluster.byClusterIP(host);
  if (internal !== undefined) return withService(resolution, host, internal, toClusterIP);
  const balanced = cluster.byLoadBalancerAddress(host);
  if (balanced !== undefined) return withService(resolution, host, balanced, toLoadBalancer);
  const node = nodeNamed(cluster.facts, host);
  if (node !== undefined) return resolveNodePort(resolution, host, node);
  const namespace = cluster.namespaceOfPodAddress(host);
  return namespace === undefined
    ? { kind: "unknown", reason: "UnknownHost", host }
    : resolvePod(resolution, host, namespace);
}

type ToService = (resolution: Resolution, service: ServiceEntry, host: string) => Verdict;

function withService(resolution: Resolution, host: string, reference: ServiceReference, then: ToService): Verdict {
  const { namespace, name } = reference;
  const table = resolution.tables.namespace(namespace);
  if (table === undefined) return { kind: "load", namespace };
  const service = table.service(name);
  // The two tables may be a moment apart: the address is known, its Service is gone already.
  if (service === undefined) return { kind: "unknown", reason: "UnknownService", host, namespace, service: name };
  return then(resolution, service, host);
}

const toClusterIP: ToService = (resolution, service, host) => {
  const entry = portOf(service, resolution.port);
  if (entry === undefined) return { kind: "unknown", reason: "UnknownPort", service, port: resolution.port };
  const policy = service.internalTrafficPolicy;
  const node = policy === "Local" ? nodeOfSource(resolution.tables, resolution.source) : null;
  if (typeof node === "object" && node !== null) return node;
  return forward(resolution, service, entry, { policy, node, family: familyFor(service, host) });
};

/** The load balancer hands the packet to some node; which, nobody here knows, so policy `Local` finds its own. */
const toLoadBalancer: ToService = (resolution, service) => {
  const entry = portOf(service, resolution.port);
  return entry === undefined
    ? { kind: "unknown", reason: "UnknownPort", service, port: resolution.port }
    : forward(resolution, service, entry, { policy: "Cluster", node: null, family: null });
};

/** Endpoints of a single-stack Service have its one family anyway. */
const familyFor = (service: ServiceEntry, address: string): "IPv4" | "IPv6" | null =>
  service.clusterIPs.length < 2 ? null : address.includes(":") ? "IPv6" : "IPv4";

function resolveNodePort(resolution: Resolution, host: string, node: NodeEntry): Verdict {
  const { port, tables } = resolution;
  const reference = tables.cluster.byNodePort(port);
  if (reference === undefined) return { kind: "unknown", reason: "UnknownNodePort", host, port };
  return withService(resolution, host, reference, (_, service) => {
    const entry = service.ports.find(({ nodePort, protocol }) => nodePort === port && protocol === "TCP");
    if (entry === undefined) return { kind: "unknown", reason: "UnknownNodePort", host, port };
    return forward(resolution, service, entry, {
      policy: service.externalTrafficPolicy,
      node: node.name,
      family: null,
    });
  });
}

/** A Pod's own address goes round every Service: readiness and policies mean nothing, only the port does. */
function resolvePod({ tables, port }: Resolution, host: string, namespace: string): Verdict {
  const table = tables.namespace(namespace);
  if (table === undefined) return { kind: "load", namespace };
  let closed: ServiceEntry | undefined;
  for (const { name } of table.byEndpointAddress(host)) {
    const service = table.service(name);
    const found = service === undefined ? undefined : endpointAt(service, host, port);
    if (service !== undefined && found !== undefined) return { kind: "forward", service, ...found, choice: null };
    closed ??= service;
  }
  return closed === undefined
    ? { kind: "unknown", reason: "UnknownHost", host }
    : { kind: "unknown", reason: "UnknownPort", service: closed, port };
}

/** Nodes by name and address, per facts object: it is replaced whole when anything in it changes. */
const nodeIndexes = new WeakMap<ClusterFacts, ReadonlyMap<string, NodeEntry>>();

function nodeNamed(facts: ClusterFacts, host: string): NodeEntry | undefined {
  let index = nodeIndexes.get(facts);
  if (index === undefined) {
    index = new Map(facts.nodes.flatMap((node) => [node.name, ...node.addresses].map((key) => [key, node] as const)));
    nodeIndexes.set(facts, index);
  }
  return index.get(host);
}
