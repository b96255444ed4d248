/** What options of `kubernetes` show of a cluster: by labels, and by topology zones. */
import { describe, expect, test } from "vitest";
import { checkCorefile } from "../../../../shared/dns/corefile/check.ts";
import type { Labels } from "../../../../shared/proxy/table.ts";
import type { Tables } from "../../../../shared/proxy/tables.ts";
import { endpoint, port, service, soa, tablesOf } from "../fixture.ts";
import { serve } from "./harness.ts";

const DENIED = ["NXDOMAIN aa", soa("cluster.local.")];
const DENIED_REVERSE = ["NXDOMAIN aa", soa("in-addr.arpa.")];
const NO_DATA = ["NOERROR aa", soa("cluster.local.")];

describe("labels and namespace_labels", () => {
  const labelled = (namespaces: Readonly<Record<string, Labels>>, tables: Tables): Tables => {
    const namespaceLabels = Object.entries(namespaces).map(([namespace, labels]) => ({ namespace, labels }));
    const { cluster } = tables;
    return {
      ...tables,
      cluster: { ...cluster, revision: cluster.revision, facts: { ...cluster.facts, namespaceLabels } },
    };
  };
  const tables = labelled(
    { shop: { env: "qa", "kubernetes.io/metadata.name": "shop" } },
    tablesOf(
      [
        service("shop", "web", ["10.96.0.10"], [port("http", 80)], { labels: { app: "web", tier: "front" } }),
        service("shop", "api", ["10.96.0.11"], [port("http", 80)], { labels: { app: "api" } }),
        service("shop", "plain", ["10.96.0.12"], [port("http", 80)]),
        service("db", "web", ["10.96.0.13"], [port("http", 80)], { labels: { app: "web" } }),
        service(
          "shop",
          "peers",
          [],
          [
            port("p", 1, [
              endpoint("10.244.1.1", 1),
              endpoint("10.244.1.2", 1, { sliceLabels: { "kubernetes.io/service-name": "peers" } }),
              endpoint("10.244.1.3", 1, { sliceLabels: { app: "web", "kubernetes.io/service-name": "peers" } }),
            ]),
          ],
          { labels: { app: "web" } },
        ),
      ],
      [],
      {
        shop: [
          { name: "a", addresses: ["10.244.1.8"], labels: { app: "web" } },
          { name: "b", addresses: ["10.244.1.9"], labels: { app: "api" } },
          { name: "c", addresses: ["10.244.1.9", "10.244.1.7"] },
        ],
      },
    ),
  );
  const dig = (option: string, name: string, type = "A"): readonly string[] =>
    serve(`. {\n kubernetes cluster.local in-addr.arpa {\n pods verified\n ${option}\n }\n}`, undefined, tables).dig(
      name,
      type,
    );

  test.each([
    ["labels shows what has them", "labels app=web", "web.shop.svc", "10.96.0.10"],
    ["a set of values", "labels app in (web, api)", "api.shop.svc", "10.96.0.11"],
    ["a label that must be there", "labels tier", "web.shop.svc", "10.96.0.10"],
    ["a label that must not be there", "labels !app", "plain.shop.svc", "10.96.0.12"],
    ["namespace_labels shows the namespaces that have them", "namespace_labels env=qa", "web.shop.svc", "10.96.0.10"],
    [
      "every namespace has its name for a label",
      "namespace_labels kubernetes.io/metadata.name=db",
      "web.db.svc",
      "10.96.0.13",
    ],
    ["labels shows Pods that have them", "labels app=web", "10-244-1-8.shop.pod", "10.244.1.8"],
    ["of Pods that share an address one is enough", "labels app=api", "10-244-1-9.shop.pod", "10.244.1.9"],
  ])("%s", (_sentence, option, name, address) => {
    const qname = `${name}.cluster.local`;
    expect(dig(option, qname)).toEqual(["NOERROR aa", `${qname}. 5 IN A ${address}`]);
  });

  test.each([
    ["labels hides other Services", "labels app=web", "api.shop.svc"],
    ["labels hides a Service that has none", "labels app=web", "plain.shop.svc"],
    ["labels hides what lacks one of several", "labels app=web,tier=back", "web.shop.svc"],
    ["namespace_labels hides other namespaces", "namespace_labels env=qa", "web.db.svc"],
    ["namespace_labels hides the namespace itself", "namespace_labels env=qa", "db.svc"],
    ["labels hides other Pods", "labels app=web", "10-244-1-9.shop.pod"],
  ])("%s", (_sentence, option, name) => {
    expect(dig(option, `${name}.cluster.local`)).toEqual(DENIED);
  });

  test("labels select EndpointSlices too: those of the controller have the Service's, others their own", () => {
    const name = "peers.shop.svc.cluster.local";
    const a = (...last: readonly number[]): readonly string[] => last.map((n) => `${name}. 5 IN A 10.244.1.${n}`);
    expect(dig("labels app=web", name)).toEqual(["NOERROR aa", ...a(1, 3)]);
    expect(dig("", name)).toEqual(["NOERROR aa", ...a(1, 2, 3)]);
  });

  test("a hidden Service's address leads to nothing", () => {
    expect(dig("labels app=web", "10.0.96.10.in-addr.arpa", "PTR")[1]).toContain("web.shop.svc.cluster.local.");
    expect(dig("labels app=web", "11.0.96.10.in-addr.arpa", "PTR")).toEqual(DENIED_REVERSE);
    expect(dig("namespace_labels env=qa", "13.0.96.10.in-addr.arpa", "PTR")).toEqual(DENIED_REVERSE);
  });

  test.each([
    ["labels", "Wrong argument count or unexpected line ending after 'labels'"],
    ["labels app in (web", "unable to parse label selector value: 'app in (web': couldn't parse the selector string"],
    ["labels app!=web", '"!=" is not a valid label selector operator'],
    ["labels size > 3", '"gt" isn\'t supported in label selectors'],
    ["namespace_labels a b", "unable to parse namespace_label selector value: 'a b'"],
    ["namespaces shop\n namespace_labels env=qa", "namespaces and namespace_labels cannot both be set"],
    ["zonal\n noendpoints", "zonal requires the endpoint cache; remove noendpoints"],
  ])("refuses %s", (option, message) => {
    const compiled = checkCorefile(`. {\n kubernetes cluster.local {\n ${option}\n }\n}`);
    expect(compiled).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });
});

describe("zonal", () => {
  const peers = [
    endpoint("172.0.0.1", 80, { zone: "us-west-2a" }),
    endpoint("172.0.0.2", 80, { zone: "us-west-2b" }),
    endpoint("172.0.0.3", 80, { zone: "corp.example" }),
    endpoint("172.0.0.4", 80, { zone: "us-west-2a", ready: false }),
  ];
  const tables = tablesOf([
    service("shop", "peers", [], [port("http", 80, peers)]),
    service("shop", "web", ["10.96.0.10"], [port("http", 80, peers)]),
  ]);
  const dig = (name: string, type = "A", option = "zonal"): readonly string[] =>
    serve(`. {\n kubernetes cluster.local {\n ${option}\n }\n}`, undefined, tables).dig(`${name}.cluster.local`, type);
  const a = (name: string, ...last: readonly number[]): readonly string[] => [
    "NOERROR aa",
    ...last.map((n) => `${name}.cluster.local. 5 IN A 172.0.0.${n}`),
  ];

  test.each([
    ["pin gives the ready endpoints of the zone", "us-west-2a.pin._zone.peers.shop.svc", [1]],
    ["prefer too", "us-west-2b.prefer._zone.peers.shop.svc", [2]],
    ["prefer gives all where the zone has none", "us-west-2c.prefer._zone.peers.shop.svc", [1, 2, 3]],
    ["a zone may have dots in its name", "corp.example.pin._zone.peers.shop.svc", [3]],
  ])("%s", (_sentence, name, last) => {
    expect(dig(name)).toEqual(a(name, ...last));
  });

  test("pin of a zone without endpoints is no data, for every type", () => {
    for (const type of ["A", "AAAA", "SRV", "TXT"]) {
      expect(dig("us-west-2c.pin._zone.peers.shop.svc", type)).toEqual(NO_DATA);
    }
  });

  test("SRV names the zone's endpoints", () => {
    const name = "us-west-2b.pin._zone.peers.shop.svc";
    expect(dig(name, "SRV")).toEqual([
      "NOERROR aa",
      `${name}.cluster.local. 5 IN SRV 0 100 80 172-0-0-2.peers.shop.svc.cluster.local.`,
      "additional: 172-0-0-2.peers.shop.svc.cluster.local. 5 IN A 172.0.0.2",
    ]);
  });

  test.each([
    ["without the option", "us-west-2a.pin._zone.peers.shop.svc", ""],
    ["with another directive", "us-west-2a.near._zone.peers.shop.svc", "zonal"],
    ["of a Service with a ClusterIP", "us-west-2a.pin._zone.web.shop.svc", "zonal"],
    ["of no Service", "us-west-2a.pin._zone.ghost.shop.svc", "zonal"],
    ["of Pods", "us-west-2a.pin._zone.peers.shop.pod", "zonal"],
  ])("there is no such name %s", (_sentence, name, option) => {
    expect(dig(name, "A", option)).toEqual(DENIED);
  });
});
