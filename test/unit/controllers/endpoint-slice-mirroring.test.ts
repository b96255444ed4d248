import { describe, expect, test } from "vitest";
import type { Endpoints, EndpointSubset } from "../../../shared/api/core-v1/endpoints.ts";
import { endpoints, endpointSlices, events, services, type Draft } from "../../../shared/controllers/resources.ts";
import { changesTo, createHarness, slicesOf, type Harness } from "./harness.ts";
import { service } from "./objects.ts";

const byHand = (subsets: readonly EndpointSubset[], metadata: object = {}): Draft<Endpoints> => ({
  apiVersion: "v1",
  kind: "Endpoints",
  metadata: { name: "web", ...metadata },
  subsets,
});

const PORTS = [{ name: "http", port: 8080, protocol: "TCP" as const }];
const two = [{ addresses: [{ ip: "10.1.0.1" }], notReadyAddresses: [{ ip: "10.1.0.2" }], ports: PORTS }];

const shop = (...subsets: readonly EndpointSubset[]): Harness => {
  const harness = createHarness();
  harness.write(services.put(service("web", { selector: null })), endpoints.put(byHand(subsets)));
  return harness;
};
const slices = (harness: Harness) => slicesOf(harness.view, "web");
const warnings = (harness: Harness) => harness.list(events).map(({ reason, message }) => `${reason}: ${message}`);

describe("Endpoints written by hand", () => {
  test("are mirrored with labels, annotations, owner, and who is ready", () => {
    const harness = createHarness();
    const annotations = {
      "example.com/note": "kept",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
      "endpoints.kubernetes.io/last-change-trigger-time": "2026-01-01T00:00:00Z",
    };
    const mine = byHand(two, { labels: { team: "shop" }, annotations });
    harness.write(services.put(service("web", { selector: null })), endpoints.put(mine));
    expect(slices(harness)).toMatchObject([
      {
        metadata: {
          labels: {
            team: "shop",
            "kubernetes.io/service-name": "web",
            "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
          },
          ownerReferences: [{ kind: "Endpoints", name: "web", controller: true }],
        },
        addressType: "IPv4",
        ports: PORTS,
        endpoints: [
          { addresses: ["10.1.0.1"], conditions: { ready: true } },
          { addresses: ["10.1.0.2"], conditions: { ready: false } },
        ],
      },
    ]);
    expect(slices(harness)[0]?.metadata.annotations).toEqual({ "example.com/note": "kept" });
  });

  test("of both families are mirrored to a slice of each", () => {
    const harness = shop({ addresses: [{ ip: "10.1.0.1" }, { ip: "fd00::1" }], ports: PORTS });
    expect(
      slices(harness)
        .map((s) => `${s.addressType} ${s.endpoints[0]?.addresses.join()}`)
        .sort(),
    ).toEqual(["IPv4 10.1.0.1", "IPv6 fd00::1"]);
  });

  test("keep their addresses apart although all refer to one thing", () => {
    const targetRef = { kind: "VM", name: "one" };
    const harness = shop({
      addresses: [
        { ip: "10.1.0.1", targetRef },
        { ip: "10.1.0.2", targetRef },
      ],
      ports: PORTS,
    });
    expect(slices(harness)[0]?.endpoints).toHaveLength(2);
  });

  test("that change rewrite the slice, and that go take it along", () => {
    const harness = shop(...two);
    const changes = harness.write(endpoints.put(byHand([{ addresses: [{ ip: "10.1.0.3" }], ports: PORTS }])));
    expect(
      changesTo(changes, endpointSlices).map(({ before, after }) => before?.metadata.name === after?.metadata.name),
    ).toEqual([true]);
    expect(slices(harness)[0]?.endpoints.map((e) => e.addresses)).toEqual([["10.1.0.3"]]);
    harness.write(endpoints.delete("web"));
    expect(slices(harness)).toEqual([]);
  });

  test("that are written again as they are change nothing", () => {
    const harness = shop(...two);
    expect(changesTo(harness.write(endpoints.put(byHand(two))), endpointSlices)).toEqual([]);
  });

  test.each<[string, object]>([
    ["ask not to be", { labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } }],
    ["elect a leader", { annotations: { "control-plane.alpha.kubernetes.io/leader": "{}" } }],
  ])("are not mirrored when they %s", (_, metadata) => {
    const harness = shop(...two);
    harness.write(endpoints.put(byHand(two, metadata)));
    expect(slices(harness)).toEqual([]);
  });

  test("are not mirrored for a Service that has a selector, or is not there", () => {
    const harness = createHarness();
    harness.write(endpoints.put(byHand(two)));
    expect(slices(harness)).toEqual([]);
    harness.write(services.put(service("web", { selector: null })));
    expect(slices(harness)).toHaveLength(1);
    harness.write(services.put(service("web")));
    const managers = slices(harness).map((s) => s.metadata.labels?.["endpointslice.kubernetes.io/managed-by"]);
    expect(managers).toEqual(["endpointslice-controller.k8s.io"]);
  });

  test("beyond a thousand addresses a subset are cut off, the unready ones first, and an Event says so", () => {
    const ips = (third: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ ip: `10.${third}.${i >> 8}.${i & 255}` }));
    const harness = shop({ addresses: ips(1, 990), notReadyAddresses: ips(2, 30), ports: PORTS });
    const found = slices(harness).flatMap((s) => s.endpoints.map((e) => e.conditions?.ready));
    expect([found.filter((r) => r === true).length, found.filter((r) => r === false).length]).toEqual([990, 10]);
    expect(warnings(harness)).toEqual([
      "TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 20 addresses were skipped",
    ]);
  });

  test("with addresses that are none lose those, and an Event says so", () => {
    const harness = shop({ addresses: [{ ip: "10.1.0.1" }, { ip: "10.1.0.300" }], ports: PORTS });
    expect(slices(harness)[0]?.endpoints).toHaveLength(1);
    expect(warnings(harness)).toEqual([
      "InvalidIPAddress: Skipped 1 invalid IP addresses when mirroring to EndpointSlices",
    ]);
  });
});
