/** `ValidateService`, refusal by refusal: the field, the reason and the message that clients print. */
import { describe, expect, test } from "vitest";
import { complaints, dual, single, spec } from "./service-fixture.ts";

/** Everything that is wrong with a new Service. */
type Case = readonly [name: string, sent: string, ...refusals: readonly string[]];
const refused = (cases: readonly Case[], context = single): void => {
  test.each(cases)("%s", (_, sent, ...refusals) => expect(complaints(spec(sent), context)).toEqual(refusals));
};

const RANGE = "must be between 1 and 65535, inclusive";
const IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
const ONLY_LB = "Forbidden: may only be used when `type` is 'LoadBalancer'";
const NO_ADDRESS = "Forbidden: may not be set for ExternalName services";

describe("spec.type", () => {
  refused([
    [
      "is one of four",
      "type: Headless, ports: [80]",
      'spec.type: Unsupported value: "Headless": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    [
      "is spelled as they are",
      "type: nodeport, ports: [80]",
      'spec.type: Unsupported value: "nodeport": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
  ]);
});

describe("spec.ports", () => {
  refused([
    ["is needed by a NodePort", "type: NodePort", "spec.ports: Required value"],
    ["is needed by a LoadBalancer", "type: LoadBalancer", "spec.ports: Required value"],
    ["has a name for the second as well", "ports: ['a:1', '2']", "spec.ports[1].name: Required value"],
    [
      "has names for both",
      "ports: ['1', '2']",
      "spec.ports[0].name: Required value",
      "spec.ports[1].name: Required value",
    ],
    [
      "has no number above 65535",
      "ports: [70000]",
      `spec.ports[0].port: Invalid value: 70000: ${RANGE}`,
      `spec.ports[0].targetPort: Invalid value: 70000: ${RANGE}`,
    ],
    [
      "has no target below 1",
      "ports: [{port: 80, targetPort: -1}]",
      `spec.ports[0].targetPort: Invalid value: -1: ${RANGE}`,
    ],
    [
      "has no target without letters",
      "ports: [{port: 80, targetPort: '8080'}]",
      'spec.ports[0].targetPort: Invalid value: "8080": must contain at least one letter (a-z)',
    ],
    [
      "has a protocol in capitals",
      "ports: [{port: 80, protocol: udp}]",
      'spec.ports[0].protocol: Unsupported value: "udp": supported values: "SCTP", "TCP", "UDP"',
    ],
    [
      "has a number once for TCP, however it is written",
      "ports: ['a:80', 'b:80/TCP']",
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ],
    [
      "has a number once for UDP",
      "ports: ['a:53/UDP', 'b:53/UDP']",
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"UDP","AppProtocol":null,"Port":53,"TargetPort":0,"NodePort":0}',
    ],
    [
      "has a name once, whatever the protocol",
      "ports: ['a:53', 'a:53/UDP']",
      'spec.ports[1].name: Duplicate value: "a"',
    ],
    [
      "names every further use of a name",
      "ports: ['a:1', 'a:2', 'a:3']",
      'spec.ports[1].name: Duplicate value: "a"',
      'spec.ports[2].name: Duplicate value: "a"',
    ],
    [
      "has no node port on a ClusterIP",
      "ports: ['a:80:30080']",
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    [
      "has no node port on a headless Service",
      "clusterIP: None, ports: ['a:80:30080']",
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    [
      "has no node port below 0 on a ClusterIP either",
      "ports: ['a:80:-1']",
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    [
      "has a node port once for TCP",
      "type: NodePort, ports: ['a:80:30080', 'b:81:30080']",
      "spec.ports[1].nodePort: Duplicate value: 30080",
    ],
    [
      "has an application protocol with one slash at most",
      "ports: [{port: 80, appProtocol: a/b/c}]",
      "spec.ports[0].appProtocol: Invalid value: \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ],
  ]);
  test("leaves a node port out of range to the allocator", () => {
    expect(complaints(spec("type: NodePort, ports: ['a:80:-1']"))).toEqual([]);
  });
});

describe("spec.clusterIP", () => {
  refused([
    ["is an address", "ports: [80], clusterIP: 10.96.0", `spec.clusterIPs[0]: Invalid value: "10.96.0": ${IP}`],
    [
      "is one address",
      "ports: [80], clusterIP: '10.96.0.1,10.96.0.2'",
      `spec.clusterIPs[0]: Invalid value: "10.96.0.1,10.96.0.2": ${IP}`,
    ],
    ["is no CIDR", "ports: [80], clusterIP: 10.96.0.0/12", `spec.clusterIPs[0]: Invalid value: "10.96.0.0/12": ${IP}`],
    [
      "is not None on a NodePort",
      "type: NodePort, ports: [80], clusterIP: None",
      "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
    ],
    [
      "is not None on a LoadBalancer",
      "type: LoadBalancer, ports: [80], clusterIP: None",
      "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services",
    ],
    [
      "is nothing on an ExternalName",
      "type: ExternalName, externalName: a.b, clusterIP: 10.96.0.9",
      `spec.clusterIPs: ${NO_ADDRESS}`,
    ],
    [
      "is not None on an ExternalName",
      "type: ExternalName, externalName: a.b, clusterIP: None",
      `spec.clusterIPs: ${NO_ADDRESS}`,
    ],
    [
      "is an address before anything is said of ports",
      "clusterIP: x",
      "spec.ports: Required value",
      `spec.clusterIPs[0]: Invalid value: "x": ${IP}`,
    ],
  ]);
});

describe("spec.clusterIPs", () => {
  refused(
    [
      [
        "does not stand alone",
        "ports: [80], clusterIPs: [None]",
        'spec.clusterIPs: Invalid value: ["None"]: must be empty when `clusterIP` is not specified',
      ],
      [
        "begins with clusterIP",
        "ports: [80], clusterIP: 10.96.0.9, clusterIPs: ['fd00::9', 10.96.0.9], ipFamilyPolicy: PreferDualStack",
        'spec.clusterIPs: Invalid value: ["fd00::9","10.96.0.9"]: first value must match `clusterIP`',
      ],
      [
        "has None alone",
        "ports: [80], clusterIP: None, clusterIPs: [None, 'fd00::9']",
        'spec.clusterIPs: Invalid value: ["None","fd00::9"]: \'None\' must be the first and only value',
      ],
      [
        "has no None behind an address",
        "ports: [80], clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9, None]",
        `spec.clusterIPs[1]: Invalid value: "None": ${IP}`,
      ],
      [
        "has no gaps",
        "ports: [80], clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9, '']",
        `spec.clusterIPs[1]: Invalid value: "": ${IP}`,
      ],
      [
        "has one IPv6 address at most",
        "ports: [80], clusterIP: 'fd00::8', clusterIPs: ['fd00::8', 'fd00::9'], ipFamilyPolicy: PreferDualStack",
        'spec.clusterIPs: Invalid value: ["fd00::8","fd00::9"]: may specify no more than one IP for each IP family',
      ],
      [
        "has the second family second",
        "ports: [80], clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9, 'fd00::9'], ipFamilies: [IPv6, IPv4], ipFamilyPolicy: PreferDualStack",
        'spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`',
        'spec.clusterIPs[1]: Invalid value: "fd00::9": expected an IPv4 value as indicated by `ipFamilies[1]`',
      ],
    ],
    dual,
  );
});

describe("spec.ipFamilies and spec.ipFamilyPolicy", () => {
  refused(
    [
      [
        "know two families",
        "ports: [80], ipFamilies: [ipv4]",
        'spec.ipFamilies[0]: Unsupported value: "ipv4": supported values: "IPv4", "IPv6"',
      ],
      [
        "know a family once",
        "ports: [80], ipFamilies: [IPv6, IPv6], ipFamilyPolicy: RequireDualStack",
        'spec.ipFamilies[1]: Duplicate value: "IPv6"',
      ],
      [
        "know three policies",
        "ports: [80], ipFamilyPolicy: Dual",
        'spec.ipFamilyPolicy: Unsupported value: "Dual": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
      ],
      [
        "say nothing of an ExternalName's families",
        "type: ExternalName, externalName: a.b, ipFamilies: [IPv4]",
        `spec.ipFamilies: ${NO_ADDRESS}`,
      ],
      [
        "say nothing of an ExternalName's policy",
        "type: ExternalName, externalName: a.b, ipFamilyPolicy: SingleStack",
        `spec.ipFamilyPolicy: ${NO_ADDRESS}`,
      ],
    ],
    dual,
  );
});

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

describe("spec.externalName", () => {
  refused([
    ["is needed by an ExternalName", "type: ExternalName, ports: [80]", "spec.externalName: Required value"],
    ["is not empty", "type: ExternalName, externalName: ''", "spec.externalName: Required value"],
    [
      "ends in one dot at most",
      "type: ExternalName, externalName: a.b..",
      `spec.externalName: Invalid value: "a.b.": ${SUBDOMAIN}`,
    ],
    [
      "is lower case",
      "type: ExternalName, externalName: Example.com",
      `spec.externalName: Invalid value: "Example.com": ${SUBDOMAIN}`,
    ],
    [
      "is no URL",
      "type: ExternalName, externalName: 'http://a.b'",
      `spec.externalName: Invalid value: "http://a.b": ${SUBDOMAIN}`,
    ],
    [
      "has no underscores",
      "type: ExternalName, externalName: a_b.c",
      `spec.externalName: Invalid value: "a_b.c": ${SUBDOMAIN}`,
    ],
  ]);
  test("may look like an address, which DNS then takes for a name", () => {
    expect(complaints(spec("type: ExternalName, externalName: 192.0.2.1"))).toEqual([]);
  });
});

describe("spec.externalIPs", () => {
  refused([
    [
      "are addresses",
      "ports: [80], externalIPs: [example.com]",
      `spec.externalIPs[0]: Invalid value: "example.com": ${IP}`,
    ],
    [
      "are addresses, each of them",
      "ports: [80], externalIPs: [192.0.2.1, x, y]",
      `spec.externalIPs[1]: Invalid value: "x": ${IP}`,
      `spec.externalIPs[2]: Invalid value: "y": ${IP}`,
    ],
    [
      "are not ::1",
      "ports: [80], externalIPs: ['::1']",
      'spec.externalIPs[0]: Invalid value: "::1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
    [
      "are not ::",
      "ports: [80], externalIPs: ['::']",
      'spec.externalIPs[0]: Invalid value: "::": may not be unspecified (::)',
    ],
    [
      "are not link-local",
      "ports: [80], externalIPs: ['fe80::1']",
      'spec.externalIPs[0]: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ],
    [
      "are not link-local multicast",
      "ports: [80], externalIPs: ['ff02::1']",
      'spec.externalIPs[0]: Invalid value: "ff02::1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
    ],
  ]);
});

describe("spec.sessionAffinity", () => {
  const timeout = "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value";
  refused([
    [
      "is spelled ClientIP",
      "ports: [80], sessionAffinity: clientIP",
      'spec.sessionAffinity: Unsupported value: "clientIP": supported values: "ClientIP", "None"',
    ],
    [
      "does not last less than no time",
      "ports: [80], sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: -1}}",
      `${timeout}: -1: must be greater than 0 and less than 86400`,
    ],
    [
      "does not last longer than a day",
      "ports: [80], sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}",
      `${timeout}: 86401: must be greater than 0 and less than 86400`,
    ],
  ]);
});

describe("traffic policies", () => {
  const OUTSIDE = "may only be set for externally-accessible services";
  refused([
    [
      "for outside are not for a ClusterIP",
      "ports: [80], externalTrafficPolicy: Cluster",
      `spec.externalTrafficPolicy: Invalid value: "Cluster": ${OUTSIDE}`,
    ],
    [
      "for outside are not for a headless Service",
      "clusterIP: None, externalTrafficPolicy: Local",
      `spec.externalTrafficPolicy: Invalid value: "Local": ${OUTSIDE}`,
    ],
    [
      "for outside are not for an ExternalName",
      "type: ExternalName, externalName: a.b, externalTrafficPolicy: Local",
      `spec.externalTrafficPolicy: Invalid value: "Local": ${OUTSIDE}`,
    ],
    [
      "for outside are not for an ExternalName with external addresses",
      "type: ExternalName, externalName: a.b, externalIPs: [192.0.2.1], externalTrafficPolicy: Local",
      `spec.externalTrafficPolicy: Invalid value: "Local": ${OUTSIDE}`,
    ],
    [
      "for outside are Cluster or Local",
      "type: LoadBalancer, ports: [80], externalTrafficPolicy: local",
      'spec.externalTrafficPolicy: Unsupported value: "local": supported values: "Cluster", "Local"',
    ],
    [
      "for inside are Cluster or Local",
      "ports: [80], internalTrafficPolicy: local",
      'spec.internalTrafficPolicy: Unsupported value: "local": supported values: "Cluster", "Local"',
    ],
    [
      "for inside are so on an ExternalName too",
      "type: ExternalName, externalName: a.b, internalTrafficPolicy: Near",
      'spec.internalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"',
    ],
    [
      "prefer one of three things",
      "ports: [80], trafficDistribution: preferClose",
      'spec.trafficDistribution: Unsupported value: "preferClose": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ],
  ]);
});

describe("spec.healthCheckNodePort", () => {
  const NEEDS = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  refused([
    [
      "is not for a ClusterIP",
      "ports: [80], healthCheckNodePort: 30500",
      `spec.healthCheckNodePort: Invalid value: 30500: ${NEEDS}`,
    ],
    [
      "is not for a NodePort with local traffic",
      "type: NodePort, ports: [80], externalTrafficPolicy: Local, healthCheckNodePort: 30500",
      `spec.healthCheckNodePort: Invalid value: 30500: ${NEEDS}`,
    ],
    [
      "is not for an ExternalName",
      "type: ExternalName, externalName: a.b, healthCheckNodePort: 30500",
      `spec.healthCheckNodePort: Invalid value: 30500: ${NEEDS}`,
    ],
    [
      "is not below 1",
      "type: LoadBalancer, ports: [80], externalTrafficPolicy: Local, healthCheckNodePort: -1",
      `spec.healthCheckNodePort: Invalid value: -1: ${RANGE}`,
    ],
  ]);
});

describe("fields of load balancers", () => {
  const CLASS =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const ranges = "spec.LoadBalancerSourceRanges";
  refused([
    [
      "allocateLoadBalancerNodePorts is not for a ClusterIP, even as true",
      "ports: [80], allocateLoadBalancerNodePorts: true",
      `spec.allocateLoadBalancerNodePorts: ${ONLY_LB}`,
    ],
    [
      "allocateLoadBalancerNodePorts is not for a NodePort",
      "type: NodePort, ports: [80], allocateLoadBalancerNodePorts: false",
      `spec.allocateLoadBalancerNodePorts: ${ONLY_LB}`,
    ],
    [
      "allocateLoadBalancerNodePorts is not for an ExternalName",
      "type: ExternalName, externalName: a.b, allocateLoadBalancerNodePorts: true",
      `spec.allocateLoadBalancerNodePorts: ${ONLY_LB}`,
    ],
    [
      "loadBalancerClass is not for a NodePort",
      "type: NodePort, ports: [80], loadBalancerClass: a/b",
      `spec.loadBalancerClass: ${ONLY_LB}`,
    ],
    [
      "loadBalancerClass is a qualified name",
      "type: LoadBalancer, ports: [80], loadBalancerClass: -x",
      `spec.loadBalancerClass: Invalid value: "-x": ${CLASS}`,
    ],
    [
      "source ranges are not for a NodePort",
      "type: NodePort, ports: [80], loadBalancerSourceRanges: [10.0.0.0/8]",
      `${ranges}: ${ONLY_LB}`,
    ],
    [
      "source ranges are CIDRs wherever they stand",
      "ports: [80], loadBalancerSourceRanges: [x]",
      `${ranges}: ${ONLY_LB}`,
      `${ranges}[0]: Invalid value: "x": ${CIDR}`,
    ],
    [
      "source ranges have a length",
      "type: LoadBalancer, ports: [80], loadBalancerSourceRanges: [10.0.0.0]",
      `${ranges}[0]: Invalid value: "10.0.0.0": ${CIDR}`,
    ],
    [
      "source ranges are no longer than an address",
      "type: LoadBalancer, ports: [80], loadBalancerSourceRanges: [10.0.0.0/33]",
      `${ranges}[0]: Invalid value: "10.0.0.0/33": ${CIDR}`,
    ],
    [
      "source ranges are not empty",
      "type: LoadBalancer, ports: [80], loadBalancerSourceRanges: ['']",
      `${ranges}[0]: Invalid value: "": ${CIDR}`,
    ],
  ]);
});

describe("several mistakes", () => {
  refused([
    [
      "are all named",
      "type: NodePort, ports: [0], sessionAffinity: x, externalIPs: [y], trafficDistribution: z",
      `spec.ports[0].port: Invalid value: 0: ${RANGE}`,
      `spec.ports[0].targetPort: Invalid value: 0: ${RANGE}`,
      'spec.sessionAffinity: Unsupported value: "x": supported values: "ClientIP", "None"',
      `spec.externalIPs[0]: Invalid value: "y": ${IP}`,
      'spec.trafficDistribution: Unsupported value: "z": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ],
  ]);
});
