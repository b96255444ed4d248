/** Who asks, from the headers of a request. They are for the router alone and are not forwarded. */
import type { Source } from "../../shared/proxy/verdict.ts";
import { DEFAULT_CLUSTER } from "../env.ts";
import { isClusterName } from "../tables.ts";

export const CLUSTER_HEADER = "wherry-cluster";
export const SOURCE_HEADER = "wherry-source";
export const PROXY_AUTHORIZATION = "proxy-authorization";

export interface Origin {
  readonly cluster: string;
  readonly source: Source | null;
}

/** An `Origin`, or a sentence that says what is wrong with it. */
export type ParsedOrigin = Origin | string;

const NOBODY: Origin = { cluster: DEFAULT_CLUSTER, source: null };
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const POD = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * The headers `wherry-cluster` and `wherry-source: namespace[/pod]`, or the credentials of a proxy URL:
 * `http://namespace[.pod][:cluster]@127.0.0.1:8080`. In a URL a slash would end the authority, so a dot (which no
 * namespace has) or `%2F` stands for it. The headers count before the credentials.
 */
export function originOf(headers: Headers): ParsedOrigin {
  const cluster = headers.get(CLUSTER_HEADER);
  const source = headers.get(SOURCE_HEADER);
  if (cluster === null && source === null) return fromProxyAuthorization(headers.get(PROXY_AUTHORIZATION));
  return toOrigin(source ?? "", "/", cluster ?? "");
}

function fromProxyAuthorization(value: string | null): ParsedOrigin {
  if (value === null) return NOBODY;
  if (!/^basic /i.test(value)) return NOBODY;
  const credentials = decodeBase64(value.slice("basic ".length).trim());
  if (credentials === null) return "the Proxy-Authorization header is not base64";
  const colon = credentials.indexOf(":");
  const user = colon < 0 ? credentials : credentials.slice(0, colon);
  return toOrigin(user, user.includes("/") ? "/" : ".", colon < 0 ? "" : credentials.slice(colon + 1));
}

function toOrigin(source: string, separator: "/" | ".", cluster: string): ParsedOrigin {
  if (cluster !== "" && !isClusterName(cluster)) return `${JSON.stringify(cluster)} is not the name of a cluster`;
  const name = cluster === "" ? DEFAULT_CLUSTER : cluster;
  if (source === "") return name === DEFAULT_CLUSTER ? NOBODY : { cluster: name, source: null };
  const cut = source.indexOf(separator);
  const namespace = cut < 0 ? source : source.slice(0, cut);
  const pod = cut < 0 ? null : source.slice(cut + 1);
  if (!NAMESPACE.test(namespace)) return `${JSON.stringify(namespace)} is not the name of a namespace`;
  if (pod !== null && !POD.test(pod)) return `${JSON.stringify(pod)} is not the name of a pod`;
  return { cluster: name, source: { namespace, pod } };
}

function decodeBase64(value: string): string | null {
  try {
    return atob(value);
  } catch {
    // atob throws on anything but base64.
    return null;
  }
}
