/** Which sockets a machine opens that stands for all nodes and load balancers: those whose address is a loopback one. */
import type { Node } from "../api/core-v1/node.ts";
import type { Service, ServicePort } from "../api/core-v1/service.ts";
import { canonicalIP } from "../apimachinery/ip.ts";
import { clusterIPsOf } from "./compile-service.ts";
import { externalIPsOf } from "./external-access.ts";

export interface WantedSocket {
  readonly address: string;
  readonly port: number;
  readonly kind: "NodePort" | "health check port" | "load balancer" | "external IP" | "ClusterIP";
  readonly service: Service;
}

export const socketKey = ({ address, port }: Pick<WantedSocket, "address" | "port">): string => `${address} ${port}`;

/** Other addresses are not of this machine, or belong to others on it. */
export const isLoopbackIP = (address: string): boolean => /^127\.\d+\.\d+\.\d+$/.test(address);

/** HTTP comes over TCP. */
export const tcpPorts = ({ spec }: Service): readonly ServicePort[] =>
  (spec.ports ?? []).filter(({ protocol }) => protocol === "TCP");

/** By address and port; where two Services want the same, the first has it, as in the tables. */
export function wantedSockets(services: Iterable<Service>, nodes: Iterable<Node>): ReadonlyMap<string, WantedSocket> {
  const addresses = [...nodes].flatMap(({ status }) => (status.addresses ?? []).map(({ address }) => address));
  const nodeAddresses = [...new Set(addresses.filter(isLoopbackIP))];
  const wanted = new Map<string, WantedSocket>();
  for (const service of services) {
    for (const socket of socketsOf(service, nodeAddresses)) {
      const key = socketKey(socket);
      if (!wanted.has(key)) wanted.set(key, socket);
    }
  }
  return wanted;
}

/** False of a Service that no socket is wanted for, wherever the nodes are, and that no load balancer waits for: of most. */
export const mayHaveSockets = (service: Service): boolean =>
  service.spec.type === "LoadBalancer" || socketsOf(service, ["127.0.0.1"]).next().done !== true;

function* socketsOf(service: Service, nodeAddresses: readonly string[]): Generator<WantedSocket> {
  const { spec } = service;
  if (spec.type === "ExternalName") return;
  const ports = tcpPorts(service);
  for (const address of nodeAddresses) {
    for (const { nodePort = 0 } of ports)
      if (nodePort > 0) yield { address, port: nodePort, kind: "NodePort", service };
    const { healthCheckNodePort = 0 } = spec;
    if (healthCheckNodePort > 0) yield { address, port: healthCheckNodePort, kind: "health check port", service };
  }
  const groups = [
    ["load balancer", loadBalancerIPs(service)],
    ["external IP", externalIPsOf(service)],
    ["ClusterIP", clusterIPsOf(service)],
  ] as const;
  for (const [kind, ips] of groups) {
    for (const address of ips.filter(isLoopbackIP))
      for (const { port } of ports) yield { address, port, kind, service };
  }
}

/** The addresses in a load balancer's status. */
export const loadBalancerIPs = ({ spec, status }: Service): readonly string[] =>
  spec.type === "LoadBalancer"
    ? (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [canonicalIP(ip) ?? ip]))
    : [];
