import { describe, expect, test } from "vitest";
import type { EndpointSlice } from "../../../../../shared/api/discovery-v1/endpoint-slice.ts";
import { endpointSliceStrategy } from "../../../../../shared/registry/discovery-v1/endpoint-slice/strategy.ts";
import { create, update } from "../../kind-fixture.ts";

const of = (fields: object) =>
  create<EndpointSlice>("endpointslices.discovery.k8s.io", { addressType: "IPv4", ...fields });
const at = (...addresses: readonly string[]) => ({ endpoints: [{ addresses }] });

test("a port has a name, if only an empty one, and a protocol", () => {
  const { object, errors } = of({ ...at("10.0.0.1"), ports: [{ port: 80 }] });
  expect(errors).toEqual([]);
  expect(object.ports).toEqual([{ name: "", port: 80, protocol: "TCP" }]);
});

describe("refused", () => {
  test.each([
    ["without a type", { addressType: "", ...at("10.0.0.1") }, ["addressType: Required value"]],
    [
      "with another type",
      { addressType: "IPX" },
      ['addressType: Unsupported value: "IPX": supported values: "FQDN", "IPv4", "IPv6"'],
    ],
    ["an endpoint without address", at(), ["endpoints[0].addresses: Required value: must contain at least 1 address"]],
    [
      "an IPv6 address among IPv4 ones",
      at("fd00::1"),
      ['endpoints[0].addresses[0]: Invalid value: "fd00::1": must be a valid IPv4 address'],
    ],
    [
      "an IPv4 address among IPv6 ones",
      { addressType: "IPv6", ...at("10.0.0.1") },
      ['endpoints[0].addresses[0]: Invalid value: "10.0.0.1": must be a valid IPv6 address'],
    ],
    [
      "loopback",
      at("127.0.0.1"),
      [
        'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      "a name of one label",
      { addressType: "FQDN", ...at("localhost") },
      [
        'endpoints[0].addresses[0]: Invalid value: "localhost": should be a domain with at least two segments separated by dots',
      ],
    ],
    [
      "a port's name twice",
      { ...at("10.0.0.1"), ports: [{ port: 80 }, { port: 81 }] },
      ['ports[1].name: Duplicate value: ""'],
    ],
    [
      "a port out of range",
      { ...at("10.0.0.1"), ports: [{ port: 65_536 }] },
      ["ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive"],
    ],
    [
      "a host name of two labels",
      { endpoints: [{ addresses: ["10.0.0.1"], hostname: "a.b" }] },
      ['endpoints[0].hostname: Invalid value: "a.b": must not contain dots'],
    ],
    [
      "a zone hinted twice",
      { endpoints: [{ addresses: ["10.0.0.1"], hints: { forZones: [{ name: "a" }, { name: "a" }] } }] },
      ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
    ],
    [
      "more than a thousand endpoints",
      { endpoints: Array.from({ length: 1001 }, () => ({ addresses: ["x"] })) },
      ["endpoints: Too many: 1001: must have at most 1000 items"],
    ],
  ])("%s", (_, fields, expected) => {
    expect(of(fields).errors).toEqual(expected);
  });
});

describe("changed", () => {
  const old = of(at("10.0.0.1")).object;

  test("its type may not be", () => {
    const { errors } = update("endpointslices.discovery.k8s.io", old, { addressType: "IPv6", ...at("fd00::1") });
    expect(errors).toEqual(['addressType: Invalid value: "IPv6": field is immutable']);
  });

  test.each([
    ["endpoints ask for a generation", at("10.0.0.2"), true],
    ["labels ask for a generation", { metadata: { labels: { a: "b" } } }, true],
    ["annotations do not", { metadata: { annotations: { a: "b" } } }, false],
  ])("%s", (_, fields, bumps) => {
    const { object } = update("endpointslices.discovery.k8s.io", old, fields);
    expect(endpointSliceStrategy.bumpsGeneration?.(object, old)).toBe(bumps);
  });
});
