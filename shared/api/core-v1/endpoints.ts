import type { KubeObject } from "../meta-v1/object.ts";
import type { ObjectReference } from "./object-reference.ts";
import type { Protocol } from "./service.ts";

export interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: ObjectReference;
}

/** `core/v1 EndpointPort`: `protocol` is filled in by defaulting. */
export interface EndpointsPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly appProtocol?: string;
}

/** The Cartesian product of addresses and ports. */
export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly EndpointsPort[];
}

/** `core/v1 Endpoints`. */
export interface Endpoints extends KubeObject {
  readonly subsets?: readonly EndpointSubset[];
}
