/** `wherry rules`: the rules of kube-proxy for the objects of a cluster. */
import { createHash } from "node:crypto";
import type { ConfigMap } from "../shared/api/core-v1/config-map.ts";
import type { Node } from "../shared/api/core-v1/node.ts";
import type { Service } from "../shared/api/core-v1/service.ts";
import { SERVICE_NAME_LABEL, type EndpointSlice } from "../shared/api/discovery-v1/endpoint-slice.ts";
import type { ServiceCIDR } from "../shared/api/networking-v1/service-cidr.ts";
import { clusterFacts } from "../shared/proxy/cluster-facts.ts";
import { compileService } from "../shared/proxy/compile-service.ts";
import { checkKubeProxy, KUBE_PROXY_CONFIG_MAP } from "../shared/proxy/kube-proxy-config.ts";
import { loadBalancerIPs } from "../shared/proxy/node-sockets.ts";
import { iptablesSave } from "../shared/proxy/rules/iptables.ts";
import { ipvsadm } from "../shared/proxy/rules/ipvs.ts";
import { nftRules } from "../shared/proxy/rules/nft.ts";
import type { RulesInput } from "../shared/proxy/rules/ports.ts";
import { UserError } from "./errors.ts";
import { kubeconfigClient, type KubeconfigClient } from "./kubeconfig-client.ts";
import type { RulesOptions } from "./rules-options.ts";

const sha256 = (text: string): Uint8Array => createHash("sha256").update(text).digest();

/**
 * The rules as text. `note` is told what of the cluster's KubeProxyConfiguration they do not follow. Throws a `UserError` for what
 * the user can mend.
 */
export async function rules(
  { format, kubeconfig, node }: RulesOptions,
  note: (message: string) => void,
): Promise<string> {
  const input = await readInput(kubeconfigClient(kubeconfig), node, note);
  switch (format) {
    case "iptables-save":
      return iptablesSave(input, "IPv4", sha256);
    case "ip6tables-save":
      return iptablesSave(input, "IPv6", sha256);
    case "nft":
      return nftRules(input, sha256);
    case "ipvsadm":
      return ipvsadm(input);
    default:
      return format satisfies never;
  }
}

async function readInput(
  client: KubeconfigClient,
  nodeName: string | null,
  note: (message: string) => void,
): Promise<RulesInput> {
  const { namespace, name } = KUBE_PROXY_CONFIG_MAP;
  const [services, slices, nodes, serviceCIDRs, config] = await Promise.all([
    client.list<Service>("/api/v1/services"),
    client.list<EndpointSlice>("/apis/discovery.k8s.io/v1/endpointslices"),
    client.list<Node>("/api/v1/nodes"),
    client.list<ServiceCIDR>("/apis/networking.k8s.io/v1/servicecidrs"),
    client.get<ConfigMap>(`/api/v1/namespaces/${namespace}/configmaps/${name}`),
  ]);
  for (const message of checkKubeProxy(config?.data)) note(`ConfigMap ${namespace}/${name}: ${message}`);
  const settings = { clusterDomain: "", corefile: undefined, namespaces: [], imageRules: undefined, podBlocks: [] };
  const facts = clusterFacts({ ...settings, nodes, kubeProxy: config?.data });
  const node = facts.nodes.find((candidate) => nodeName === null || candidate.name === nodeName);
  if (node === undefined) {
    throw new UserError(
      nodeName === null ? "the cluster has no nodes" : `there is no node ${JSON.stringify(nodeName)}`,
    );
  }
  const bySlice = Map.groupBy(
    slices,
    (slice) => `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME_LABEL]}`,
  );
  return {
    services: services
      .filter(isProxied)
      .map((service) => compileService(service, bySlice.get(keyOf(service)) ?? [], () => undefined)),
    loadBalancerIPs: new Map(services.map((service) => [keyOf(service), vipsOf(service)])),
    node,
    clusterCIDRs: facts.kubeProxy?.clusterCIDR?.split(",") ?? [],
    serviceCIDRs: serviceCIDRs.flatMap(({ spec }) => spec.cidrs),
    scheduler: facts.kubeProxy?.scheduler ?? "random",
  };
}

const keyOf = ({ metadata }: Service): string => `${metadata.namespace}/${metadata.name}`;

/** Another proxy may have been asked to look after it. */
const isProxied = ({ metadata }: Service): boolean =>
  metadata.labels === undefined || !Object.hasOwn(metadata.labels, "service.kubernetes.io/service-proxy-name");

/** Packets to the others go to the load balancer itself. */
function vipsOf(service: Service): readonly string[] {
  const ingress = (service.status?.loadBalancer?.ingress ?? []).filter(({ ipMode }) => ipMode !== "Proxy");
  return loadBalancerIPs({ ...service, status: { loadBalancer: { ingress } } });
}
