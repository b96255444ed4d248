import { describe, expect, test } from "vitest";
import type { EndpointSlice } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { compileService } from "../../../shared/proxy/compile-service.ts";
import { healthTargets, listsUnhealthy, serviceOfSlice } from "../../../shared/proxy/health-targets.ts";
import { endpoint, service, slice } from "./fixtures.ts";

const urls = (svc: ReturnType<typeof service>, ...slices: readonly EndpointSlice[]): readonly string[] =>
  [...healthTargets(svc, slices)].map(({ url }) => url);

const labelled = (one: EndpointSlice, labels: Readonly<Record<string, string>>): EndpointSlice => ({
  ...one,
  metadata: { ...one.metadata, labels },
});

/** As the health-check controller lists them. */
const unhealthy = (...addresses: readonly string[]): EndpointSlice =>
  labelled(
    slice(
      "shop/web/down",
      addresses.map((a) => endpoint(a)),
      { ports: [{ name: "", port: 8080 }] },
    ),
    {
      "wherry.internal/unhealthy-endpoints-of": "web",
    },
  );

describe("of a Service's slices", () => {
  test.each<[string, ReturnType<typeof service>, EndpointSlice, readonly string[]]>([
    [
      "an address is asked on the slice's port",
      service("shop/web"),
      slice("shop/web", [endpoint("10.0.0.1")]),
      ["http://10.0.0.1:8080"],
    ],
    [
      "an IPv6 address is bracketed",
      service("shop/web"),
      slice("shop/web", [endpoint("FD00::1")], { addressType: "IPv6" }),
      ["http://[fd00::1]:8080"],
    ],
    [
      "a host name is asked by its name",
      service("shop/web"),
      slice("shop/web", [endpoint("Legacy.Example")], { addressType: "FQDN" }),
      ["http://legacy.example:8080"],
    ],
    [
      "a Pod is not asked: it has probes",
      service("shop/web"),
      slice("shop/web", [endpoint("10.0.0.1", "ready", { pod: "web-0" })]),
      [],
    ],
    [
      "who is not ready anyhow is not asked",
      service("shop/web"),
      slice("shop/web", [endpoint("10.0.0.1", "unready")]),
      [],
    ],
    [
      "the first TCP port of the Service counts",
      service("shop/web", {
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "admin", port: 9 },
          { name: "http", port: 80 },
        ],
      }),
      slice("shop/web", [endpoint("10.0.0.1")], {
        ports: [
          { name: "dns", protocol: "UDP", port: 53 },
          { name: "http", port: 8080 },
          { name: "admin", port: 9090 },
        ],
      }),
      ["http://10.0.0.1:9090"],
    ],
    [
      "appProtocol https is obeyed",
      service("shop/web", { ports: [{ name: "http", port: 80, appProtocol: "https" }] }),
      slice("shop/web", [endpoint("10.0.0.1")]),
      ["https://10.0.0.1:8080"],
    ],
    [
      "a slice without the Service's ports is not asked",
      service("shop/web"),
      slice("shop/web", [endpoint("10.0.0.1")], { ports: [{ name: "other", port: 1 }] }),
      [],
    ],
    [
      "one backend for all needs no checks",
      service("shop/web", { annotations: { "wherry.internal/backend": "http://127.0.0.1:1" } }),
      slice("shop/web", [endpoint("10.0.0.1")]),
      [],
    ],
    [
      "registered endpoints are asked as leases",
      service("shop/web"),
      labelled(slice("shop/web", [endpoint("10.0.0.1")]), {
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "registration-controller.wherry.internal",
      }),
      [],
    ],
  ])("%s", (_, svc, one, expected) => {
    expect(urls(svc, one)).toEqual(expected);
  });

  test("those that list unhealthy endpoints give none", () => {
    const down = unhealthy("10.0.0.2");
    expect([serviceOfSlice(down), listsUnhealthy(down)]).toEqual(["web", true]);
    const given = slice("shop/web", [endpoint("10.0.0.1")]);
    expect([serviceOfSlice(given), listsUnhealthy(given)]).toEqual(["web", false]);
    const entry = compileService(service("shop/web"), [given, down], () => undefined);
    expect(entry.ports[0]?.endpoints.map(({ address }) => address)).toEqual(["10.0.0.1"]);
  });
});

describe("an unhealthy endpoint", () => {
  const given = slice(
    "shop/web",
    [endpoint("10.0.0.1"), endpoint("10.0.0.2"), endpoint("10.0.0.2", "ready", { pod: "p" })],
    {
      ports: [
        { name: "http", port: 8080 },
        { name: "admin", port: 9090 },
      ],
    },
  );
  const ports = [
    { name: "http", port: 80 },
    { name: "admin", port: 81 },
  ];
  const states = (svc: ReturnType<typeof service>) =>
    compileService(svc, [given, unhealthy("10.0.0.2")], () => undefined).ports.map((port) =>
      port.endpoints.map(({ ready, serving, unhealthy: ill }) => [ready, serving, ill === true]),
    );

  test("is not ready on any port, and a Pod at the same address stays", () => {
    const each = [
      [true, true, false],
      [false, false, true],
      [true, true, false],
    ];
    expect(states(service("shop/web", { ports }))).toEqual([each, each]);
  });

  test("is published all the same where the Service publishes what is not ready", () => {
    const each = [
      [true, true, false],
      [true, false, true],
      [true, true, false],
    ];
    expect(states(service("shop/web", { ports, publishNotReadyAddresses: true }))).toEqual([each, each]);
  });
});
