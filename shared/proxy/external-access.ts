/** What a Service says of the ways to it from outside, compiled for the table. */
import type { Service } from "../api/core-v1/service.ts";
import { canonicalIP } from "../apimachinery/ip.ts";
import type { LoadBalancerEntry, ServiceEntry } from "./table.ts";

/** `spec.externalIPs` in canonical text; an ExternalName Service has none, whatever it says. */
export const externalIPsOf = ({ spec }: Service): readonly string[] =>
  spec.type === "ExternalName" ? [] : (spec.externalIPs ?? []).map((ip) => canonicalIP(ip) ?? ip);

/** The fields of a table's entry that only Services with ways from outside have. */
export function externalAccess(
  service: Service,
): Pick<ServiceEntry, "externalIPs" | "loadBalancer" | "healthCheckNodePort"> {
  const { spec } = service;
  const externalIPs = externalIPsOf(service);
  const loadBalancer = spec.type === "LoadBalancer" ? loadBalancerOf(service) : null;
  const { healthCheckNodePort = 0 } = spec;
  return {
    ...(externalIPs.length === 0 ? {} : { externalIPs }),
    ...(loadBalancer === null ? {} : { loadBalancer }),
    ...(healthCheckNodePort === 0 ? {} : { healthCheckNodePort }),
  };
}

function loadBalancerOf({ spec, status }: Service): LoadBalancerEntry | null {
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length === 0) return null;
  // A host name always leads to the load balancer itself; kube-proxy only knows addresses.
  const proxied = ingress.flatMap(({ ip, hostname, ipMode }) => {
    const names = hostname === undefined || hostname === "" ? [] : [hostname.toLowerCase()];
    return ip !== undefined && ip !== "" && ipMode === "Proxy" ? [canonicalIP(ip) ?? ip, ...names] : names;
  });
  return { proxied, sourceRanges: (spec.loadBalancerSourceRanges ?? []).map((range) => range.trim()) };
}
