/** A request as the data plane sees it before it decides, and what it decides. Types only. */
import type { Choice } from "./choose-endpoint.ts";
import type { Endpoint, ServiceEntry, ServicePortEntry } from "./table.ts";

/** Who asks: a namespace, and the Pod in it where that is known. */
export interface Source {
  readonly namespace: string;
  readonly pod: string | null;
}

export interface Packet {
  /** `host[:port]` as the client wrote it. */
  readonly authority: string;
  /** Gives the port where the authority has none. */
  readonly scheme: "http" | "https";
  /** Null where nobody said; short names then mean namespace `default`. */
  readonly source: Source | null;
  /** The client's address, where somebody knows it: for session affinity, source hashing and source ranges. */
  readonly client?: string | null;
  /** It comes from outside the cluster, where names and ClusterIPs mean nothing; absent: wherever it comes from, they do. */
  readonly isExternal?: boolean;
}

/** What was looked up and not found. `host` is the name or address as it was asked for. */
export type Unknown =
  | { readonly kind: "unknown"; readonly reason: "BadAuthority"; readonly message: string }
  | { readonly kind: "unknown"; readonly reason: "UnknownHost"; readonly host: string }
  | { readonly kind: "unknown"; readonly reason: "UnknownNamespace"; readonly host: string; readonly namespace: string }
  | {
      readonly kind: "unknown";
      readonly reason: "UnknownService";
      readonly host: string;
      readonly namespace: string;
      readonly service: string;
    }
  | {
      readonly kind: "unknown";
      readonly reason: "UnknownEndpoint";
      readonly host: string;
      readonly service: ServiceEntry;
      /** The endpoint's label or address. */
      readonly endpoint: string;
    }
  | { readonly kind: "unknown"; readonly reason: "UnknownPort"; readonly service: ServiceEntry; readonly port: number }
  /** From outside, and to an address that only the inside has. */
  | { readonly kind: "unknown"; readonly reason: "NotExposed"; readonly host: string }
  | { readonly kind: "unknown"; readonly reason: "UnknownNodePort"; readonly host: string; readonly port: number }
  | {
      readonly kind: "unknown";
      readonly reason: "ExternalNameLoop";
      readonly host: string;
      readonly service: ServiceEntry;
    };

export interface Forward {
  readonly kind: "forward";
  readonly service: ServiceEntry;
  readonly port: ServicePortEntry;
  readonly endpoint: Endpoint;
  /** How it was chosen, so that a retry chooses alike; null when the client named this one endpoint. */
  readonly choice: Choice | null;
}

export type Verdict =
  | Forward
  /** Send it to this host, outside the cluster, under its own name. */
  | { readonly kind: "externalName"; readonly service: ServiceEntry; readonly host: string; readonly port: number }
  /** kube-proxy refuses the connection: no endpoint is ready. */
  | { readonly kind: "reject"; readonly reason: "NoEndpoints"; readonly service: ServiceEntry; readonly port: number }
  /** kube-proxy lets the packet vanish: traffic policy `Local`, and all endpoints are elsewhere. */
  | {
      readonly kind: "drop";
      readonly reason: "NoLocalEndpoints";
      readonly service: ServiceEntry;
      readonly port: number;
      readonly node: string;
    }
  /** The client is in none of the load balancer's source ranges. */
  | {
      readonly kind: "drop";
      readonly reason: "NotInSourceRanges";
      readonly service: ServiceEntry;
      readonly port: number;
      readonly client: string | null;
    }
  | Unknown
  /** The table of this namespace is needed first; load it and ask again. */
  | { readonly kind: "load"; readonly namespace: string };
