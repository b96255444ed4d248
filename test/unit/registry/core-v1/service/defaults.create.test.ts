import { describe, expect, test } from "vitest";
import { dual, expectSpec, prepared, spec, stored } from "./service-fixture.ts";

/** Spec as it is sent → fields as they are stored, on a cluster with IPv4 alone. Null: not there. */
type Case = readonly [name: string, sent: string, kept: string];

describe("a new ClusterIP Service", () => {
  const cases: readonly Case[] = [
    ["is what no type means", "ports: [80]", "type: ClusterIP"],
    ["is what an empty type means", "type: '', ports: [80]", "type: ClusterIP"],
    ["gets an address, in both fields", "ports: [80]", "clusterIP: 10.96.0.17, clusterIPs: [10.96.0.17]"],
    ["has one family, by policy", "ports: [80]", "ipFamilies: [IPv4], ipFamilyPolicy: SingleStack"],
    ["keeps the address it names", "clusterIP: 10.96.0.9, ports: [80]", "clusterIPs: [10.96.0.9]"],
    [
      "takes both fields when they agree",
      "clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9], ports: [80]",
      "clusterIP: 10.96.0.9",
    ],
    ["gets an address for an empty one", "clusterIP: '', clusterIPs: [], ports: [80]", "clusterIP: 10.96.0.17"],
    ["has no node ports", "ports: [80]", "nodePorts: [0]"],
    ["takes nodePort 0 for none", "ports: ['http:80:0']", "nodePorts: [0]"],
    ["spreads traffic from inside over the cluster", "ports: [80]", "internalTrafficPolicy: Cluster"],
    [
      "keeps traffic from inside local when asked",
      "ports: [80], internalTrafficPolicy: Local",
      "internalTrafficPolicy: Local",
    ],
    ["has no policy for traffic from outside", "ports: [80]", "externalTrafficPolicy: null"],
    ["has one with external addresses", "ports: [80], externalIPs: [192.0.2.1]", "externalTrafficPolicy: Cluster"],
    [
      "keeps it local with external addresses",
      "ports: [80], externalIPs: [192.0.2.1], externalTrafficPolicy: Local",
      "externalTrafficPolicy: Local, healthCheckNodePort: null",
    ],
    ["says nothing of load balancers", "ports: [80]", "allocateLoadBalancerNodePorts: null, loadBalancerClass: null"],
    ["has no affinity", "ports: [80]", "sessionAffinity: None, sessionAffinityConfig: null"],
    [
      "sticks for three hours",
      "ports: [80], sessionAffinity: ClientIP",
      "sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}",
    ],
    [
      "sticks for three hours with an empty config",
      "ports: [80], sessionAffinity: ClientIP, sessionAffinityConfig: {}",
      "sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}",
    ],
    [
      "sticks for as long as it says",
      "ports: [80], sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}",
      "sessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}",
    ],
    [
      "forgets a timeout without affinity",
      "ports: [80], sessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}",
      "sessionAffinityConfig: null",
    ],
    [
      "publishes unready addresses when asked",
      "ports: [80], publishNotReadyAddresses: true",
      "publishNotReadyAddresses: true",
    ],
    ["says nothing of unready addresses by itself", "ports: [80]", "publishNotReadyAddresses: null"],
    [
      "prefers its zone when asked",
      "ports: [80], trafficDistribution: PreferSameZone",
      "trafficDistribution: PreferSameZone",
    ],
    [
      "prefers what is close, by the old name",
      "ports: [80], trafficDistribution: PreferClose",
      "trafficDistribution: PreferClose",
    ],
    ["prefers nothing by itself", "ports: [80]", "trafficDistribution: null"],
    [
      "keeps a load balancer's address that nobody uses",
      "ports: [80], loadBalancerIP: 192.0.2.9",
      "loadBalancerIP: 192.0.2.9",
    ],
    ["keeps an external name that nobody uses", "ports: [80], externalName: a.b", "externalName: a.b"],
    [
      "takes empty lists for none",
      "ports: [80], externalIPs: [], ipFamilies: []",
      "externalIPs: null, ipFamilies: [IPv4]",
    ],
  ];
  test.each(cases)("%s", (_, sent, kept) => expectSpec(stored(spec(sent)), kept));
});

describe("a new headless Service", () => {
  const cases: readonly Case[] = [
    ["has None for an address", "clusterIP: None, selector: {app: a}", "clusterIP: None, clusterIPs: [None]"],
    ["takes None in both fields", "clusterIP: None, clusterIPs: [None], selector: {app: a}", "clusterIPs: [None]"],
    ["needs no ports", "clusterIP: None, selector: {app: a}", "ports: null, type: ClusterIP"],
    [
      "has one family with a selector",
      "clusterIP: None, selector: {app: a}",
      "ipFamilies: [IPv4], ipFamilyPolicy: SingleStack",
    ],
    [
      "has both without one, since it allocates nothing",
      "clusterIP: None",
      "ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack",
    ],
    [
      "takes an empty selector for none",
      "clusterIP: None, selector: {}",
      "ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack",
    ],
    ["has one family when it says so", "clusterIP: None, ipFamilyPolicy: SingleStack", "ipFamilies: [IPv4]"],
    ["has the one it names", "clusterIP: None, ipFamilyPolicy: SingleStack, ipFamilies: [IPv6]", "ipFamilies: [IPv6]"],
    ["has both in its own order", "clusterIP: None, ipFamilies: [IPv6]", "ipFamilies: [IPv6, IPv4]"],
    ["has a policy for traffic from inside", "clusterIP: None, selector: {app: a}", "internalTrafficPolicy: Cluster"],
    [
      "publishes unready addresses, as StatefulSets want",
      "clusterIP: None, selector: {app: a}, publishNotReadyAddresses: true",
      "publishNotReadyAddresses: true",
    ],
  ];
  test.each(cases)("%s", (_, sent, kept) => expectSpec(stored(spec(sent)), kept));
});

describe("a new NodePort Service", () => {
  const cases: readonly Case[] = [
    ["gets an address too", "type: NodePort, ports: [80]", "clusterIP: 10.96.0.17"],
    ["gets a node port", "type: NodePort, ports: [80]", "nodePorts: [30086]"],
    ["gets one for each port", "type: NodePort, ports: ['a:80', 'b:81']", "nodePorts: [30086, 30087]"],
    ["keeps the one it names", "type: NodePort, ports: ['a:80:30080']", "nodePorts: [30080]"],
    ["keeps one and gets another", "type: NodePort, ports: ['a:80:30080', 'b:81']", "nodePorts: [30080, 30086]"],
    ["gets one for nodePort 0", "type: NodePort, ports: ['a:80:0']", "nodePorts: [30086]"],
    [
      "shares a number between protocols of a port",
      "type: NodePort, ports: ['a:53', 'b:53/UDP']",
      "nodePorts: [30086, 30086]",
    ],
    [
      "shares the number that one of them names",
      "type: NodePort, ports: ['a:53', 'b:53:30053/UDP']",
      "nodePorts: [30053, 30053]",
    ],
    [
      "may name one number for two protocols",
      "type: NodePort, ports: ['a:53:30053', 'b:54:30053/UDP']",
      "nodePorts: [30053, 30053]",
    ],
    ["spreads traffic from outside over the cluster", "type: NodePort, ports: [80]", "externalTrafficPolicy: Cluster"],
    [
      "keeps it local without a health-check port",
      "type: NodePort, ports: [80], externalTrafficPolicy: Local",
      "externalTrafficPolicy: Local, healthCheckNodePort: null",
    ],
    ["says nothing of load balancers", "type: NodePort, ports: [80]", "allocateLoadBalancerNodePorts: null"],
    ["has a policy for traffic from inside", "type: NodePort, ports: [80]", "internalTrafficPolicy: Cluster"],
  ];
  test.each(cases)("%s", (_, sent, kept) => expectSpec(stored(spec(sent)), kept));
});

describe("a new LoadBalancer Service", () => {
  const cases: readonly Case[] = [
    ["gets an address and a node port", "type: LoadBalancer, ports: [80]", "clusterIP: 10.96.0.17, nodePorts: [30086]"],
    ["allocates node ports by itself", "type: LoadBalancer, ports: [80]", "allocateLoadBalancerNodePorts: true"],
    [
      "goes without when asked",
      "type: LoadBalancer, ports: [80], allocateLoadBalancerNodePorts: false",
      "allocateLoadBalancerNodePorts: false, nodePorts: [0]",
    ],
    [
      "keeps one it names all the same",
      "type: LoadBalancer, ports: ['a:80:30080', 'b:81'], allocateLoadBalancerNodePorts: false",
      "nodePorts: [30080, 0]",
    ],
    [
      "spreads traffic from outside over the cluster",
      "type: LoadBalancer, ports: [80]",
      "externalTrafficPolicy: Cluster, healthCheckNodePort: null",
    ],
    [
      "gets a health-check port for local traffic",
      "type: LoadBalancer, ports: [80], externalTrafficPolicy: Local",
      "nodePorts: [30086], healthCheckNodePort: 30087",
    ],
    [
      "keeps the health-check port it names",
      "type: LoadBalancer, ports: [80], externalTrafficPolicy: Local, healthCheckNodePort: 30500",
      "healthCheckNodePort: 30500",
    ],
    [
      "gets a health-check port for 0",
      "type: LoadBalancer, ports: [80], externalTrafficPolicy: Local, healthCheckNodePort: 0",
      "healthCheckNodePort: 30087",
    ],
    [
      "gets one without node ports as well",
      "type: LoadBalancer, ports: [80], externalTrafficPolicy: Local, allocateLoadBalancerNodePorts: false",
      "nodePorts: [0], healthCheckNodePort: 30086",
    ],
    ["has no class by itself", "type: LoadBalancer, ports: [80]", "loadBalancerClass: null"],
    [
      "keeps its class",
      "type: LoadBalancer, ports: [80], loadBalancerClass: example.com/lb",
      "loadBalancerClass: example.com/lb",
    ],
    [
      "keeps its source ranges as they are written",
      "type: LoadBalancer, ports: [80], loadBalancerSourceRanges: [' 10.0.0.0/8']",
      "loadBalancerSourceRanges: [' 10.0.0.0/8']",
    ],
    [
      "keeps the address it asks for",
      "type: LoadBalancer, ports: [80], loadBalancerIP: 192.0.2.9",
      "loadBalancerIP: 192.0.2.9",
    ],
  ];
  test.each(cases)("%s", (_, sent, kept) => expectSpec(stored(spec(sent)), kept));
});

describe("a new ExternalName Service", () => {
  const cases: readonly Case[] = [
    ["has no address", "type: ExternalName, externalName: a.b", "clusterIP: null, clusterIPs: null"],
    ["has no families", "type: ExternalName, externalName: a.b", "ipFamilies: null, ipFamilyPolicy: null"],
    [
      "has no policies for traffic",
      "type: ExternalName, externalName: a.b",
      "internalTrafficPolicy: null, externalTrafficPolicy: null",
    ],
    ["takes an empty address for none", "type: ExternalName, externalName: a.b, clusterIP: ''", "clusterIP: null"],
    ["keeps the dot of a whole name", "type: ExternalName, externalName: a.b.", "externalName: a.b."],
    ["keeps its ports, without node ports", "type: ExternalName, externalName: a.b, ports: [80]", "nodePorts: [0]"],
    [
      "keeps a node port that nobody listens on",
      "type: ExternalName, externalName: a.b, ports: ['a:80:30080']",
      "nodePorts: [30080]",
    ],
    ["has no affinity", "type: ExternalName, externalName: a.b", "sessionAffinity: None"],
    [
      "keeps a policy for inside, as old clusters did",
      "type: ExternalName, externalName: a.b, internalTrafficPolicy: Local",
      "internalTrafficPolicy: Local",
    ],
  ];
  test.each(cases)("%s", (_, sent, kept) => expectSpec(stored(spec(sent)), kept));
});

describe("a port", () => {
  const first = (line: string): unknown => prepared(spec(line), dual).spec.ports?.[0];
  test.each([
    ["is TCP and its own target", "ports: [80]", { port: 80, protocol: "TCP", targetPort: 80 }],
    [
      "takes an empty protocol for TCP",
      "ports: [{port: 80, protocol: ''}]",
      { port: 80, protocol: "TCP", targetPort: 80 },
    ],
    [
      "takes an empty target for itself",
      "ports: [{port: 80, targetPort: ''}]",
      { port: 80, protocol: "TCP", targetPort: 80 },
    ],
    [
      "keeps its target's number",
      "ports: [{port: 80, targetPort: 8080}]",
      { port: 80, protocol: "TCP", targetPort: 8080 },
    ],
    [
      "keeps its target's name",
      "ports: [{port: 80, targetPort: web}]",
      { port: 80, protocol: "TCP", targetPort: "web" },
    ],
    ["keeps SCTP", "ports: [80/SCTP]", { port: 80, protocol: "SCTP", targetPort: 80 }],
    [
      "keeps its application protocol",
      "ports: [{port: 80, appProtocol: kubernetes.io/ws}]",
      { port: 80, protocol: "TCP", targetPort: 80, appProtocol: "kubernetes.io/ws" },
    ],
  ])("%s", (_, sent, kept) => expect(first(sent)).toEqual(kept));
});
