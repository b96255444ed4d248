import { ZONE_LABEL, type Node } from "../api/core-v1/node.ts";
import { parseImageRules } from "./image-rules.ts";
import { parseKubeProxy } from "./kube-proxy-config.ts";
import type { ClusterFacts, NodeEntry } from "./table.ts";

/** What the facts are made of. `imageRules`: the `data` of ConfigMap `kube-system/wherry-images`, if there is one. */
export interface FactSources {
  readonly clusterDomain: string;
  readonly namespaces: readonly string[];
  readonly nodes: readonly Node[];
  readonly imageRules: Readonly<Record<string, string>> | undefined;
  /** The `data` of ConfigMap `kube-system/kube-proxy`, if there is one. */
  readonly kubeProxy: Readonly<Record<string, string>> | undefined;
  readonly podBlocks: ClusterFacts["podBlocks"];
}

/** The cluster-wide facts, as the data plane gets them. */
export function clusterFacts({
  clusterDomain,
  namespaces,
  nodes,
  imageRules,
  kubeProxy,
  podBlocks,
}: FactSources): ClusterFacts {
  const settings = parseKubeProxy(kubeProxy);
  return {
    clusterDomain,
    namespaces: [...namespaces].sort(),
    nodes: nodes.map(toNodeEntry),
    imageRules: parseImageRules(imageRules).rules,
    ...(settings === null ? {} : { kubeProxy: settings }),
    podBlocks,
  };
}

const toNodeEntry = (node: Node): NodeEntry => ({
  name: node.metadata.name,
  addresses: (node.status.addresses ?? []).filter((a) => a.type !== "Hostname").map((a) => a.address),
  zone: node.metadata.labels?.[ZONE_LABEL] ?? null,
});
