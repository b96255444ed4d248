import { expect, test } from "vitest";
import { dual, prepared, service, spec } from "./service-fixture.ts";
import { serviceWarnings } from "../../../../../shared/registry/core-v1/service/warnings.ts";

const canonical = (field: string, written: string, better: string): string =>
  `${field}: IPv6 address "${written}" should be in RFC 5952 canonical format ("${better}")`;

test.each([
  ["a usual address gets none", "ports: [80], clusterIP: 10.96.0.9", []],
  ["an external address gets none before 1.36", "ports: [80], externalIPs: [192.0.2.1]", []],
  [
    "an address in capitals",
    "ports: [80], clusterIP: 'FD00::9'",
    [canonical("spec.clusterIPs[0]", "FD00::9", "fd00::9")],
  ],
  [
    "an address with zeros",
    "ports: [80], externalIPs: ['2001:db8:0:0::1']",
    [canonical("spec.externalIPs[0]", "2001:db8:0:0::1", "2001:db8::1")],
  ],
  [
    "a load balancer's address",
    "type: LoadBalancer, ports: [80], loadBalancerIP: '2001:DB8::1'",
    [canonical("spec.loadBalancerIP", "2001:DB8::1", "2001:db8::1")],
  ],
  ["a range is fine", "type: LoadBalancer, ports: [80], loadBalancerSourceRanges: [10.0.0.0/8, 'fd00::/8']", []],
  [
    "a range with host bits",
    "type: LoadBalancer, ports: [80], loadBalancerSourceRanges: [10.0.0.0/8, 192.0.2.7/24]",
    [
      'spec.loadBalancerSourceRanges[1]: CIDR value "192.0.2.7/24" is ambiguous in this context (should be "192.0.2.0/24" or "192.0.2.7/32"?)',
    ],
  ],
  [
    "an IPv6 range with host bits",
    "type: LoadBalancer, ports: [80], loadBalancerSourceRanges: ['fd00::7/64']",
    [
      'spec.loadBalancerSourceRanges[0]: CIDR value "fd00::7/64" is ambiguous in this context (should be "fd00::/64" or "fd00::7/128"?)',
    ],
  ],
  [
    "an IPv6 range in capitals",
    "type: LoadBalancer, ports: [80], loadBalancerSourceRanges: ['FD00::/8']",
    [
      'spec.loadBalancerSourceRanges[0]: IPv6 CIDR value "FD00::/8" should be in RFC 5952 canonical format ("fd00::/8")',
    ],
  ],
  [
    "external addresses of an ExternalName",
    "type: ExternalName, externalName: a.b, externalIPs: [192.0.2.1]",
    ['spec.externalIPs is ignored when spec.type is "ExternalName"'],
  ],
  [
    "affinity of a headless Service",
    "clusterIP: None, sessionAffinity: ClientIP",
    ["spec.SessionAffinity is ignored for headless services"],
  ],
  ["the new names of preferences get none", "ports: [80], trafficDistribution: PreferSameNode", []],
] as const)("%s", (_, line, expected) => {
  expect(serviceWarnings(prepared(spec(line), dual))).toEqual(expected);
});

test("the annotation that topology-mode came after", () => {
  const key = "service.kubernetes.io/topology-aware-hints";
  const { metadata } = service({}, { annotations: { [key]: "auto" } });
  expect(serviceWarnings({ ...prepared(spec("ports: [80]")), metadata })).toEqual([
    `annotation ${key} is deprecated, please use service.kubernetes.io/topology-mode instead`,
  ]);
});
