/** Services as kube-proxy's backends see them: one entry a port, with the endpoints that one node uses for it. */
import { hostPort } from "../backend-url.ts";
import { candidatesFor } from "../choose-endpoint.ts";
import type { NodeEntry, Protocol, SchedulerName, ServiceEntry, ServicePortEntry } from "../table.ts";

export interface RulesInput {
  readonly services: readonly ServiceEntry[];
  /** Addresses of load balancers that nodes take for the Service's own, by `namespace/name`. */
  readonly loadBalancerIPs: ReadonlyMap<string, readonly string[]>;
  /** The node whose rules they are. */
  readonly node: NodeEntry;
  /** The Pods' addresses, one CIDR a family, by which their traffic is told from other traffic; none: it is not. */
  readonly clusterCIDRs: readonly string[];
  readonly serviceCIDRs: readonly string[];
  readonly scheduler: SchedulerName;
}

/** A kernel has tables for each, and kube-proxy writes them apart. */
export type IPFamily = "IPv4" | "IPv6";

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

/** Of addresses and CIDRs alike. A name is neither. */
const isOf =
  (family: IPFamily) =>
  (text: string): boolean =>
    text.includes(":") ? family === "IPv6" : family === "IPv4" && /^[\d./]+$/.test(text);

/** What of these addresses or CIDRs is of a family. */
export const ofFamily = (texts: readonly string[], family: IPFamily): readonly string[] => texts.filter(isOf(family));

/** Those that the cluster has Services of: IPv4 where it has none at all. */
export function familiesOf({ services, serviceCIDRs }: RulesInput): readonly IPFamily[] {
  const known = [...serviceCIDRs, ...services.flatMap(({ clusterIPs }) => clusterIPs)];
  const found = (["IPv4", "IPv6"] as const).filter((family) => known.some(isOf(family)));
  return found.length === 0 ? ["IPv4"] : found;
}

/** In the order of their names. */
export function rulePorts(input: RulesInput, family: IPFamily): readonly RulePort[] {
  const ports = input.services.flatMap((service) => {
    const [clusterIP] = ofFamily(service.clusterIPs, family);
    return clusterIP === undefined
      ? []
      : service.ports.map((port) => toRulePort({ input, service, family, clusterIP }, port));
  });
  return ports.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

interface Of {
  readonly input: RulesInput;
  readonly service: ServiceEntry;
  readonly family: IPFamily;
  readonly clusterIP: string;
}

function toRulePort({ input, service, family, clusterIP }: Of, port: ServicePortEntry): RulePort {
  const { namespace, name } = service;
  const { node } = input;
  const endpoints = (policy: "Cluster" | "Local"): readonly RuleEndpoint[] =>
    candidatesFor(port, { policy, node: node.name, zone: node.zone, family })
      .filter(({ address }) => isOf(family)(address))
      .map(({ address, port: number, weight = 1 }) => ({ address, port: number, weight }));
  return {
    namespace,
    service: name,
    portName: port.name,
    name: `${namespace}/${name}${port.name === "" ? "" : `:${port.name}`}`,
    protocol: LOWER[port.protocol],
    port: port.port,
    clusterIP,
    externalIPs: ofFamily(service.externalIPs ?? [], family),
    loadBalancerIPs: ofFamily(input.loadBalancerIPs.get(`${namespace}/${name}`) ?? [], family),
    sourceRanges: ofFamily(service.loadBalancer?.sourceRanges ?? [], family),
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
  return [...new Map(all.map((endpoint) => [hostPort(endpoint.address, endpoint.port), endpoint])).values()];
}
