import type { ClusterStore } from "../durable-objects/cluster-store.ts";
import type { NamespaceStore } from "../durable-objects/namespace-store.ts";

/** The bindings of `wrangler.toml`, which `wherry up` gives its workers as well. */
export interface Env {
  readonly CLUSTER_STORE: DurableObjectNamespace<ClusterStore>;
  readonly NAMESPACE_STORE: DurableObjectNamespace<NamespaceStore>;
  /** One a Service whose outliers are looked for; its class is itty-durable's, whose calls are plain requests. */
  readonly ENDPOINT_HEALTH: DurableObjectNamespace;
  /** This deployment's own API server and router entrypoints. */
  readonly API_SERVER: Fetcher;
  readonly MESH: Fetcher;
  /**
   * A way to backends that is shorter than the global `fetch`; only a local process has one, where every global fetch passes through a
   * Worker that imitates the edge.
   */
  readonly OUTBOUND?: Fetcher;
  /** As kube-apiserver's `--service-cluster-ip-range`: one CIDR, or two of different families, comma-separated. */
  readonly SERVICE_CLUSTER_IP_RANGE: string;
  /** CIDRs that pod addresses come from, comma-separated. */
  readonly POD_CIDR: string;
  readonly CLUSTER_DOMAIN: string;
  /** How many emulated nodes a cluster has; 1 by default. */
  readonly NODES?: string;
  /** The zones that the nodes are in by turns, comma-separated; none by default. */
  readonly ZONES?: string;
  /** The zone of external addresses (`external.ts` of `shared/dns`); absent or empty: none. */
  readonly EXTERNAL_ZONE?: string;
  /** The DNS-over-HTTPS resolver that `forward . /etc/resolv.conf` means on the edge. */
  readonly WHERRY_DNS_UPSTREAM?: string;
  /** A way to resolvers over UDP, TCP and TLS, and to the machine's own; only a local process has one. */
  readonly RESOLVER?: Fetcher;
  /** Where the ingress is reached from outside, an address or a name: what Ingresses have in their status. Absent: the node's address. */
  readonly INGRESS_ADDRESS?: string;
  /** The port that redirects to https name; absent: 443. */
  readonly INGRESS_TLS_PORT?: string;
  /** `"true"` in a local process whose plain API is on loopback, and asks for no token. */
  readonly WHERRY_LOCAL: string;
  /** What the sockets of a local process prove themselves by (see `arrival.ts`); absent on the edge. */
  readonly WHERRY_FRONT_TOKEN?: string;
  /** The only address that clients of a local process' plain ingress socket can have; absent: they may be anybody. */
  readonly INGRESS_CLIENT?: string;
  /** `"true"`: whoever comes to the ingress may choose a cluster by the header `wherry-cluster`. In a local process everybody may. */
  readonly TRUST_CLUSTER_HEADER?: string;
  /** `"true"`: the router writes a line of JSON for each request. */
  readonly ACCESS_LOG?: string;
  /** Worker secret: the bearer token of the administrator. */
  readonly WHERRY_ADMIN_TOKEN?: string;
}

/** The cluster that a request without `/clusters/<id>/` means. */
export const DEFAULT_CLUSTER = "default";

/** Whether this is a process on somebody's machine, and not the edge. */
export const isLocalProcess = ({ WHERRY_FRONT_TOKEN }: Pick<Env, "WHERRY_FRONT_TOKEN">): boolean =>
  WHERRY_FRONT_TOKEN !== undefined;
