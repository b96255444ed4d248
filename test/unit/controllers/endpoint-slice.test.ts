import { describe, expect, test } from "vitest";
import type { EndpointSlice } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { endpointSlices, pods, services } from "../../../shared/controllers/resources.ts";
import { changesTo, createHarness, endpointsOf, slicesOf, type Harness } from "./harness.ts";
import { container, deleteNow, pod, service, servicePort } from "./objects.ts";

const GATE = { readinessGates: [{ conditionType: "example.com/warm" }] };

/** Opens or closes the readiness gate. */
const setWarm = (harness: Harness, name: string, status: "True" | "False") =>
  harness.update(pods, name, (p) => ({
    ...p,
    status: {
      ...p.status,
      conditions: [
        ...(p.status.conditions ?? []).filter((c) => c.type !== "example.com/warm"),
        { type: "example.com/warm", status },
      ],
    },
  }));

const conditions = (harness: Harness) => endpointsOf(harness.view, "web")[0]?.conditions;

const on = (containerPort: number) => ({
  containers: [container({ ports: [{ name: "http", containerPort, protocol: "TCP" }] })],
});

const port = (containerPort: number) => [{ name: "api", containerPort, protocol: "TCP" as const }];

const many = (count: number): Harness => {
  const harness = createHarness();
  const writes = Array.from({ length: count }, (_, i) => pods.put(pod(`web-${String(i).padStart(4, "0")}`, GATE)));
  harness.write(services.put(service("web")), ...writes);
  return harness;
};

describe("a slice", () => {
  test("carries the labels, owner and generated name that Kubernetes gives it", () => {
    const harness = createHarness();
    const web = service("web");
    const labels = {
      team: "shop",
      "endpointslice.kubernetes.io/managed-by": "me",
      "service.kubernetes.io/headless": "no",
    };
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
    expect(slice?.metadata.annotations?.["endpoints.kubernetes.io/last-change-trigger-time"]).toBe(
      "2026-01-01T00:00:00.000Z",
    );
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

  test("keeps its name when its ports change: one change, not a removal and an addition", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), pods.put(pod("web-1")));
    const [before] = slicesOf(harness.view, "web");
    const ports = [servicePort({ targetPort: 9090 })];
    const changes = harness.update(services, "web", (s) => ({ ...s, spec: { ...s.spec, ports } }));
    expect(changesTo(changes, endpointSlices).map((c) => c.name)).toEqual([before?.metadata.name]);
    expect(slicesOf(harness.view, "web").map((s) => s.ports?.[0]?.port)).toEqual([9090]);
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
    harness.write(
      services.put(service("web", { clusterIP: "None", clusterIPs: ["None"], ports: [] })),
      pods.put(pod("web-1")),
    );
    const [slice] = slicesOf(harness.view, "web");
    expect(slice?.metadata.labels?.["service.kubernetes.io/headless"]).toBe("");
    expect(slice?.ports).toEqual([]);
    expect(slice?.endpoints).toHaveLength(1);
  });

  test.each([
    ["without a selector", { selector: null }],
    ["of type ExternalName", { type: "ExternalName", externalName: "example.com" }],
  ] as const)("is not made for a Service %s", (_, spec) => {
    const harness = createHarness();
    harness.write(pods.put(pod("web-1")));
    harness.write(services.put(service("web", spec)));
    expect(slicesOf(harness.view, "web")).toEqual([]);
  });

  test("is made for each address family, and only for those the Service has", () => {
    const harness = createHarness();
    harness.write(services.put(service("web", { ipFamilies: ["IPv4", "IPv6"] })), pods.put(pod("web-1")));
    const sizes = () =>
      Object.fromEntries(slicesOf(harness.view, "web").map((s) => [s.addressType, s.endpoints.length]));
    expect(sizes()).toEqual({ IPv4: 1, IPv6: 0 });
    harness.update(services, "web", (s) => ({ ...s, spec: { ...s.spec, ipFamilies: ["IPv4"] as const } }));
    expect(sizes()).toEqual({ IPv4: 1 });
  });

  test("selectors with the names of object prototypes match nothing by accident", () => {
    const harness = createHarness();
    harness.write(
      pods.put(pod("web-1")),
      services.put(service("web", { selector: { constructor: "x", toString: "y" } })),
    );
    expect(endpointsOf(harness.view, "web")).toEqual([]);
  });
});

describe("conditions of an endpoint", () => {
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

  test("that a canary maps to another number puts it in a slice of its own", () => {
    const harness = createHarness();
    harness.write(
      services.put(named),
      pods.put(pod("web-1", on(8080))),
      pods.put(pod("web-2", on(8080))),
      pods.put(pod("canary", on(9090))),
    );
    const layout = slicesOf(harness.view, "web").map((s) => [
      s.ports?.[0]?.port,
      s.endpoints.map((e) => e.targetRef?.name),
    ]);
    expect(Object.fromEntries(layout)).toEqual({ 8080: ["web-1", "web-2"], 9090: ["canary"] });
    harness.write(deleteNow("canary"));
    expect(slicesOf(harness.view, "web").map((s) => s.ports?.[0]?.port)).toEqual([8080]);
  });

  test("that matches nothing leaves the endpoint without that port", () => {
    const harness = createHarness();
    const ports = [
      servicePort({ name: "api", targetPort: "nope" }),
      servicePort({ name: "raw", port: 81, targetPort: 8080 }),
    ];
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
      services.put(
        service("web", { ports: [servicePort({ name: "dns", port: 53, targetPort: "dns", protocol: "TCP" })] }),
      ),
      pods.put(pod("web-1", { containers: [container({ ports })] })),
    );
    expect(slicesOf(harness.view, "web")[0]?.ports).toEqual([{ name: "dns", port: 5353, protocol: "TCP" }]);
  });

  test("is found in a sidecar, not in an ordinary init container", () => {
    const harness = createHarness();
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
    harness.write(
      services.put(service("web", { ports: [servicePort({ appProtocol: "kubernetes.io/h2c" })] })),
      pods.put(pod("web-1")),
    );
    expect(slicesOf(harness.view, "web")[0]?.ports?.[0]?.appProtocol).toBe("kubernetes.io/h2c");
  });
});

describe("many endpoints", () => {
  test("250 Pods fill two slices and half a third, and one Pod's change rewrites one slice", () => {
    const harness = many(250);
    expect(
      slicesOf(harness.view, "web")
        .map((s) => s.endpoints.length)
        .toSorted((a, b) => b - a),
    ).toEqual([100, 100, 50]);
    const changes = setWarm(harness, "web-0123", "True");
    const rewritten = changesTo(changes, endpointSlices);
    expect(rewritten).toHaveLength(1);
    const after = rewritten[0]?.after as EndpointSlice;
    expect(after.endpoints.filter((e) => e.conditions?.ready).map((e) => e.targetRef?.name)).toEqual(["web-0123"]);
  });

  test("a Pod that goes and one that comes are one slice's change", () => {
    const harness = many(200);
    const from = harness.log.length;
    harness.write(deleteNow("web-0007"), pods.put(pod("new")));
    expect(changesTo(harness.log.slice(from), endpointSlices)).toHaveLength(1);
    expect(slicesOf(harness.view, "web").map((s) => s.endpoints.length)).toEqual([100, 100]);
  });
});
