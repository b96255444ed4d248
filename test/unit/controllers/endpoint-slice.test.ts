import { describe, expect, test } from "vitest";
import type { EndpointSlice, SliceEndpoint } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { endpointSlices, pods, services } from "../../../shared/controllers/resources.ts";
import { packEndpoints } from "../../../shared/controllers/slice-packing.ts";
import { changesTo, createHarness, endpointsOf, slicesOf, type Harness } from "./harness.ts";
import { container, pod, service, servicePort } from "./objects.ts";

const GATE = { readinessGates: [{ conditionType: "example.com/warm" }] };

/** Opens or closes the readiness gate. */
const setWarm = (harness: Harness, name: string, status: "True" | "False") =>
  harness.update(pods, name, (p) => ({
    ...p,
    status: {
      ...p.status,
      conditions: [...(p.status.conditions ?? []).filter((c) => c.type !== "example.com/warm"), { type: "example.com/warm", status }],
    },
  }));

describe("a slice", () => {
  test("carries the labels, owner and generated name that Kubernetes gives it", () => {
    const harness = createHarness();
    const web = service("web");
    const labels = { team: "shop", "endpointslice.kubernetes.io/managed-by": "me", "service.kubernetes.io/headless": "no" };
    harness.write(services.put({ ...web, metadata: { ...web.metadata, labels } }), pods.put(pod("web-1")));
    const [slice] = slicesOf(harness.view, "web");
    expect(slice?.metadata.labels).toEqual({
      team: "shop",
      "kubernetes.io/service-name": "web",
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    });
    expect(slice?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(slice?.metadata.generateName).toBe("web-");
    expect(slice?.metadata.ownerReferences).toEqual([
      {
        apiVersion: "v1",
        kind: "Service",
        name: "web",
        uid: harness.get(services, "web").metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(slice?.metadata.annotations?.["endpoints.kubernetes.io/last-change-trigger-time"]).toBe("2026-01-01T00:00:00.000Z");
    expect(slice?.addressType).toBe("IPv4");
  });

  test("says of an endpoint where it is and which Pod it is", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), pods.put(pod("web-1", { hostname: "one", subdomain: "web" })));
    const { metadata, status } = harness.get(pods, "web-1");
    expect(endpointsOf(harness.view, "web")).toEqual([
      {
        addresses: [status.podIP],
        conditions: { ready: true, serving: true, terminating: false },
        hostname: "one",
        nodeName: "node-1",
        zone: "zone-a",
        targetRef: { kind: "Pod", namespace: "shop", name: "web-1", uid: metadata.uid },
      },
    ]);
  });

  test.each([
    ["the subdomain names another Service", { hostname: "one", subdomain: "other" }],
    ["there is no subdomain", { hostname: "one" }],
    ["there is no hostname", { subdomain: "web" }],
  ])("has no hostname when %s", (_, spec) => {
    const harness = createHarness();
    harness.write(services.put(service("web")), pods.put(pod("web-1", spec)));
    expect(endpointsOf(harness.view, "web")[0]).not.toHaveProperty("hostname");
  });

  test("is there, and empty, for a Service that selects no Pod", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")));
    expect(slicesOf(harness.view, "web").map((s) => [s.endpoints, s.ports])).toEqual([[[], []]]);
    harness.write(pods.put(pod("web-1")));
    expect(slicesOf(harness.view, "web").map((s) => s.endpoints.length)).toEqual([1]);
  });

  test("follows the Service's labels", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), pods.put(pod("web-1")));
    harness.update(services, "web", (s) => ({ ...s, metadata: { ...s.metadata, labels: { tier: "front" } } }));
    expect(slicesOf(harness.view, "web")[0]?.metadata.labels).toMatchObject({ tier: "front" });
    expect(slicesOf(harness.view, "web")[0]?.metadata.labels).not.toHaveProperty("app");
  });

  test("comes back when somebody deletes or empties it", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), pods.put(pod("web-1")));
    const [slice] = slicesOf(harness.view, "web");
    harness.write(endpointSlices.delete(slice?.metadata.name ?? ""));
    const [again] = slicesOf(harness.view, "web");
    expect(again?.endpoints).toHaveLength(1);
    harness.update(endpointSlices, again?.metadata.name ?? "", (s) => ({ ...s, endpoints: [] }));
    expect(endpointsOf(harness.view, "web")).toHaveLength(1);
  });

  test("of a headless Service is labelled so", () => {
    const harness = createHarness();
    harness.write(services.put(service("web", { clusterIP: "None", clusterIPs: ["None"], ports: [] })), pods.put(pod("web-1")));
    const [slice] = slicesOf(harness.view, "web");
    expect(slice?.metadata.labels?.["service.kubernetes.io/headless"]).toBe("");
    expect(slice?.ports).toEqual([]);
    expect(slice?.endpoints).toHaveLength(1);
  });

  test.each([
    ["without a selector", { selector: undefined }],
    ["of type ExternalName", { type: "ExternalName", externalName: "example.com" }],
  ] as const)("is not made for a Service %s", (_, spec) => {
    const harness = createHarness();
    harness.write(pods.put(pod("web-1")));
    const draft = service("web", spec as object);
    harness.write(services.put(draft));
    expect(slicesOf(harness.view, "web")).toEqual([]);
  });

  test("is made for each address family, and only for those the Service has", () => {
    const harness = createHarness();
    harness.write(services.put(service("web", { ipFamilies: ["IPv4", "IPv6"] })), pods.put(pod("web-1")));
    expect(slicesOf(harness.view, "web").map((s) => [s.addressType, s.endpoints.length]).sort()).toEqual([["IPv4", 1], ["IPv6", 0]]);
    harness.update(services, "web", (s) => ({ ...s, spec: { ...s.spec, ipFamilies: ["IPv4"] } }));
    expect(slicesOf(harness.view, "web").map((s) => s.addressType)).toEqual(["IPv4"]);
  });

  test("selectors with the names of object prototypes match nothing by accident", () => {
    const harness = createHarness();
    harness.write(pods.put(pod("web-1")), services.put(service("web", { selector: { constructor: "x", toString: "y" } })));
    expect(endpointsOf(harness.view, "web")).toEqual([]);
  });
});

describe("conditions of an endpoint", () => {
  const conditions = (harness: Harness) => endpointsOf(harness.view, "web")[0]?.conditions;
  test.each([
    [false, "a Pod that is not ready", "False", false, { ready: false, serving: false, terminating: false }],
    [true, "a Pod that is not ready, published", "False", false, { ready: true, serving: false, terminating: false }],
    [false, "a ready Pod that goes", "True", true, { ready: false, serving: true, terminating: true }],
    [true, "a ready Pod that goes, published", "True", true, { ready: true, serving: true, terminating: true }],
    [false, "a Pod that goes and is not ready", "False", true, { ready: false, serving: false, terminating: true }],
  ] as const)("publishNotReadyAddresses %s: %s", (publishNotReadyAddresses, _, warm, goes, expected) => {
    const harness = createHarness();
    harness.write(services.put(service("web", { publishNotReadyAddresses })), pods.put(pod("web-1", GATE)));
    setWarm(harness, "web-1", warm);
    if (goes) harness.write(pods.delete("web-1"));
    expect(conditions(harness)).toEqual(expected);
  });
});

describe("a named targetPort", () => {
  const named = service("web", { ports: [servicePort({ name: "api", targetPort: "http" })] });
  const on = (containerPort: number) => ({ containers: [container({ ports: [{ name: "http", containerPort, protocol: "TCP" }] })] });

  test("that a canary maps to another number puts it in a slice of its own", () => {
    const harness = createHarness();
    harness.write(services.put(named), pods.put(pod("web-1", on(8080))), pods.put(pod("web-2", on(8080))), pods.put(pod("canary", on(9090))));
    const layout = slicesOf(harness.view, "web").map((s) => [s.ports?.[0]?.port, s.endpoints.map((e) => e.targetRef?.name).sort()]);
    expect(layout.sort()).toEqual([[8080, ["web-1", "web-2"]], [9090, ["canary"]]]);
    harness.write({ ...pods.delete("canary"), gracePeriodSeconds: 0 } as ReturnType<typeof pods.delete>);
    expect(slicesOf(harness.view, "web").map((s) => s.ports?.[0]?.port)).toEqual([8080]);
  });

  test("that matches nothing leaves the endpoint without that port", () => {
    const harness = createHarness();
    const ports = [servicePort({ name: "api", targetPort: "nope" }), servicePort({ name: "raw", port: 81, targetPort: 8080 })];
    harness.write(services.put(service("web", { ports })), pods.put(pod("web-1")));
    expect(slicesOf(harness.view, "web")[0]?.ports).toEqual([{ name: "raw", port: 8080, protocol: "TCP" }]);
  });

  test("is looked up by protocol as well", () => {
    const harness = createHarness();
    const ports = [
      { name: "dns", containerPort: 53, protocol: "UDP" },
      { name: "dns", containerPort: 5353, protocol: "TCP" },
    ] as const;
    harness.write(
      services.put(service("web", { ports: [servicePort({ name: "dns", port: 53, targetPort: "dns", protocol: "TCP" })] })),
      pods.put(pod("web-1", { containers: [container({ ports })] })),
    );
    expect(slicesOf(harness.view, "web")[0]?.ports).toEqual([{ name: "dns", port: 5353, protocol: "TCP" }]);
  });

  test("is found in a sidecar, not in an ordinary init container", () => {
    const harness = createHarness();
    const port = (containerPort: number) => [{ name: "api", containerPort, protocol: "TCP" as const }];
    const initContainers = [
      container({ name: "once", ports: port(1) }),
      container({ name: "sidecar", ports: port(2), restartPolicy: "Always" }),
    ];
    harness.write(
      services.put(service("web", { ports: [servicePort({ targetPort: "api" })] })),
      pods.put(pod("web-1", { initContainers })),
    );
    expect(slicesOf(harness.view, "web")[0]?.ports?.[0]?.port).toBe(2);
  });

  test("carries appProtocol along", () => {
    const harness = createHarness();
    harness.write(services.put(service("web", { ports: [servicePort({ appProtocol: "kubernetes.io/h2c" })] })), pods.put(pod("web-1")));
    expect(slicesOf(harness.view, "web")[0]?.ports?.[0]?.appProtocol).toBe("kubernetes.io/h2c");
  });
});

describe("many endpoints", () => {
  const many = (count: number): Harness => {
    const harness = createHarness();
    const writes = Array.from({ length: count }, (_, i) => pods.put(pod(`web-${String(i).padStart(4, "0")}`, GATE)));
    harness.write(services.put(service("web")), ...writes);
    return harness;
  };

  test("250 Pods fill two slices and half a third, and one Pod's change rewrites one slice", () => {
    const harness = many(250);
    expect(slicesOf(harness.view, "web").map((s) => s.endpoints.length).sort((a, b) => b - a)).toEqual([100, 100, 50]);
    const changes = setWarm(harness, "web-0123", "True");
    const rewritten = changesTo(changes, endpointSlices);
    expect(rewritten).toHaveLength(1);
    const after = rewritten[0]?.after as EndpointSlice;
    expect(after.endpoints.filter((e) => e.conditions?.ready).map((e) => e.targetRef?.name)).toEqual(["web-0123"]);
  });

  test("a Pod that goes and one that comes are one slice's change", () => {
    const harness = many(200);
    const from = harness.log.length;
    harness.write({ ...pods.delete("web-0007"), gracePeriodSeconds: 0 } as ReturnType<typeof pods.delete>, pods.put(pod("new")));
    expect(changesTo(harness.log.slice(from), endpointSlices)).toHaveLength(1);
    expect(slicesOf(harness.view, "web").map((s) => s.endpoints.length)).toEqual([100, 100]);
  });
});

describe("packing", () => {
  const endpoint = (n: number, ready = true): SliceEndpoint => ({ addresses: [`10.0.${n >> 8}.${n & 255}`], conditions: { ready } });
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => endpoint(from + i));
  const slice = (name: string, endpoints: readonly SliceEndpoint[]): EndpointSlice => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
    addressType: "IPv4",
    endpoints,
  });
  const shape = ({ updated, created, emptied }: ReturnType<typeof packEndpoints>) => ({
    updated: Object.fromEntries([...updated].map(([name, endpoints]) => [name, endpoints.length])),
    created: created.map((c) => c.length),
    emptied,
  });

  test.each([
    ["nothing to do", [slice("a", range(0, 10))], range(0, 10), { updated: {}, created: [], emptied: [] }],
    ["a slice that loses all its endpoints", [slice("a", range(0, 10)), slice("b", range(10, 20))], range(0, 10), { updated: {}, created: [], emptied: ["b"] }],
    ["new endpoints go where there is a change already", [slice("a", range(0, 90)), slice("b", range(90, 100))], [...range(1, 100), ...range(200, 205)], { updated: { a: 94 }, created: [], emptied: [] }],
    ["new endpoints fill the fullest slice that can take them all", [slice("a", range(0, 50)), slice("b", range(50, 140)), slice("c", range(140, 239))], range(0, 244), { updated: { b: 95 }, created: [], emptied: [] }],
    ["a new slice rather than two opened ones", [slice("a", range(0, 95)), slice("b", range(95, 190))], range(0, 200), { updated: {}, created: [10], emptied: [] }],
    ["250 at once", [], range(0, 250), { updated: {}, created: [100, 100, 50], emptied: [] }],
  ])("%s", (_, slices, desired, expected) => {
    expect(shape(packEndpoints(slices, desired))).toEqual(expected);
  });

  test("loses and doubles nothing, whatever there was before", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const slices = [slice("a", range(0, seed * 3)), slice("b", range(seed * 3, seed * 5))];
      const desired = range(seed, seed * 9);
      const packing = packEndpoints(slices, desired);
      const kept = slices.filter((s) => !packing.updated.has(s.metadata.name) && !packing.emptied.includes(s.metadata.name));
      const all = [...kept.map((s) => s.endpoints), ...packing.updated.values(), ...packing.created];
      expect(all.every((endpoints) => endpoints.length <= 100)).toBe(true);
      expect(all.flat().flatMap((e) => e.addresses).sort()).toEqual(desired.flatMap((e) => e.addresses).sort());
    }
  });
});
