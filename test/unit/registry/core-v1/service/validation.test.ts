import { describe, expect, test } from "vitest";
import { complaints, dual, lines, service, single, type Spec } from "./service-fixture.ts";
import { serviceStrategy } from "../../../../../shared/registry/core-v1/service/strategy.ts";
import type { Service } from "../../../../../shared/api/core-v1/service.ts";

type Case = readonly [name: string, spec: Spec, complaints: readonly string[]];
const http = { port: 80 };
const ports = [http];
const named = [
  { name: "http", port: 80 },
  { name: "https", port: 443 },
];
const selector = { app: "web" };
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe("good Services", () => {
  const good: readonly (readonly [string, Spec])[] = [
    ["one unnamed port", { ports }],
    ["named ports", { ports: named }],
    [
      "one number for two protocols",
      {
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53 },
        ],
      },
    ],
    ["SCTP", { ports: [{ port: 80, protocol: "SCTP" }] }],
    ["a named target port", { ports: [{ port: 80, targetPort: "http-web" }] }],
    ["an application protocol with a domain", { ports: [{ port: 80, appProtocol: "kubernetes.io/h2c" }] }],
    ["an application protocol without one", { ports: [{ port: 80, appProtocol: "http" }] }],
    ["headless without ports", { clusterIP: "None", selector }],
    ["headless with ports", { clusterIP: "None", ports, selector }],
    ["no selector", { ports }],
    ["the highest port", { ports: [{ port: 65_535 }] }],
    ["an external name", { type: "ExternalName", externalName: "db.example.com" }],
    ["an external name with a trailing dot", { type: "ExternalName", externalName: "db.example.com." }],
    ["an external name with ports", { type: "ExternalName", externalName: "db", ports }],
    ["a node port", { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] }],
    [
      "a node port outside of the range, which the allocator refuses",
      { type: "NodePort", ports: [{ port: 80, nodePort: 80 }] },
    ],
    ["a load balancer class", { type: "LoadBalancer", ports, loadBalancerClass: "example.com/lb" }],
    ["source ranges with spaces", { type: "LoadBalancer", ports, loadBalancerSourceRanges: [" 10.0.0.0/8 "] }],
    ["local traffic from outside", { type: "LoadBalancer", ports, externalTrafficPolicy: "Local" }],
    [
      "a port for health checks",
      { type: "LoadBalancer", ports, externalTrafficPolicy: "Local", healthCheckNodePort: 30_500 },
    ],
    [
      "the longest affinity",
      { ports, sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_400 } } },
    ],
    ["traffic to the same zone", { ports, trafficDistribution: "PreferSameZone" }],
    ["traffic to the same node", { ports, trafficDistribution: "PreferSameNode" }],
    ["external addresses", { ports, externalIPs: ["192.0.2.1", "2001:db8::1"] }],
  ];
  test.each(good)("%s", (_, spec) => {
    expect(complaints(spec)).toEqual([]);
  });
});

describe("ports", () => {
  const cases: readonly Case[] = [
    ["there must be one", { selector }, ["spec.ports: Required value"]],
    ["an empty list is none", { ports: [] }, ["spec.ports: Required value"]],
    [
      "0 is no port",
      { ports: [{ port: 0 }] },
      [
        "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
        "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
      ],
    ],
    [
      "65536 is no port",
      { ports: [{ port: 65_536, targetPort: 80 }] },
      ["spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive"],
    ],
    [
      "a negative port is none",
      { ports: [{ port: -1, targetPort: 80 }] },
      ["spec.ports[0].port: Invalid value: -1: must be between 1 and 65535, inclusive"],
    ],
    [
      "of several, each needs a name",
      { ports: [http, { port: 81, name: "b" }] },
      ["spec.ports[0].name: Required value"],
    ],
    [
      "names differ",
      {
        ports: [
          { name: "a", port: 1 },
          { name: "a", port: 2 },
        ],
      },
      ['spec.ports[1].name: Duplicate value: "a"'],
    ],
    [
      "a name is a DNS label",
      { ports: [{ name: "HTTP", port: 80 }] },
      [`spec.ports[0].name: Invalid value: "HTTP": ${LABEL}`],
    ],
    [
      "a name has no dots",
      { ports: [{ name: "a.b", port: 80 }] },
      ['spec.ports[0].name: Invalid value: "a.b": must not contain dots'],
    ],
    [
      "a name has 63 bytes at most",
      { ports: [{ name: "a".repeat(64), port: 80 }] },
      [`spec.ports[0].name: Invalid value: "${"a".repeat(64)}": must be no more than 63 bytes`],
    ],
    [
      "a protocol is one of three",
      { ports: [{ port: 80, protocol: "HTTP" }] },
      ['spec.ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      "a protocol is in capitals",
      { ports: [{ port: 80, protocol: "tcp" }] },
      ['spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      "a target port is in range",
      { ports: [{ port: 80, targetPort: 70_000 }] },
      ["spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive"],
    ],
    [
      "a target port's name has 15 bytes at most",
      { ports: [{ port: 80, targetPort: "abcdefghijklmnop" }] },
      ['spec.ports[0].targetPort: Invalid value: "abcdefghijklmnop": must be no more than 15 bytes'],
    ],
    [
      "a target port's name has a letter",
      { ports: [{ port: 80, targetPort: "80" }] },
      ['spec.ports[0].targetPort: Invalid value: "80": must contain at least one letter (a-z)'],
    ],
    [
      "a target port's name has no double hyphen",
      { ports: [{ port: 80, targetPort: "a--b" }] },
      ['spec.ports[0].targetPort: Invalid value: "a--b": must not contain consecutive hyphens'],
    ],
    [
      "a target port's name does not end in a hyphen",
      { ports: [{ port: 80, targetPort: "a-" }] },
      ['spec.ports[0].targetPort: Invalid value: "a-": must not begin or end with a hyphen'],
    ],
    [
      "a target port's name is lower case",
      { ports: [{ port: 80, targetPort: "Web" }] },
      [
        'spec.ports[0].targetPort: Invalid value: "Web": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      ],
    ],
    [
      "an application protocol is a qualified name",
      { ports: [{ port: 80, appProtocol: "h2c!" }] },
      [`spec.ports[0].appProtocol: Invalid value: "h2c!": ${QUALIFIED}`],
    ],
    [
      "a number comes once for a protocol",
      {
        ports: [
          { name: "a", port: 80 },
          { name: "b", port: 80 },
        ],
      },
      [
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
      ],
    ],
    [
      "a ClusterIP has no node port",
      { ports: [{ port: 80, nodePort: 30_080 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      "a node port comes once for a protocol",
      {
        type: "NodePort",
        ports: [
          { name: "a", port: 80, nodePort: 30_080 },
          { name: "b", port: 81, nodePort: 30_080 },
        ],
      },
      ["spec.ports[1].nodePort: Duplicate value: 30080"],
    ],
    [
      "every bad field is named",
      {
        ports: [
          { port: 0, protocol: "X", targetPort: "80" },
          { port: 1, name: "B" },
        ],
      },
      [
        "spec.ports[0].name: Required value",
        "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
        'spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
        'spec.ports[0].targetPort: Invalid value: "80": must contain at least one letter (a-z)',
        `spec.ports[1].name: Invalid value: "B": ${LABEL}`,
      ],
    ],
  ];
  test.each(cases)("%s", (_, spec, expected) => {
    expect(complaints(spec)).toEqual(expected);
  });

  test("one node port may serve two protocols", () => {
    const two = [
      { name: "dns", port: 53, nodePort: 30_053, protocol: "UDP" },
      { name: "dns-tcp", port: 53, nodePort: 30_053 },
    ];
    expect(complaints({ type: "NodePort", ports: two })).toEqual([]);
  });
});

describe("types", () => {
  const cases: readonly Case[] = [
    [
      "there are four",
      { type: "Headless", ports },
      [
        'spec.type: Unsupported value: "Headless": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [
      "a NodePort is not headless",
      { type: "NodePort", clusterIP: "None", ports },
      ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
    ],
    [
      "a LoadBalancer is not headless",
      { type: "LoadBalancer", clusterIP: "None", ports },
      ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services"],
    ],
    ["an ExternalName needs one", { type: "ExternalName" }, ["spec.externalName: Required value"]],
    ["a dot is no external name", { type: "ExternalName", externalName: "." }, ["spec.externalName: Required value"]],
    [
      "an external name is a DNS name",
      { type: "ExternalName", externalName: "Not A Name" },
      [`spec.externalName: Invalid value: "Not A Name": ${SUBDOMAIN}`],
    ],
    [
      "an ExternalName has no address",
      { type: "ExternalName", externalName: "a.b", clusterIP: "10.96.0.1" },
      ["spec.clusterIPs: Forbidden: may not be set for ExternalName services"],
    ],
    [
      "an ExternalName has no families",
      { type: "ExternalName", externalName: "a.b", ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" },
      [
        "spec.ipFamilies: Forbidden: may not be set for ExternalName services",
        "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services",
      ],
    ],
    [
      "a label of the selector is a label",
      { ports, selector: { "a b": "c", d: "e f" } },
      [
        `spec.selector: Invalid value: "a b": ${QUALIFIED}`,
        "spec.selector: Invalid value: \"e f\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      ],
    ],
    [
      "affinity is by client or none",
      { ports, sessionAffinity: "Cookie" },
      ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    ],
    [
      "affinity of no time is none",
      { ports, sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } },
      [
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400",
      ],
    ],
    [
      "affinity lasts a day at most",
      { ports, sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } },
      [
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400",
      ],
    ],
  ];
  test.each(cases)("%s", (_, spec, expected) => {
    expect(complaints(spec)).toEqual(expected);
  });
});

const IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

describe("addresses and families", () => {
  const cases: readonly (readonly [string, Spec, typeof single, readonly string[]])[] = [
    ["an address is one", { ports, clusterIP: "ten" }, single, [`spec.clusterIPs[0]: Invalid value: "ten": ${IP}`]],
    [
      "none is None in capitals",
      { ports, clusterIP: "none" },
      single,
      [`spec.clusterIPs[0]: Invalid value: "none": ${IP}`],
    ],
    ["an address may have leading zeros", { ports, clusterIP: "10.096.0.1" }, single, []],
    [
      "the plural does not stand alone",
      { ports, clusterIPs: ["10.96.0.1"] },
      single,
      ['spec.clusterIPs: Invalid value: ["10.96.0.1"]: must be empty when `clusterIP` is not specified'],
    ],
    [
      "the singular is the first of the plural",
      { ports, clusterIP: "10.96.0.1", clusterIPs: ["10.96.0.2"] },
      single,
      ['spec.clusterIPs: Invalid value: ["10.96.0.2"]: first value must match `clusterIP`'],
    ],
    [
      "None stands alone",
      { ports, clusterIP: "None", clusterIPs: ["None", "10.96.0.1"] },
      single,
      ['spec.clusterIPs: Invalid value: ["None","10.96.0.1"]: \'None\' must be the first and only value'],
    ],
    [
      "two addresses at most",
      {
        ports,
        clusterIP: "10.96.0.1",
        clusterIPs: ["10.96.0.1", "fd00::1", "10.96.0.2"],
        ipFamilyPolicy: "RequireDualStack",
      },
      dual,
      ['spec.clusterIPs: Invalid value: ["10.96.0.1","fd00::1","10.96.0.2"]: may only hold up to 2 values'],
    ],
    [
      "one address of each family",
      {
        ports,
        clusterIP: "10.96.0.1",
        clusterIPs: ["10.96.0.1", "10.96.0.2"],
        ipFamilyPolicy: "RequireDualStack",
      },
      dual,
      ['spec.clusterIPs: Invalid value: ["10.96.0.1","10.96.0.2"]: may specify no more than one IP for each IP family'],
    ],
    [
      "an address is of its family",
      { ports, clusterIP: "10.96.0.1", ipFamilies: ["IPv6"] },
      dual,
      ['spec.clusterIPs[0]: Invalid value: "10.96.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    ],
    [
      "a family is IPv4 or IPv6",
      { ports, selector, ipFamilies: ["IPv5"] },
      dual,
      ['spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"'],
    ],
    [
      "a family comes once",
      { ports, ipFamilies: ["IPv4", "IPv4"], ipFamilyPolicy: "PreferDualStack" },
      dual,
      ['spec.ipFamilies[1]: Duplicate value: "IPv4"'],
    ],
    [
      "a policy is one of three",
      { ports, ipFamilyPolicy: "DualStack" },
      dual,
      [
        'spec.ipFamilyPolicy: Unsupported value: "DualStack": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
      ],
    ],
    [
      "a family is one of the cluster's",
      { ports, ipFamilies: ["IPv6"] },
      single,
      ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
    ],
    [
      "an address is of a family of the cluster's",
      { ports, clusterIP: "fd00::1" },
      single,
      ['spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'],
    ],
    [
      "two families need a cluster with two",
      { ports, ipFamilyPolicy: "RequireDualStack" },
      single,
      [
        'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
      ],
    ],
    [
      "two families are not SingleStack",
      { ports, ipFamilies: ["IPv4", "IPv6"] },
      dual,
      [
        "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
      ],
    ],
    [
      "two addresses are not SingleStack",
      { ports, clusterIP: "10.96.0.1", clusterIPs: ["10.96.0.1", "fd00::1"] },
      dual,
      [
        "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
      ],
    ],
    [
      "an external address is one",
      { ports, externalIPs: ["x"] },
      single,
      [`spec.externalIPs[0]: Invalid value: "x": ${IP}`],
    ],
    [
      "an external address is not loopback",
      { ports, externalIPs: ["127.0.0.1"] },
      single,
      ['spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ],
    [
      "an external address is not unspecified",
      { ports, externalIPs: ["0.0.0.0"] },
      single,
      ['spec.externalIPs[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)'],
    ],
    [
      "an external address is not link-local",
      { ports, externalIPs: ["169.254.169.254"] },
      single,
      [
        'spec.externalIPs[0]: Invalid value: "169.254.169.254": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      ],
    ],
    [
      "an external address is not link-local multicast",
      { ports, externalIPs: ["224.0.0.1"] },
      single,
      [
        'spec.externalIPs[0]: Invalid value: "224.0.0.1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
      ],
    ],
  ];
  test.each(cases)("%s", (_, spec, context, expected) => {
    expect(complaints(spec, context)).toEqual(expected);
  });
});

describe("traffic and load balancers", () => {
  const onlyLB = "Forbidden: may only be used when `type` is 'LoadBalancer'";
  const cases: readonly Case[] = [
    [
      "externalTrafficPolicy needs traffic from outside",
      { ports, externalTrafficPolicy: "Local" },
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      "externalTrafficPolicy is Cluster or Local",
      { type: "NodePort", ports, externalTrafficPolicy: "Global" },
      ['spec.externalTrafficPolicy: Unsupported value: "Global": supported values: "Cluster", "Local"'],
    ],
    [
      "internalTrafficPolicy is Cluster or Local",
      { ports, internalTrafficPolicy: "Node" },
      ['spec.internalTrafficPolicy: Unsupported value: "Node": supported values: "Cluster", "Local"'],
    ],
    [
      "trafficDistribution is one of three",
      { ports, trafficDistribution: "PreferFar" },
      [
        'spec.trafficDistribution: Unsupported value: "PreferFar": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
      ],
    ],
    [
      "healthCheckNodePort needs local traffic",
      { type: "LoadBalancer", ports, healthCheckNodePort: 30_500 },
      [
        "spec.healthCheckNodePort: Invalid value: 30500: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ],
    ],
    [
      "healthCheckNodePort is a port",
      { type: "LoadBalancer", ports, externalTrafficPolicy: "Local", healthCheckNodePort: 70_000 },
      ["spec.healthCheckNodePort: Invalid value: 70000: must be between 1 and 65535, inclusive"],
    ],
    [
      "allocateLoadBalancerNodePorts is for load balancers",
      { ports, allocateLoadBalancerNodePorts: false },
      [`spec.allocateLoadBalancerNodePorts: ${onlyLB}`],
    ],
    [
      "loadBalancerClass is for load balancers",
      { ports, loadBalancerClass: "a/b" },
      [`spec.loadBalancerClass: ${onlyLB}`],
    ],
    [
      "loadBalancerClass is a qualified name",
      { type: "LoadBalancer", ports, loadBalancerClass: "a/b/c" },
      [
        "spec.loadBalancerClass: Invalid value: \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
      ],
    ],
    [
      "source ranges are for load balancers",
      { ports, loadBalancerSourceRanges: ["10.0.0.0/8"] },
      [`spec.LoadBalancerSourceRanges: ${onlyLB}`],
    ],
    [
      "source ranges are CIDRs",
      { type: "LoadBalancer", ports, loadBalancerSourceRanges: ["10.0.0.0/8", "10.0.0.1"] },
      [
        'spec.LoadBalancerSourceRanges[1]: Invalid value: "10.0.0.1": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ],
    ],
  ];
  test.each(cases)("%s", (_, spec, expected) => {
    expect(complaints(spec)).toEqual(expected);
  });

  test("source ranges in the annotation are checked as well", () => {
    const key = "service.beta.kubernetes.io/load-balancer-source-ranges";
    expect(complaints({ type: "LoadBalancer", ports }, single, { annotations: { [key]: "10.0.0.0/8, x" } })).toEqual([
      `metadata.annotations[${key}]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
    ]);
    expect(complaints({ ports }, single, { annotations: { [key]: "" } })).toEqual([
      `metadata.annotations[${key}]: ${onlyLB}`,
    ]);
  });

  test("the two annotations for topology agree", () => {
    const annotations = {
      "service.kubernetes.io/topology-aware-hints": "auto",
      "service.kubernetes.io/topology-mode": "Disabled",
    };
    expect(complaints({ ports }, single, { annotations })).toEqual([
      'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Disabled": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
    ]);
  });
});

const withIngress = (type: string, ingress: object): readonly string[] => {
  const old = serviceStrategy.prepareForCreate(service({ type, ports }), single);
  const asked = { ...old, status: { loadBalancer: { ingress: [ingress] } } } as unknown as Service;
  return lines(serviceStrategy.validate(serviceStrategy.prepareForStatusUpdate(asked, old), single));
};

describe("status", () => {
  test.each([
    ["an address is taken", "LoadBalancer", { ip: "192.0.2.1" }, []],
    ["a name is taken", "LoadBalancer", { hostname: "lb.example.com" }, []],
    [
      "an address is one",
      "LoadBalancer",
      { ip: "x" },
      [`status.loadBalancer.ingress[0].ip: Invalid value: "x": ${IP}`],
    ],
    [
      "a mode needs an address",
      "LoadBalancer",
      { hostname: "a.b", ipMode: "VIP" },
      ["status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set"],
    ],
    [
      "a mode is VIP or Proxy",
      "LoadBalancer",
      { ip: "192.0.2.1", ipMode: "NAT" },
      ['status.loadBalancer.ingress[0].ipMode: Unsupported value: "NAT": supported values: "Proxy", "VIP"'],
    ],
    [
      "a host name is no address",
      "LoadBalancer",
      { hostname: "192.0.2.1" },
      ['status.loadBalancer.ingress[0].hostname: Invalid value: "192.0.2.1": must be a DNS name, not an IP address'],
    ],
    [
      "only a load balancer has one",
      "ClusterIP",
      { ip: "192.0.2.1" },
      ["status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"],
    ],
  ])("%s", (_, type, ingress, expected) => {
    expect(withIngress(type, ingress)).toEqual(expected);
  });

  test("an address without a mode is a VIP, and nothing but status and metadata changes", () => {
    const old = serviceStrategy.prepareForCreate(service({ type: "LoadBalancer", ports }), single);
    const asked = {
      ...service({ type: "ClusterIP" }, { annotations: { patched: "true" } }),
      status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
    } as unknown as Service;
    const after = serviceStrategy.prepareForStatusUpdate(asked, old);
    expect(after.spec).toEqual(old.spec);
    expect(after.metadata.annotations).toEqual({ patched: "true" });
    expect(after.status.loadBalancer.ingress).toEqual([{ ip: "192.0.2.1", ipMode: "VIP" }]);
  });
});

test("keys that objects inherit are ordinary keys", () => {
  const selector = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Record<string, string>;
  expect(complaints({ ports, selector })).toEqual([
    "spec.selector: Invalid value: \"__proto__\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ]);
});
