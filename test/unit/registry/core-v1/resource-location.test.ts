import { describe, expect, test } from "vitest";
import type { Pod } from "../../../../shared/api/core-v1/pod.ts";
import type { Service } from "../../../../shared/api/core-v1/service.ts";
import type { Result } from "../../../../shared/api/meta-v1/status.ts";
import { parseProxyName, podLocation, serviceLocation } from "../../../../shared/registry/core-v1/resource-location.ts";

const outcome = (result: Result<string>): string =>
  result.ok ? result.value : `${result.status.code} ${result.status.message}`;

test.each([
  ["web", { scheme: "http", name: "web", port: "" }],
  ["web:80", { scheme: "http", name: "web", port: "80" }],
  ["web:http", { scheme: "http", name: "web", port: "http" }],
  [":web:80", { scheme: "http", name: "web", port: "80" }],
  ["http:web:", { scheme: "http", name: "web", port: "" }],
  ["https:web:443", { scheme: "https", name: "web", port: "443" }],
  ["ftp:web:21", null],
  ["a:b:c:d", null],
  [":80", null],
  ["", null],
])("the proxy name %j", (text, name) => {
  expect(parseProxyName(text)).toEqual(name);
});

const service = (ports: readonly object[]): Service =>
  ({ metadata: { name: "web", namespace: "shop" }, spec: { ports } }) as unknown as Service;

describe("a Service's location", () => {
  const two = service([
    { name: "http", port: 80, protocol: "TCP", targetPort: 8080 },
    { name: "admin", port: 9000, protocol: "TCP", targetPort: 9000 },
  ]);
  const one = service([{ port: 80, protocol: "TCP", targetPort: 8080 }]);
  test.each([
    ["the unnamed port", one, "web", "web.shop.svc.cluster.local:80"],
    ["a port by number", two, "web:9000", "web.shop.svc.cluster.local:9000"],
    ["a port by name", two, "web:http", "web.shop.svc.cluster.local:80"],
    ["no port where all have names", two, "web", '503 no endpoints available for service "web"'],
    ["an unknown name", two, "web:grpc", '503 no endpoints available for service "web"'],
    ["an unknown number", one, "web:81", '503 no service port 81 found for service "web"'],
    ["a Service without ports", service([]), "web", '503 no endpoints available for service "web"'],
  ])("%s", (_name, object, text, location) => {
    const name = parseProxyName(text);
    expect(name && outcome(serviceLocation(object, name, "cluster.local"))).toBe(location);
  });
});

const pod = (podIP: string | undefined, ports: readonly number[]): Pod =>
  ({
    metadata: { name: "p", namespace: "shop" },
    spec: {
      containers: [{ name: "sidecar" }, { name: "c", ports: ports.map((containerPort) => ({ containerPort })) }],
    },
    status: podIP === undefined ? {} : { podIP },
  }) as unknown as Pod;

describe("a Pod's location", () => {
  test.each([
    ["its first container port", pod("10.244.0.5", [8080, 9090]), "p", "10.244.0.5:8080"],
    ["port 80 where none is declared", pod("10.244.0.5", []), "p", "10.244.0.5:80"],
    ["a given port", pod("10.244.0.5", [8080]), "p:1234", "10.244.0.5:1234"],
    ["an IPv6 address", pod("fd00::5", []), "p", "[fd00::5]:80"],
    ["a port name", pod("10.244.0.5", [8080]), "p:http", '400 invalid port "http": must be a number from 1 to 65535'],
    ["port 0", pod("10.244.0.5", [8080]), "p:0", '400 invalid port "0": must be a number from 1 to 65535'],
    ["no address yet", pod(undefined, [8080]), "p", "400 address not allowed"],
  ])("%s", (_name, object, text, location) => {
    const name = parseProxyName(text);
    expect(name && outcome(podLocation(object, name))).toBe(location);
  });
});
