import { expect, test } from "vitest";
import type { Node } from "../../../shared/api/core-v1/node.ts";
import { mayHaveSockets, wantedSockets } from "../../../shared/proxy/node-sockets.ts";
import { service, type ServiceOptions } from "./fixtures.ts";

const node = (...addresses: readonly string[]): Node =>
  ({
    metadata: { name: "n" },
    status: { addresses: addresses.map((address) => ({ type: "InternalIP", address })) },
  }) as unknown as Node;

const wanted = (options: ServiceOptions, nodes: readonly Node[] = [node("127.0.0.1"), node("127.0.0.2")]): string[] =>
  [...wantedSockets([service("shop/web", options)], nodes).values()].map(
    ({ kind, address, port }) => `${kind} ${address}:${port}`,
  );

test.each<[string, ServiceOptions, readonly string[]]>([
  ["a ClusterIP elsewhere opens nothing", { clusterIP: "10.96.0.1" }, []],
  ["a ClusterIP on loopback opens its ports", { clusterIP: "127.96.0.1" }, ["ClusterIP 127.96.0.1:80"]],
  ["a headless Service opens nothing", { clusterIP: "None" }, []],
  ["an ExternalName opens nothing", { type: "ExternalName", externalName: "a.test", externalIPs: ["127.0.9.9"] }, []],
  [
    "a NodePort opens on every node",
    { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] },
    ["NodePort 127.0.0.1:30080", "NodePort 127.0.0.2:30080"],
  ],
  ["a UDP NodePort opens nothing", { type: "NodePort", ports: [{ port: 80, nodePort: 30_080, protocol: "UDP" }] }, []],
  [
    "a load balancer opens its address, and health checks on every node",
    { type: "LoadBalancer", ingress: [{ ip: "127.255.0.1" }, { hostname: "x" }], healthCheckNodePort: 30_099 },
    ["health check port 127.0.0.1:30099", "health check port 127.0.0.2:30099", "load balancer 127.255.0.1:80"],
  ],
  [
    "an address of the status means nothing for other types",
    { type: "NodePort", ingress: [{ ip: "127.255.0.1" }] },
    [],
  ],
  ["external IPs on loopback open", { externalIPs: ["127.0.9.9", "203.0.113.1"] }, ["external IP 127.0.9.9:80"]],
])("%s", (_, options, expected) => {
  expect(wanted(options)).toEqual(expected);
  expect(mayHaveSockets(service("shop/web", options))).toBe(expected.length > 0);
});

test("nodes elsewhere open nothing", () => {
  expect(wanted({ type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] }, [node("192.168.7.1")])).toEqual([]);
});

test("a load balancer that waits for its address may come to have sockets", () => {
  expect(mayHaveSockets(service("shop/web", { type: "LoadBalancer", clusterIP: "10.96.0.1" }))).toBe(true);
});
