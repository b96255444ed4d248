/**
 * Zones of imports: what ServiceImports and their slices make of a question. The cases of CoreDNS' own tests (`handler_test.go`,
 * `multiclusterDnsTestCases`) are among them.
 */
import { describe, expect, test } from "vitest";
import { endpoint, FACTS, importSlice, service, serviceImport, slice, tablesOf } from "../../proxy/fixtures.ts";
import { soa } from "../fixture.ts";
import { serve } from "./harness.ts";

const ZONE = "clusterset.local";
const SERIAL = 1;
const NO_DATA = ["NOERROR aa", soa(`${ZONE}.`, SERIAL)];
const DENIED = ["NXDOMAIN aa", soa(`${ZONE}.`, SERIAL)];

const HTTP = [{ name: "http", protocol: "TCP", port: 80 }];
const ready = (address: string, hostname?: string) =>
  endpoint(address, "ready", hostname === undefined ? {} : { hostname });

const OBJECTS = [
  serviceImport("shop/web", { type: "ClusterSetIP", ips: ["10.42.42.42"], ports: HTTP }, { env: "qa" }),
  importSlice("shop/web/a", "east", [ready("172.0.0.1", "ep1a")]),
  importSlice("shop/web/b", "west", [ready("172.1.0.1", "ep1a")]),
  serviceImport("shop/dual", { type: "ClusterSetIP", ips: ["10.0.0.3", "10:0::3"], ports: HTTP }),
  serviceImport("shop/two", {
    type: "ClusterSetIP",
    ips: ["10.0.0.4"],
    ports: [{ port: 443 }, { name: "dns", protocol: "UDP", port: 53 }],
  }),
  serviceImport("shop/pending", { type: "ClusterSetIP", ports: HTTP }),
  serviceImport("shop/no-ports", { type: "ClusterSetIP", ips: ["10.0.0.5"], ports: [] }),
  serviceImport("shop/empty", { type: "ClusterSetIP", ips: ["10.0.0.6"], ports: HTTP }),
  importSlice("shop/empty", "east", [endpoint("172.0.0.9", "unready")]),
  serviceImport("shop/broken", {
    type: "ClusterSetIP",
    ips: [7, "10.0.0.7"],
    ports: ["http", { port: "80" }, ...HTTP],
  }),
  serviceImport("shop/bare", undefined),
  serviceImport("shop/peers", { type: "Headless", ips: ["10.0.0.8"], ports: HTTP }),
  importSlice("shop/peers", "east", [
    ready("172.0.0.2"),
    ready("172.0.0.4", "Dup-Name"),
    ready("172.0.0.5", "Dup-Name"),
    endpoint("172.0.0.6", "unready"),
    endpoint("172.0.0.7", "ready", { pod: "peer-7" }),
  ]),
  importSlice("shop/peers", "West", [ready("172.1.0.2")]),
  importSlice("shop/peers", "", [ready("172.2.0.2", "lost")]),
  serviceImport("shop/six", { type: "Headless", ports: HTTP }),
  importSlice("shop/six", "east", [ready("5678:abcd:0::1")], { addressType: "IPv6" }),
  serviceImport("shop/portless", { type: "Headless", ports: [] }),
  importSlice("shop/portless", "east", [ready("172.0.0.20")], { ports: [] }),
  serviceImport("shop/twins", { type: "Headless" }),
  importSlice("shop/twins/a", "east", [{ addresses: ["172.0.0.40"], hostname: "db-0" }]),
  importSlice("shop/twins/b", "west", [{ addresses: ["172.1.0.40"], hostname: "db-0" }]),
  serviceImport("shop/ready-later", { type: "Headless", ports: HTTP }),
  importSlice("shop/orphan", "east", [ready("172.0.0.30")]),
  // In the cluster's own zone, where it has nothing to do with the import of its name.
  service("shop/web", { clusterIP: "10.96.0.10" }),
  slice("shop/web", [endpoint("10.244.1.1")]),
  service("shop/local", { clusterIP: "10.96.0.11" }),
  service("kube-system/kube-dns", { clusterIP: "10.96.0.53" }),
];
const NAMESPACES = { ...FACTS, namespaces: [...FACTS.namespaces, "kube-system"] };
const TABLES = tablesOf(OBJECTS, { facts: NAMESPACES, unloaded: ["other"] });

const corefile = (options = "", zones = `cluster.local ${ZONE} in-addr.arpa`): string =>
  `. {\n kubernetes ${zones} {\n pods insecure\n multicluster ${ZONE}\n ${options}\n }\n}`;
const dig = (name: string, type = "A", options = ""): readonly string[] =>
  serve(corefile(options), undefined, TABLES).dig(`${name}.${ZONE}`, type);
const a = (name: string, ...addresses: readonly string[]): readonly string[] => [
  "NOERROR aa",
  ...addresses.map((address) => `${name}.${ZONE}. 5 IN ${address.includes(":") ? "AAAA" : "A"} ${address}`),
];

describe("a ClusterSetIP", () => {
  test.each([
    ["is an import's address", "web.shop.svc", "A", ["10.42.42.42"]],
    ["is there under its port's name too", "_http._tcp.web.shop.svc", "A", ["10.42.42.42"]],
    ["may be of both families: A", "dual.shop.svc", "A", ["10.0.0.3"]],
    ["may be of both families: AAAA, in canonical text", "dual.shop.svc", "AAAA", ["10::3"]],
    ["does not go by its endpoints", "empty.shop.svc", "A", ["10.0.0.6"]],
    ["counts where other fields are of a wrong type", "broken.shop.svc", "A", ["10.0.0.7"]],
    ["has endpoints with names of their own", "ep1a.east.web.shop.svc", "A", ["172.0.0.1"]],
    ["tells the endpoints of one cluster from those of another", "ep1a.west.web.shop.svc", "A", ["172.1.0.1"]],
  ])("%s", (_sentence, name, type, addresses) => {
    expect(dig(name, type)).toEqual(a(name, ...addresses));
  });

  test("SRV names the import, for each of its ports", () => {
    const target = `two.shop.svc.${ZONE}.`;
    expect(dig("two.shop.svc", "SRV")).toEqual([
      "NOERROR aa",
      `${target} 5 IN SRV 0 50 443 ${target}`,
      `${target} 5 IN SRV 0 50 53 ${target}`,
      `additional: ${target} 5 IN A 10.0.0.4`,
    ]);
    expect(dig("_dns._udp.two.shop.svc", "SRV")[1]).toBe(`_dns._udp.${target} 5 IN SRV 0 100 53 ${target}`);
    expect(dig("_._tcp.two.shop.svc", "SRV")[1]).toBe(`_._tcp.${target} 5 IN SRV 0 100 443 ${target}`);
  });
});

describe("a headless import", () => {
  test.each([
    [
      "has the ready endpoints of all clusters, whatever addresses it lists",
      "peers.shop.svc",
      "A",
      ["172.2.0.2", "172.1.0.2", "172.0.0.2", "172.0.0.4", "172.0.0.5", "172.0.0.7"],
    ],
    ["has addresses of the other family", "six.shop.svc", "AAAA", ["5678:abcd::1"]],
    ["has addresses without ports", "portless.shop.svc", "A", ["172.0.0.20"]],
    ["endpoints have the name of their cluster in theirs", "172-0-0-2.east.peers.shop.svc", "A", ["172.0.0.2"]],
    ["endpoints of one name come together", "dup-name.east.peers.shop.svc", "A", ["172.0.0.4", "172.0.0.5"]],
    ["a cluster's name is found in any case", "172-1-0-2.wEST.peers.shop.svc", "A", ["172.1.0.2"]],
    ["IPv6 endpoints have names", "5678-abcd--1.east.six.shop.svc", "AAAA", ["5678:abcd::1"]],
    ["an endpoint without a port has a name", "172-0-0-20.east.portless.shop.svc", "A", ["172.0.0.20"]],
    ["an endpoint of no known cluster has none in its name", "lost.peers.shop.svc", "A", ["172.2.0.2"]],
  ])("%s", (_sentence, name, type, addresses) => {
    const [rcode, ...answers] = dig(name, type);
    const [expectedRcode, ...expected] = a(name, ...addresses);
    expect(rcode).toBe(expectedRcode);
    expect([...answers].sort()).toEqual(expected.sort());
  });

  test("SRV tells endpoints of one name apart by their clusters; that an endpoint is ready goes without saying", () => {
    const twins = `twins.shop.svc.${ZONE}.`;
    expect(dig("twins.shop.svc", "SRV")).toEqual([
      "NOERROR aa",
      `${twins} 5 IN SRV 0 50 8080 db-0.east.${twins}`,
      `${twins} 5 IN SRV 0 50 8080 db-0.west.${twins}`,
      `additional: db-0.east.${twins} 5 IN A 172.0.0.40`,
      `additional: db-0.west.${twins} 5 IN A 172.1.0.40`,
    ]);
  });

  test("SRV names endpoints with their clusters", () => {
    const name = `_http._tcp.peers.shop.svc.${ZONE}.`;
    const peers = `peers.shop.svc.${ZONE}.`;
    expect(dig("_http._tcp.peers.shop.svc", "SRV")).toEqual([
      "NOERROR aa",
      `${name} 5 IN SRV 0 16 8080 lost.${peers}`,
      `${name} 5 IN SRV 0 16 8080 172-1-0-2.West.${peers}`,
      `${name} 5 IN SRV 0 16 8080 172-0-0-2.east.${peers}`,
      `${name} 5 IN SRV 0 16 8080 Dup-Name.east.${peers}`,
      `${name} 5 IN SRV 0 16 8080 172-0-0-7.east.${peers}`,
      `additional: lost.${peers} 5 IN A 172.2.0.2`,
      `additional: 172-1-0-2.West.${peers} 5 IN A 172.1.0.2`,
      `additional: 172-0-0-2.east.${peers} 5 IN A 172.0.0.2`,
      `additional: Dup-Name.east.${peers} 5 IN A 172.0.0.4`,
      `additional: Dup-Name.east.${peers} 5 IN A 172.0.0.5`,
      `additional: 172-0-0-7.east.${peers} 5 IN A 172.0.0.7`,
    ]);
  });
});

describe("there is no such name", () => {
  test.each([
    ["an import that nobody made", "ghost.shop.svc"],
    ["a Service of the cluster that is no import", "local.shop.svc"],
    ["a namespace that is not there", "web.nowhere.svc"],
    ["slices without an import", "orphan.shop.svc"],
    ["an import without ports", "no-ports.shop.svc"],
    ["an import without a spec", "bare.shop.svc"],
    ["a headless import without endpoints", "ready-later.shop.svc"],
    ["another port", "_smtp._tcp.web.shop.svc"],
    ["another protocol", "_http._udp.web.shop.svc"],
    ["an endpoint without its cluster", "172-0-0-2.peers.shop.svc"],
    ["an endpoint of another cluster", "172-0-0-2.west.peers.shop.svc"],
    ["an endpoint that is not ready", "172-0-0-6.east.peers.shop.svc"],
    ["a cluster alone", "east.peers.shop.svc"],
    ["more labels than any name has", "a.b.east.peers.shop.svc"],
    ["a name of Object's", "constructor.shop.svc"],
  ])("%s", (_sentence, name) => {
    for (const type of ["A", "AAAA", "SRV", "TXT", "HTTPS"]) expect(dig(name, type)).toEqual(DENIED);
  });
});

describe("there is no data", () => {
  test.each([
    ["AAAA of an import that has IPv4", "web.shop.svc", "AAAA"],
    ["TXT of an import", "web.shop.svc", "TXT"],
    ["CNAME of an import", "web.shop.svc", "CNAME"],
    ["HTTPS of an import", "web.shop.svc", "HTTPS"],
    ["SVCB of an import, even one that has the name of a Service with such records", "web.shop.svc", "SVCB"],
    ["an import that waits for its address", "pending.shop.svc", "A"],
    ["SRV of one whose endpoints have no port", "portless.shop.svc", "SRV"],
    ["a namespace", "shop.svc", "A"],
    ["svc", "svc", "A"],
  ])("%s", (_sentence, name, type) => {
    expect(dig(name, type)).toEqual(NO_DATA);
  });
});

describe("a multicluster zone", () => {
  const server = serve(corefile(), undefined, TABLES);

  test("has the version of the specification, its SOA, and Pods' addresses", () => {
    expect(dig("dns-version", "TXT")).toEqual(["NOERROR aa", `dns-version.${ZONE}. 28800 IN TXT "1.1.0"`]);
    expect(server.dig(ZONE, "SOA")[1]).toBe(soa(`${ZONE}.`, SERIAL).replace("authority: ", ""));
    expect(dig("1-2-3-4.shop.pod")).toEqual(a("1-2-3-4.shop.pod", "1.2.3.4"));
  });

  test("is served by a name in it that leads to the cluster's name server", () => {
    expect(server.dig(ZONE, "NS")).toEqual([
      "NOERROR aa",
      `${ZONE}. 5 IN NS ns.dns.${ZONE}.`,
      `additional: ns.dns.${ZONE}. 5 IN A 10.96.0.53`,
    ]);
    expect(dig("ns.dns")).toEqual(a("ns.dns", "10.96.0.53"));
  });

  test("leaves the cluster's own zone, and the names of addresses, as they are", () => {
    expect(server.dig("web.shop.svc.cluster.local")).toEqual([
      "NOERROR aa",
      "web.shop.svc.cluster.local. 5 IN A 10.96.0.10",
    ]);
    expect(server.dig("a.east.web.shop.svc.cluster.local")[0]).toBe("NXDOMAIN aa");
    expect(server.dig("10.0.96.10.in-addr.arpa", "PTR")[1]).toBe(
      "10.0.96.10.in-addr.arpa. 5 IN PTR web.shop.svc.cluster.local.",
    );
    expect(server.dig("42.42.42.10.in-addr.arpa", "PTR")[0]).toBe("NXDOMAIN aa");
    expect(server.dig("2.0.0.172.in-addr.arpa", "PTR")[0]).toBe("NXDOMAIN aa");
  });

  test("without the option has the cluster's Services", () => {
    const plain = serve(`. {\n kubernetes cluster.local ${ZONE}\n}`, undefined, TABLES);
    expect(plain.dig(`web.shop.svc.${ZONE}`)).toEqual(a("web.shop.svc", "10.96.0.10"));
  });

  test("takes the zones below it along", () => {
    const below = serve(corefile("", `cluster.local ${ZONE} sub.${ZONE}`), undefined, TABLES);
    expect(below.dig(`web.shop.svc.sub.${ZONE}`)).toEqual([
      "NOERROR aa",
      `web.shop.svc.sub.${ZONE}. 5 IN A 10.42.42.42`,
    ]);
  });

  test("has no names of topology zones", () => {
    expect(dig("a.prefer._zone.peers.shop.svc", "A", "zonal")).toEqual(DENIED);
  });

  test("keeps the case in which it is asked", () => {
    expect(server.dig("web.shop.SVC.ClusterSet.local")).toEqual([
      "NOERROR aa",
      "web.shop.SVC.ClusterSet.local. 5 IN A 10.42.42.42",
    ]);
  });

  test("waits for a namespace's table, and is SERVFAIL without", () => {
    expect(dig("web.other.svc")).toEqual(["SERVFAIL"]);
  });
});

describe("options of kubernetes, for imports", () => {
  const labelled = (labels: Readonly<Record<string, string>>) => {
    const facts = { ...FACTS, namespaceLabels: [{ namespace: "shop", labels: { env: "qa" } }] };
    return tablesOf([...OBJECTS, importSlice("shop/six/b", "west", [ready("5678::2")], { labels })], { facts });
  };
  const ask = (option: string, name: string, type = "A"): readonly string[] =>
    serve(corefile(option), undefined, labelled({ app: "six" })).dig(`${name}.${ZONE}`, type);

  test.each([
    ["namespaces hides those of others", "namespaces default", "web.shop.svc", "A", DENIED],
    ["labels chooses among slices", "labels app=six", "six.shop.svc", "AAAA", a("six.shop.svc", "5678::2")],
    ["labels leaves imports alone", "labels app=six", "web.shop.svc", "A", a("web.shop.svc", "10.42.42.42")],
    [
      "namespace_labels is for imports too",
      "namespace_labels env=qa",
      "web.shop.svc",
      "A",
      a("web.shop.svc", "10.42.42.42"),
    ],
    ["namespace_labels hides imports without them", "namespace_labels env=qa", "dual.shop.svc", "A", DENIED],
    [
      "ignore empty_service hides imports without ready endpoints",
      "ignore empty_service",
      "empty.shop.svc",
      "A",
      DENIED,
    ],
    [
      "ignore empty_service shows the others",
      "ignore empty_service",
      "web.shop.svc",
      "A",
      a("web.shop.svc", "10.42.42.42"),
    ],
    [
      "noendpoints is not for them",
      "noendpoints",
      "ep1a.east.web.shop.svc",
      "A",
      a("ep1a.east.web.shop.svc", "172.0.0.1"),
    ],
    [
      "endpoint_pod_names names endpoints after Pods",
      "endpoint_pod_names",
      "peer-7.east.peers.shop.svc",
      "A",
      a("peer-7.east.peers.shop.svc", "172.0.0.7"),
    ],
  ])("%s", (_sentence, option, name, type, expected) => {
    expect(ask(option, name, type)).toEqual(expected);
  });
});

test("a multicluster zone is transferred with its imports, and everything in it is what is answered", () => {
  const tables = tablesOf(
    OBJECTS.filter(({ metadata: { name } }) => /^(?:imported-)?(?:six|twins|web)(?:-[ab]-\w+)?$/.test(name)),
  );
  const server = serve(corefile().replace(". {", ". {\n transfer {\n to *\n }"), undefined, tables);
  const zone = `${ZONE}.`;
  const apex = `${zone} 5 IN SOA ns.dns.${zone} hostmaster.${zone} ${SERIAL} 7200 1800 86400 5`;
  const [six, twins, web] = [`six.shop.svc.${zone}`, `twins.shop.svc.${zone}`, `web.shop.svc.${zone}`];
  expect(server.dig(ZONE, "AXFR", { protocol: "tcp" })).toEqual([
    "NOERROR aa",
    apex,
    `${zone} 5 IN NS ns.dns.${zone}`,
    `dns-version.${zone} 28800 IN TXT "1.1.0"`,
    `${six} 5 IN AAAA 5678:abcd::1`,
    `${six} 5 IN SRV 0 100 8080 5678-abcd--1.east.${six}`,
    `5678-abcd--1.east.${six} 5 IN AAAA 5678:abcd::1`,
    `_http._tcp.${six} 5 IN SRV 0 100 8080 5678-abcd--1.east.${six}`,
    `${twins} 5 IN A 172.0.0.40`,
    `${twins} 5 IN A 172.1.0.40`,
    `${twins} 5 IN SRV 0 50 8080 db-0.east.${twins}`,
    `${twins} 5 IN SRV 0 50 8080 db-0.west.${twins}`,
    `db-0.east.${twins} 5 IN A 172.0.0.40`,
    `db-0.west.${twins} 5 IN A 172.1.0.40`,
    `_http._tcp.${twins} 5 IN SRV 0 50 8080 db-0.east.${twins}`,
    `_http._tcp.${twins} 5 IN SRV 0 50 8080 db-0.west.${twins}`,
    `${web} 5 IN A 10.42.42.42`,
    `${web} 5 IN SRV 0 100 80 ${web}`,
    `_http._tcp.${web} 5 IN SRV 0 100 80 ${web}`,
    apex,
  ]);
});
