/** Who asks, from what a request says of it. */
import { quoteStart } from "./quote-start.ts";
import type { Source } from "./verdict.ts";

export interface OriginHeaders {
  /** `wherry-cluster`. */
  readonly cluster: string | null;
  /** `wherry-source: namespace[/pod]`. */
  readonly source: string | null;
  readonly proxyAuthorization: string | null;
}

export interface Origin {
  /** Null: the default one. */
  readonly cluster: string | null;
  readonly source: Source | null;
}

const NOBODY: Origin = { cluster: null, source: null };
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const POD_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** A cluster's name stands in paths and Durable Object names: a DNS label. */
export const isClusterName = (text: string): boolean => DNS_LABEL.test(text);

/**
 * The headers `wherry-cluster` and `wherry-source`, or the credentials of a proxy URL:
 * `http://namespace[.pod][:cluster]@127.0.0.1:8080`. In a URL a slash would end the authority, so a dot (which no
 * namespace has) or `%2F` stands for it. The headers count before the credentials. A string says what is wrong.
 */
export function parseOrigin({ cluster, source, proxyAuthorization }: OriginHeaders): Origin | string {
  if (cluster !== null || source !== null) return toOrigin(source ?? "", "/", cluster ?? "");
  // Other schemes are for other proxies: the router asks for no login.
  if (proxyAuthorization === null || !/^basic /i.test(proxyAuthorization)) return NOBODY;
  const credentials = decodeBase64(proxyAuthorization.slice("basic ".length).trim());
  if (credentials === null) return "the Proxy-Authorization header is not base64";
  const colon = credentials.indexOf(":");
  const user = colon < 0 ? credentials : credentials.slice(0, colon);
  return toOrigin(user, user.includes("/") ? "/" : ".", colon < 0 ? "" : credentials.slice(colon + 1));
}

function toOrigin(source: string, separator: "/" | ".", clusterName: string): Origin | string {
  if (clusterName !== "" && !isClusterName(clusterName))
    return `${quoteStart(clusterName)} is not the name of a cluster`;
  const cluster = clusterName === "" ? null : clusterName;
  if (source === "") return { cluster, source: null };
  const cut = source.indexOf(separator);
  const namespace = cut < 0 ? source : source.slice(0, cut);
  const pod = cut < 0 ? null : source.slice(cut + 1);
  if (!DNS_LABEL.test(namespace)) return `${quoteStart(namespace)} is not the name of a namespace`;
  if (pod !== null && !POD_NAME.test(pod)) return `${quoteStart(pod)} is not the name of a pod`;
  return { cluster, source: { namespace, pod } };
}

function decodeBase64(value: string): string | null {
  try {
    return atob(value);
  } catch {
    // atob throws on anything but base64.
    return null;
  }
}
