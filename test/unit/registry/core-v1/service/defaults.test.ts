import { describe, expect, test } from "vitest";
import { dual, prepared, service, single, six, type Spec } from "./service-fixture.ts";
import { defaultService } from "../../../../../shared/registry/core-v1/service/defaults.ts";
import type { ServiceSpec } from "../../../../../shared/api/core-v1/service.ts";

const ports = [{ port: 80 }];
const specOf = (spec: Spec, context = single): Spec => ({ ...prepared(spec, context).spec });

describe("an absent field", () => {
  const cases: readonly (readonly [string, Spec, Partial<ServiceSpec>])[] = [
    ["type is ClusterIP", { ports }, { type: "ClusterIP" }],
    ["sessionAffinity is None", { ports }, { sessionAffinity: "None" }],
    ["protocol is TCP and targetPort the port", { ports }, { ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] }],
    [
      "targetPort stays a name where it is one",
      { ports: [{ port: 80, targetPort: "http" }] },
      { ports: [{ port: 80, protocol: "TCP", targetPort: "http" }] },
    ],
    [
      "targetPort 0 is the port",
      { ports: [{ port: 80, targetPort: 0, protocol: "UDP" }] },
      { ports: [{ port: 80, protocol: "UDP", targetPort: 80 }] },
    ],
    [
      "nodePort 0 is none",
      { type: "NodePort", ports: [{ port: 80, nodePort: 0 }] },
      { ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] },
    ],
    [
      "affinity by client lasts three hours",
      { ports, sessionAffinity: "ClientIP" },
      { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } },
    ],
    [
      "affinity with a half-filled config lasts three hours",
      { ports, sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: {} } },
      { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } },
    ],
    [
      "a timeout that is given stays",
      { ports, sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } },
      { sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } },
    ],
    ["internalTrafficPolicy is Cluster", { ports }, { internalTrafficPolicy: "Cluster" }],
    [
      "internalTrafficPolicy Local stays",
      { ports, internalTrafficPolicy: "Local" },
      { internalTrafficPolicy: "Local" },
    ],
    [
      "externalTrafficPolicy of a NodePort is Cluster",
      { type: "NodePort", ports },
      { externalTrafficPolicy: "Cluster" },
    ],
    [
      "externalTrafficPolicy of a LoadBalancer is Cluster",
      { type: "LoadBalancer", ports },
      { externalTrafficPolicy: "Cluster", allocateLoadBalancerNodePorts: true },
    ],
    [
      "externalTrafficPolicy with external addresses is Cluster",
      { ports, externalIPs: ["192.0.2.1"] },
      { externalTrafficPolicy: "Cluster" },
    ],
    [
      "a LoadBalancer may go without node ports",
      { type: "LoadBalancer", ports, allocateLoadBalancerNodePorts: false },
      { allocateLoadBalancerNodePorts: false },
    ],
    ["clusterIPs follow clusterIP", { ports, clusterIP: "10.96.0.9" }, { clusterIPs: ["10.96.0.9"] }],
    ["clusterIPs of a headless Service are None", { ports, clusterIP: "None" }, { clusterIPs: ["None"] }],
  ];
  test.each(cases)("%s", (_, spec, expected) => {
    expect(specOf(spec)).toMatchObject(expected);
  });

  const absent: readonly (readonly [string, Spec, keyof ServiceSpec])[] = [
    ["externalTrafficPolicy stays absent on a ClusterIP", { ports }, "externalTrafficPolicy"],
    [
      "allocateLoadBalancerNodePorts stays absent on a NodePort",
      { type: "NodePort", ports },
      "allocateLoadBalancerNodePorts",
    ],
    ["internalTrafficPolicy stays absent on an ExternalName", { type: "ExternalName" }, "internalTrafficPolicy"],
    ["ipFamilies stay absent on an ExternalName", { type: "ExternalName" }, "ipFamilies"],
    ["an empty clusterIP is absent", { ports, clusterIP: "" }, "clusterIP"],
    ["a healthCheckNodePort of 0 is absent", { ports, healthCheckNodePort: 0 }, "healthCheckNodePort"],
    [
      "a config without affinity goes",
      { ports, sessionAffinity: "None", sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } },
      "sessionAffinityConfig",
    ],
  ];
  test.each(absent)("%s", (_, spec, field) => {
    expect(specOf(spec)).not.toHaveProperty(field);
  });
});

test("a Service without a spec still gets a whole one", () => {
  expect(prepared(undefined).spec).toMatchObject({ type: "ClusterIP", sessionAffinity: "None" });
});

test("a client cannot set the status of a new Service", () => {
  const object = { ...service({ ports }), status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } };
  expect(prepared({ ports }).status).toEqual({ loadBalancer: {} });
  expect(defaultService(object).status).toEqual(object.status);
});

describe("IP families", () => {
  const selector = { app: "web" };
  const dualStack = { ports, selector, ipFamilyPolicy: "PreferDualStack" };
  const cases: readonly (readonly [string, Spec, typeof single, readonly string[], string])[] = [
    ["one on a cluster with one", { ports, selector }, single, ["IPv4"], "SingleStack"],
    ["the first on a cluster with two", { ports, selector }, dual, ["IPv4"], "SingleStack"],
    ["IPv6 on a cluster with IPv6 alone", { ports, selector }, six, ["IPv6"], "SingleStack"],
    ["both where both are preferred and there", dualStack, dual, ["IPv4", "IPv6"], "PreferDualStack"],
    ["one where both are preferred and one is there", dualStack, single, ["IPv4"], "PreferDualStack"],
    [
      "in the order that is asked for",
      { ...dualStack, ipFamilies: ["IPv6"] },
      dual,
      ["IPv6", "IPv4"],
      "PreferDualStack",
    ],
    ["the one that is asked for", { ports, selector, ipFamilies: ["IPv6"] }, dual, ["IPv6"], "SingleStack"],
    ["that of the address", { ports, selector, clusterIP: "fd00:10:96::9" }, dual, ["IPv6"], "SingleStack"],
    [
      "both for a headless Service without selector",
      { ports, clusterIP: "None" },
      single,
      ["IPv4", "IPv6"],
      "RequireDualStack",
    ],
    ["one for a headless Service with selector", { ports, selector, clusterIP: "None" }, dual, ["IPv4"], "SingleStack"],
  ];
  test.each(cases)("%s", (_, spec, context, ipFamilies, ipFamilyPolicy) => {
    expect(specOf(spec, context)).toMatchObject({ ipFamilies, ipFamilyPolicy });
  });
});
