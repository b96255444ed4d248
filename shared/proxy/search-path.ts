/** From a host name to the Services it may mean, in the order a Pod's resolver would try them. */

/** `endpoint`: the label left of the Service, an endpoint's hostname or dashed address. */
export type NameCandidate =
  | {
      readonly kind: "service";
      readonly namespace: string;
      readonly service: string;
      readonly endpoint: string | null;
    }
  | { readonly kind: "pod"; readonly namespace: string; readonly address: string };

const NONE: readonly NameCandidate[] = [];

const service = (namespace: string, name: string, endpoint: string | null = null): NameCandidate => ({
  kind: "service",
  namespace,
  service: name,
  endpoint,
});

/** The part of `host` left of `.domain`; null when it is not below the cluster domain. */
export function belowDomain(host: string, clusterDomain: string): string | null {
  const cut = host.length - clusterDomain.length - 1;
  return cut > 0 && host.endsWith(clusterDomain) && host.charCodeAt(cut) === 46 ? host.slice(0, cut) : null;
}

/**
 * Candidates for a name. A name below the cluster domain, or ending in `.svc` or `.pod`, has one meaning. A shorter one
 * goes through the search path that the kubelet writes into a Pod's resolv.conf (`<ns>.svc.<domain>`, `svc.<domain>`):
 * seen from namespace `shop`, `a.b` is first endpoint `a` of `shop`'s own Service `b`, then Service `a` of namespace `b`.
 *
 * @param absolute the name had a trailing dot, so no search path applies
 * @param source the asking Pod's namespace; null where nobody knows, which then is `default` for one-label names only
 */
export function nameCandidates(
  host: string,
  absolute: boolean,
  clusterDomain: string,
  source: string | null,
): readonly NameCandidate[] {
  const below = belowDomain(host, clusterDomain);
  if (below !== null) return inDomain(below);
  if (absolute || host === clusterDomain) return NONE;
  const labels = host.split(".", 5);
  if (labels.at(-1) === "svc" || labels.at(-1) === "pod") return inDomain(host);
  const [first, second, third, more] = labels;
  if (first === undefined || more !== undefined) return NONE;
  if (second === undefined) return [service(source ?? "default", first)];
  if (third === undefined) {
    const named = service(second, first);
    return source === null ? [named] : [service(source, second, first), named];
  }
  return [service(third, second, first)];
}

/** `[endpoint.]service.namespace.svc` or `1-2-3-4.namespace.pod`, the cluster domain being cut off. */
function inDomain(name: string): readonly NameCandidate[] {
  const labels = name.split(".", 5);
  const [a, b, c, d] = labels;
  if (a === undefined || b === undefined) return NONE;
  if (labels.length === 3 && c === "svc") return [service(b, a)];
  if (labels.length === 4 && d === "svc" && c !== undefined) return [service(c, b, a)];
  if (labels.length === 3 && c === "pod") return [{ kind: "pod", namespace: b, address: undashed(a) }];
  return NONE;
}

/**
 * The address that a pod's DNS label spells: exactly three dashes and no empty part mean IPv4, anything else IPv6
 * (CoreDNS, `pods insecure`).
 */
export const undashed = (label: string): string =>
  label.split("-", 5).length === 4 && !label.includes("--") ? label.replaceAll("-", ".") : label.replaceAll("-", ":");

/** The DNS label of an endpoint without a hostname; IPv6 that would end in a dash gets a 0 (CoreDNS). */
export function dashed(address: string): string {
  if (address.includes(".")) return address.replaceAll(".", "-");
  const label = address.replaceAll(":", "-");
  return label.endsWith("-") ? `${label}0` : label;
}
