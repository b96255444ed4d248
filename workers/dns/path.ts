import { isClusterName } from "../../shared/proxy/origin.ts";
import type { Client, UpstreamStep } from "../../shared/dns/plugins/plugin.ts";
import { DEFAULT_CLUSTER } from "../env.ts";
import type { LiveTables } from "../tables.ts";

/** Which cluster is asked, in which way, and from where. */
export interface DnsPath {
  readonly cluster: string;
  /** `query`: RFC 8484, and JSON in Cloudflare's dialect; `resolve`: JSON in Google's; `explain`: why an answer is as it is. */
  readonly service: "query" | "resolve" | "explain";
  /** Short names are completed as in a Pod of this namespace; `null`: they are not. */
  readonly searchNamespace: string | null;
}

const QUERY: DnsPath = { cluster: DEFAULT_CLUSTER, service: "query", searchNamespace: null };

const SEARCHED = { "dns-query": "query", "dns-explain": "explain" } as const;

/** `[/clusters/<id>]/dns-query[/<namespace>]`, `…/dns-explain[/<namespace>]` or `…/resolve`; `null` for any other path. */
export function parseDnsPath(pathname: string): DnsPath | null {
  if (pathname === "/dns-query") return QUERY;
  const parts = pathname.split("/", 7).slice(1);
  const hasCluster = parts[0] === "clusters";
  const cluster = hasCluster ? (parts[1] ?? "") : DEFAULT_CLUSTER;
  const [service, namespace, more] = hasCluster ? parts.slice(2) : parts;
  if (!isClusterName(cluster) || more !== undefined) return null;
  if (service === "resolve") return namespace === undefined ? { cluster, service, searchNamespace: null } : null;
  if (service !== "dns-query" && service !== "dns-explain") return null;
  const searched = SEARCHED[service];
  if (namespace === undefined || namespace === "") return { cluster, service: searched, searchNamespace: null };
  // A namespace's name is a DNS label, as a cluster's is.
  return isClusterName(namespace) ? { cluster, service: searched, searchNamespace: namespace } : null;
}

/** What the outside of this Worker decides. */
export interface Surroundings {
  /** As `tablesFor`: `null` when the cluster was never seen and its store does not answer. */
  readonly tablesOf: (cluster: string) => LiveTables | Promise<LiveTables | null>;
  /** Sends a message to a resolver. `url`: that of the request it is sent for. `null`: no answer in time. */
  readonly askUpstream: (step: UpstreamStep, url: string) => Promise<Uint8Array | null>;
  /** See `client.ts`. */
  readonly frontToken: string | undefined;
  /** Null for whoever may look inside: metrics, explanations. Else the refusal. */
  readonly refusalFor: (request: Request) => Promise<Response | null>;
}

/** `query`: what follows `?` in the URL. */
export interface DnsRequest {
  /** Without a namespace; that is the path's to say. */
  readonly client: Client;
  readonly around: Surroundings;
  readonly request: Request;
  readonly path: DnsPath;
  readonly query: string;
}
