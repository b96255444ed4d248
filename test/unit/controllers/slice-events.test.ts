import { describe, expect, test } from "vitest";
import { events, pods, services } from "../../../shared/controllers/resources.ts";
import { createHarness, endpointsOf, slicesOf } from "./harness.ts";
import { container, pod, service, servicePort } from "./objects.ts";

const ports = [servicePort({ name: "web", targetPort: "http" })];
const mute = pod("mute", { containers: [container({ ports: [] })] });
const said = (harness: ReturnType<typeof createHarness>) =>
  harness
    .list(events)
    .flatMap((e) =>
      e.reason === "TargetPortNotFound" ? [`${e.involvedObject.kind} ${e.involvedObject.name}: ${e.message}`] : [],
    )
    .sort();

describe("a targetPort name that a Pod does not declare", () => {
  test("is an Event on the Service and on the Pod, said once, and the endpoint has no port", () => {
    const harness = createHarness();
    harness.write(
      services.put(service("web", { ports })),
      pods.put({ ...mute, metadata: { ...mute.metadata, labels: { app: "web" } } }),
    );
    harness.write(pods.put(pod("web-1")));
    expect(said(harness)).toEqual([
      'Pod mute: Service web sends port 80 to targetPort "http" (TCP), which no container declares',
      'Service web: Port 80: targetPort "http" (TCP) is declared by no container of some selected Pods; they get no traffic on it',
    ]);
    expect(
      harness
        .list(events)
        .filter((e) => e.reason === "TargetPortNotFound")
        .map((e) => e.count),
    ).toEqual([1, 1]);
    expect(slicesOf(harness.view, "web").map((s) => [s.ports, s.endpoints.length])).toEqual([
      [[], 1],
      [[{ name: "web", port: 8080, protocol: "TCP" }], 1],
    ]);
  });

  test.each([
    ["a name that is declared", [servicePort({ targetPort: "http" })]],
    ["a number that nobody declares", [servicePort({ targetPort: 4711 })]],
  ])("is not complained of for %s", (_, fine) => {
    const harness = createHarness();
    harness.write(services.put(service("web", { ports: fine })), pods.put(pod("web-1")));
    expect([said(harness), endpointsOf(harness.view, "web").length]).toEqual([[], 1]);
  });
});
