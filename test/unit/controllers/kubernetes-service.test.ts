import { describe, expect, test } from "vitest";
import { endpoints, endpointSlices, services } from "../../../shared/controllers/resources.ts";
import { createHarness } from "./harness.ts";

describe("Service kubernetes", () => {
  test("is in namespace default, with the API server behind it", () => {
    const harness = createHarness({ namespace: "default" });
    harness.restart();
    expect(harness.get(services, "kubernetes").spec).toMatchObject({
      clusterIP: "10.96.0.1",
      ports: [{ name: "https", port: 443, targetPort: 6443 }],
    });
    expect(harness.get(endpoints, "kubernetes").subsets).toEqual([
      { addresses: [{ ip: "192.168.0.100" }], ports: [{ name: "https", port: 6443, protocol: "TCP" }] },
    ]);
    expect(harness.get(endpointSlices, "kubernetes")).toMatchObject({
      addressType: "IPv4",
      endpoints: [{ addresses: ["192.168.0.100"], conditions: { ready: true } }],
      ports: [{ name: "https", port: 6443, protocol: "TCP" }],
    });
  });

  test("comes back when it or its endpoints are deleted", () => {
    const harness = createHarness({ namespace: "default" });
    harness.restart();
    harness.write(services.delete("kubernetes"), endpointSlices.delete("kubernetes"));
    expect(harness.get(services, "kubernetes")).toBeDefined();
    expect(harness.get(endpoints, "kubernetes")).toBeDefined();
    expect(harness.get(endpointSlices, "kubernetes")).toBeDefined();
  });

  test("is nobody's business in other namespaces", () => {
    const harness = createHarness({ namespace: "shop" });
    harness.restart();
    expect(harness.list(services)).toEqual([]);
  });
});
