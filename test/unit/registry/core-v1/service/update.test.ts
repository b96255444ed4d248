import { describe, expect, test } from "vitest";
import { dual, service, single, stored, updated, type Spec } from "./service-fixture.ts";
import type { ServiceSpec } from "../../../../../shared/api/core-v1/service.ts";
import { serviceStrategy } from "../../../../../shared/registry/core-v1/service/strategy.ts";

const ports = [{ port: 80 }];
const selector = { app: "web" };
const twoPorts = [
  { name: "http", port: 80 },
  { name: "https", port: 443 },
];
const clusterIP: Spec = { ports, selector };
const nodePort: Spec = { type: "NodePort", ports, selector };
const loadBalancer: Spec = { type: "LoadBalancer", ports, selector };
const localLoadBalancer: Spec = { ...loadBalancer, externalTrafficPolicy: "Local" };
const externalName: Spec = { type: "ExternalName", externalName: "db.example.com" };
const headless: Spec = { clusterIP: "None", ports, selector };
const dualStack: Spec = { ...clusterIP, ipFamilyPolicy: "PreferDualStack" };

/** As `kubectl patch` or `edit` sends it: the whole stored spec with these fields changed; undefined takes one away. */
function patched(old: ServiceSpec, changes: Spec): Spec {
  const spec = { ...old, ...changes };
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
}

describe("the same manifest again changes nothing", () => {
  const manifests: readonly (readonly [string, Spec, typeof single])[] = [
    ["of a ClusterIP", clusterIP, single],
    ["of a NodePort", nodePort, single],
    ["of a LoadBalancer", loadBalancer, single],
    ["of a LoadBalancer with health checks", localLoadBalancer, single],
    ["of an ExternalName", externalName, single],
    ["of a headless Service", headless, single],
    ["of a headless Service without selector", { clusterIP: "None", ports }, single],
    ["of a Service with two families", dualStack, dual],
    ["of a NodePort with two ports", { ...nodePort, ports: twoPorts }, single],
    ["with a chosen address", { ...clusterIP, clusterIP: "10.96.0.9" }, single],
    ["with client affinity", { ...clusterIP, sessionAffinity: "ClientIP" }, single],
  ];
  test.each(manifests)("%s", (_, spec, context) => {
    const old = stored(spec, context);
    const { object, errors } = updated(old, spec, context);
    expect(errors).toEqual([]);
    expect(object).toEqual(old);
  });
});

describe("what was allocated is kept", () => {
  test("when the ports come in another order, by their names", () => {
    const old = stored({ ...nodePort, ports: twoPorts });
    const { object } = updated(old, { ...nodePort, ports: twoPorts.toReversed() });
    const numbers = new Map(old.spec.ports?.map((p) => [p.name, p.nodePort]));
    expect(object.spec.ports?.map((p) => p.nodePort)).toEqual([numbers.get("https"), numbers.get("http")]);
  });

  test("when a port's number changes", () => {
    const old = stored(nodePort);
    const { object } = updated(old, { ...nodePort, ports: [{ port: 8080 }] });
    expect(object.spec.ports?.[0]).toMatchObject({ port: 8080, nodePort: old.spec.ports?.[0]?.nodePort });
  });

  test("and is not given twice when another port takes the number", () => {
    const old = stored({ ...nodePort, ports: [{ name: "a", port: 1, nodePort: 30_100 }] });
    const wanted = [
      { name: "a", port: 1 },
      { name: "b", port: 2, nodePort: 30_100 },
    ];
    const { object, errors } = updated(old, { ...nodePort, ports: wanted });
    expect(errors).toEqual([]);
    expect(object.spec.ports?.map((p) => p.nodePort)).toEqual([30_086, 30_100]);
  });

  test("when a NodePort becomes a LoadBalancer", () => {
    const old = stored(nodePort);
    const { object, errors } = updated(old, loadBalancer);
    expect(errors).toEqual([]);
    expect(object.spec.ports).toEqual(old.spec.ports);
    expect(object.spec.clusterIPs).toEqual(old.spec.clusterIPs);
  });

  test("and a new port gets a number of its own", () => {
    const old = stored({ ...nodePort, ports: [{ name: "http", port: 80, nodePort: 30_080 }] });
    const { object } = updated(old, { ...nodePort, ports: twoPorts });
    expect(object.spec.ports?.map((p) => p.nodePort)).toEqual([30_080, 30_086]);
  });
});

describe("a change of type", () => {
  interface Transition {
    readonly from: Spec;
    readonly to: Spec;
    /** Fields as they are afterwards; undefined: gone. */
    readonly after: Readonly<Partial<Record<keyof ServiceSpec, unknown>>>;
  }
  const transitions: readonly (readonly [string, Transition])[] = [
    [
      "ClusterIP to ExternalName gives the address back",
      {
        from: clusterIP,
        to: { type: "ExternalName", externalName: "a.b" },
        after: {
          clusterIP: undefined,
          clusterIPs: undefined,
          ipFamilies: undefined,
          ipFamilyPolicy: undefined,
          selector,
        },
      },
    ],
    [
      "NodePort to ExternalName gives the node ports back",
      {
        from: nodePort,
        to: { type: "ExternalName", externalName: "a.b" },
        after: {
          clusterIP: undefined,
          externalTrafficPolicy: undefined,
          ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
        },
      },
    ],
    [
      "ExternalName to ClusterIP gets an address",
      {
        from: { ...externalName, ports },
        to: { type: "ClusterIP", externalName: undefined },
        after: {
          clusterIP: "10.96.0.17",
          clusterIPs: ["10.96.0.17"],
          ipFamilies: ["IPv4"],
          internalTrafficPolicy: "Cluster",
        },
      },
    ],
    [
      "ExternalName to NodePort gets an address and node ports",
      {
        from: { ...externalName, ports },
        to: { type: "NodePort", externalName: undefined },
        after: { clusterIP: "10.96.0.17", ports: [{ port: 80, protocol: "TCP", targetPort: 80, nodePort: 30_086 }] },
      },
    ],
    [
      "ClusterIP to NodePort gets node ports",
      {
        from: clusterIP,
        to: { type: "NodePort" },
        after: {
          externalTrafficPolicy: "Cluster",
          ports: [{ port: 80, protocol: "TCP", targetPort: 80, nodePort: 30_086 }],
        },
      },
    ],
    [
      "ClusterIP to LoadBalancer gets node ports",
      {
        from: clusterIP,
        to: { type: "LoadBalancer" },
        after: {
          allocateLoadBalancerNodePorts: true,
          ports: [{ port: 80, protocol: "TCP", targetPort: 80, nodePort: 30_086 }],
        },
      },
    ],
    [
      "ClusterIP to LoadBalancer without node ports gets none",
      {
        from: clusterIP,
        to: { type: "LoadBalancer", allocateLoadBalancerNodePorts: false },
        after: { ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] },
      },
    ],
    [
      "NodePort to ClusterIP gives the node ports back",
      {
        from: nodePort,
        to: { type: "ClusterIP" },
        after: { externalTrafficPolicy: undefined, ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] },
      },
    ],
    [
      "LoadBalancer to ClusterIP loses everything of a load balancer",
      {
        from: { ...localLoadBalancer, loadBalancerClass: "a/b" },
        to: { type: "ClusterIP" },
        after: {
          healthCheckNodePort: undefined,
          allocateLoadBalancerNodePorts: undefined,
          loadBalancerClass: undefined,
          externalTrafficPolicy: undefined,
          ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
        },
      },
    ],
    [
      "LoadBalancer to NodePort keeps the node ports",
      {
        from: localLoadBalancer,
        to: { type: "NodePort" },
        after: {
          healthCheckNodePort: undefined,
          allocateLoadBalancerNodePorts: undefined,
          externalTrafficPolicy: "Local",
          ports: [{ port: 80, protocol: "TCP", targetPort: 80, nodePort: 30_086 }],
        },
      },
    ],
    [
      "local traffic gets a port for health checks",
      {
        from: loadBalancer,
        to: { externalTrafficPolicy: "Local" },
        after: { healthCheckNodePort: 30_087 },
      },
    ],
    [
      "traffic no longer local gives it back",
      {
        from: localLoadBalancer,
        to: { externalTrafficPolicy: "Cluster" },
        after: { healthCheckNodePort: undefined },
      },
    ],
    [
      "headless stays headless",
      { from: headless, to: { ports: [{ port: 81 }] }, after: { clusterIP: "None", clusterIPs: ["None"] } },
    ],
    [
      "headless to ExternalName loses None",
      {
        from: headless,
        to: { type: "ExternalName", externalName: "a.b" },
        after: { clusterIP: undefined, clusterIPs: undefined },
      },
    ],
    [
      "affinity by client to none loses its timeout",
      {
        from: { ...clusterIP, sessionAffinity: "ClientIP" },
        to: { sessionAffinity: "None" },
        after: { sessionAffinityConfig: undefined },
      },
    ],
  ];
  test.each(transitions)("%s", (_, { from, to, after }) => {
    const old = stored(from);
    const { object, errors } = updated(old, patched(old.spec, to));
    expect(errors).toEqual([]);
    for (const [field, value] of Object.entries(after)) {
      expect([field, object.spec[field as keyof ServiceSpec]]).toEqual([field, value]);
    }
  });

  test("from a manifest that does not repeat what was allocated works as well", () => {
    const { object, errors } = updated(stored(loadBalancer), clusterIP);
    expect(errors).toEqual([]);
    expect(object.spec.externalTrafficPolicy).toBeUndefined();
    expect(object.spec.ports?.[0]?.nodePort).toBeUndefined();
  });

  test("forgets what the load balancer reported", () => {
    const old = { ...stored(loadBalancer), status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } };
    expect(updated(old, patched(old.spec, { type: "NodePort" })).object.status).toEqual({ loadBalancer: {} });
    expect(updated(old, old.spec as unknown as Spec).object.status).toEqual(old.status);
  });
});

describe("two families", () => {
  test("asking for both gets the second address", () => {
    const old = stored(clusterIP, dual);
    const { object, errors } = updated(old, patched(old.spec, { ipFamilyPolicy: "PreferDualStack" }), dual);
    expect(errors).toEqual([]);
    expect(object.spec).toMatchObject({ ipFamilies: ["IPv4", "IPv6"], clusterIP: "10.96.0.17" });
    expect(object.spec.clusterIPs).toEqual(["10.96.0.17", "fd00:10:96::101"]);
  });

  test("asking for one gives the second back", () => {
    const old = stored(dualStack, dual);
    const { object, errors } = updated(old, patched(old.spec, { ipFamilyPolicy: "SingleStack" }), dual);
    expect(errors).toEqual([]);
    expect(object.spec).toMatchObject({ ipFamilies: ["IPv4"], clusterIPs: ["10.96.0.17"] });
  });

  test("a preference is not acted on when the cluster changes", () => {
    const old = stored(dualStack, single);
    expect(updated(old, patched(old.spec, {}), dual).object.spec).toEqual(old.spec);
    const both = stored(dualStack, dual);
    expect(updated(both, patched(both.spec, {}), single)).toEqual({ object: both, errors: [] });
  });
});

describe("what may not change", () => {
  const immutable = "may not change once set";
  const cases: readonly (readonly [string, Spec, Spec, typeof single, readonly string[]])[] = [
    [
      "the address",
      clusterIP,
      { clusterIP: "10.96.0.99" },
      single,
      [`spec.clusterIPs[0]: Invalid value: ["10.96.0.99"]: ${immutable}`],
    ],
    [
      "the address to None",
      clusterIP,
      { clusterIP: "None" },
      single,
      [`spec.clusterIPs[0]: Invalid value: ["None"]: ${immutable}`],
    ],
    [
      "None to an address",
      headless,
      { clusterIP: "10.96.0.9" },
      single,
      [`spec.clusterIPs[0]: Invalid value: ["10.96.0.9"]: ${immutable}`],
    ],
    [
      "the address and the list of them",
      clusterIP,
      { clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] },
      single,
      [`spec.clusterIPs[0]: Invalid value: ["10.96.0.9"]: ${immutable}`],
    ],
    [
      "the second address",
      dualStack,
      { clusterIPs: ["10.96.0.17", "fd00:10:96::9"] },
      dual,
      [`spec.clusterIPs[1]: Invalid value: ["10.96.0.17","fd00:10:96::9"]: ${immutable}`],
    ],
    [
      "the second address goes only with SingleStack",
      dualStack,
      { clusterIPs: ["10.96.0.17"] },
      dual,
      [
        "spec.ipFamilyPolicy: Invalid value: \"PreferDualStack\": must be 'SingleStack' to release the secondary cluster IP",
      ],
    ],
    [
      "the second family goes only with SingleStack",
      dualStack,
      { ipFamilies: ["IPv4"] },
      dual,
      [
        "spec.ipFamilyPolicy: Invalid value: \"PreferDualStack\": must be 'SingleStack' to release the secondary IP family",
      ],
    ],
    [
      "the first family",
      clusterIP,
      { ipFamilies: ["IPv6"] },
      dual,
      [
        'spec.clusterIPs[0]: Invalid value: "10.96.0.17": expected an IPv6 value as indicated by `ipFamilies[0]`',
        `spec.ipFamilies[0]: Invalid value: ["IPv6"]: ${immutable}`,
      ],
    ],
    [
      "the class of a load balancer",
      { ...loadBalancer, loadBalancerClass: "a/b" },
      { loadBalancerClass: "c/d" },
      single,
      [`spec.loadBalancerClass: Invalid value: "c/d": ${immutable}`],
    ],
    [
      "a load balancer without class gets none",
      loadBalancer,
      { loadBalancerClass: "c/d" },
      single,
      [`spec.loadBalancerClass: Invalid value: "c/d": ${immutable}`],
    ],
    [
      "the port for health checks",
      localLoadBalancer,
      { healthCheckNodePort: 31_000 },
      single,
      ["spec.healthCheckNodePort: Forbidden: field is immutable"],
    ],
    [
      "a node port that is new stays forbidden where there are none",
      nodePort,
      { type: "ClusterIP", ports: [{ port: 80, nodePort: 31_000 }] },
      single,
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      "an address that is new stays forbidden on an ExternalName",
      clusterIP,
      { ...externalName, clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] },
      single,
      ["spec.clusterIPs: Forbidden: may not be set for ExternalName services"],
    ],
    [
      "a policy that is new stays forbidden without traffic from outside",
      loadBalancer,
      { type: "ClusterIP", externalTrafficPolicy: "Local" },
      single,
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      "a class that is new stays forbidden without load balancer",
      loadBalancer,
      { type: "ClusterIP", loadBalancerClass: "a/b" },
      single,
      ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
  ];
  test.each(cases)("%s", (_, from, changes, context, expected) => {
    const old = stored(from, context);
    expect(updated(old, patched(old.spec, changes), context).errors).toEqual(expected);
  });
});

describe("warnings", () => {
  const cases: readonly (readonly [string, Spec, readonly string[]])[] = [
    ["a usual Service has none", clusterIP, []],
    [
      "a headless Service ignores what it cannot use",
      {
        ...headless,
        externalIPs: ["192.0.2.1"],
        loadBalancerIP: "192.0.2.2",
        sessionAffinity: "ClientIP",
      },
      [
        "spec.loadBalancerIP is ignored for headless services",
        "spec.externalIPs is ignored for headless services",
        "spec.SessionAffinity is ignored for headless services",
      ],
    ],
    [
      "an external name is for ExternalName",
      { ...clusterIP, externalName: "a.b" },
      ['spec.externalName is ignored when spec.type is not "ExternalName"'],
    ],
    [
      "an IPv6 address is written canonically",
      { ...clusterIP, externalIPs: ["2001:DB8::1"] },
      ['spec.externalIPs[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")'],
    ],
    [
      "PreferClose has a new name",
      { ...clusterIP, trafficDistribution: "PreferClose" },
      ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
    ],
  ];
  test.each(cases)("%s", (_, spec, expected) => {
    const object = serviceStrategy.prepareForCreate(service(spec), single);
    expect(serviceStrategy.warnings(object, undefined)).toEqual(expected);
  });
});

test("inputs are never changed", () => {
  const freeze = <T>(value: T): T => {
    if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  const old = freeze(stored(localLoadBalancer));
  expect(() => updated(old, freeze(patched(old.spec, { type: "ExternalName", externalName: "a.b" })))).not.toThrow();
});
