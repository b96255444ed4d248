/** What the deployment's variables say about a cluster. */
import type { CustomResourceDefinition } from "../shared/api/apiextensions-v1/custom-resource-definition.ts";
import type { ClusterInfo, ClusterNode } from "../shared/controllers/controller.ts";
import type { Node } from "../shared/api/core-v1/node.ts";
import type { IngressClass } from "../shared/api/networking-v1/ingress-class.ts";
import { topologyCpu } from "../shared/registry/core-v1/node/topology-cpu.ts";
import type { ClusterZones } from "./cluster-state.ts";
import { customKindsOf } from "./kind-resolver.ts";
import { ZONE_LABEL } from "../shared/api/core-v1/node.ts";
import { addToIP, formatIP, parseCIDR } from "../shared/apimachinery/ip.ts";
import { emulatedNodes, type EmulatedNode } from "../shared/registry/core-v1/node/emulated-node.ts";
import { nodeCountProblem, zonesProblem } from "../shared/registry/core-v1/node/node-settings.ts";
import type { IPFamily } from "../shared/registry/allocation/allocation.ts";
import type { View } from "../shared/storage/view.ts";
import type { Env } from "../workers/env.ts";
import { CUSTOM_RESOURCE_DEFINITIONS, INGRESS_CLASSES, NODES } from "../shared/registry/resource-keys.ts";

export interface ClusterConfig {
  readonly serviceRanges: readonly string[];
  readonly podRanges: readonly string[];
  readonly serviceIPFamilies: readonly IPFamily[];
  readonly clusterDomain: string;
  /** Absent: there is none. */
  readonly externalZone?: string;
  /** The cluster IP of `default/kubernetes`: the first address of the first service range. */
  readonly kubernetesServiceIP: string;
  /** The nodes that the settings ask for. */
  readonly nodes: readonly EmulatedNode[];
  readonly info: (state: { readonly view: View }) => ClusterInfo;
}

/** The zones that names of the cluster are in. */
export const clusterZones = ({ clusterDomain, externalZone }: ClusterConfig): ClusterZones =>
  externalZone === undefined ? { clusterDomain } : { clusterDomain, externalZone };

/** kube-apiserver's secure port, which endpoints of `default/kubernetes` carry. */
const API_SERVER_PORT = 6443;

/** Where a node answers when the deployment has no address of its own to name: locally, and for want of a better on the edge. */
const NODE_ADDRESS = "127.0.0.1";

/** Reads the variables. Throws where one is no list of CIDRs: nothing works without them. */
export function clusterConfig(env: Env): ClusterConfig {
  const serviceRanges = list(env.SERVICE_CLUSTER_IP_RANGE);
  const families = serviceRanges.map((text) => cidrOf("SERVICE_CLUSTER_IP_RANGE", text).family);
  const podRanges = list(env.POD_CIDR);
  for (const text of podRanges) cidrOf("POD_CIDR", text);
  const { family, base } = cidrOf("SERVICE_CLUSTER_IP_RANGE", serviceRanges[0] ?? "");
  const first = addToIP({ family, value: base }, 1);
  const kubernetesServiceIP = first === null ? "" : formatIP(first);
  const clusterDomain = env.CLUSTER_DOMAIN;
  const info = ({ view }: { readonly view: View }): ClusterInfo => ({
    clusterDomain,
    nodes: [...view.list(NODES)].map((object) => toNodeInfo(object as Node)),
    apiServer: { address: NODE_ADDRESS, port: API_SERVER_PORT },
    kubernetesServiceIP,
    ingressClasses: new Map(
      [...view.list(INGRESS_CLASSES)].map((object) => [object.metadata.name, (object as IngressClass).spec.controller]),
    ),
    ingressAddress: env.INGRESS_ADDRESS ?? NODE_ADDRESS,
    customKinds: customKindsOf(view.list(CUSTOM_RESOURCE_DEFINITIONS) as Iterable<CustomResourceDefinition>),
  });
  const serviceIPFamilies = [...new Set(families)];
  return {
    serviceRanges,
    podRanges,
    serviceIPFamilies,
    clusterDomain,
    ...((env.EXTERNAL_ZONE ?? "") === "" ? {} : { externalZone: env.EXTERNAL_ZONE }),
    kubernetesServiceIP,
    nodes: emulatedNodes(nodeCount(env.NODES ?? "1"), zonesOf(env.ZONES ?? "")),
    info,
  };
}

const list = (text: string): readonly string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

function nodeCount(text: string): number {
  const problem = nodeCountProblem(text);
  if (problem !== null) throw new Error(`NODES ${problem}`);
  return Number(text);
}

function zonesOf(text: string): readonly string[] {
  const problem = zonesProblem(text);
  if (problem !== null) throw new Error(`ZONES ${problem}`);
  return list(text);
}

function cidrOf(variable: string, text: string) {
  const cidr = parseCIDR(text);
  if (cidr === null) throw new Error(`${variable}: ${JSON.stringify(text)} is not a CIDR such as 10.96.0.0/12`);
  return cidr;
}

function toNodeInfo(node: Node): ClusterNode {
  const address = node.status.addresses?.find((a) => a.type === "InternalIP")?.address ?? NODE_ADDRESS;
  const cpuMillis = topologyCpu(node);
  const { name, labels, creationTimestamp } = node.metadata;
  const { taints, unschedulable } = node.spec;
  const { allocatable, conditions } = node.status;
  const ready = conditions?.find(({ type }) => type === "Ready")?.status;
  return {
    name,
    zone: labels?.[ZONE_LABEL] ?? null,
    address,
    createdAt: Date.parse(creationTimestamp),
    ...(allocatable === undefined ? {} : { allocatable }),
    ...(ready === undefined ? {} : { ready }),
    ...(labels === undefined ? {} : { labels }),
    ...(taints === undefined ? {} : { taints }),
    ...(unschedulable === undefined ? {} : { unschedulable }),
    ...(cpuMillis === null ? {} : { cpuMillis }),
  };
}
