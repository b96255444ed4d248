/** Destinations that are addresses: ClusterIPs, load balancers, nodes with NodePorts, Pods. */
import { cidrContains, parseCIDR, parseIP } from "../apimachinery/ip.ts";
import type { Choice } from "./choose-endpoint.ts";
import { forward, forwardInternal, portOf, type Resolution } from "./resolution.ts";
import { endpointAt } from "./service-endpoints.ts";
import type { NodeEntry, ServiceEntry, ServicePortEntry } from "./table.ts";
import type { ServiceReference } from "./tables.ts";
import type { Verdict } from "./verdict.ts";

/** `host`: a canonical address, or the lower-case name of a node or load balancer. */
export function resolveAddress(resolution: Resolution, host: string): Verdict {
  const { cluster } = resolution.tables;
  const internal = cluster.byClusterIP(host);
  if (internal !== undefined) return withService(resolution, host, internal, toClusterIP);
  const exposed = resolveExposed(resolution, host);
  if (exposed !== null) return exposed;
  const namespace = cluster.namespaceOfPodAddress(host);
  return namespace === undefined
    ? { kind: "unknown", reason: "UnknownHost", host }
    : resolvePod(resolution, host, namespace);
}

/** For packets from outside: what is internal is not there for them. */
export const resolveExternal = (resolution: Resolution, host: string): Verdict =>
  resolveExposed(resolution, host) ?? { kind: "unknown", reason: "NotExposed", host };

/** Load balancers, external addresses and nodes; null for a host that is none of them. */
function resolveExposed(resolution: Resolution, host: string): Verdict | null {
  const { cluster } = resolution.tables;
  const balanced = cluster.byLoadBalancerAddress(host);
  if (balanced !== undefined) return withService(resolution, host, balanced, toLoadBalancer);
  const external = cluster.byExternalIP(host);
  if (external !== undefined) return withService(resolution, host, external, toExternalIP);
  const node = cluster.nodeNamed(host);
  return node === undefined ? null : resolveNodePort(resolution, host, node);
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
  return entry === undefined
    ? { kind: "unknown", reason: "UnknownPort", service, port: resolution.port }
    : forwardInternal(resolution, service, entry, service.internalTrafficPolicy, familyFor(service, host));
};

const toLoadBalancer: ToService = (resolution, service, host) => {
  const { port, client } = resolution;
  const entry = portOf(service, port);
  if (entry === undefined) return { kind: "unknown", reason: "UnknownPort", service, port };
  if (!mayUse(service.loadBalancer?.sourceRanges ?? [], client)) {
    return { kind: "drop", reason: "NotInSourceRanges", service, port, client };
  }
  const isProxied = service.loadBalancer?.proxied.includes(host) === true;
  return fromOutside(resolution, service, entry, isProxied, familyFor(service, host));
};

const toExternalIP: ToService = (resolution, service, host) => {
  const entry = portOf(service, resolution.port);
  return entry === undefined
    ? { kind: "unknown", reason: "UnknownPort", service, port: resolution.port }
    : fromOutside(resolution, service, entry, false, familyFor(service, host));
};

/**
 * By an address that leads to no node in particular. A Pod's own node takes a short cut to all endpoints, whatever the
 * external policy, as long as the address is the Service's own (`ipMode: VIP`).
 */
function fromOutside(
  resolution: Resolution,
  service: ServiceEntry,
  port: ServicePortEntry,
  isProxied: boolean,
  family: Choice["family"],
): Verdict {
  if (resolution.source !== null && !isProxied) return forwardInternal(resolution, service, port, "Cluster", family);
  const { externalTrafficPolicy: policy } = service;
  const node = policy === "Local" || port.hinted === true ? arrivalNode(resolution, port, policy) : null;
  return forward(resolution, service, port, { policy, node: node?.name ?? null, zone: node?.zone ?? null, family });
}

/**
 * The node that a load balancer hands a packet to: any, or with policy `Local` any whose health check answers 200, each
 * as often as the next however many endpoints it has.
 */
function arrivalNode({ tables, pick }: Resolution, port: ServicePortEntry, policy: Choice["policy"]): NodeEntry | null {
  const { nodes } = tables.cluster.facts;
  const healthy = new Set(port.endpoints.filter(({ ready }) => ready).map(({ nodeName }) => nodeName));
  const passing = policy === "Local" ? nodes.filter(({ name }) => healthy.has(name)) : nodes;
  const among = passing.length > 0 ? passing : nodes;
  return among[among.length > 1 ? pick(among.length) : 0] ?? null;
}

/** Nobody is kept out without ranges; with them, a client that nobody knows is. */
function mayUse(ranges: readonly string[], client: string | null): boolean {
  if (ranges.length === 0) return true;
  const address = client === null ? null : parseIP(client);
  if (address === null) return false;
  return ranges.some((range) => {
    const cidr = parseCIDR(range);
    return cidr !== null && cidrContains(cidr, address);
  });
}

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
    // A Pod's packets go to all endpoints, whatever the external policy (kube-proxy's "pod traffic" rule).
    const policy = resolution.source === null ? service.externalTrafficPolicy : "Cluster";
    return forward(resolution, service, entry, {
      policy,
      node: node.name,
      zone: node.zone,
      family: familyFor(service, host),
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
