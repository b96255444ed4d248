/**
 * What an object may need from the cluster-wide allocators, as data: the kind says what it needs, ClusterStore grants or
 * refuses, the kind writes the grants into the object. Services need addresses and ports, an Ingress may need a class.
 */
import type { FieldError } from "../../apimachinery/field-error.ts";
import type { IPFamily } from "../../apimachinery/ip.ts";

export type { IPFamily };

/** `address`/`port` null: any free one. `field` is where a refusal points, e.g. `spec.ports[0].nodePort`. */
export type AllocationRequest =
  | { readonly kind: "ClusterIP"; readonly family: IPFamily; readonly address: string | null; readonly field: string }
  | {
      readonly kind: "NodePort";
      readonly port: number | null;
      readonly protocol: "TCP" | "UDP" | "SCTP";
      /** Requests of one order that name the same Service port share one number: 53/TCP and 53/UDP. Null: shares with none. */
      readonly servicePort: number | null;
      readonly field: string;
    }
  | { readonly kind: "HealthCheckNodePort"; readonly port: number | null; readonly field: string }
  /** The IngressClass that is marked as the default. */
  | { readonly kind: "DefaultIngressClass" };

/** One thing held. One Service may hold a NodePort for several protocols; two Services never share a number. */
export type Allocation =
  | { readonly kind: "ClusterIP"; readonly value: string }
  | { readonly kind: "NodePort"; readonly value: number; readonly protocol: "TCP" | "UDP" | "SCTP" }
  | { readonly kind: "HealthCheckNodePort"; readonly value: number }
  /** Told, not held: nothing is recorded or released. Null: the cluster has no default class. */
  | { readonly kind: "DefaultIngressClass"; readonly value: string | null };

/** Grants stand in the order of the requests. A refusal is field errors (422) or an internal message (500, range full). */
export type AllocationAnswer =
  | { readonly ok: true; readonly grants: readonly Allocation[] }
  | { readonly ok: false; readonly errors: readonly FieldError[] }
  | { readonly ok: false; readonly internal: string };

/** How a kind takes part in allocation. All pure. */
export interface AllocationBinding<T> {
  /** What `object` lacks, or names and does not hold yet (by `old`). In a fixed order. Empty: nothing to ask. */
  readonly needs: (object: T, old: T | undefined) => readonly AllocationRequest[];
  /** Writes the grants into the object; `requests` are those that `needs` gave. */
  readonly assign: (object: T, requests: readonly AllocationRequest[], grants: readonly Allocation[]) => T;
  /** Everything the object holds; what `held(old)` has and `held(new)` has not is released after the commit. */
  readonly held: (object: T) => readonly Allocation[];
}
