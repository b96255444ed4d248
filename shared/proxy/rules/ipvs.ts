/** The virtual servers of kube-proxy's IPVS mode, as `ipvsadm -Ln` lists them. */
import { hostPort } from "../backend-url.ts";
import { familiesOf, ofFamily, rulePorts, type RuleEndpoint, type RulePort, type RulesInput } from "./ports.ts";

const HEAD = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
`;

/** One a ClusterIP, external IP, load balancer and node address; those of IPv4 first. */
export const ipvsadm = (input: RulesInput): string =>
  HEAD +
  familiesOf(input)
    .flatMap((family) => {
      const nodeAddresses = ofFamily(input.node.addresses, family);
      return rulePorts(input, family).map((port) => servers(port, nodeAddresses));
    })
    .join("");

function servers(port: RulePort, nodeAddresses: readonly string[]): string {
  const internal = port.isInternalLocal ? port.local : port.cluster;
  const external = port.isExternalLocal ? port.local : port.cluster;
  const outside = [...port.externalIPs, ...port.loadBalancerIPs].map((ip) => server(port, ip, port.port, external));
  const { nodePort } = port;
  const nodes = nodePort === null ? [] : nodeAddresses.map((ip) => server(port, ip, nodePort, external));
  return server(port, port.clusterIP, port.port, internal) + outside.join("") + nodes.join("");
}

function server(port: RulePort, ip: string, number: number, endpoints: readonly RuleEndpoint[]): string {
  const { protocol, affinitySeconds, scheduler } = port;
  // Chance is no scheduler of IPVS: where nothing else is said it takes turns.
  const name = scheduler === "random" ? "rr" : scheduler;
  const flags = affinitySeconds === null ? "" : ` persistent ${affinitySeconds}`;
  const lines = endpoints.map(
    ({ address, port: target, weight }) =>
      `  -> ${hostPort(address, target).padEnd(28)} Masq    ${String(weight).padEnd(6)} 0          0         \n`,
  );
  return `${protocol.toUpperCase().padEnd(4)} ${hostPort(ip, number)} ${name}${flags}\n${lines.join("")}`;
}
