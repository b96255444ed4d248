import type { KubeObject } from "../meta-v1/object.ts";

/** `networking.k8s.io/v1 IPAddress`: an address of a ServiceCIDR that is in use. Its name is the address, in canonical form. */
export interface IPAddress extends KubeObject {
  readonly spec: { readonly parentRef: ParentReference };
}

/** Whose address it is; `group` is absent for the core group. */
export interface ParentReference {
  readonly group?: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name: string;
}

export const IP_FAMILY_LABEL = "ipaddress.kubernetes.io/ip-family";
export const IP_MANAGED_BY_LABEL = "ipaddress.kubernetes.io/managed-by";
/** Kubernetes' own allocator of ClusterIPs. */
export const IP_ALLOCATOR = "ipallocator.k8s.io";
