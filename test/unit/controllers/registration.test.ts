import { beforeEach, describe, expect, test } from "vitest";
import { endpointSlices, events, pods, services } from "../../../shared/controllers/resources.ts";
import type { Lease } from "../../../shared/registry/registration/registration.ts";
import { changesTo, createHarness, slicesOf, START, type Harness } from "./harness.ts";
import { pod, service, servicePort } from "./objects.ts";

let leases: Lease[] = [];
let sick = new Set<string>();
let harness: Harness;

const lease = (id: string, url: string, more: Partial<Lease> = {}): Lease => ({
  id,
  url,
  weight: 1,
  zone: null,
  ttlSeconds: 10,
  expiresAt: START + 10_000,
  ...more,
});

const reconcile = () => harness.reconcile("registration/web");
const addresses = () =>
  slicesOf(harness.view, "web")
    .flatMap((s) => s.endpoints.flatMap((e) => e.addresses))
    .sort();

beforeEach(() => {
  leases = [];
  sick = new Set();
  harness = createHarness({
    leases: { of: (name) => (name === "web" ? leases : []) },
    health: { failureOf: (_, { id }) => (sick.has(id) ? "HTTP probe failed with statuscode: 503" : null) },
  });
  harness.write(services.put(service("web", { selector: null })));
});

describe("a registered endpoint", () => {
  test("is in a slice of the Service, with address, port, zone and host name", () => {
    leases = [lease("a", "http://10.1.2.3:3000/base", { zone: "zone-a", weight: 3 })];
    reconcile();
    expect(slicesOf(harness.view, "web")).toMatchObject([
      {
        addressType: "IPv4",
        metadata: {
          labels: {
            "endpointslice.kubernetes.io/managed-by": "registration-controller.wherry.internal",
            "kubernetes.io/service-name": "web",
            app: "web",
          },
          annotations: { "wherry.internal/registrations": '{"a":{"url":"http://10.1.2.3:3000/base","weight":3}}' },
          ownerReferences: [{ kind: "Service", name: "web", controller: true }],
        },
        ports: [{ name: "", port: 3000, protocol: "TCP" }],
        endpoints: [
          {
            addresses: ["10.1.2.3"],
            conditions: { ready: true, serving: true, terminating: false },
            hostname: "a",
            zone: "zone-a",
            targetRef: { kind: "Registration", namespace: "shop", name: "a" },
          },
        ],
      },
    ]);
  });

  test.each([
    ["a name", "https://shop.example/base", "FQDN", "shop.example", 443],
    ["a name with a port", "http://shop.example:8080", "FQDN", "shop.example", 8080],
    ["an IPv6 address", "http://[FD00::1]:3000", "IPv6", "fd00::1", 3000],
    ["an IPv4 address", "http://10.0.0.9", "IPv4", "10.0.0.9", 80],
  ])("may be at %s", (_, url, addressType, address, port) => {
    leases = [lease("a", url)];
    reconcile();
    expect(slicesOf(harness.view, "web")).toMatchObject([
      { addressType, ports: [{ port }], endpoints: [{ addresses: [address] }] },
    ]);
  });

  test("answers on every TCP port of the Service", () => {
    const ports = [
      servicePort({ name: "http" }),
      servicePort({ name: "alt", port: 81 }),
      servicePort({ name: "dns", port: 53, protocol: "UDP" }),
    ];
    harness.update(services, "web", (s) => ({ ...s, spec: { ...s.spec, ports } }));
    leases = [lease("a", "http://10.0.0.1:3000")];
    reconcile();
    expect(slicesOf(harness.view, "web")[0]?.ports).toEqual([
      { name: "http", port: 3000, protocol: "TCP" },
      { name: "alt", port: 3000, protocol: "TCP" },
    ]);
  });

  test("leaves when its time is up, and the others stay", () => {
    leases = [lease("a", "http://10.0.0.1"), lease("b", "http://10.0.0.2", { expiresAt: START + 30_000 })];
    reconcile();
    harness.advance(9_999);
    expect(addresses()).toEqual(["10.0.0.1", "10.0.0.2"]);
    harness.advance(1);
    expect(addresses()).toEqual(["10.0.0.2"]);
    harness.advance(20_000);
    expect(slicesOf(harness.view, "web")).toEqual([]);
  });

  test("that was renewed meanwhile stays, and nothing is written", () => {
    leases = [lease("a", "http://10.0.0.1")];
    reconcile();
    leases = [lease("a", "http://10.0.0.1", { expiresAt: START + 15_000 })];
    const before = harness.log.length;
    harness.advance(14_999);
    expect([addresses(), harness.log.length]).toEqual([["10.0.0.1"], before]);
    harness.advance(1);
    expect(addresses()).toEqual([]);
  });

  test("expires after a restart at the time it would have expired", () => {
    leases = [lease("a", "http://10.0.0.1")];
    reconcile();
    harness.restart();
    harness.advance(9_999);
    expect(addresses()).toEqual(["10.0.0.1"]);
    harness.advance(1);
    expect(addresses()).toEqual([]);
  });

  test("that moves, or weighs more, is rewritten in place", () => {
    leases = [lease("a", "http://10.0.0.1:80/v1")];
    reconcile();
    leases = [lease("a", "http://10.0.0.1:80/v2", { weight: 2 })];
    const changes = changesTo(reconcile(), endpointSlices);
    expect(changes.map(({ before, after }) => [before?.metadata.name === after?.metadata.name])).toEqual([[true]]);
    expect(slicesOf(harness.view, "web")[0]?.metadata.annotations?.["wherry.internal/registrations"]).toBe(
      '{"a":{"url":"http://10.0.0.1:80/v2","weight":2}}',
    );
  });

  test("comes back when somebody deletes its slice", () => {
    leases = [lease("a", "http://10.0.0.1")];
    reconcile();
    const [slice] = slicesOf(harness.view, "web");
    harness.write(endpointSlices.delete(slice?.metadata.name ?? ""));
    expect(addresses()).toEqual(["10.0.0.1"]);
  });

  test("that is found not to work stays in its slice, and is not ready", () => {
    leases = [lease("a", "http://10.0.0.1"), lease("b", "http://10.0.0.2")];
    reconcile();
    sick.add("b");
    expect(changesTo(reconcile(), endpointSlices)).toHaveLength(1);
    const conditions = slicesOf(harness.view, "web").flatMap((s) =>
      s.endpoints.map((e) => [e.addresses[0], e.conditions]),
    );
    expect(Object.fromEntries(conditions)).toEqual({
      "10.0.0.1": { ready: true, serving: true, terminating: false },
      "10.0.0.2": { ready: false, serving: false, terminating: false },
    });
  });

  test("that is sick is said to be, once, and stays for who publishes what is not ready", () => {
    const annotations = { "wherry.internal/health-check": "/healthz" };
    harness.update(services, "web", (s) => ({
      ...s,
      metadata: { ...s.metadata, annotations },
      spec: { ...s.spec, publishNotReadyAddresses: true },
    }));
    leases = [lease("a", "http://10.0.0.1"), lease("b", "http://10.0.0.2")];
    reconcile();
    sick.add("b");
    reconcile();
    reconcile();
    const states = slicesOf(harness.view, "web").flatMap((s) => s.endpoints.map(({ conditions }) => conditions));
    expect(states.map((c) => [c?.ready, c?.serving])).toEqual([
      [true, true],
      [true, false],
    ]);
    sick.clear();
    reconcile();
    expect(harness.list(events).map(({ reason, message, count }) => `${count} ${reason}: ${message}`)).toEqual([
      "1 EndpointUnhealthy: Endpoint b is unhealthy: HTTP probe failed with statuscode: 503",
      "1 EndpointHealthy: Endpoint b is healthy again",
    ]);
  });

  test("goes with its Service", () => {
    leases = [lease("a", "http://10.0.0.1")];
    reconcile();
    harness.write(services.delete("web"));
    expect(slicesOf(harness.view, "web")).toEqual([]);
  });

  test("stands beside the Pods of a Service that has a selector", () => {
    harness.update(services, "web", (s) => ({ ...s, spec: { ...s.spec, selector: { app: "web" } } }));
    harness.write(pods.put(pod("web-0")));
    leases = [lease("a", "http://10.0.0.1:8080")];
    reconcile();
    expect(addresses()).toEqual(["10.0.0.1", "10.244.0.1"]);
    const managers = slicesOf(harness.view, "web").map(
      (s) => s.metadata.labels?.["endpointslice.kubernetes.io/managed-by"],
    );
    expect(new Set(managers)).toEqual(
      new Set(["endpointslice-controller.k8s.io", "registration-controller.wherry.internal"]),
    );
  });
});

test("two hundred and fifty backends on one port share three slices, and one that leaves changes one", () => {
  const all = Array.from({ length: 250 }, (_, i) => lease(`b-${String(i).padStart(3, "0")}`, `https://b${i}.example`));
  leases = all;
  reconcile();
  expect(
    slicesOf(harness.view, "web")
      .map((s) => s.endpoints.length)
      .sort((a, b) => a - b),
  ).toEqual([50, 100, 100]);
  leases = all.filter(({ id }) => id !== "b-120");
  expect(changesTo(reconcile(), endpointSlices)).toHaveLength(1);
  expect(slicesOf(harness.view, "web").reduce((n, s) => n + s.endpoints.length, 0)).toBe(249);
});
