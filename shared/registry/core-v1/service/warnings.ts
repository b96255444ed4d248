/** What a Service may say but probably does not mean (kube's `GetWarningsForService`). */
import type { Service } from "../../../api/core-v1/service.ts";
import { canonicalIP, familyOf, formatCIDR, parseCIDR } from "../../../apimachinery/ip.ts";
import { isHeadless } from "./predicates.ts";

const DEPRECATED_HINTS = "service.kubernetes.io/topology-aware-hints";

const unless = (fine: boolean, warning: string): readonly string[] => (fine ? [] : [warning]);

function addressWarnings(field: string, address: string): readonly string[] {
  const canonical = canonicalIP(address);
  if (canonical === null || canonical === address || familyOf(address) !== "IPv6") return [];
  return [`${field}: IPv6 address "${address}" should be in RFC 5952 canonical format ("${canonical}")`];
}

function rangeWarnings(field: string, range: string): readonly string[] {
  const cidr = parseCIDR(range);
  if (cidr === null) return [];
  const [text = "", length] = range.split("/");
  const address = canonicalIP(text) ?? text;
  const network = formatCIDR(cidr);
  if (`${address}/${length}` !== network) {
    const alone = `${address}/${cidr.family === "IPv4" ? 32 : 128}`;
    return [`${field}: CIDR value "${range}" is ambiguous in this context (should be "${network}" or "${alone}"?)`];
  }
  return range === network
    ? []
    : [`${field}: IPv6 CIDR value "${range}" should be in RFC 5952 canonical format ("${network}")`];
}

/** Lines for `Warning:` headers. */
export function serviceWarnings({ metadata, spec }: Service): readonly string[] {
  const { clusterIPs = [], externalIPs = [], loadBalancerIP = "", loadBalancerSourceRanges = [] } = spec;
  const headless = spec.type === "ClusterIP" && isHeadless(spec);
  const external = spec.type === "ExternalName";
  return [
    ...unless(
      !Object.hasOwn(metadata.annotations ?? {}, DEPRECATED_HINTS),
      `annotation ${DEPRECATED_HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    ),
    ...clusterIPs.flatMap((address, i) => addressWarnings(`spec.clusterIPs[${i}]`, address)),
    ...unless(!headless || loadBalancerIP === "", "spec.loadBalancerIP is ignored for headless services"),
    ...unless(!headless || externalIPs.length === 0, "spec.externalIPs is ignored for headless services"),
    ...unless(!headless || spec.sessionAffinity === "None", "spec.SessionAffinity is ignored for headless services"),
    ...externalIPs.flatMap((address, i) => addressWarnings(`spec.externalIPs[${i}]`, address)),
    ...addressWarnings("spec.loadBalancerIP", loadBalancerIP),
    ...loadBalancerSourceRanges.flatMap((range, i) => rangeWarnings(`spec.loadBalancerSourceRanges[${i}]`, range)),
    ...unless(!external || externalIPs.length === 0, 'spec.externalIPs is ignored when spec.type is "ExternalName"'),
    ...unless(
      external || spec.externalName === undefined,
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ),
    ...unless(
      spec.trafficDistribution !== "PreferClose",
      'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ),
  ];
}
