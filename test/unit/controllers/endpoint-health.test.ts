import { beforeEach, describe, expect, test } from "vitest";
import type { EndpointSlice } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { unhealthySlices } from "../../../shared/controllers/endpoint-health.ts";
import { endpoints, endpointSlices, events, services } from "../../../shared/controllers/resources.ts";
import { createHarness, slicesOf, type Harness } from "./harness.ts";
import { service } from "./objects.ts";

let failing: Map<string, string>;
let harness: Harness;

const CHECK = { "wherry.internal/health-check": "/healthz" };
const web = (annotations: Readonly<Record<string, string>> = CHECK) => {
  const plain = service("web", { selector: null });
  return { ...plain, metadata: { ...plain.metadata, annotations } };
};

const handMade = (name: string, addresses: readonly string[], port = 8080) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name, labels: { "kubernetes.io/service-name": "web" } },
  addressType: "IPv4" as const,
  ports: [{ name: "", port, protocol: "TCP" as const }],
  endpoints: addresses.map((address) => ({ addresses: [address] })),
});

const listed = () =>
  unhealthySlices("web", harness.view)
    .flatMap((s) => s.endpoints.map(({ addresses }) => `${addresses[0]}:${s.ports?.[0]?.port}`))
    .sort();
const fail = (...hosts: readonly string[]) => {
  failing = new Map(hosts.map((host) => [`http://${host}`, "HTTP probe failed with statuscode: 503"]));
  return harness.reconcile("endpoint-health/web");
};
const said = () =>
  harness.list(events).map(({ reason, message, count, type }) => `${count} ${type} ${reason}: ${message}`);
const withoutRevision = (slice: EndpointSlice) => ({ ...slice, metadata: { ...slice.metadata, resourceVersion: "" } });

beforeEach(() => {
  failing = new Map();
  harness = createHarness({
    health: { failureOf: (name, { url }) => (name === "web" ? (failing.get(url) ?? null) : null) },
  });
  harness.write(services.put(web()));
});

describe("endpoints of slices written by hand", () => {
  test("that fail are listed in a slice of ours, and theirs stays as it was written", () => {
    harness.write(endpointSlices.put(handMade("mine", ["10.0.0.1", "10.0.0.2"])));
    const before = slicesOf(harness.view, "web");
    fail("10.0.0.2:8080");
    expect(listed()).toEqual(["10.0.0.2:8080"]);
    expect(slicesOf(harness.view, "web").map(withoutRevision)).toEqual(before.map(withoutRevision));
    expect(unhealthySlices("web", harness.view)).toMatchObject([
      {
        metadata: {
          labels: {
            "endpointslice.kubernetes.io/managed-by": "health-check-controller.wherry.internal",
            "wherry.internal/unhealthy-endpoints-of": "web",
          },
          ownerReferences: [{ kind: "Service", name: "web", controller: true }],
        },
        endpoints: [{ conditions: { ready: false, serving: false } }],
      },
    ]);
    expect(unhealthySlices("web", harness.view)[0]?.metadata.name).toMatch(/^web-unhealthy-/);
  });

  test("are said to fail and to pass again, each time", () => {
    harness.write(endpointSlices.put(handMade("mine", ["10.0.0.1", "10.0.0.2"])));
    for (let i = 0; i < 2; i++) {
      fail("10.0.0.2:8080");
      fail("10.0.0.2:8080");
      fail();
    }
    expect(listed()).toEqual([]);
    expect(said()).toEqual([
      "2 Warning EndpointUnhealthy: Endpoint 10.0.0.2:8080 is unhealthy: HTTP probe failed with statuscode: 503",
      "2 Normal EndpointHealthy: Endpoint 10.0.0.2:8080 is healthy again",
    ]);
  });

  test("that fail all are said to leave none", () => {
    harness.write(endpointSlices.put(handMade("mine", ["10.0.0.1", "10.0.0.2"])));
    fail("10.0.0.1:8080", "10.0.0.2:8080");
    expect(listed()).toHaveLength(2);
    expect(said()).toContain(
      "1 Warning NoHealthyEndpoints: All 2 endpoints fail their health check /healthz: requests are refused until one passes",
    );
  });

  test("that fail by the thousand are two Events, and slices of a hundred", () => {
    const addresses = Array.from({ length: 1000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
    harness.write(...addresses.map((a, i) => endpointSlices.put(handMade(`mine-${i}`, [a]))));
    fail(...addresses.map((a) => `${a}:8080`));
    expect(unhealthySlices("web", harness.view).map((s) => s.endpoints.length)).toEqual(
      Array.from({ length: 10 }, () => 100),
    );
    expect(said()).toHaveLength(2);
    fail();
    expect(listed()).toEqual([]);
    expect(said()).toHaveLength(3);
  });

  test.each<[string, () => unknown]>([
    ["their slice goes", () => harness.write(endpointSlices.delete("mine"))],
    ["they leave their slice", () => harness.write(endpointSlices.put({ ...handMade("mine", ["10.0.0.1"]) }))],
    ["the Service asks for no checks", () => harness.write(services.put(web({})))],
    ["the Service goes", () => harness.write(services.delete("web"))],
    [
      "the Service names one backend for all",
      () => harness.write(services.put(web({ ...CHECK, "wherry.internal/backend": "http://127.0.0.1:1" }))),
    ],
  ])("are listed no more once %s", (_, change) => {
    harness.write(endpointSlices.put(handMade("mine", ["10.0.0.1", "10.0.0.2"])));
    fail("10.0.0.2:8080");
    expect(listed()).toHaveLength(1);
    change();
    expect(listed()).toEqual([]);
  });

  test("are listed again when somebody deletes the list", () => {
    harness.write(endpointSlices.put(handMade("mine", ["10.0.0.1"])));
    fail("10.0.0.1:8080");
    harness.write(endpointSlices.delete(unhealthySlices("web", harness.view)[0]?.metadata.name ?? ""));
    expect(listed()).toEqual(["10.0.0.1:8080"]);
    expect(said().filter((one) => one.includes("EndpointUnhealthy"))).toHaveLength(1);
  });

  test("on two ports are two", () => {
    harness.write(
      endpointSlices.put(handMade("a", ["10.0.0.1"])),
      endpointSlices.put(handMade("b", ["10.0.0.1"], 9090)),
    );
    fail("10.0.0.1:9090");
    expect(listed()).toEqual(["10.0.0.1:9090"]);
  });
});

test("Endpoints written by hand are checked in their mirrored slices", () => {
  const object = {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: "web" },
    subsets: [
      { addresses: [{ ip: "10.0.0.1" }, { ip: "10.0.0.2" }], ports: [{ port: 8080, protocol: "TCP" as const }] },
    ],
  };
  harness.write(endpoints.put(object));
  fail("10.0.0.1:8080");
  expect(listed()).toEqual(["10.0.0.1:8080"]);
  expect(slicesOf(harness.view, "web")[0]?.endpoints.map(({ conditions }) => conditions)).toEqual([
    { ready: true },
    { ready: true },
  ]);
});

test("a Service that asks for no checks costs nothing", () => {
  const plain = service("plain", { selector: null });
  const changes = harness.write(services.put(plain));
  expect(changes).toHaveLength(1);
});
