import { describe, expect, test } from "vitest";
import { resolve } from "../../../shared/proxy/resolve.ts";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { endpoint, pod, service, slice, tablesOf } from "./fixtures.ts";
import { from, land, to, traceTests } from "./traces.ts";

const WEB = [
  service("shop/web", {
    clusterIP: "10.96.0.10",
    ports: [
      { name: "http", port: 80 },
      { name: "admin", port: 81 },
    ],
  }),
  slice("shop/web", [endpoint("10.244.1.1", "ready", { pod: "web-1" })]),
  pod("shop/web-1", { ports: [8080, 9090] }),
];

traceTests("web with one ready endpoint", WEB, [
  ["its full name reaches it", to("web.shop.svc.cluster.local"), "10.244.1.1:8080"],
  ["a trailing dot changes nothing", to("web.shop.svc.cluster.local."), "10.244.1.1:8080"],
  ["names are case-insensitive", to("WEB.Shop.SVC.Cluster.LOCAL"), "10.244.1.1:8080"],
  ["the name without the domain reaches it", to("web.shop.svc"), "10.244.1.1:8080"],
  ["name and namespace reach it", to("web.shop"), "10.244.1.1:8080"],
  ["the port may be said", to("web.shop:80"), "10.244.1.1:8080"],
  ["an empty port is the scheme's", to("web.shop:"), "10.244.1.1:8080"],
  ["the short name reaches it from its namespace", to("web", from("shop")), "10.244.1.1:8080"],
  ["the short name means another Service elsewhere", to("web", from("other")), "unknown UnknownService"],
  ["the short name of nobody means namespace default", to("web"), "unknown UnknownService"],
  ["the short name with a trailing dot is no Service", to("web.", from("shop")), "unknown UnknownHost"],
  ["name and namespace with a trailing dot are no Service", to("web.shop."), "unknown UnknownHost"],
  ["its ClusterIP reaches it", to("10.96.0.10"), "10.244.1.1:8080"],
  ["a port with no endpoints rejects", to("10.96.0.10:81"), "reject NoEndpoints"],
  ["a port it does not have is unknown", to("web.shop:8080"), "unknown UnknownPort"],
  ["https means port 443", to("web.shop", null, "https"), "unknown UnknownPort"],
  ["https with port 80 is port 80", to("web.shop:80", null, "https"), "10.244.1.1:8080"],
  ["a free address is unknown", to("10.96.0.11"), "unknown UnknownHost"],
  ["an address outside is unknown", to("1.1.1.1"), "unknown UnknownHost"],
  ["a public name is unknown", to("example.com"), "unknown UnknownNamespace"],
  ["a longer public name is unknown", to("www.shop.example.com"), "unknown UnknownHost"],
  ["the domain itself is unknown", to("cluster.local"), "unknown UnknownHost"],
  ["a namespace alone is unknown", to("shop.svc.cluster.local"), "unknown UnknownHost"],
  ["an unknown namespace is said to be", to("web.nope.svc.cluster.local"), "unknown UnknownNamespace"],
  ["an unknown Service is said to be", to("nope.shop"), "unknown UnknownService"],
  ["the pod's own address and port reach it", to("10.244.1.1:8080"), "10.244.1.1:8080"],
  ["a declared container port that no Service has is reached by address", to("10.244.1.1:9090"), "10.244.1.1:9090"],
  ["a port no container declares is closed", to("10.244.1.1:7070"), "unknown UnknownPort"],
  ["an address of the pod block without a pod is unknown", to("10.244.1.99:8080"), "unknown UnknownHost"],
  ["a pod's DNS name reaches it", to("10-244-1-1.shop.pod.cluster.local:8080"), "10.244.1.1:8080"],
  ["a pod's DNS name that spells no address is unknown", to("a-b-c-d.shop.pod.cluster.local"), "unknown UnknownHost"],
  ["the endpoint's dashed name reaches it", to("10-244-1-1.web.shop.svc.cluster.local:8080"), "10.244.1.1:8080"],
  ["an endpoint that is not there is unknown", to("10-244-1-9.web.shop.svc:8080"), "unknown UnknownEndpoint"],
  ["four labels before svc are unknown", to("a.b.web.shop.svc.cluster.local"), "unknown UnknownHost"],
  ["a wildcard is no name", to("*.shop"), "unknown BadAuthority"],
  ["__proto__ is no Service", to("__proto__.shop"), "unknown UnknownService"],
  ["constructor is no Service", to("constructor", from("shop")), "unknown UnknownService"],
  ["constructor is no namespace", to("web.constructor"), "unknown UnknownNamespace"],
  ["nothing is a bad authority", to(""), "unknown BadAuthority"],
  ["port 0 is a bad authority", to("web.shop:0"), "unknown BadAuthority"],
]);

traceTests(
  "readiness",
  [
    service("shop/mixed", { clusterIP: "10.96.0.20" }),
    slice("shop/mixed", [
      endpoint("10.244.1.1"),
      endpoint("10.244.1.2"),
      endpoint("10.244.1.3", "unready"),
      endpoint("10.244.1.4", "terminating"),
    ]),
    service("shop/draining", { clusterIP: "10.96.0.21" }),
    slice("shop/draining", [
      endpoint("10.244.1.5", "terminating"),
      endpoint("10.244.1.6", "dying"),
      endpoint("10.244.1.7", "unready"),
    ]),
    service("shop/down", { clusterIP: "10.96.0.22" }),
    slice("shop/down", [endpoint("10.244.1.8", "unready"), endpoint("10.244.1.9", "dying")]),
    service("shop/warming", { clusterIP: "10.96.0.25" }),
    slice("shop/warming", [
      { addresses: ["10.244.1.11"], conditions: { ready: false, serving: true, terminating: false } },
    ]),
    service("shop/empty", { clusterIP: "10.96.0.23" }),
    service("shop/unset", { clusterIP: "10.96.0.24" }),
    slice("shop/unset", [{ addresses: ["10.244.1.10"] }]),
  ],
  [
    ["only ready endpoints are used while there are any", to("mixed.shop"), "10.244.1.1:8080 | 10.244.1.2:8080"],
    ["serving and terminating ones stand in when none is ready", to("draining.shop"), "10.244.1.5:8080"],
    ["neither unready nor dying endpoints are used", to("down.shop"), "reject NoEndpoints"],
    ["serving alone does not make an endpoint usable", to("warming.shop"), "reject NoEndpoints"],
    ["a Service without slices rejects", to("empty.shop"), "reject NoEndpoints"],
    ["absent conditions mean ready", to("unset.shop"), "10.244.1.10:8080"],
    ["a pod's address reaches it though it is not ready", to("10.244.1.8:8080"), "10.244.1.8:8080"],
  ],
);

traceTests(
  "headless Services",
  [
    service("shop/db", { clusterIP: "None", ports: [{ name: "http", port: 80 }] }),
    slice("shop/db", [
      endpoint("10.244.1.1", "ready", { hostname: "db-0", pod: "db-0" }),
      endpoint("10.244.1.2", "unready", { hostname: "db-1", pod: "db-1" }),
      endpoint("10.244.1.3", "ready", { pod: "db-2" }),
    ]),
    pod("shop/db-0"),
    pod("shop/db-1"),
    pod("shop/db-2"),
    service("shop/none", { clusterIP: "None" }),
    service("shop/bare", { clusterIP: "None", ports: [] }),
    slice("shop/bare", [endpoint("10.244.1.4", "ready", { pod: "bare-0" })], { ports: [] }),
    pod("shop/bare-0", { ports: [5000] }),
  ],
  [
    ["the name leads to the Pods' own port", to("db.shop:8080"), "10.244.1.1:8080 | 10.244.1.3:8080"],
    ["the Service's port plays no part", to("db.shop:80"), "unknown UnknownPort"],
    ["a hostname leads to its Pod", to("db-0.db.shop.svc.cluster.local:8080"), "10.244.1.1:8080"],
    ["a hostname works by the search path from the namespace", to("db-0.db:8080", from("shop")), "10.244.1.1:8080"],
    ["a hostname works by the search path from elsewhere", to("db-0.db.shop:8080", from("other")), "10.244.1.1:8080"],
    ["a Pod that is not ready has no name", to("db-1.db.shop.svc:8080"), "reject NoEndpoints"],
    ["a Pod without hostname has its dashed address", to("10-244-1-3.db.shop.svc:8080"), "10.244.1.3:8080"],
    ["a Pod with hostname has no other name", to("10-244-1-1.db.shop.svc:8080"), "unknown UnknownEndpoint"],
    ["a hostname on a closed port is unknown", to("db-0.db.shop.svc:81"), "unknown UnknownPort"],
    ["without endpoints it rejects", to("none.shop"), "reject NoEndpoints"],
    ["without ports its Pods' declared ports count", to("bare.shop:5000"), "10.244.1.4:5000"],
    ["without ports another port is unknown", to("bare.shop:5001"), "unknown UnknownPort"],
  ],
);

traceTests(
  "NodePorts and load balancers",
  [
    service("shop/np", {
      type: "NodePort",
      clusterIP: "10.96.0.30",
      ports: [{ name: "http", port: 80, nodePort: 30080 }],
    }),
    slice("shop/np", [endpoint("10.244.1.1", "ready", { nodeName: "node-1" })]),
    service("shop/local", {
      type: "LoadBalancer",
      clusterIP: "10.96.0.31",
      externalTrafficPolicy: "Local",
      ports: [{ name: "http", port: 80, nodePort: 30081 }],
      ingress: [{ ip: "172.18.0.5" }, { hostname: "LB.example.dev" }],
    }),
    slice("shop/local", [
      endpoint("10.244.1.2", "ready", { nodeName: "node-1" }),
      endpoint("10.244.1.3", "terminating", { nodeName: "node-2" }),
    ]),
    service("shop/udp", {
      type: "NodePort",
      clusterIP: "10.96.0.32",
      ports: [{ name: "http", port: 53, nodePort: 30053, protocol: "UDP" }],
    }),
  ],
  [
    ["a node's address and the NodePort reach it", to("192.168.7.1:30080"), "10.244.1.1:8080"],
    ["any node does", to("192.168.7.2:30080"), "10.244.1.1:8080"],
    ["a node's IPv6 address does", to("[fd00::2]:30080"), "10.244.1.1:8080"],
    ["a node's name does", to("node-1:30080"), "10.244.1.1:8080"],
    ["a NodePort nobody has is unknown", to("192.168.7.1:30099"), "unknown UnknownNodePort"],
    ["the NodePort is no port of the ClusterIP", to("10.96.0.30:30080"), "unknown UnknownPort"],
    ["policy Local keeps to the node", to("192.168.7.1:30081"), "10.244.1.2:8080"],
    ["policy Local falls back to the node's terminating endpoint", to("192.168.7.2:30081"), "10.244.1.3:8080"],
    ["the load balancer's address reaches it", to("172.18.0.5"), "10.244.1.2:8080"],
    ["the load balancer's hostname reaches it", to("lb.example.dev"), "10.244.1.2:8080"],
    ["a port the load balancer lacks is unknown", to("172.18.0.5:81"), "unknown UnknownPort"],
    ["a UDP port carries no HTTP", to("10.96.0.32:53"), "unknown UnknownPort"],
    ["a UDP NodePort carries no HTTP", to("192.168.7.1:30053"), "unknown UnknownNodePort"],
  ],
);

traceTests(
  "internalTrafficPolicy Local",
  [
    service("shop/near", { clusterIP: "10.96.0.40", internalTrafficPolicy: "Local" }),
    slice("shop/near", [
      endpoint("10.244.1.1", "ready", { nodeName: "node-1", pod: "near-1" }),
      endpoint("10.244.1.2", "ready", { nodeName: "node-2", pod: "near-2" }),
    ]),
    service("shop/far", { clusterIP: "10.96.0.41", internalTrafficPolicy: "Local" }),
    slice("shop/far", [endpoint("10.244.1.2", "ready", { nodeName: "node-2", pod: "near-2" })]),
    service("shop/nowhere", { clusterIP: "10.96.0.42", internalTrafficPolicy: "Local" }),
  ],
  [
    ["a Pod reaches the endpoint on its node", to("near.shop", from("shop", "near-1")), "10.244.1.1:8080"],
    ["by ClusterIP too", to("10.96.0.40", from("shop", "near-2")), "10.244.1.2:8080"],
    ["a Pod without one on its node is dropped", to("far.shop", from("shop", "near-1")), "drop NoLocalEndpoints"],
    ["no endpoints at all reject", to("nowhere.shop", from("shop", "near-1")), "reject NoEndpoints"],
    ["without a node, all endpoints count", to("near.shop"), "10.244.1.1:8080 | 10.244.1.2:8080"],
    ["a Pod nobody knows has no node", to("near.shop", from("shop", "x")), "10.244.1.1:8080 | 10.244.1.2:8080"],
  ],
);

const external = (path: string, externalName: string): KubeObject =>
  service(path, { type: "ExternalName", externalName, ports: [] });

traceTests(
  "ExternalName",
  [
    ...WEB,
    external("shop/ext", "Api.Example.com."),
    external("shop/inside", "web.shop.svc.cluster.local"),
    external("other/chain", "inside.shop.svc.cluster.local."),
    external("shop/loop", "loop.shop.svc.cluster.local"),
    external("shop/dangling", "gone.shop.svc.cluster.local"),
    external("shop/address", "1.2.3.4"),
    external("shop/short", "web.shop"),
  ],
  [
    ["it leads to the target", to("ext.shop"), "external api.example.com:80"],
    ["the port stays", to("ext.shop:8443"), "external api.example.com:8443"],
    ["https stays", to("ext.shop", null, "https"), "external api.example.com:443"],
    ["a target in the cluster is followed", to("inside.shop"), "10.244.1.1:8080"],
    ["a chain across namespaces is followed", to("chain.other"), "10.244.1.1:8080"],
    ["a loop ends", to("loop.shop"), "unknown ExternalNameLoop"],
    ["a target that is not there is unknown", to("dangling.shop"), "unknown UnknownService"],
    ["an address is no name", to("address.shop"), "unknown UnknownHost"],
    ["a CNAME is absolute: no search path applies", to("short.shop"), "external web.shop:80"],
    ["it has no endpoints to name", to("a.ext.shop.svc"), "unknown UnknownEndpoint"],
  ],
);

traceTests(
  "dual stack",
  [
    service("shop/dual", { clusterIP: "10.96.0.50", clusterIPs: ["10.96.0.50", "fd00:96::50"] }),
    slice("shop/dual", [endpoint("10.244.1.1")]),
    slice("shop/dual/b", [endpoint("fd00:244:1::1")], { addressType: "IPv6" }),
  ],
  [
    ["an IPv4 ClusterIP leads to IPv4", to("10.96.0.50"), "10.244.1.1:8080"],
    ["an IPv6 ClusterIP leads to IPv6", to("[fd00:96::50]"), "fd00:244:1::1:8080"],
    ["other spellings of the address are the same", to("[FD00:0096:0::0050]:80"), "fd00:244:1::1:8080"],
    ["the name has both", to("dual.shop"), "10.244.1.1:8080 | fd00:244:1::1:8080"],
    ["an IPv6 pod address reaches its pod", to("[fd00:244:1::1]:8080"), "fd00:244:1::1:8080"],
  ],
);

describe("tables that are not loaded yet", () => {
  const tables = tablesOf(WEB, { unloaded: ["shop"] });
  test.each([
    ["a name asks for its namespace", to("web.shop"), "load shop"],
    ["a ClusterIP asks for its Service's namespace", to("10.96.0.10"), "load shop"],
    ["a pod address asks for its block's namespace", to("10.244.1.1:8080"), "load shop"],
    ["the search path asks for the source's namespace first", to("web.other", from("shop")), "load shop"],
    ["a namespace that does not exist is never asked for", to("web.nope"), "unknown UnknownNamespace"],
  ] as const)("%s", (_, packet, lands) => expect(land(tables, packet)).toBe(lands));
});

test("a UDP port of a Pod carries no HTTP, though a Service has it", () => {
  const objects = [
    service("shop/dns", { clusterIP: "None", ports: [{ name: "dns", port: 53, protocol: "UDP" }] }),
    slice("shop/dns", [endpoint("10.244.1.1")], { ports: [{ name: "dns", protocol: "UDP", port: 5353 }] }),
  ];
  expect(land(tablesOf(objects), to("10.244.1.1:5353"))).toBe("unknown UnknownPort");
});

test("the asking Pod's own Services come before namespaces of the same name", () => {
  const objects = [
    service("other/shop", { clusterIP: "None" }),
    slice("other/shop", [endpoint("10.244.2.1", "ready", { hostname: "web" })]),
    ...WEB,
  ];
  expect(land(tablesOf(objects), to("web.shop:8080", from("other")))).toBe("10.244.2.1:8080");
  expect(land(tablesOf(objects), to("web.shop:80", from("default")))).toBe("10.244.1.1:8080");
});

test("no authority makes it throw", () => {
  const tables = tablesOf(WEB);
  const parts = [
    "web",
    ".",
    "shop",
    ":",
    "[",
    "]",
    "::",
    "80",
    "é",
    "\0",
    "%2e",
    "@",
    "/",
    "-",
    "_",
    "svc",
    "1",
    "\u{1f600}",
  ];
  let seed = 7;
  for (let i = 0; i < 20_000; i++) {
    let authority = "";
    for (let j = 0; j < 6; j++) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      authority += parts[seed % parts.length];
    }
    expect(typeof resolve(tables, to(authority, from("shop")), () => 0).kind).toBe("string");
  }
  expect(resolve(tables, to("a".repeat(1_000_000)), () => 0)).toMatchObject({ reason: "BadAuthority" });
});
