/** Service type × traffic policy × endpoint state × source, as kube-proxy's rules decide (`CategorizeEndpoints`). */
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import type { SliceEndpoint } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import type { Packet } from "../../../shared/proxy/verdict.ts";
import { endpoint, FACTS, service, slice, tablesOf } from "./fixtures.ts";
import { EXPECTED, STATES, type Way } from "./policy-table.ts";
import { by, from, land, outside, to, traceTests } from "./traces.ts";

/** A Pod on node-1 that asks. */
const CALLERS = [
  service("shop/callers", { clusterIP: "None" }),
  slice("shop/callers", [endpoint("10.244.1.200", "ready", { nodeName: "node-1", pod: "caller" })]),
];
const CALLER = from("shop", "caller");

type Policy = "Cluster" | "Local";

const balanced = (externalTrafficPolicy: Policy, internalTrafficPolicy: Policy = "Cluster"): KubeObject =>
  service("shop/web", {
    type: "LoadBalancer",
    clusterIP: "10.96.0.10",
    externalTrafficPolicy,
    internalTrafficPolicy,
    externalIPs: ["203.0.113.9"],
    ports: [{ name: "http", port: 80, nodePort: 30_080 }],
    ingress: [{ ip: "172.18.0.5" }],
  });

const on = (node: 1 | 2, state: Parameters<typeof endpoint>[1]): SliceEndpoint =>
  endpoint(`10.244.1.${node}`, state, { nodeName: `node-${node}` });

const WAYS = {
  "ClusterIP, internal policy Cluster": [balanced("Local", "Cluster"), to("10.96.0.10", CALLER)],
  "ClusterIP, internal policy Local": [balanced("Cluster", "Local"), to("10.96.0.10", CALLER)],
  "name, internal policy Local": [balanced("Cluster", "Local"), to("web", CALLER)],
  "NodePort of node-1, external policy Cluster": [balanced("Cluster", "Local"), to("192.168.7.1:30080")],
  "NodePort of node-1, external policy Local": [balanced("Local"), to("192.168.7.1:30080")],
  "NodePort, external policy Local, from a Pod": [balanced("Local"), to("192.168.7.1:30080", CALLER)],
  "load balancer, external policy Cluster": [balanced("Cluster", "Local"), outside(to("172.18.0.5"))],
  "load balancer, external policy Local": [balanced("Local"), outside(to("172.18.0.5"))],
  "load balancer, external policy Local, from a Pod": [balanced("Local"), to("172.18.0.5", CALLER)],
  "external IP, external policy Local": [balanced("Local"), outside(to("203.0.113.9"))],
} satisfies Record<Way, readonly [KubeObject, Packet]>;

const short = (lands: string): string =>
  lands
    .replaceAll(/10\.244\.1\.(\d):8080/g, "$1")
    .replace("reject NoEndpoints", "R")
    .replace("drop NoLocalEndpoints", "D")
    .replaceAll(" | ", "");

describe.each(Object.entries(WAYS))("%s", (name, [web, packet]) => {
  const expected = EXPECTED[name as Way].split(" ");
  const cases = Object.entries(STATES).map(([state, [local, remote]], i) => {
    const endpoints = [local === null ? [] : [on(1, local)], remote === null ? [] : [on(2, remote)]].flat();
    return [state, endpoints, expected[i]] as const;
  });
  test.each(cases)("when %s", (_, endpoints, lands) => {
    const tables = tablesOf([...CALLERS, web, slice("shop/web", endpoints)]);
    expect(short(land(tables, packet))).toBe(lands);
  });
});

const hinted = (address: string, zone: string, nodes: readonly string[] = []): SliceEndpoint =>
  endpoint(address, "ready", {
    nodeName: zone === "a" ? "node-1" : "node-2",
    hints: {
      ...(zone === "" ? {} : { forZones: [{ name: zone }] }),
      ...(nodes.length === 0 ? {} : { forNodes: nodes.map((name) => ({ name })) }),
    },
  });
const ALL = "10.244.1.1:8080 | 10.244.1.2:8080";

traceTests(
  "topology hints",
  [
    ...CALLERS,
    service("shop/zoned", {
      type: "NodePort",
      clusterIP: "10.96.0.11",
      ports: [{ name: "http", port: 80, nodePort: 30_081 }],
    }),
    slice("shop/zoned", [hinted("10.244.1.1", "a"), hinted("10.244.1.2", "b")]),
    service("shop/noded", { clusterIP: "10.96.0.12" }),
    slice("shop/noded", [hinted("10.244.1.1", "b", ["node-1"]), hinted("10.244.1.2", "a", ["node-2"])]),
    service("shop/partly", { clusterIP: "10.96.0.13" }),
    slice("shop/partly", [hinted("10.244.1.1", "a"), hinted("10.244.1.2", "")]),
    service("shop/elsewhere", { clusterIP: "10.96.0.14" }),
    slice("shop/elsewhere", [hinted("10.244.1.1", "c"), hinted("10.244.1.2", "d")]),
    service("shop/othernode", { clusterIP: "10.96.0.15" }),
    slice("shop/othernode", [hinted("10.244.1.1", "b", ["node-2"]), hinted("10.244.1.2", "a", ["node-2"])]),
    service("shop/falling", { clusterIP: "10.96.0.16" }),
    slice("shop/falling", [
      { ...hinted("10.244.1.1", "b"), conditions: { ready: false, serving: true, terminating: true } },
      { ...hinted("10.244.1.2", "b"), conditions: { ready: false, serving: true, terminating: true } },
    ]),
    service("shop/near", { clusterIP: "10.96.0.17", internalTrafficPolicy: "Local" }),
    slice("shop/near", [{ ...hinted("10.244.1.1", "b"), nodeName: "node-1" }, hinted("10.244.1.2", "b")]),
  ],
  [
    ["keep a Pod's requests in its zone", to("zoned.shop", CALLER), "10.244.1.1:8080"],
    ["by ClusterIP too", to("10.96.0.11", CALLER), "10.244.1.1:8080"],
    ["mean nothing where nobody knows the zone", to("zoned.shop"), ALL],
    ["keep a NodePort's requests in the node's zone", to("192.168.7.2:30081"), "10.244.1.2:8080"],
    ["for nodes come before those for zones", to("noded.shop", CALLER), "10.244.1.1:8080"],
    ["for another node leave those for zones", to("othernode.shop", CALLER), "10.244.1.2:8080"],
    ["mean nothing unless every ready endpoint has one", to("partly.shop", CALLER), ALL],
    ["mean nothing in a zone that none is for", to("elsewhere.shop", CALLER), ALL],
    ["mean nothing among terminating endpoints", to("falling.shop", CALLER), ALL],
    ["mean nothing under policy Local", to("near.shop", CALLER), "10.244.1.1:8080"],
  ],
);

const VIP_AND_PROXY = service("shop/ranged", {
  type: "LoadBalancer",
  clusterIP: "10.96.0.20",
  externalTrafficPolicy: "Local",
  loadBalancerSourceRanges: ["198.51.100.0/24", " 2001:db8::/32 "],
  ports: [{ name: "http", port: 80, nodePort: 30_082 }],
  ingress: [{ ip: "172.18.0.6" }, { ip: "172.18.0.7", ipMode: "Proxy" }, { hostname: "LB.example.dev" }],
});

traceTests(
  "source ranges",
  [...CALLERS, VIP_AND_PROXY, slice("shop/ranged", [on(1, "ready"), on(2, "unready")])],
  [
    ["let their clients in", outside(to("172.18.0.6"), "198.51.100.7"), "10.244.1.1:8080"],
    ["of IPv6 as well", outside(to("172.18.0.6"), "2001:db8::7"), "10.244.1.1:8080"],
    ["drop all others", outside(to("172.18.0.6"), "198.51.101.7"), "drop NotInSourceRanges"],
    ["drop a client that nobody knows", outside(to("172.18.0.6")), "drop NotInSourceRanges"],
    ["count by host name too", outside(to("lb.example.dev"), "192.0.2.1"), "drop NotInSourceRanges"],
    ["are not asked of NodePorts", outside(to("192.168.7.1:30082"), "192.0.2.1"), "10.244.1.1:8080"],
    ["are not asked inside", to("10.96.0.20", CALLER), "10.244.1.1:8080"],
  ],
);

traceTests(
  "ipMode",
  [
    ...CALLERS,
    { ...VIP_AND_PROXY, spec: { ...VIP_AND_PROXY.spec, loadBalancerSourceRanges: [] } },
    slice("shop/ranged", [on(2, "terminating")]),
  ],
  [
    ["VIP: a Pod's node takes the short cut to all endpoints", to("172.18.0.6", CALLER), "10.244.1.2:8080"],
    [
      "Proxy: a Pod goes to the load balancer, which knows no healthy node",
      to("172.18.0.7", CALLER),
      "10.244.1.2:8080 | drop NoLocalEndpoints",
    ],
  ],
);

traceTests(
  "from outside",
  [
    ...CALLERS,
    balanced("Cluster"),
    slice("shop/web", [on(1, "ready")]),
    service("shop/plain", { clusterIP: "10.96.0.30" }),
    slice("shop/plain", [on(1, "ready")]),
    service("shop/ext", { type: "ExternalName", externalName: "api.example.com", ports: [] }),
  ],
  [
    ["a NodePort is reached", outside(to("192.168.7.1:30080")), "10.244.1.1:8080"],
    ["a NodePort by the node's name is reached", outside(to("node-2:30080")), "10.244.1.1:8080"],
    ["a load balancer is reached", outside(to("172.18.0.5")), "10.244.1.1:8080"],
    ["an external IP is reached", outside(to("203.0.113.9")), "10.244.1.1:8080"],
    ["an external IP is reached from inside too", to("203.0.113.9", CALLER), "10.244.1.1:8080"],
    ["an external IP has the Service's ports only", outside(to("203.0.113.9:30080")), "unknown UnknownPort"],
    ["a ClusterIP is not", outside(to("10.96.0.10")), "unknown NotExposed"],
    ["a Service's name is not", outside(to("web.shop.svc.cluster.local")), "unknown NotExposed"],
    ["an ExternalName is not", outside(to("ext.shop")), "unknown NotExposed"],
    ["a Pod's address is not", outside(to("10.244.1.1:8080")), "unknown NotExposed"],
    ["a node's other ports are not", outside(to("192.168.7.1:80")), "unknown UnknownNodePort"],
    ["a Service port is no NodePort", outside(to("192.168.7.1:30099")), "unknown UnknownNodePort"],
  ],
);

const AFFINE = [
  service("shop/sticky", {
    type: "NodePort",
    clusterIP: "10.96.0.40",
    sessionAffinity: "ClientIP",
    ports: [{ name: "http", port: 80, nodePort: 30_083 }],
  }),
  slice("shop/sticky", [on(1, "ready"), on(2, "ready")]),
];

describe("session affinity", () => {
  const tables = tablesOf(AFFINE);
  const clients = Array.from({ length: 40 }, (_, i) => `198.51.100.${i}`);
  test("keeps every client to one endpoint", () => {
    for (const client of clients)
      expect(land(tables, by(client, to("sticky.shop")))).toMatch(/^10\.244\.1\.[12]:8080$/);
  });
  test("spreads clients over endpoints", () => {
    expect(new Set(clients.map((client) => land(tables, by(client, to("sticky.shop"))))).size).toBe(2);
  });
  test("sends a client to the same one by name, ClusterIP and NodePort", () => {
    for (const client of clients) {
      const ways = ["sticky.shop", "10.96.0.40", "192.168.7.2:30083"];
      expect(new Set(ways.map((way) => land(tables, by(client, to(way))))).size).toBe(1);
    }
  });
  test("goes by chance where nobody knows the client", () => {
    expect(land(tables, to("sticky.shop"))).toBe(ALL);
  });
});

test("IPVS by the cluster's configuration, and by annotation before it", () => {
  const objects = [
    service("shop/rr", { clusterIP: "10.96.0.50" }),
    slice("shop/rr", [on(1, "ready"), on(2, "ready")]),
    service("shop/dh", { clusterIP: "10.96.0.51", annotations: { "wherry.internal/scheduler": "dh" } }),
    slice("shop/dh", [on(1, "ready"), on(2, "ready")]),
  ];
  const kubeProxy = { mode: "ipvs", scheduler: "rr" } as const;
  const tables = tablesOf(objects, { facts: { ...FACTS, kubeProxy } });
  expect(land(tables, to("rr.shop"))).toBe(ALL);
  expect(land(tables, to("dh.shop"))).toMatch(/^10\.244\.1\.[12]:8080$/);
  // A Pod's resolver makes the ClusterIP of each of these names: to IPVS they are one destination.
  const ways = ["dh.shop", "dh.shop.svc", "dh.shop.svc.cluster.local", "10.96.0.51"];
  expect(new Set(ways.map((way) => land(tables, to(way)))).size).toBe(1);
});
