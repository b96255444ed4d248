import type { Condition, KubeObject } from "../meta-v1/object.ts";

export type ServiceType = "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
export type Protocol = "TCP" | "UDP" | "SCTP";
export type IPFamilyPolicy = "SingleStack" | "PreferDualStack" | "RequireDualStack";
export type ServiceTrafficPolicy = "Cluster" | "Local";

/** The `clusterIP` of a headless Service. */
export const CLUSTER_IP_NONE = "None";

/** `core/v1 ServicePort` as stored: `protocol` and `targetPort` are always there. */
export interface ServicePort {
  /** May be absent only when it is the one port. */
  readonly name?: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** A number, or the name of a container port, looked up in each Pod. */
  readonly targetPort: number | string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

export interface ServiceSpec {
  readonly type: ServiceType;
  readonly ports?: readonly ServicePort[];
  readonly selector?: Readonly<Record<string, string>>;
  /** `"None"` for headless Services; absent for ExternalName. Equals `clusterIPs[0]`. */
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ipFamilies?: readonly ("IPv4" | "IPv6")[];
  readonly ipFamilyPolicy?: IPFamilyPolicy;
  readonly externalIPs?: readonly string[];
  readonly externalName?: string;
  readonly sessionAffinity: "None" | "ClientIP";
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
  readonly internalTrafficPolicy?: ServiceTrafficPolicy;
  readonly externalTrafficPolicy?: ServiceTrafficPolicy;
  readonly healthCheckNodePort?: number;
  readonly publishNotReadyAddresses?: boolean;
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly loadBalancerClass?: string;
  readonly loadBalancerIP?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly trafficDistribution?: string;
}

export interface LoadBalancerIngress {
  readonly ip?: string;
  readonly hostname?: string;
  readonly ipMode?: "VIP" | "Proxy";
  readonly ports?: readonly { readonly port: number; readonly protocol: Protocol; readonly error?: string }[];
}

export interface ServiceStatus {
  readonly loadBalancer: { readonly ingress?: readonly LoadBalancerIngress[] };
  readonly conditions?: readonly Condition[];
}

/** `core/v1 Service`. */
export interface Service extends KubeObject {
  readonly spec: ServiceSpec;
  readonly status: ServiceStatus;
}
