import { expect, test } from "vitest";
import { addressChanges, ipAddressOf } from "../../../../../shared/registry/networking-v1/ip-address/mirror.ts";

test.each([
  ["a new Service", [], ["10.96.0.2"], { gained: ["10.96.0.2"], lost: [] }],
  ["a Service that has gone", ["10.96.0.2", "fd00::2"], [], { gained: [], lost: ["10.96.0.2", "fd00::2"] }],
  ["a second family", ["10.96.0.2"], ["10.96.0.2", "fd00::2"], { gained: ["fd00::2"], lost: [] }],
  ["nothing new", ["10.96.0.2"], ["10.96.0.2"], { gained: [], lost: [] }],
])("%s", (_, before, after, expected) => {
  expect(addressChanges(before, after)).toEqual(expected);
});

test("an IPAddress says whose it is, and that the allocator made it", () => {
  expect(ipAddressOf("fd00::2", { namespace: "shop", name: "web" })).toEqual({
    apiVersion: "networking.k8s.io/v1",
    kind: "IPAddress",
    metadata: {
      name: "fd00::2",
      labels: {
        "ipaddress.kubernetes.io/ip-family": "IPv6",
        "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
      },
    },
    spec: { parentRef: { resource: "services", namespace: "shop", name: "web" } },
  });
});
