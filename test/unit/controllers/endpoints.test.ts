import { describe, expect, test } from "vitest";
import { endpoints, pods, services } from "../../../shared/controllers/resources.ts";
import { createHarness } from "./harness.ts";
import { container, deleteNow, pod, service, servicePort } from "./objects.ts";

const GATE = { readinessGates: [{ conditionType: "example.com/warm" }] };

const on = (containerPort: number) => ({
  containers: [container({ ports: [{ name: "http", containerPort, protocol: "TCP" }] })],
});

const some = (count: number, prefix: string, spec: object) =>
  Array.from({ length: count }, (_, i) => pods.put(pod(`${prefix}-${i}`, spec)));

describe("the Endpoints of a Service", () => {
  test("list ready and unready addresses, with their Pods", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), pods.put(pod("web-1")), pods.put(pod("web-2", GATE)));
    const { subsets, metadata } = harness.get(endpoints, "web");
    const reference = (name: string) => ({
      kind: "Pod",
      namespace: "shop",
      name,
      uid: harness.get(pods, name).metadata.uid,
    });
    expect(subsets).toEqual([
      {
        addresses: [{ ip: "10.244.0.1", nodeName: "node-1", targetRef: reference("web-1") }],
        notReadyAddresses: [{ ip: "10.244.0.2", nodeName: "node-1", targetRef: reference("web-2") }],
        ports: [{ port: 8080, protocol: "TCP" }],
      },
    ]);
    expect(metadata.labels).toEqual({ app: "web", "endpoints.kubernetes.io/managed-by": "endpoint-controller" });
  });

  test("drop a Pod as soon as it is terminating, unless unready addresses are published", () => {
    for (const publishNotReadyAddresses of [false, true]) {
      const harness = createHarness();
      harness.write(services.put(service("web", { publishNotReadyAddresses })), pods.put(pod("web-1")));
      harness.write(pods.delete("web-1"));
      expect(harness.get(endpoints, "web").subsets?.[0]?.addresses?.length ?? 0).toBe(publishNotReadyAddresses ? 1 : 0);
    }
  });

  test("have a subset for each set of ports", () => {
    const harness = createHarness();
    harness.write(
      services.put(service("web", { ports: [servicePort({ name: "api", targetPort: "http" })] })),
      pods.put(pod("web-1", on(8080))),
      pods.put(pod("web-2", on(9090))),
      pods.put(pod("mute", { containers: [container({ ports: [] })] })),
    );
    const subsets = harness.get(endpoints, "web").subsets ?? [];
    expect(subsets.map((s) => [s.ports?.[0]?.port, s.addresses?.map((a) => a.targetRef?.name)])).toEqual([
      [8080, ["web-1"]],
      [9090, ["web-2"]],
    ]);
  });

  test("of a Service without Pods have no subsets", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")));
    expect(harness.get(endpoints, "web")).not.toHaveProperty("subsets");
  });

  test("of a headless Service without ports have none, and are labelled", () => {
    const harness = createHarness();
    harness.write(services.put(service("web", { clusterIP: "None", ports: [] })), pods.put(pod("web-1")));
    const { subsets, metadata } = harness.get(endpoints, "web");
    expect(subsets?.[0]).not.toHaveProperty("ports");
    expect(subsets?.[0]?.addresses).toHaveLength(1);
    expect(metadata.labels?.["service.kubernetes.io/headless"]).toBe("");
  });

  test("hold 1,000 addresses at most, ready ones first, and say that there are more", () => {
    const harness = createHarness();
    harness.write(services.put(service("web")), ...some(990, "ready", {}), ...some(30, "cold", GATE));
    const { subsets, metadata } = harness.get(endpoints, "web");
    expect([subsets?.[0]?.addresses?.length, subsets?.[0]?.notReadyAddresses?.length]).toEqual([990, 10]);
    expect(metadata.annotations?.["endpoints.kubernetes.io/over-capacity"]).toBe("truncated");
    harness.write(...Array.from({ length: 30 }, (_, i) => deleteNow(`cold-${i}`)));
    expect(harness.get(endpoints, "web").metadata.annotations).not.toHaveProperty(
      "endpoints.kubernetes.io/over-capacity",
    );
  });

  test("go with their Service, whoever wrote them", () => {
    const harness = createHarness();
    const manual = {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { name: "db" },
      subsets: [{ addresses: [{ ip: "192.0.2.1" }] }],
    };
    harness.write(services.put(service("web")), services.put(service("db", { selector: null })), endpoints.put(manual));
    harness.write(services.delete("web"), services.delete("db"));
    expect(harness.list(endpoints)).toEqual([]);
  });

  test("that never had a Service stay", () => {
    const harness = createHarness();
    harness.write(endpoints.put({ apiVersion: "v1", kind: "Endpoints", metadata: { name: "db" } }));
    expect(harness.list(endpoints)).toHaveLength(1);
  });
});
