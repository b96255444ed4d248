import { NAMESPACE_NAME_LABEL, type Namespace } from "../api/core-v1/namespace.ts";
import { ZONE_LABEL, type Node } from "../api/core-v1/node.ts";
import { parseImageRules } from "./image-rules.ts";
import { parseKubeProxy } from "./kube-proxy-config.ts";
import type { ClusterFacts, NodeEntry } from "./table.ts";

/** What the facts are made of. `imageRules`: the `data` of ConfigMap `kube-system/wherry-images`, if there is one. */
export interface FactSources {
  readonly clusterDomain: string;
  readonly externalZone?: string;
  /** Absent: the default. */
  readonly corefile: string | undefined;
  readonly namespaces: readonly Pick<Namespace, "metadata">[];
  readonly nodes: readonly Node[];
  readonly imageRules: Readonly<Record<string, string>> | undefined;
  /** The `data` of ConfigMap `kube-system/kube-proxy`, if there is one. */
  readonly kubeProxy: Readonly<Record<string, string>> | undefined;
  readonly podBlocks: ClusterFacts["podBlocks"];
}

/** The cluster-wide facts, as the data plane gets them. */
export function clusterFacts({
  corefile,
  namespaces,
  nodes,
  imageRules,
  kubeProxy,
  podBlocks,
  ...zones
}: FactSources): ClusterFacts {
  const settings = parseKubeProxy(kubeProxy);
  return {
    ...zones,
    ...(corefile === undefined ? {} : { corefile }),
    namespaces: namespaces.map(({ metadata }) => metadata.name).sort(),
    ...namespaceLabelsOf(namespaces),
    nodes: nodes.map(toNodeEntry),
    imageRules: parseImageRules(imageRules).rules,
    ...(settings === null ? {} : { kubeProxy: settings }),
    podBlocks,
  };
}

function namespaceLabelsOf(namespaces: FactSources["namespaces"]): Pick<ClusterFacts, "namespaceLabels"> {
  const namespaceLabels = namespaces.flatMap(({ metadata: { name, labels = {} } }) =>
    Object.keys(labels).every((key) => key === NAMESPACE_NAME_LABEL) ? [] : [{ namespace: name, labels }],
  );
  return namespaceLabels.length === 0 ? {} : { namespaceLabels };
}

const toNodeEntry = (node: Node): NodeEntry => ({
  name: node.metadata.name,
  addresses: (node.status.addresses ?? []).filter((a) => a.type !== "Hostname").map((a) => a.address),
  zone: node.metadata.labels?.[ZONE_LABEL] ?? null,
});
