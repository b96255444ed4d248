/** Which entrypoint a request from outside is for. Internal names have none: the router is not reachable from there. */
export type Edge = "api" | "dns" | "ingress";

const API_PATH = /^\/(?:api|apis|openapi|registry|version|healthz|readyz|livez)(?:\/|$)/;
const DNS_PATH = /^\/(?:dns-query|dns-explain|resolve)(?:\/|$)/;
const CLUSTER_PREFIX = /^\/clusters\/[^/]+(?=\/)/;

/**
 * The first label of the hostname decides (`api.`, `dns.`), so that an Ingress may own every path of its own hosts;
 * on a hostname that says nothing (`wherry.example.workers.dev`) the path does.
 */
export function edgeFor(hostname: string, pathname: string): Edge {
  const label = hostname.split(".", 1)[0]?.toLowerCase();
  if (label === "api" || label === "dns") return label;
  const path = pathname.replace(CLUSTER_PREFIX, "");
  if (API_PATH.test(path)) return "api";
  return DNS_PATH.test(path) ? "dns" : "ingress";
}
