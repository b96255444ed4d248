/** Services as kube-proxy's backends see them: one entry a port, with the endpoints that one node uses for it. */
import { candidatesFor } from "../choose-endpoint.ts";
import type { NodeEntry, Protocol, SchedulerName, ServiceEntry, ServicePortEntry } from "../table.ts";

export interface RulesInput {
  readonly services: readonly ServiceEntry[];
  /** Addresses of load balancers that nodes take for the Service's own, by `namespace/name`. */
  readonly loadBalancerIPs: ReadonlyMap<string, readonly string[]>;
  /** The node whose rules they are. */
  readonly node: NodeEntry;
  /** The Pods' addresses, by which their traffic is told from other traffic; null: it is not. */
  readonly clusterCIDR: string | null;
  readonly serviceCIDRs: readonly string[];
  readonly scheduler: SchedulerName;
}

export interface RulePort {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  /** `ns1/svc1:p80`, as kube-proxy writes a ServicePortName. */
  readonly name: string;
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly port: number;
  readonly clusterIP: string;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly sourceRanges: readonly string[];
  readonly nodePort: number | null;
  readonly healthCheckNodePort: number | null;
  readonly isInternalLocal: boolean;
  readonly isExternalLocal: boolean;
  readonly affinitySeconds: number | null;
  readonly scheduler: SchedulerName;
  readonly cluster: readonly RuleEndpoint[];
  readonly local: readonly RuleEndpoint[];
}

export interface RuleEndpoint {
  readonly address: string;
  readonly port: number;
  readonly weight: number;
}

const LOWER = { TCP: "tcp", UDP: "udp", SCTP: "sctp" } as const satisfies Record<Protocol, string>;

const isIPv4 = (address: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(address);

/** In the order of their names. IPv4 only: IPv6 has tables of its own. */
export function rulePorts(input: RulesInput): readonly RulePort[] {
  const ports = input.services.flatMap((service) => {
    const [clusterIP] = service.clusterIPs.filter(isIPv4);
    return clusterIP === undefined ? [] : service.ports.map((port) => toRulePort(input, service, port, clusterIP));
  });
  return ports.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function toRulePort(input: RulesInput, service: ServiceEntry, port: ServicePortEntry, clusterIP: string): RulePort {
  const { namespace, name } = service;
  const { node } = input;
  const endpoints = (policy: "Cluster" | "Local"): readonly RuleEndpoint[] =>
    candidatesFor(port, { policy, node: node.name, zone: node.zone, family: "IPv4" })
      .filter(({ address }) => isIPv4(address))
      .map(({ address, port: number, weight = 1 }) => ({ address, port: number, weight }));
  return {
    namespace,
    service: name,
    portName: port.name,
    name: `${namespace}/${name}${port.name === "" ? "" : `:${port.name}`}`,
    protocol: LOWER[port.protocol],
    port: port.port,
    clusterIP,
    externalIPs: (service.externalIPs ?? []).filter(isIPv4),
    loadBalancerIPs: (input.loadBalancerIPs.get(`${namespace}/${name}`) ?? []).filter(isIPv4),
    sourceRanges: (service.loadBalancer?.sourceRanges ?? []).filter((range) => !range.includes(":")),
    nodePort: port.nodePort,
    healthCheckNodePort: service.healthCheckNodePort ?? null,
    isInternalLocal: service.internalTrafficPolicy === "Local",
    isExternalLocal: service.externalTrafficPolicy === "Local",
    affinitySeconds: service.sessionAffinity?.timeoutSeconds ?? null,
    scheduler: service.scheduler ?? input.scheduler,
    cluster: endpoints("Cluster"),
    local: endpoints("Local"),
  };
}

/** Anybody outside may come to it. */
export const isExposed = ({ nodePort, externalIPs, loadBalancerIPs }: RulePort): boolean =>
  nodePort !== null || externalIPs.length + loadBalancerIPs.length > 0;

/** Also a Service whose policies are Local needs all endpoints, for the short cut of Pods to its outside addresses. */
export const usesCluster = (port: RulePort): boolean => !port.isInternalLocal || isExposed(port);

export const usesLocal = (port: RulePort): boolean => port.isInternalLocal || (port.isExternalLocal && isExposed(port));

/** There is one somewhere, be it out of reach for this node. */
export const hasEndpoints = ({ cluster, local }: RulePort): boolean => cluster.length + local.length > 0;

/** Those that some rule of this node leads to, each once. */
export function reachable(port: RulePort): readonly RuleEndpoint[] {
  const all = [...(usesCluster(port) ? port.cluster : []), ...(usesLocal(port) ? port.local : [])];
  return [...new Map(all.map((endpoint) => [`${endpoint.address}:${endpoint.port}`, endpoint])).values()];
}
