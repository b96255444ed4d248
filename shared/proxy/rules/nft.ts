/** The rules of kube-proxy's nftables mode, as commands for `nft -f`. */
import { hostPort } from "../backend-url.ts";
import { nftEndpointName, nftName, type Sha256 } from "./names.ts";
import { nftBase, type NftWords } from "./nft-base.ts";
import {
  familiesOf,
  hasEndpoints,
  isExposed,
  ofFamily,
  reachable,
  rulePorts,
  usesCluster,
  usesLocal,
  type IPFamily,
  type RuleEndpoint,
  type RulePort,
  type RulesInput,
} from "./ports.ts";

const WORDS = {
  IPv4: { ip: "ip", address: "ipv4_addr" },
  IPv6: { ip: "ip6", address: "ipv6_addr" },
} as const satisfies Record<IPFamily, NftWords>;

/** The table of one family, and what its rules are made by. */
interface Table extends NftWords {
  /** `ip kube-proxy` */
  readonly name: string;
  readonly clusterCIDR: string | null;
  readonly sha256: Sha256;
}

/** A table for each family that the cluster has. */
export const nftRules = (input: RulesInput, sha256: Sha256): string =>
  familiesOf(input)
    .map((family) => tableRules(input, family, sha256))
    .join("");

function tableRules(input: RulesInput, family: IPFamily, sha256: Sha256): string {
  const words = WORDS[family];
  const [clusterCIDR = null] = ofFamily(input.clusterCIDRs, family);
  const table = { ...words, name: `${words.ip} kube-proxy`, clusterCIDR, sha256 };
  const [primary] = ofFamily(input.node.addresses, family);
  const cidrs = ofFamily(input.serviceCIDRs, family);
  const head = [
    ...nftBase(words),
    ...(cidrs.length === 0
      ? []
      : [
          `add rule ${table.name} cluster-ips-check ${words.ip} daddr { ${cidrs.join(" , ")} } drop comment "Drop traffic to unallocated ClusterIPs"`,
        ]),
    // In this mode a NodePort is open on the node's first address only.
    ...(primary === undefined ? [] : [`add element ${table.name} nodeport-ips { ${primary} }`]),
  ];
  const lines = [...new Set(rulePorts(input, family).flatMap((port) => portRules(table, port)))];
  // Chains may be named only once they are there.
  const declared = lines.filter((line) => /^add (?:chain|set) /.test(line));
  const others = lines.filter((line) => !/^add (?:chain|set) /.test(line));
  return `${[...head, ...declared, ...others].join("\n")}\n`;
}

function portRules(table: Table, port: RulePort): readonly string[] {
  const name = nftName(port, table.sha256);
  const hasAny = hasEndpoints(port);
  const lines = [
    `add element ${table.name} cluster-ips { ${port.clusterIP} }`,
    ...withoutEndpoints(table, port, hasAny),
  ];
  if (!hasAny) return lines;
  return [
    ...(usesCluster(port) ? chain(table, port, `service-${name}`, port.cluster, !port.isInternalLocal) : []),
    ...(usesLocal(port) && port.local.length > 0
      ? chain(table, port, `local-${name}`, port.local, port.isInternalLocal)
      : []),
    ...(isExposed(port) ? externalChain(table, port, name) : []),
    ...reachable(port).flatMap((endpoint) => endpointRules(table, port, endpoint)),
    ...firewall(table, port, name),
    ...lines,
    ...ways(table, port, name),
  ];
}

/** What makes packets be refused, or dropped where only this node has none. */
function withoutEndpoints({ name: T }: Table, port: RulePort, hasAny: boolean): readonly string[] {
  const { protocol, nodePort } = port;
  const outcome = hasAny ? "drop" : "goto reject-chain";
  const isLacking = (isLocal: boolean): boolean => !hasAny || (isLocal ? port.local : port.cluster).length === 0;
  const line = (ip: string): string =>
    `add element ${T} no-endpoint-services { ${ip} . ${protocol} . ${port.port} comment "${port.name}" : ${outcome} }`;
  const outside = isLacking(port.isExternalLocal) ? [...port.externalIPs, ...port.loadBalancerIPs].map(line) : [];
  return [
    ...(isLacking(port.isInternalLocal) ? [line(port.clusterIP)] : []),
    ...outside,
    ...(nodePort !== null && isLacking(port.isExternalLocal)
      ? [`add element ${T} no-endpoint-nodeports { ${protocol} . ${nodePort} comment "${port.name}" : ${outcome} }`]
      : []),
  ];
}

/** A chain that chooses among endpoints. */
function chain(
  { name: T, ip, address, clusterCIDR, sha256 }: Table,
  port: RulePort,
  name: string,
  endpoints: readonly RuleEndpoint[],
  isInternal: boolean,
): readonly string[] {
  const rule = `add rule ${T} ${name}`;
  const names = endpoints.map((endpoint) => nftEndpointName(port, endpoint, sha256));
  const masquerade = `${ip} daddr ${port.clusterIP} ${ip} saddr != ${clusterCIDR} jump mark-for-masquerade`;
  const chances = names.map((target, i) => `${i} : goto endpoint-${target}`);
  return [
    ...(port.affinitySeconds === null
      ? []
      : names.map(
          (target) =>
            `add set ${T} affinity-${target} { type ${address} ; flags dynamic,timeout ; timeout ${port.affinitySeconds}s ; }`,
        )),
    `add chain ${T} ${name}`,
    ...(isInternal && clusterCIDR !== null ? [`${rule} ${masquerade}`] : []),
    ...(port.affinitySeconds === null
      ? []
      : names.map((target) => `${rule} ${ip} saddr @affinity-${target} goto endpoint-${target}`)),
    ...(names.length === 0 ? [] : [`${rule} numgen random mod ${names.length} vmap { ${chances.join(" , ")} }`]),
  ];
}

function externalChain({ name: T, ip, clusterCIDR }: Table, port: RulePort, name: string): readonly string[] {
  const external = `external-${name}`;
  const rule = `add rule ${T} ${external}`;
  const declared = `add chain ${T} ${external}`;
  if (!port.isExternalLocal) {
    return [declared, `${rule} jump mark-for-masquerade`, `${rule} goto service-${name}`];
  }
  return [
    declared,
    ...(clusterCIDR === null
      ? []
      : [`${rule} ${ip} saddr ${clusterCIDR} goto service-${name} comment "short-circuit pod traffic"`]),
    `${rule} fib saddr type local jump mark-for-masquerade comment "masquerade local traffic"`,
    `${rule} fib saddr type local goto service-${name} comment "short-circuit local traffic"`,
    ...(port.local.length === 0 ? [] : [`${rule} goto local-${name}`]),
  ];
}

function endpointRules({ name: T, ip, sha256 }: Table, port: RulePort, endpoint: RuleEndpoint): readonly string[] {
  const target = nftEndpointName(port, endpoint, sha256);
  const rule = `add rule ${T} endpoint-${target}`;
  return [
    `add chain ${T} endpoint-${target}`,
    `${rule} ${ip} saddr ${endpoint.address} jump mark-for-masquerade`,
    ...(port.affinitySeconds === null ? [] : [`${rule} update @affinity-${target} { ${ip} saddr }`]),
    `${rule} meta l4proto ${port.protocol} dnat to ${hostPort(endpoint.address, endpoint.port)}`,
  ];
}

function firewall(
  { name: T, ip: header }: Table,
  { sourceRanges, loadBalancerIPs, protocol, port }: RulePort,
  name: string,
): readonly string[] {
  if (sourceRanges.length === 0 || loadBalancerIPs.length === 0) return [];
  return [
    `add chain ${T} firewall-${name}`,
    `add rule ${T} firewall-${name} ${header} saddr != { ${sourceRanges.join(" , ")} } drop`,
    ...loadBalancerIPs.map(
      (ip) => `add element ${T} firewall-ips { ${ip} . ${protocol} . ${port} : goto firewall-${name} }`,
    ),
  ];
}

/** From addresses and node ports to the chains. */
function ways({ name: T }: Table, port: RulePort, name: string): readonly string[] {
  const { protocol, nodePort, isInternalLocal } = port;
  const element = (ip: string, target: string): string =>
    `add element ${T} service-ips { ${ip} . ${protocol} . ${port.port} : goto ${target} }`;
  const internal = isInternalLocal ? port.local : port.cluster;
  return [
    ...(internal.length === 0 ? [] : [element(port.clusterIP, `${isInternalLocal ? "local" : "service"}-${name}`)]),
    ...[...port.externalIPs, ...port.loadBalancerIPs].map((ip) => element(ip, `external-${name}`)),
    ...(nodePort === null
      ? []
      : [`add element ${T} service-nodeports { ${protocol} . ${nodePort} : goto external-${name} }`]),
  ];
}
