import { describe, expect, test } from "vitest";
import { dual, prepared, single, stored, type Spec } from "./service-fixture.ts";
import { serviceAllocation } from "../../../../../shared/registry/core-v1/service/allocation.ts";

const { needs, held, assign } = serviceAllocation;
const ports = [{ port: 80 }];
const selector = { app: "web" };

const anyNodePort = (index: number, servicePort: number, protocol = "TCP") => ({
  kind: "NodePort",
  port: null,
  protocol,
  servicePort,
  field: `spec.ports[${index}].nodePort`,
});
const anyAddress = (family: string) => ({ kind: "ClusterIP", family, address: null, field: "spec.clusterIPs" });

describe("a new Service needs", () => {
  const cases: readonly (readonly [string, Spec, typeof single, readonly object[]])[] = [
    ["an address", { ports }, single, [anyAddress("IPv4")]],
    [
      "an address of each family",
      { ports, ipFamilyPolicy: "RequireDualStack" },
      dual,
      [anyAddress("IPv4"), anyAddress("IPv6")],
    ],
    [
      "the address it names",
      { ports, clusterIP: "10.96.0.9" },
      single,
      [{ ...anyAddress("IPv4"), address: "10.96.0.9" }],
    ],
    [
      "the rest beside the address it names",
      { ports, clusterIP: "10.96.0.9", ipFamilyPolicy: "PreferDualStack" },
      dual,
      [{ ...anyAddress("IPv4"), address: "10.96.0.9" }, anyAddress("IPv6")],
    ],
    ["nothing when headless", { ports, clusterIP: "None", selector }, single, []],
    ["nothing when an ExternalName", { type: "ExternalName", externalName: "a.b", ports }, single, []],
    [
      "a node port for each port",
      {
        type: "NodePort",
        ports: [
          { name: "a", port: 80 },
          { name: "b", port: 81 },
        ],
      },
      single,
      [anyAddress("IPv4"), anyNodePort(0, 80), anyNodePort(1, 81)],
    ],
    [
      "the node port it names",
      { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] },
      single,
      [anyAddress("IPv4"), { ...anyNodePort(0, 80), port: 30_080 }],
    ],
    [
      "no node port where none is wanted",
      { type: "LoadBalancer", ports, allocateLoadBalancerNodePorts: false },
      single,
      [anyAddress("IPv4")],
    ],
    [
      "a node port it names even where none is wanted",
      {
        type: "LoadBalancer",
        ports: [{ port: 80, nodePort: 30_080 }],
        allocateLoadBalancerNodePorts: false,
      },
      single,
      [anyAddress("IPv4"), { ...anyNodePort(0, 80), port: 30_080 }],
    ],
    [
      "a port for health checks",
      { type: "LoadBalancer", ports, externalTrafficPolicy: "Local" },
      single,
      [
        anyAddress("IPv4"),
        anyNodePort(0, 80),
        { kind: "HealthCheckNodePort", port: null, field: "spec.healthCheckNodePort" },
      ],
    ],
  ];
  test.each(cases)("%s", (_, spec, context, expected) => {
    expect(needs(prepared(spec, context), undefined)).toEqual(expected);
  });
});

test("a stored Service holds what it was granted, and needs nothing more", () => {
  const service = stored(
    { type: "LoadBalancer", ports, externalTrafficPolicy: "Local", ipFamilyPolicy: "PreferDualStack" },
    dual,
  );
  expect(held(service)).toEqual([
    { kind: "ClusterIP", value: "10.96.0.17" },
    { kind: "ClusterIP", value: "fd00:10:96::101" },
    { kind: "NodePort", value: 30_086, protocol: "TCP" },
    { kind: "HealthCheckNodePort", value: 30_087 },
  ]);
  expect(needs(service, service)).toEqual([]);
});

test("an address counts as held however it is written", () => {
  const service = stored({ ports, clusterIP: "FD00:10:96::9", ipFamilies: ["IPv6"] }, dual);
  expect(service.spec.clusterIP).toBe("FD00:10:96::9");
  expect(held(service)).toEqual([{ kind: "ClusterIP", value: "fd00:10:96::9" }]);
});

test("53/TCP and 53/UDP of a new Service get one node port", () => {
  const dns = [
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53 },
  ];
  const service = stored({ type: "NodePort", ports: dns });
  expect(service.spec.ports?.map((p) => p.nodePort)).toEqual([30_086, 30_086]);
  expect(held(service).slice(1)).toEqual([
    { kind: "NodePort", value: 30_086, protocol: "UDP" },
    { kind: "NodePort", value: 30_086, protocol: "TCP" },
  ]);
});

test("grants go where their requests point", () => {
  const service = prepared({
    type: "NodePort",
    ports: [
      { name: "a", port: 80, nodePort: 30_080 },
      { name: "b", port: 81 },
    ],
  });
  const requests = needs(service, undefined);
  const after = assign(service, requests, [
    { kind: "ClusterIP", value: "10.96.1.1" },
    { kind: "NodePort", value: 30_080, protocol: "TCP" },
    { kind: "NodePort", value: 30_999, protocol: "TCP" },
  ]);
  expect(after.spec).toMatchObject({ clusterIP: "10.96.1.1", clusterIPs: ["10.96.1.1"] });
  expect(after.spec.ports?.map((p) => p.nodePort)).toEqual([30_080, 30_999]);
});
