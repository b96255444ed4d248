/** What a Service's type and fields imply. */
import { CLUSTER_IP_NONE, type ServiceSpec } from "../../../api/core-v1/service.ts";

/** Every type but ExternalName has `clusterIPs`, were it only `None`. */
export const hasClusterIP = (spec: ServiceSpec): boolean =>
  spec.type === "ClusterIP" || spec.type === "NodePort" || spec.type === "LoadBalancer";

export const isHeadless = (spec: ServiceSpec): boolean =>
  spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === CLUSTER_IP_NONE;

/** Node ports may stand in `spec.ports`. */
export const usesNodePorts = (spec: ServiceSpec): boolean => spec.type === "NodePort" || spec.type === "LoadBalancer";

/** Node ports are given out to ports that name none. */
export const wantsNodePorts = (spec: ServiceSpec): boolean =>
  spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);

/** `externalTrafficPolicy` means something. */
export const isExternallyAccessible = (spec: ServiceSpec): boolean =>
  usesNodePorts(spec) || (spec.type === "ClusterIP" && (spec.externalIPs ?? []).length > 0);

/** The load balancer asks nodes whether they have local endpoints. */
export const needsHealthCheckNodePort = (spec: ServiceSpec): boolean =>
  spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";

export const hasSelector = (spec: ServiceSpec): boolean => Object.keys(spec.selector ?? {}).length > 0;
