/** The rules of kube-proxy's iptables mode, as it gives them to `iptables-restore` and `ip6tables-restore`. */
import { cidrContains, parseCIDR, parseIP } from "../../apimachinery/ip.ts";
import { hostPort } from "../backend-url.ts";
import { endpointChain, iptablesChain, type Sha256 } from "./names.ts";
import {
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

/** Chain → its rules; the order of the chains is that of the output. */
type Chains = Map<string, string[]>;

const LOCAL = "-m addrtype --dst-type LOCAL";

export function iptablesSave(input: RulesInput, family: IPFamily, sha256: Sha256): string {
  const filter: Chains = new Map();
  const nat: Chains = new Map();
  for (const name of ["KUBE-NODEPORTS", "KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"]) filter.set(name, []);
  // NodePorts are open on IPv4's loopback, which must not be reached from elsewhere by way of them; on IPv6's they are not.
  if (family === "IPv4") {
    filter.set("KUBE-FIREWALL", [
      '-m comment --comment "block incoming localnet connections" -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
    ]);
  }
  filter.set("KUBE-FORWARD", [
    "-m conntrack --ctstate INVALID -m nfacct --nfacct-name ct_state_invalid_dropped_pkts -j DROP",
    '-m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ]);
  filter.set("KUBE-PROXY-FIREWALL", []);
  for (const name of ["KUBE-NODEPORTS", "KUBE-SERVICES"]) nat.set(name, []);
  nat.set("KUBE-MARK-MASQ", ["-j MARK --or-mark 0x4000"]);
  nat.set("KUBE-POSTROUTING", [
    "-m mark ! --mark 0x4000/0x4000 -j RETURN",
    "-j MARK --xor-mark 0x4000",
    '-m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE',
  ]);
  const [clusterCIDR = null] = ofFamily(input.clusterCIDRs, family);
  const writing = { filter, nat, input, family, clusterCIDR, sha256 };
  for (const port of rulePorts(input, family)) new PortRules(writing, port).write();
  const destinations = family === "IPv4" ? LOCAL : `${LOCAL} ! -d ::1/128`;
  add(
    nat,
    "KUBE-SERVICES",
    `-m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" ${destinations} -j KUBE-NODEPORTS`,
  );
  return table("filter", filter) + table("nat", sorted(nat));
}

function add(chains: Chains, chain: string, rule: string): void {
  const rules = chains.get(chain);
  if (rules === undefined) chains.set(chain, [rule]);
  else rules.push(rule);
}

/** The two that everything begins in come first. */
function sorted(chains: Chains): Chains {
  const rest = [...chains].slice(2).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map([...[...chains].slice(0, 2), ...rest]);
}

function table(name: string, chains: Chains): string {
  const declared = [...chains.keys()].map((chain) => `:${chain} - [0:0]`);
  const rules = [...chains].flatMap(([chain, texts]) => texts.map((text) => `-A ${chain} ${text}`));
  return [`*${name}`, ...declared, ...rules, "COMMIT", ""].join("\n");
}

interface Writing {
  readonly filter: Chains;
  readonly nat: Chains;
  readonly input: RulesInput;
  readonly family: IPFamily;
  readonly clusterCIDR: string | null;
  readonly sha256: Sha256;
}

/** What one port of a Service adds (kube-proxy's `syncProxyRules`, one turn of its loop). */
class PortRules {
  readonly #to: Writing;
  readonly #port: RulePort;
  readonly #cluster: string;
  readonly #local: string;
  readonly #external: string;

  constructor(to: Writing, port: RulePort) {
    this.#to = to;
    this.#port = port;
    this.#cluster = iptablesChain("SVC", port, to.sha256);
    this.#local = iptablesChain("SVL", port, to.sha256);
    this.#external = iptablesChain("EXT", port, to.sha256);
  }

  write(): void {
    const port = this.#port;
    const hasAny = hasEndpoints(port);
    this.#writeFilter(hasAny);
    if (!hasAny) return;
    this.#writeInternal();
    if (isExposed(port)) this.#writeExternal();
    if (usesCluster(port)) this.#writeChoice(this.#cluster, port.cluster);
    if (usesLocal(port)) this.#writeChoice(this.#local, port.local);
    for (const endpoint of reachable(port)) this.#writeEndpoint(endpoint);
  }

  #comment(about: string): string {
    return about === ""
      ? `-m comment --comment ${this.#port.name}`
      : `-m comment --comment "${this.#port.name} ${about}"`;
  }

  /** The protocol, and where it goes. */
  #match(address: string | null, port: number): string {
    const { protocol } = this.#port;
    return `-m ${protocol} -p ${protocol}${address === null ? "" : ` -d ${address}`} --dport ${port}`;
  }

  get #internalEndpoints(): readonly RuleEndpoint[] {
    return this.#port.isInternalLocal ? this.#port.local : this.#port.cluster;
  }

  get #externalEndpoints(): readonly RuleEndpoint[] {
    return this.#port.isExternalLocal ? this.#port.local : this.#port.cluster;
  }

  #writeFilter(hasAny: boolean): void {
    const { filter } = this.#to;
    const { port, clusterIP, externalIPs, loadBalancerIPs, nodePort, healthCheckNodePort, isExternalLocal } =
      this.#port;
    const outcome = (endpoints: readonly RuleEndpoint[]): readonly [string, string] | null => {
      if (!hasAny) return ["has no endpoints", "REJECT"];
      return endpoints.length === 0 ? ["has no local endpoints", "DROP"] : null;
    };
    const internal = outcome(this.#internalEndpoints);
    if (internal !== null) {
      add(filter, "KUBE-SERVICES", `${this.#comment(internal[0])} ${this.#match(clusterIP, port)} -j ${internal[1]}`);
    }
    if (healthCheckNodePort !== null && isExternalLocal) {
      const rule = `${this.#comment("health check node port")} -m tcp -p tcp --dport ${healthCheckNodePort} -j ACCEPT`;
      add(filter, "KUBE-NODEPORTS", rule);
    }
    const external = outcome(this.#externalEndpoints);
    if (external === null) return;
    const [about, target] = external;
    for (const ip of [...externalIPs, ...loadBalancerIPs]) {
      add(filter, "KUBE-EXTERNAL-SERVICES", `${this.#comment(about)} ${this.#match(ip, port)} -j ${target}`);
    }
    if (nodePort !== null) {
      add(
        filter,
        "KUBE-EXTERNAL-SERVICES",
        `${this.#comment(about)} ${LOCAL} ${this.#match(null, nodePort)} -j ${target}`,
      );
    }
  }

  #writeInternal(): void {
    if (this.#internalEndpoints.length === 0) return;
    const { nat, clusterCIDR } = this.#to;
    const { port, clusterIP, isInternalLocal } = this.#port;
    const chain = isInternalLocal ? this.#local : this.#cluster;
    const match = `${this.#comment("cluster IP")} ${this.#match(clusterIP, port)}`;
    add(nat, "KUBE-SERVICES", `${match} -j ${chain}`);
    if (clusterCIDR !== null) add(nat, chain, `${match} ! -s ${clusterCIDR} -j KUBE-MARK-MASQ`);
  }

  #writeExternal(): void {
    const { nat, filter, sha256 } = this.#to;
    const port = this.#port;
    for (const ip of port.externalIPs) {
      add(nat, "KUBE-SERVICES", `${this.#comment("external IP")} ${this.#match(ip, port.port)} -j ${this.#external}`);
    }
    const isGuarded = port.sourceRanges.length > 0;
    const firewall = iptablesChain("FW", port, sha256);
    const entry = isGuarded ? firewall : this.#external;
    for (const ip of port.loadBalancerIPs) {
      const match = this.#match(ip, port.port);
      add(nat, "KUBE-SERVICES", `${this.#comment("loadbalancer IP")} ${match} -j ${entry}`);
      if (isGuarded) {
        add(filter, "KUBE-PROXY-FIREWALL", `${this.#comment(`traffic not accepted by ${firewall}`)} ${match} -j DROP`);
      }
    }
    if (isGuarded && port.loadBalancerIPs.length > 0) this.#writeFirewall(firewall);
    if (port.nodePort !== null) this.#writeNodePort(port.nodePort);
    this.#writeExternalChain();
  }

  #writeNodePort(nodePort: number): void {
    const { nat, family } = this.#to;
    const { protocol } = this.#port;
    if (family === "IPv4") {
      const local = `${this.#comment("")} -m ${protocol} -p ${protocol} -d 127.0.0.0/8 --dport ${nodePort}`;
      add(nat, "KUBE-NODEPORTS", `${local} -m nfacct --nfacct-name localhost_nps_accepted_pkts -j ${this.#external}`);
    }
    add(nat, "KUBE-NODEPORTS", `${this.#comment("")} ${this.#match(null, nodePort)} -j ${this.#external}`);
  }

  #writeFirewall(firewall: string): void {
    const { nat, input } = this.#to;
    const { sourceRanges, loadBalancerIPs, name } = this.#port;
    const comment = this.#comment("loadbalancer IP");
    for (const range of sourceRanges) add(nat, firewall, `${comment} -s ${range} -j ${this.#external}`);
    // A node that may come may also come by the load balancer's own address, which packets to itself have.
    const cidrs = sourceRanges.map(parseCIDR);
    const addresses = input.node.addresses.map(parseIP);
    const mayNode = cidrs.some((cidr) =>
      addresses.some((ip) => cidr !== null && ip !== null && cidrContains(cidr, ip)),
    );
    if (mayNode) for (const ip of loadBalancerIPs) add(nat, firewall, `${comment} -s ${ip} -j ${this.#external}`);
    add(nat, firewall, `-m comment --comment "other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL"`);
  }

  #writeExternalChain(): void {
    const { nat, clusterCIDR } = this.#to;
    const { name, isExternalLocal } = this.#port;
    const about = (what: string): string => `-m comment --comment "${what} for ${name} external destinations"`;
    const chain = this.#external;
    if (!isExternalLocal) {
      add(nat, chain, `${about("masquerade traffic")} -j KUBE-MARK-MASQ`);
      add(nat, chain, `-j ${this.#cluster}`);
      return;
    }
    if (clusterCIDR !== null) add(nat, chain, `${about("pod traffic")} -s ${clusterCIDR} -j ${this.#cluster}`);
    const source = "-m addrtype --src-type LOCAL";
    add(nat, chain, `${about("masquerade LOCAL traffic")} ${source} -j KUBE-MARK-MASQ`);
    add(nat, chain, `${about("route LOCAL traffic")} ${source} -j ${this.#cluster}`);
    if (this.#externalEndpoints.length > 0) add(nat, chain, `-j ${this.#local}`);
  }

  /** First who has been there before, then by chance: 1/n, 1/(n-1), … and the last without condition. */
  #writeChoice(chain: string, endpoints: readonly RuleEndpoint[]): void {
    const { nat, sha256 } = this.#to;
    const { affinitySeconds } = this.#port;
    const targets = endpoints.map((endpoint) => ({
      comment: this.#comment(`-> ${hostPort(endpoint.address, endpoint.port)}`),
      chain: endpointChain(this.#port, endpoint, sha256),
    }));
    if (affinitySeconds !== null) {
      for (const { comment, chain: name } of targets) {
        const seen = `-m recent --name ${name} --rcheck --seconds ${affinitySeconds} --reap`;
        add(nat, chain, `${comment} ${seen} -j ${name}`);
      }
    }
    for (const [i, { comment, chain: name }] of targets.entries()) {
      const left = targets.length - i;
      const chance = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}` : "";
      add(nat, chain, `${comment}${chance} -j ${name}`);
    }
  }

  #writeEndpoint(endpoint: RuleEndpoint): void {
    const { nat, sha256 } = this.#to;
    const { protocol, affinitySeconds } = this.#port;
    const chain = endpointChain(this.#port, endpoint, sha256);
    const comment = this.#comment("");
    add(nat, chain, `${comment} -s ${endpoint.address} -j KUBE-MARK-MASQ`);
    const remember = affinitySeconds === null ? "" : ` -m recent --name ${chain} --set`;
    const dnat = `-j DNAT --to-destination ${hostPort(endpoint.address, endpoint.port)}`;
    add(nat, chain, `${comment}${remember} -m ${protocol} -p ${protocol} ${dnat}`);
  }
}
