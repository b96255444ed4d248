import type { Protocol } from "../core-v1/service.ts";
import type { ObjectReference } from "../core-v1/object-reference.ts";
import type { KubeObject } from "../meta-v1/object.ts";

export type AddressType = "IPv4" | "IPv6" | "FQDN";

/** Absent `ready` and `serving` mean true; absent `terminating` means false. */
export interface EndpointConditions {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: EndpointConditions;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: ObjectReference;
  readonly deprecatedTopology?: Readonly<Record<string, string>>;
  readonly hints?: {
    readonly forZones?: readonly { readonly name: string }[];
    readonly forNodes?: readonly { readonly name: string }[];
  };
}

/** `discovery/v1 EndpointPort`: absent `port` means all ports. */
export interface SlicePort {
  readonly name?: string;
  readonly protocol?: Protocol;
  readonly port?: number;
  readonly appProtocol?: string;
}

/** `discovery.k8s.io/v1 EndpointSlice`. */
export interface EndpointSlice extends KubeObject {
  readonly addressType: AddressType;
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports?: readonly SlicePort[];
}

/** The Service that a slice belongs to. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";
/** Who keeps a slice. */
export const MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by";
/** The manager of slices that follow from a selector. */
export const ENDPOINT_SLICE_CONTROLLER = "endpointslice-controller.k8s.io";
/** Carried by the slices and Endpoints of Services without a cluster IP. */
export const HEADLESS_LABEL = "service.kubernetes.io/headless";
/** When what a slice or Endpoints follows from changed last. */
export const TRIGGER_TIME_ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time";
