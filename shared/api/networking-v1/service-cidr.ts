import type { Condition, KubeObject } from "../meta-v1/object.ts";

/** `networking.k8s.io/v1 ServiceCIDR`: ranges that ClusterIPs come from, one for each IP family. */
export interface ServiceCIDR extends KubeObject {
  readonly spec: { readonly cidrs: readonly string[] };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** The one that is made of `--service-cluster-ip-range`. */
export const DEFAULT_SERVICE_CIDR = "kubernetes";

/** Holds a range that has addresses in use. */
export const SERVICE_CIDR_FINALIZER = "networking.k8s.io/service-cidr-finalizer";
