/** Every way from one kind of Service to another, by a patch and by a new manifest: what is given back, what is kept. */
import { describe, expect, test } from "vitest";
import { expectSpec, patched, single, spec, stored, updated } from "./service-fixture.ts";
import { serviceAllocation } from "../../../../../shared/registry/core-v1/service/allocation.ts";

const CLUSTER_IP = "ports: [80], selector: {app: web}";
const NODE_PORT = `type: NodePort, ${CLUSTER_IP}`;
const LOAD_BALANCER = `type: LoadBalancer, ${CLUSTER_IP}`;
const LOCAL = `${LOAD_BALANCER}, externalTrafficPolicy: Local`;
const EXTERNAL_NAME = `type: ExternalName, externalName: db.example.com, ${CLUSTER_IP}`;
const HEADLESS = `clusterIP: None, ${CLUSTER_IP}`;

interface Transition {
  readonly from: string;
  /** A patch of the stored object. */
  readonly patch: string;
  readonly kept: string;
}

describe("a patch of the type", () => {
  const cases: readonly (readonly [string, Transition])[] = [
    [
      "ClusterIP → NodePort: the address stays, a node port comes",
      {
        from: CLUSTER_IP,
        patch: "type: NodePort",
        kept: "clusterIP: 10.96.0.17, nodePorts: [30086], externalTrafficPolicy: Cluster",
      },
    ],
    [
      "ClusterIP → NodePort with a node port of its choice",
      { from: CLUSTER_IP, patch: "type: NodePort, ports: ['http:80:30080']", kept: "nodePorts: [30080]" },
    ],
    [
      "ClusterIP → LoadBalancer: the address stays, a node port comes",
      {
        from: CLUSTER_IP,
        patch: "type: LoadBalancer",
        kept: "clusterIP: 10.96.0.17, nodePorts: [30086], allocateLoadBalancerNodePorts: true",
      },
    ],
    [
      "ClusterIP → LoadBalancer with a class",
      { from: CLUSTER_IP, patch: "type: LoadBalancer, loadBalancerClass: a/b", kept: "loadBalancerClass: a/b" },
    ],
    [
      "ClusterIP → LoadBalancer with local traffic: a health-check port comes",
      {
        from: CLUSTER_IP,
        patch: "type: LoadBalancer, externalTrafficPolicy: Local",
        kept: "nodePorts: [30086], healthCheckNodePort: 30087",
      },
    ],
    [
      "ClusterIP → ExternalName: the address goes, the selector stays",
      {
        from: CLUSTER_IP,
        patch: "type: ExternalName, externalName: a.b",
        kept: "clusterIP: null, clusterIPs: null, ipFamilies: null, selector: {app: web}",
      },
    ],
    [
      "ClusterIP → ExternalName: the policy for inside stays",
      {
        from: CLUSTER_IP,
        patch: "type: ExternalName, externalName: a.b",
        kept: "internalTrafficPolicy: Cluster, ipFamilyPolicy: null",
      },
    ],
    [
      "ClusterIP with external addresses → without: the policy for outside goes",
      {
        from: `${CLUSTER_IP}, externalIPs: [192.0.2.1]`,
        patch: "externalIPs: null",
        kept: "externalTrafficPolicy: null",
      },
    ],
    [
      "ClusterIP without external addresses → with: the policy for outside comes",
      { from: CLUSTER_IP, patch: "externalIPs: [192.0.2.1]", kept: "externalTrafficPolicy: Cluster" },
    ],
    [
      "NodePort → ClusterIP: the node port goes, the address stays",
      {
        from: NODE_PORT,
        patch: "type: ClusterIP",
        kept: "clusterIP: 10.96.0.17, nodePorts: [0], externalTrafficPolicy: null",
      },
    ],
    [
      "NodePort → ClusterIP with external addresses: the policy for outside stays",
      {
        from: NODE_PORT,
        patch: "type: ClusterIP, externalIPs: [192.0.2.1]",
        kept: "nodePorts: [0], externalTrafficPolicy: Cluster",
      },
    ],
    [
      "NodePort → LoadBalancer: address and node port stay",
      {
        from: NODE_PORT,
        patch: "type: LoadBalancer",
        kept: "clusterIP: 10.96.0.17, nodePorts: [30086], allocateLoadBalancerNodePorts: true",
      },
    ],
    [
      "NodePort → LoadBalancer that wants no node ports: those it has stay",
      {
        from: NODE_PORT,
        patch: "type: LoadBalancer, allocateLoadBalancerNodePorts: false",
        kept: "nodePorts: [30086]",
      },
    ],
    [
      "NodePort with local traffic → LoadBalancer: a health-check port comes",
      {
        from: `${NODE_PORT}, externalTrafficPolicy: Local`,
        patch: "type: LoadBalancer",
        kept: "nodePorts: [30086], healthCheckNodePort: 30087",
      },
    ],
    [
      "NodePort → ExternalName: address and node port go",
      {
        from: NODE_PORT,
        patch: "type: ExternalName, externalName: a.b",
        kept: "clusterIP: null, nodePorts: [0], externalTrafficPolicy: null",
      },
    ],
    [
      "LoadBalancer → ClusterIP: all but the address goes",
      {
        from: `${LOCAL}, loadBalancerClass: a/b`,
        patch: "type: ClusterIP",
        kept: "clusterIP: 10.96.0.17, nodePorts: [0], healthCheckNodePort: null, loadBalancerClass: null, allocateLoadBalancerNodePorts: null, externalTrafficPolicy: null",
      },
    ],
    [
      "LoadBalancer → NodePort: node port and local traffic stay",
      {
        from: LOCAL,
        patch: "type: NodePort",
        kept: "nodePorts: [30086], externalTrafficPolicy: Local, healthCheckNodePort: null, allocateLoadBalancerNodePorts: null",
      },
    ],
    [
      "LoadBalancer without node ports → NodePort: one comes",
      {
        from: `${LOAD_BALANCER}, allocateLoadBalancerNodePorts: false`,
        patch: "type: NodePort",
        kept: "nodePorts: [30086], allocateLoadBalancerNodePorts: null",
      },
    ],
    [
      "LoadBalancer → NodePort: its class goes",
      { from: `${LOAD_BALANCER}, loadBalancerClass: a/b`, patch: "type: NodePort", kept: "loadBalancerClass: null" },
    ],
    [
      "LoadBalancer → ExternalName: everything goes",
      {
        from: LOCAL,
        patch: "type: ExternalName, externalName: a.b",
        kept: "clusterIP: null, nodePorts: [0], healthCheckNodePort: null, externalTrafficPolicy: null, allocateLoadBalancerNodePorts: null",
      },
    ],
    [
      "LoadBalancer → ClusterIP: the address it asked for stays, unused",
      {
        from: `${LOAD_BALANCER}, loadBalancerIP: 192.0.2.9`,
        patch: "type: ClusterIP",
        kept: "loadBalancerIP: 192.0.2.9",
      },
    ],
    [
      "ExternalName → ClusterIP: an address comes, the name stays, unused",
      { from: EXTERNAL_NAME, patch: "type: ClusterIP", kept: "clusterIP: 10.96.0.17, externalName: db.example.com" },
    ],
    [
      "ExternalName → ClusterIP at an address of its choice",
      {
        from: EXTERNAL_NAME,
        patch: "type: ClusterIP, clusterIP: 10.96.0.9",
        kept: "clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9]",
      },
    ],
    [
      "ExternalName → NodePort: address and node port come",
      {
        from: EXTERNAL_NAME,
        patch: "type: NodePort",
        kept: "clusterIP: 10.96.0.17, nodePorts: [30086], externalTrafficPolicy: Cluster",
      },
    ],
    [
      "ExternalName → LoadBalancer: address and node port come",
      {
        from: EXTERNAL_NAME,
        patch: "type: LoadBalancer",
        kept: "clusterIP: 10.96.0.17, nodePorts: [30086], allocateLoadBalancerNodePorts: true",
      },
    ],
    [
      "ExternalName → headless: None comes",
      {
        from: EXTERNAL_NAME,
        patch: "type: ClusterIP, clusterIP: None",
        kept: "clusterIP: None, clusterIPs: [None], ipFamilies: [IPv4]",
      },
    ],
    [
      "ExternalName → another name: nothing comes",
      { from: EXTERNAL_NAME, patch: "externalName: c.d", kept: "externalName: c.d, clusterIP: null" },
    ],
    [
      "headless → ExternalName: None goes",
      {
        from: HEADLESS,
        patch: "type: ExternalName, externalName: a.b",
        kept: "clusterIP: null, clusterIPs: null, ipFamilyPolicy: null",
      },
    ],
    [
      "headless → headless without ports",
      { from: HEADLESS, patch: "ports: null", kept: "clusterIP: None, ports: null" },
    ],
    [
      "headless → without selector keeps its one family",
      { from: HEADLESS, patch: "selector: null", kept: "ipFamilies: [IPv4], ipFamilyPolicy: SingleStack" },
    ],
  ];
  test.each(cases)("%s", (_, { from, patch, kept }) => {
    const old = stored(spec(from));
    const { object, errors } = updated(old, patched(old, patch));
    expect(errors).toEqual([]);
    expectSpec(object, kept);
  });
});

describe("a patch within the type", () => {
  const cases: readonly (readonly [string, Transition])[] = [
    [
      "a second port gets a node port of its own",
      {
        from: `type: NodePort, ports: ['a:80']`,
        patch: "ports: ['a:80:30086', 'b:81']",
        kept: "nodePorts: [30086, 30087]",
      },
    ],
    [
      "a port that goes gives its node port back",
      { from: `type: NodePort, ports: ['a:80', 'b:81']`, patch: "ports: ['b:81:30087']", kept: "nodePorts: [30087]" },
    ],
    ["a node port may be changed", { from: NODE_PORT, patch: "ports: ['http:80:30080']", kept: "nodePorts: [30080]" }],
    [
      "a renamed port counts as a new one",
      { from: `type: NodePort, ports: ['a:80']`, patch: "ports: ['b:80']", kept: "nodePorts: [30087]" },
    ],
    [
      "53/UDP beside 53/TCP gets a number of its own",
      {
        from: `type: NodePort, ports: ['a:53']`,
        patch: "ports: ['a:53', 'b:53/UDP']",
        kept: "nodePorts: [30086, 30087]",
      },
    ],
    [
      "53/UDP may name the number of 53/TCP",
      {
        from: `type: NodePort, ports: ['a:53']`,
        patch: "ports: ['a:53:30086', 'b:53:30086/UDP']",
        kept: "nodePorts: [30086, 30086]",
      },
    ],
    [
      "53/UDP may take it from a 53/TCP that does not name it",
      {
        from: `type: NodePort, ports: ['a:53']`,
        patch: "ports: ['a:53', 'b:53:30086/UDP']",
        kept: "nodePorts: [30087, 30086]",
      },
    ],
    [
      "a protocol may change under its node port",
      { from: `type: NodePort, ports: ['a:53']`, patch: "ports: ['a:53/UDP']", kept: "nodePorts: [30086]" },
    ],
    [
      "no more node ports: those there are stay",
      {
        from: LOAD_BALANCER,
        patch: "allocateLoadBalancerNodePorts: false",
        kept: "nodePorts: [30086], allocateLoadBalancerNodePorts: false",
      },
    ],
    [
      "node ports after all: they come",
      {
        from: `${LOAD_BALANCER}, allocateLoadBalancerNodePorts: false`,
        patch: "allocateLoadBalancerNodePorts: true",
        kept: "nodePorts: [30086]",
      },
    ],
    [
      "a new port without node ports gets none",
      {
        from: `type: LoadBalancer, ports: ['a:80'], allocateLoadBalancerNodePorts: false`,
        patch: "ports: ['a:80', 'b:81']",
        kept: "nodePorts: [0, 0]",
      },
    ],
    [
      "local traffic: a health-check port comes",
      { from: LOAD_BALANCER, patch: "externalTrafficPolicy: Local", kept: "healthCheckNodePort: 30087" },
    ],
    [
      "local traffic with a health-check port of its choice",
      {
        from: LOAD_BALANCER,
        patch: "externalTrafficPolicy: Local, healthCheckNodePort: 30500",
        kept: "healthCheckNodePort: 30500",
      },
    ],
    [
      "traffic no longer local: the health-check port goes",
      { from: LOCAL, patch: "externalTrafficPolicy: Cluster", kept: "healthCheckNodePort: null, nodePorts: [30086]" },
    ],
    [
      "a policy for outside taken away is the default again",
      {
        from: LOCAL,
        patch: "externalTrafficPolicy: null",
        kept: "externalTrafficPolicy: Cluster, healthCheckNodePort: null",
      },
    ],
    [
      "the health-check port left out is kept",
      { from: LOCAL, patch: "healthCheckNodePort: null", kept: "healthCheckNodePort: 30087" },
    ],
    [
      "the address left out is kept",
      {
        from: CLUSTER_IP,
        patch: "clusterIP: null, clusterIPs: null",
        kept: "clusterIP: 10.96.0.17, clusterIPs: [10.96.0.17]",
      },
    ],
    [
      "the first address alone left out is kept",
      { from: CLUSTER_IP, patch: "clusterIP: null", kept: "clusterIP: 10.96.0.17" },
    ],
    [
      "None left out is kept",
      { from: HEADLESS, patch: "clusterIP: null, clusterIPs: null", kept: "clusterIP: None, clusterIPs: [None]" },
    ],
    [
      "affinity: three hours come",
      {
        from: CLUSTER_IP,
        patch: "sessionAffinity: ClientIP",
        kept: "sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}",
      },
    ],
    [
      "affinity no more: its timeout goes",
      {
        from: `${CLUSTER_IP}, sessionAffinity: ClientIP`,
        patch: "sessionAffinity: None",
        kept: "sessionAffinityConfig: null",
      },
    ],
    [
      "another timeout",
      {
        from: `${CLUSTER_IP}, sessionAffinity: ClientIP`,
        patch: "sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}",
        kept: "sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}",
      },
    ],
    [
      "a preference comes",
      { from: CLUSTER_IP, patch: "trafficDistribution: PreferSameNode", kept: "trafficDistribution: PreferSameNode" },
    ],
    [
      "a preference goes",
      {
        from: `${CLUSTER_IP}, trafficDistribution: PreferClose`,
        patch: "trafficDistribution: null",
        kept: "trafficDistribution: null",
      },
    ],
    [
      "unready addresses are published",
      { from: CLUSTER_IP, patch: "publishNotReadyAddresses: true", kept: "publishNotReadyAddresses: true" },
    ],
    [
      "source ranges come",
      {
        from: LOAD_BALANCER,
        patch: "loadBalancerSourceRanges: [10.0.0.0/8]",
        kept: "loadBalancerSourceRanges: [10.0.0.0/8]",
      },
    ],
    [
      "another selector",
      { from: CLUSTER_IP, patch: "selector: {app: api}", kept: "selector: {app: api}, clusterIP: 10.96.0.17" },
    ],
  ];
  test.each(cases)("%s", (_, { from, patch, kept }) => {
    const old = stored(spec(from));
    const { object, errors } = updated(old, patched(old, patch));
    expect(errors).toEqual([]);
    expectSpec(object, kept);
  });
});

describe("a new manifest, which knows nothing of what was allocated,", () => {
  const kinds = { CLUSTER_IP, NODE_PORT, LOAD_BALANCER, LOCAL, EXTERNAL_NAME } as const;
  const pairs = Object.entries(kinds).flatMap(([a, from]) =>
    Object.entries(kinds).map(([b, to]) => [a, b, from, to] as const),
  );

  test.each(pairs)("from %s to %s comes to what a new Service of it has", (_a, _b, from, to) => {
    const old = stored(spec(from));
    const { object, errors } = updated(old, spec(to));
    expect(errors).toEqual([]);
    const fresh = stored(spec(to));
    const ports = (service: typeof old) => (service.spec.ports ?? []).map((p) => p.nodePort !== undefined);
    expect(Object.keys(object.spec).sort()).toEqual(Object.keys(fresh.spec).sort());
    expect(ports(object)).toEqual(ports(fresh));
    expect(serviceAllocation.held(object).map((h) => h.kind)).toEqual(serviceAllocation.held(fresh).map((h) => h.kind));
    if (old.spec.clusterIP !== undefined && object.spec.clusterIP !== undefined) {
      expect(object.spec.clusterIPs).toEqual(old.spec.clusterIPs);
    }
    expect(updated(object, spec(to))).toEqual({ object, errors: [] });
  });
});

describe("refused", () => {
  const cases: readonly (readonly [name: string, from: string, patch: string, refusal: string])[] = [
    [
      "headless → NodePort",
      HEADLESS,
      "type: NodePort",
      "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
    ],
    [
      "headless → LoadBalancer",
      HEADLESS,
      "type: LoadBalancer",
      "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services",
    ],
    [
      "NodePort → headless",
      NODE_PORT,
      "type: ClusterIP, clusterIP: None",
      'spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set',
    ],
    ["ClusterIP → ExternalName without a name", CLUSTER_IP, "type: ExternalName", "spec.externalName: Required value"],
    [
      "ClusterIP → ExternalName with another address",
      CLUSTER_IP,
      "type: ExternalName, externalName: a.b, clusterIP: 10.96.0.9",
      "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
    ],
    [
      "ClusterIP → ExternalName with another policy",
      CLUSTER_IP,
      "type: ExternalName, externalName: a.b, ipFamilyPolicy: PreferDualStack",
      "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services",
    ],
    [
      "NodePort → ClusterIP with another node port",
      NODE_PORT,
      "type: ClusterIP, ports: ['http:80:30080']",
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    [
      "LoadBalancer → ClusterIP with another health-check port",
      LOCAL,
      "type: ClusterIP, healthCheckNodePort: 30500",
      "spec.healthCheckNodePort: Invalid value: 30500: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    ],
    [
      "LoadBalancer → NodePort with the other node port setting",
      LOAD_BALANCER,
      "type: NodePort, allocateLoadBalancerNodePorts: false",
      "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [
      "LoadBalancer → ClusterIP with another class",
      `${LOAD_BALANCER}, loadBalancerClass: a/b`,
      "type: ClusterIP, loadBalancerClass: c/d",
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [
      "LoadBalancer → ClusterIP with source ranges",
      `${LOAD_BALANCER}, loadBalancerSourceRanges: [10.0.0.0/8]`,
      "type: ClusterIP",
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [
      "a class taken away",
      `${LOAD_BALANCER}, loadBalancerClass: a/b`,
      "loadBalancerClass: null",
      "spec.loadBalancerClass: Invalid value: null: may not change once set",
    ],
    ["a LoadBalancer without ports", LOAD_BALANCER, "ports: null", "spec.ports: Required value"],
  ];
  test.each(cases)("%s", (_, from, patch, refusal) => {
    const old = stored(spec(from));
    expect(updated(old, patched(old, patch), single).errors).toContain(refusal);
  });
});
