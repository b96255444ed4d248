/** What a Service may say but probably does not mean (kube's `GetWarningsForService`). */
import type { Service } from "../../../api/core-v1/service.ts";
import { warningsForCIDR, warningsForIP } from "../../../apimachinery/legacy-ip.ts";
import { isHeadless } from "./predicates.ts";

const DEPRECATED_HINTS = "service.kubernetes.io/topology-aware-hints";

const unless = (fine: boolean, warning: string): readonly string[] => (fine ? [] : [warning]);

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
    ...clusterIPs.flatMap((address, i) => warningsForIP(`spec.clusterIPs[${i}]`, address)),
    ...unless(!headless || loadBalancerIP === "", "spec.loadBalancerIP is ignored for headless services"),
    ...unless(!headless || externalIPs.length === 0, "spec.externalIPs is ignored for headless services"),
    ...unless(!headless || spec.sessionAffinity === "None", "spec.SessionAffinity is ignored for headless services"),
    ...externalIPs.flatMap((address, i) => warningsForIP(`spec.externalIPs[${i}]`, address)),
    ...warningsForIP("spec.loadBalancerIP", loadBalancerIP),
    ...loadBalancerSourceRanges.flatMap((range, i) => warningsForCIDR(`spec.loadBalancerSourceRanges[${i}]`, range)),
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
