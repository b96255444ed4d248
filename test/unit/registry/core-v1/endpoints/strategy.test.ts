import { expect, test } from "vitest";
import type { Endpoints } from "../../../../../shared/api/core-v1/endpoints.ts";
import { endpointsStrategy } from "../../../../../shared/registry/core-v1/endpoints/strategy.ts";

test("Endpoints warn of addresses that are written in a way that goes", () => {
  const endpoints: Endpoints = {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: "web", uid: "", resourceVersion: "", creationTimestamp: "2026-01-01T00:00:00Z" },
    subsets: [
      { addresses: [{ ip: "10.0.0.1" }, { ip: "010.0.0.2" }], notReadyAddresses: [{ ip: "FD00::1" }] },
      { addresses: [{ ip: "::ffff:10.0.0.3" }] },
    ],
  };
  const goes = "will be considered invalid in a future Kubernetes release";
  expect(endpointsStrategy.warnings(endpoints, undefined)).toEqual([
    `subsets[0].addresses[1].ip: non-standard IP address "010.0.0.2" ${goes}: use "10.0.0.2"`,
    'subsets[0].notReadyAddresses[0].ip: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
    `subsets[1].addresses[0].ip: non-standard IP address "::ffff:10.0.0.3" ${goes}: use "10.0.0.3"`,
  ]);
});
