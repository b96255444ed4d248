/** What the data plane's pure functions look things up in. Built by `cluster-table.ts` and `namespace-table.ts`. */
import type { EndpointIndex } from "./endpoint-index.ts";
import type { PodIndex } from "./pod-index.ts";
import type { ClusterFacts, ImportEntry, NodeEntry, ServiceEntry } from "./table.ts";

/** `ClusterTableDelta`s applied and indexed. Every lookup is a Map hit. */
export interface ClusterTable {
  readonly revision: number;
  readonly facts: ClusterFacts;
  readonly hasNamespace: (namespace: string) => boolean;
  /** By canonical address text. */
  readonly byClusterIP: (address: string) => ServiceReference | undefined;
  readonly byNodePort: (port: number) => ServiceReference | undefined;
  readonly byLoadBalancerAddress: (address: string) => ServiceReference | undefined;
  readonly byExternalIP: (address: string) => ServiceReference | undefined;
  readonly byHealthCheckNodePort: (port: number) => ServiceReference | undefined;
  /** By name or address. */
  readonly nodeNamed: (nameOrAddress: string) => NodeEntry | undefined;
  /** The namespace whose pod block holds this address. */
  readonly namespaceOfPodAddress: (address: string) => string | undefined;
}

export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
}

/** `NamespaceTableDelta`s applied and indexed. */
export interface NamespaceTable {
  readonly revision: number;
  readonly service: (name: string) => ServiceEntry | undefined;
  readonly services: () => Iterable<ServiceEntry>;
  readonly serviceImport: (name: string) => ImportEntry | undefined;
  readonly serviceImports: () => Iterable<ImportEntry>;
  /** The Services (with the endpoint) that have this endpoint address; for PTR and pod addresses. */
  readonly byEndpointAddress: (address: string) => readonly ServiceReference[];
  /** Whether a Pod of the namespace, with labels that `isShown` takes, has this address, in canonical text. */
  readonly hasPodAddress: PodIndex["has"];
}

/**
 * The tables a decision may consult. `namespace` gives `undefined` for one that is not loaded yet: a pure function then
 * answers `{ kind: "load", namespace }`, the Worker loads it and asks again. Namespaces that do not exist are known from
 * `cluster.hasNamespace` and are never loaded.
 */
export interface Tables {
  readonly cluster: ClusterTable;
  readonly namespace: (namespace: string) => NamespaceTable | undefined;
  /**
   * Where endpoints are whose addresses are of no block of their namespace's Pods; `undefined`: not loaded yet, as of a namespace. Absent:
   * nobody asks for those.
   */
  readonly endpointIndex?: () => EndpointIndex | undefined;
  /** Only some Services are shown: whether the one that an address leads to is among them is for its namespace's table to say. */
  readonly hidesServices?: true;
}
