import { describe, expect, test } from "vitest";
import { parseCIDR } from "../../../../shared/apimachinery/ip.ts";
import { allocate, type AllocationState, type PortHolder } from "../../../../shared/registry/allocation/allocate.ts";
import type { AllocationRequest } from "../../../../shared/registry/allocation/allocation.ts";
import { NODE_PORT_RANGE } from "../../../../shared/registry/allocation/port-allocator.ts";

interface Taken {
  readonly addresses?: readonly string[];
  readonly ports?: Readonly<Record<number, PortHolder>>;
}

const stateOf = ({ addresses = [], ports = {} }: Taken = {}): AllocationState => ({
  addressRanges: [{ cidr: parseCIDR("10.96.0.0/28") ?? expect.fail(), used: new Set(addresses), ready: true }],
  nodePortRange: NODE_PORT_RANGE,
  defaultIngressClass: null,
  nodePorts: new Map(Object.entries(ports).map(([port, holder]) => [Number(port), holder])),
});

const address = (wanted: string | null): AllocationRequest => ({
  kind: "ClusterIP",
  family: "IPv4",
  address: wanted,
  field: "spec.clusterIPs",
});
const nodePort = (
  port: number | null,
  servicePort: number | null = null,
  protocol: "TCP" | "UDP" = "TCP",
): AllocationRequest => ({
  kind: "NodePort",
  port,
  protocol,
  servicePort,
  field: "spec.ports[0].nodePort",
});
const healthCheck = (port: number | null): AllocationRequest => ({
  kind: "HealthCheckNodePort",
  port,
  field: "spec.healthCheckNodePort",
});
const mine: PortHolder = { owner: "shop/web", kind: "NodePort" };
const theirs: PortHolder = { owner: "shop/api", kind: "NodePort" };
const ask = (requests: readonly AllocationRequest[], taken?: Taken) =>
  allocate(stateOf(taken), { owner: "shop/web", requests }, () => 0);

describe("granted", () => {
  const cases: readonly (readonly [string, readonly AllocationRequest[], Taken, readonly (string | number)[]])[] = [
    ["nothing for nothing", [], {}, []],
    ["any address", [address(null)], {}, ["10.96.0.1"]],
    ["the next address after those in use", [address(null)], { addresses: ["10.96.0.1", "10.96.0.2"] }, ["10.96.0.3"]],
    ["a named address", [address("10.96.0.9")], {}, ["10.96.0.9"]],
    ["different addresses in one order", [address(null), address(null)], {}, ["10.96.0.1", "10.96.0.2"]],
    ["any port", [nodePort(null)], {}, [30_086]],
    ["a named port", [nodePort(30_080)], {}, [30_080]],
    ["different ports in one order", [nodePort(null), nodePort(null)], {}, [30_086, 30_087]],
    [
      "one port for two protocols of a Service port",
      [nodePort(null, 53), nodePort(null, 53, "UDP")],
      {},
      [30_086, 30_086],
    ],
    ["the named port to the other protocol", [nodePort(null, 53), nodePort(30_053, 53, "UDP")], {}, [30_053, 30_053]],
    [
      "a port that the owner has for another protocol",
      [nodePort(30_053, null, "UDP")],
      { ports: { 30_053: mine } },
      [30_053],
    ],
    ["a port that two protocols name", [nodePort(30_053), nodePort(30_053, null, "UDP")], {}, [30_053, 30_053]],
    ["a port for health checks beside a node port", [nodePort(null), healthCheck(null)], {}, [30_086, 30_087]],
    ["a named port for health checks", [healthCheck(30_500)], {}, [30_500]],
  ];
  test.each(cases)("%s", (_, requests, taken, values) => {
    const answer = ask(requests, taken);
    expect(answer.ok ? answer.grants.map((g) => g.value) : answer).toEqual(values);
  });
});

describe("refused", () => {
  const ranges = "The range of valid";
  const cases: readonly (readonly [string, readonly AllocationRequest[], Taken, readonly string[] | string])[] = [
    [
      "an address in use",
      [address("10.96.0.9")],
      { addresses: ["10.96.0.9"] },
      [
        'spec.clusterIPs: Invalid value: ["10.96.0.9"]: failed to allocate IP 10.96.0.9: provided IP is already allocated',
      ],
    ],
    [
      "an address twice in one order",
      [address("10.96.0.9"), address("10.96.0.9")],
      {},
      [
        'spec.clusterIPs: Invalid value: ["10.96.0.9"]: failed to allocate IP 10.96.0.9: provided IP is already allocated',
      ],
    ],
    [
      "an address outside",
      [address("10.0.0.1")],
      {},
      [
        `spec.clusterIPs: Invalid value: ["10.0.0.1"]: failed to allocate IP 10.0.0.1: the provided network does not match the current range`,
      ],
    ],
    [
      "the broadcast address",
      [address("10.96.0.15")],
      {},
      [
        `spec.clusterIPs: Invalid value: ["10.96.0.15"]: failed to allocate IP 10.96.0.15: the provided network does not match the current range`,
      ],
    ],
    [
      "a family that is not there",
      [{ ...address(null), family: "IPv6" } as AllocationRequest],
      {},
      ['spec.clusterIPs: Invalid value: "IPv6": not configured on this cluster'],
    ],
    [
      "an address of a full range",
      [address(null)],
      {
        addresses: Array.from({ length: 14 }, (_, i) => `10.96.0.${i + 1}`),
      },
      "failed to allocate a serviceIP: range is full",
    ],
    [
      "a port in use",
      [nodePort(30_080)],
      { ports: { 30_080: theirs } },
      ["spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated"],
    ],
    [
      "a port outside",
      [nodePort(80)],
      {},
      [
        `spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. ${ranges} ports is 30000-32767`,
      ],
    ],
    [
      "a port that another Service uses for another protocol",
      [nodePort(30_053, null, "UDP")],
      { ports: { 30_053: theirs } },
      ["spec.ports[0].nodePort: Invalid value: 30053: provided port is already allocated"],
    ],
    [
      "the owner's own port for health checks",
      [nodePort(30_500)],
      {
        ports: { 30_500: { owner: "shop/web", kind: "HealthCheckNodePort" } },
      },
      ["spec.ports[0].nodePort: Invalid value: 30500: provided port is already allocated"],
    ],
    [
      "a node port for health checks",
      [nodePort(30_500), healthCheck(30_500)],
      {},
      "failed to allocate requested HealthCheck NodePort 30500: provided port is already allocated",
    ],
    [
      "both of two bad requests",
      [address("10.0.0.1"), nodePort(80)],
      {},
      [
        `spec.clusterIPs: Invalid value: ["10.0.0.1"]: failed to allocate IP 10.0.0.1: the provided network does not match the current range`,
        `spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. ${ranges} ports is 30000-32767`,
      ],
    ],
    [
      "a good request beside a bad one",
      [address(null), nodePort(80)],
      {},
      [
        `spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. ${ranges} ports is 30000-32767`,
      ],
    ],
  ];
  test.each(cases)("%s", (_, requests, taken, why) => {
    const answer = ask(requests, taken);
    if (answer.ok) expect.fail(JSON.stringify(answer));
    expect("internal" in answer ? answer.internal : answer.errors.map((e) => `${e.field}: ${e.message}`)).toEqual(why);
  });

  test("a port of a full range", () => {
    const ports = Object.fromEntries(Array.from({ length: 2768 }, (_, i) => [30_000 + i, theirs]));
    expect(ask([nodePort(null)], { ports })).toEqual({
      ok: false,
      internal: "failed to allocate a nodePort: range is full",
    });
    expect(ask([healthCheck(null)], { ports })).toEqual({
      ok: false,
      internal: "failed to allocate a HealthCheck NodePort 0: range is full",
    });
  });
});

test("the snapshot is never changed", () => {
  const state = stateOf({ addresses: ["10.96.0.1"], ports: { 30_086: theirs } });
  allocate(state, { owner: "shop/web", requests: [address(null), nodePort(null), healthCheck(null)] }, () => 0);
  expect(state.addressRanges[0]?.used).toEqual(new Set(["10.96.0.1"]));
  expect([...state.nodePorts.keys()]).toEqual([30_086]);
});

describe("a default IngressClass", () => {
  const asked = (defaultIngressClass: string | null) =>
    allocate(
      { ...stateOf(), defaultIngressClass },
      { owner: "shop/web", requests: [{ kind: "DefaultIngressClass" }] },
      () => 0,
    );

  test.each([
    ["is the one that is marked", "a", { ok: true, grants: [{ kind: "DefaultIngressClass", value: "a" }] }],
    ["need not be", null, { ok: true, grants: [{ kind: "DefaultIngressClass", value: null }] }],
  ])("%s", (_, name, expected) => {
    expect(asked(name)).toEqual(expected);
  });
});
