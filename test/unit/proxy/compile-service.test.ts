import { describe, expect, test } from "vitest";
import { compileService } from "../../../shared/proxy/compile-service.ts";
import { toPodView } from "../../../shared/proxy/pod-summary.ts";
import type { Pod } from "../../../shared/api/core-v1/pod.ts";
import type { EndpointSlice } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import type { Service } from "../../../shared/api/core-v1/service.ts";
import { endpoint, pod, service, slice } from "./fixtures.ts";

const addresses = (svc: Service, slices: readonly EndpointSlice[]) =>
  compile(svc, slices).ports.map((port) =>
    [port.name, ...port.endpoints.map((e) => `${e.address}:${e.port}`)].join(" "),
  );

const backendOf = (svc: Service, slices: readonly EndpointSlice[], pods: readonly Pod[] = []) =>
  compile(svc, slices, pods).ports[0]?.endpoints[0]?.backend;

const port = (options: object) => service("shop/web", { ports: [{ name: "http", port: 80, ...options }] });

const slicePort = (options: object) =>
  slice("shop/web", [endpoint("192.0.2.1")], { ports: [{ name: "http", port: 8080, ...options }] });

const compile = (svc: Service, slices: readonly EndpointSlice[] = [], pods: readonly Pod[] = []) => {
  const views = new Map(pods.map((each) => [each.metadata.name, toPodView(each)]));
  return compileService(svc, slices, (name) => views.get(name));
};

const BACKEND = "wherry.internal/backend";
const web = service("shop/web", { clusterIP: "10.96.0.10" });

describe("what a Service becomes", () => {
  test.each([
    ["a ClusterIP", web, { type: "ClusterIP", clusterIPs: ["10.96.0.10"], headless: false, externalName: null }],
    ["IPv6 in canonical text", service("a/b", { clusterIP: "FD00:0:0::10" }), { clusterIPs: ["fd00::10"] }],
    ["headless", service("a/b", { clusterIP: "None" }), { clusterIPs: [], headless: true }],
    [
      "ExternalName",
      service("a/b", { type: "ExternalName", externalName: "x.dev", clusterIP: "" }),
      { type: "ExternalName", clusterIPs: [], headless: false, externalName: "x.dev", ports: [] },
    ],
    ["no affinity", web, { sessionAffinity: null }],
    [
      "affinity for three hours",
      service("a/b", { sessionAffinity: "ClientIP" }),
      { sessionAffinity: { timeoutSeconds: 10_800 } },
    ],
    [
      "affinity as long as it says",
      service("a/b", { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }),
      { sessionAffinity: { timeoutSeconds: 60 } },
    ],
    [
      "policies that are not said are Cluster",
      web,
      { internalTrafficPolicy: "Cluster", externalTrafficPolicy: "Cluster" },
    ],
    [
      "its own backend",
      service("a/b", { annotations: { [BACKEND]: "http://x.dev/base/" } }),
      { backend: { kind: "url", url: "http://x.dev/base" } },
    ],
    ["a bad backend counts as none", service("a/b", { annotations: { [BACKEND]: "ftp://x.dev" } }), { backend: null }],
    ["an annotation like a prototype's", service("a/b", { annotations: { constructor: "x" } }), { backend: null }],
  ])("%s", (_, svc, entry) => expect(compile(svc)).toMatchObject(entry));
});

describe("endpoints of a port", () => {
  const two = service("shop/web", {
    ports: [
      { name: "http", port: 80 },
      { name: "dns", port: 53, protocol: "UDP" },
    ],
  });

  test.each([
    ["are matched by the port's name", [slice("shop/web", [endpoint("10.0.0.1")])], ["http 10.0.0.1:8080", "dns"]],
    [
      "are matched by protocol too",
      [slice("shop/web", [endpoint("10.0.0.1")], { ports: [{ name: "dns", protocol: "TCP", port: 5353 }] })],
      ["http", "dns"],
    ],
    [
      "come from every slice, in the order of slice names",
      [slice("shop/web/b", [endpoint("10.0.0.2")]), slice("shop/web/a", [endpoint("10.0.0.1")])],
      ["http 10.0.0.1:8080 10.0.0.2:8080", "dns"],
    ],
    [
      "may have other numbers in other slices",
      [
        slice("shop/web/a", [endpoint("10.0.0.1")]),
        slice("shop/web/b", [endpoint("10.0.0.2")], { ports: [{ name: "http", port: 9090 }] }),
      ],
      ["http 10.0.0.1:8080 10.0.0.2:9090", "dns"],
    ],
    [
      "are none where the slice port has no number",
      [slice("shop/web", [endpoint("10.0.0.1")], { ports: [{ name: "http" }] })],
      ["http", "dns"],
    ],
    [
      "count their first address only",
      [slice("shop/web", [{ addresses: ["10.0.0.1", "10.0.0.2"] }])],
      ["http 10.0.0.1:8080", "dns"],
    ],
    ["are left out without any address", [slice("shop/web", [{ addresses: [] }])], ["http", "dns"]],
  ])("%s", (_, slices, expected) => expect(addresses(two, slices)).toEqual(expected));

  test("the one unnamed port is matched by slices whose port has no name", () => {
    const svc = service("shop/web", { ports: [{ port: 80 }] });
    expect(addresses(svc, [slice("shop/web", [endpoint("10.0.0.1")], { ports: [{ port: 8080 }] })])).toEqual([
      " 10.0.0.1:8080",
    ]);
  });

  test("a headless Service without ports keeps its endpoints for DNS", () => {
    const svc = service("shop/web", { clusterIP: "None", ports: [] });
    const entry = compile(svc, [slice("shop/web", [endpoint("10.0.0.1")], { ports: [] })]);
    expect(entry.portless?.map((e) => [e.address, e.port])).toEqual([["10.0.0.1", 0]]);
    expect(compile(web).portless).toBeUndefined();
  });

  test.each([
    ["absent conditions", undefined, { ready: true, serving: true, terminating: false }],
    [
      "serving follows ready where it is absent",
      { ready: false },
      { ready: false, serving: false, terminating: false },
    ],
    [
      "all said",
      { ready: false, serving: true, terminating: true },
      { ready: false, serving: true, terminating: true },
    ],
  ])("%s", (_, conditions, expected) => {
    const raw = { addresses: ["10.0.0.1"], ...(conditions === undefined ? {} : { conditions }) };
    expect(compile(web, [slice("shop/web", [raw])]).ports[0]?.endpoints[0]).toMatchObject(expected);
  });
});

describe("the backend of an endpoint", () => {
  const ofPod = slice("shop/web", [endpoint("10.244.1.1", "ready", { pod: "web-1" })]);
  const plain = slice("shop/web", [endpoint("192.0.2.1")]);

  test.each([
    ["of a Pod is its image", backendOf(web, [ofPod], [pod("shop/web-1")]), { kind: "image" }],
    ["of a Pod that is gone is its image, with no Pod", backendOf(web, [ofPod]), { kind: "image" }],
    [
      "of an annotated Pod is its URL",
      backendOf(web, [ofPod], [pod("shop/web-1", { annotations: { [BACKEND]: "https://x.dev" } })]),
      { kind: "url", url: "https://x.dev" },
    ],
    [
      "of a Pod may be a binding",
      backendOf(web, [ofPod], [pod("shop/web-1", { annotations: { [BACKEND]: "binding:CART" } })]),
      { kind: "binding", name: "CART" },
    ],
    [
      "of a Pod with a bad annotation is its image",
      backendOf(web, [ofPod], [pod("shop/web-1", { annotations: { [BACKEND]: "nonsense" } })]),
      { kind: "image" },
    ],
    ["without a Pod is its address", backendOf(web, [plain]), { kind: "address", scheme: "http" }],
    [
      "appProtocol of the Service makes it https",
      backendOf(port({ appProtocol: "https" }), [plain]),
      { kind: "address", scheme: "https" },
    ],
    [
      "appProtocol of the slice counts first",
      backendOf(port({ appProtocol: "https" }), [slicePort({ appProtocol: "http" })]),
      { kind: "address", scheme: "http" },
    ],
    [
      "secure WebSockets are https",
      backendOf(web, [slicePort({ appProtocol: "kubernetes.io/wss" })]),
      { kind: "address", scheme: "https" },
    ],
    ["port 443 makes it https", backendOf(web, [slicePort({ port: 443 })]), { kind: "address", scheme: "https" }],
    [
      "appProtocol http on port 443 is http",
      backendOf(web, [slicePort({ port: 443, appProtocol: "http" })]),
      { kind: "address", scheme: "http" },
    ],
    [
      "the API server's is a binding",
      backendOf(service("default/kubernetes", { ports: [{ name: "https", port: 443 }] }), [
        slice("default/kubernetes", [endpoint("127.0.0.1")], { ports: [{ name: "https", port: 6443 }] }),
      ]),
      { kind: "binding", name: "API_SERVER" },
    ],
    [
      "kubernetes elsewhere is nothing special",
      backendOf(service("shop/kubernetes"), [slice("shop/kubernetes", [endpoint("192.0.2.1")])]),
      { kind: "address", scheme: "http" },
    ],
  ])("%s", (_, backend, expected) => expect(backend).toEqual(expected));

  test("a port named https makes it https", () => {
    const svc = service("shop/web", { ports: [{ name: "https", port: 8443 }] });
    expect(
      backendOf(svc, [slice("shop/web", [endpoint("192.0.2.1")], { ports: [{ name: "https", port: 8443 }] })]),
    ).toEqual({ kind: "address", scheme: "https" });
  });
});

describe("a Pod's summary", () => {
  test("variables refer to earlier ones and to the Pod, and arguments to variables", () => {
    const { summary } = toPodView(
      pod("shop/web-1", {
        ip: "10.244.1.1",
        env: [
          { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
          { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
          { name: "GREETING", value: "I am $(POD) at $(IP) $(LATER) $$(POD)" },
          { name: "LATER", value: "x" },
          { name: "SECRET", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
          { name: "__proto__", value: "safe" },
        ],
        args: ["-text=$(GREETING)"],
      }),
    );
    expect(summary.containers[0]?.args).toEqual(["-text=I am web-1 at 10.244.1.1 $(LATER) $(POD)"]);
    expect(Object.keys(summary.containers[0]?.env ?? {})).toEqual(["POD", "IP", "GREETING", "LATER", "__proto__"]);
  });

  test("inputs are left as they were", () => {
    const input = [web, slice("shop/web", [endpoint("10.0.0.1", "ready", { pod: "p" })]), pod("shop/p")] as const;
    const before = JSON.stringify(input);
    compile(input[0], [input[1]], [input[2]]);
    expect(JSON.stringify(input)).toBe(before);
  });
});
