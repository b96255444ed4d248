import { expect, test } from "vitest";
import { healthBody, serviceHealth } from "../../../shared/proxy/service-health.ts";
import { endpoint, service, slice, tablesOf } from "./fixtures.ts";

const OBJECTS = [
  service("shop/web", {
    type: "LoadBalancer",
    clusterIP: "10.96.0.1",
    externalTrafficPolicy: "Local",
    healthCheckNodePort: 30_099,
  }),
  slice("shop/web", [
    endpoint("10.244.1.1", "ready", { nodeName: "node-1" }),
    endpoint("10.244.1.2", "ready", { nodeName: "node-1" }),
    endpoint("10.244.1.3", "terminating", { nodeName: "node-2" }),
  ]),
];

test.each([
  ["ready endpoints of the node count", "192.168.7.1:30099", 2],
  ["those that terminate do not", "node-2:30099", 0],
])("%s", (_, authority, localEndpoints) => {
  expect(serviceHealth(tablesOf(OBJECTS), authority)).toMatchObject({ kind: "health", localEndpoints });
});

test.each(["192.168.7.1:30098", "192.168.7.9:30099", "node-1", "", "10.96.0.1:30099"])(
  "%j checks nothing",
  (authority) => expect(serviceHealth(tablesOf(OBJECTS), authority)).toBeNull(),
);

test("a table that is not there is asked for", () => {
  expect(serviceHealth(tablesOf(OBJECTS, { unloaded: ["shop"] }), "node-1:30099")).toEqual({
    kind: "load",
    namespace: "shop",
  });
});

test("the body is kube-proxy's", () => {
  const service = { namespace: "shop", name: "web" } as Parameters<typeof healthBody>[0];
  expect(healthBody(service, 2)).toBe(
    '{\n\t"service": {\n\t\t"namespace": "shop",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": 2,\n\t"serviceProxyHealthy": true\n}',
  );
});
