/**
 * Tables: the compiled, read-only form of Services and endpoints that router and DNS look things up in.
 * These are the wire shapes (plain data over RPC); `namespace-table.ts` and `cluster-table.ts` index them.
 */

/** Of an object, by key. */
export type Labels = Readonly<Record<string, string>>;

export type Protocol = "TCP" | "UDP" | "SCTP";

/** What answers behind one endpoint. */
export type Backend =
  /** Any HTTP(S) origin, with an optional base path: `https://host/base`. */
  | { readonly kind: "url"; readonly url: string }
  /** A service binding of this deployment. */
  | { readonly kind: "binding"; readonly name: string }
  /** The endpoint's own address and port (selectorless Services). */
  | { readonly kind: "address"; readonly scheme: "http" | "https" }
  /** A Pod of these images: an image rule of the ClusterTable decides, else the built-in backend answers. */
  | { readonly kind: "image" };

/** What the built-in backend and `explain` say about a Pod. */
export interface PodSummary {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly node: string;
  readonly ip: string;
  /** In the order of `spec.containers`. `ports` are containerPorts. */
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly command: readonly string[];
    readonly args: readonly string[];
    readonly ports: readonly number[];
    readonly env: Readonly<Record<string, string>>;
    /** When its present run began, in ms since the epoch; null while it does not run. */
    readonly startedAt: number | null;
  }[];
}

/** One endpoint of a Service port, normalised: absent conditions have taken their meaning (discovery/v1). */
export interface Endpoint {
  readonly address: string;
  /** The resolved target port. */
  readonly port: number;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** `null` where the slice says nothing. */
  readonly hostname: string | null;
  readonly nodeName: string | null;
  readonly zone: string | null;
  readonly podName: string | null;
  /** Its share of the requests, relative to the other endpoints'; absent: 1. */
  readonly weight?: number;
  /** Whom the EndpointSlice would rather have it serve; absent: everybody. */
  readonly hints?: { readonly zones: readonly string[]; readonly nodes: readonly string[] };
  /** Those of its EndpointSlice; absent: such as the slice's controller gives it, which follow from the Service's. */
  readonly sliceLabels?: Labels;
  /** It registered itself and is no Pod. */
  readonly registered?: true;
  /** It fails the health check that its Service asks for. */
  readonly unhealthy?: true;
  readonly backend: Backend;
  readonly pod: PodSummary | null;
}

export interface ServicePortEntry {
  /** `""` for the one unnamed port. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly nodePort: number | null;
  readonly appProtocol: string | null;
  /** The greatest weight among the endpoints; absent: all have the same. */
  readonly maxWeight?: number;
  /** Every ready endpoint has a hint for zones, or every one a hint for nodes: only then do hints count (kube-proxy). */
  readonly hinted?: true;
  readonly endpoints: readonly Endpoint[];
}

/** How a Service balances: `random` is that of kube-proxy's iptables and nftables modes, the others are IPVS schedulers. */
export type SchedulerName =
  "random" | "rr" | "wrr" | "lc" | "wlc" | "lblc" | "lblcr" | "sh" | "dh" | "sed" | "nq" | "mh";

/** What requests to a Service may cost, by its annotations; milliseconds. */
export interface HttpPolicy {
  /** From the request's arrival to the end of the response; absent: for ever. */
  readonly timeout?: number;
  /** Of one endpoint, to the response's head; 0: for ever; absent: the default. */
  readonly perTryTimeout?: number;
  /** Statuses for which an idempotent request goes to another endpoint; absent: none. */
  readonly retryOn?: readonly number[];
}

/** One Service as the data plane sees it. */
export interface ServiceEntry {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Absent: none. */
  readonly labels?: Labels;
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  /** Empty for headless and ExternalName Services. IPv4 dotted or IPv6 in canonical form. */
  readonly clusterIPs: readonly string[];
  readonly headless: boolean;
  /** `spec.externalIPs`, and addresses and host names of its load balancer; absent: none. */
  readonly externalAddresses?: readonly string[];
  readonly externalName: string | null;
  readonly ports: readonly ServicePortEntry[];
  /** Endpoints (port 0) of a Service that has no ports, which only a headless one may be: DNS answers with them. */
  readonly portless?: readonly Endpoint[];
  readonly sessionAffinity: { readonly timeoutSeconds: number } | null;
  readonly internalTrafficPolicy: "Cluster" | "Local";
  readonly externalTrafficPolicy: "Cluster" | "Local";
  readonly publishNotReadyAddresses: boolean;
  /** `spec.externalIPs`, in canonical text; absent: none. */
  readonly externalIPs?: readonly string[];
  /** Absent where no load balancer has been given to it. */
  readonly loadBalancer?: LoadBalancerEntry;
  /** Tells load balancers whether a node has endpoints; absent: the Service has none. */
  readonly healthCheckNodePort?: number;
  /** When what its endpoints follow from changed last, in ms since the epoch; absent: no slice says so. */
  readonly changedAt?: number;
  /** By annotation; absent: as the cluster's configuration says. */
  readonly scheduler?: SchedulerName;
  readonly http?: HttpPolicy;
  /** The `wherry.internal/backend` annotation of the Service: it stands for the backend of every endpoint. */
  readonly backend: Backend | null;
  /** Endpoints that keep failing are left out for a while. */
  readonly detectsOutliers?: true;
}

export interface LoadBalancerEntry {
  /** Those in front of which a load balancer of its own stands (`ipMode: Proxy`): nodes do not take a short cut to them. */
  readonly proxied: readonly string[];
  /** CIDRs that may use it; empty: everybody. */
  readonly sourceRanges: readonly string[];
}

/** `full`: forget what you had. Otherwise apply `removed`, then `upserted`, to the table at `since`. */
export interface NamespaceTableDelta {
  readonly revision: number;
  readonly full: boolean;
  readonly upserted: readonly ServiceEntry[];
  /** Names of Services that are gone. */
  readonly removed: readonly string[];
  /** Pods whose addresses have changed; absent: none has. */
  readonly pods?: readonly PodAddresses[];
  /** ServiceImports that have changed, and names of those that are gone; absent: none has. */
  readonly imports?: { readonly upserted: readonly ImportEntry[]; readonly removed: readonly string[] };
}

/** A Service of a set of clusters, as DNS sees it (KEP-1645). Router and ingress do not know it. */
export interface ImportEntry {
  readonly namespace: string;
  readonly name: string;
  /** Absent: none. */
  readonly labels?: Labels;
  /** Its endpoints answer in the place of `ips`. */
  readonly headless: boolean;
  /** IPv4 dotted or IPv6 in canonical form. */
  readonly ips: readonly string[];
  readonly ports: readonly ImportPort[];
  readonly slices: readonly ImportSlice[];
}

/** `port` is `null` where a slice declares none. */
export interface ImportPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number | null;
}

/** Endpoints that one cluster brings to an import, each with all of the ports. */
export interface ImportSlice {
  /** `""`: the slice does not say which. */
  readonly cluster: string;
  readonly labels: Labels;
  readonly ports: readonly ImportPort[];
  readonly endpoints: readonly ImportEndpoint[];
}

export interface ImportEndpoint {
  readonly address: string;
  /** `null` where the slice says nothing. */
  readonly hostname: string | null;
  /** Of the Pod behind it. */
  readonly targetName: string | null;
  readonly ready: boolean;
}

/** `addresses` in canonical text; none for a Pod that has no more. */
export interface PodAddresses {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Of the Pod; absent: none. */
  readonly labels?: Labels;
}

/** Where a Service is found by address. */
export interface ServiceAddresses {
  readonly namespace: string;
  readonly name: string;
  readonly clusterIPs: readonly string[];
  readonly nodePorts: readonly number[];
  readonly loadBalancerAddresses: readonly string[];
  readonly externalIPs?: readonly string[];
  readonly healthCheckNodePort?: number;
}

export interface NodeEntry {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly zone: string | null;
}

/** What the cluster's `KubeProxyConfiguration` says that matters here. */
export interface KubeProxySettings {
  readonly mode: "iptables" | "ipvs" | "nftables";
  readonly scheduler: SchedulerName;
  /** The Pods' addresses, as kube-proxy tells traffic of Pods; absent: not told. */
  readonly clusterCIDR?: string;
}

/** Cluster-wide facts besides Services; sent whole whenever one of them changes (they are few). */
export interface ClusterFacts {
  readonly clusterDomain: string;
  /** The second zone, of external addresses; absent: there is none. */
  readonly externalZone?: string;
  /** The Corefile that is in force: the last good one of ConfigMap `kube-system/coredns`; absent: the default. */
  readonly corefile?: string;
  readonly namespaces: readonly string[];
  /** Of those that have more than their name for a label; absent: none has. */
  readonly namespaceLabels?: readonly { readonly namespace: string; readonly labels: Labels }[];
  readonly nodes: readonly NodeEntry[];
  /** Image name (as in `--image NAME=URL`, without or with tag) → base URL. From ConfigMap `kube-system/wherry-images`. */
  readonly imageRules: Readonly<Record<string, string>>;
  /** From ConfigMap `kube-system/kube-proxy`; absent: the default. */
  readonly kubeProxy?: KubeProxySettings;
  /** CIDRs of pod addresses and whose they are, e.g. `10.244.3.0/24` → `shop`. */
  readonly podBlocks: readonly { readonly cidr: string; readonly namespace: string }[];
}

export interface ClusterTableDelta {
  readonly revision: number;
  readonly full: boolean;
  /** `null` when unchanged since `since`. */
  readonly facts: ClusterFacts | null;
  readonly upserted: readonly ServiceAddresses[];
  /** `namespace/name` of Services that are gone. */
  readonly removed: readonly string[];
}
