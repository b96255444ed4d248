import { describe, expect, test } from "vitest";
import { checkCorefile } from "../../../../shared/dns/corefile/check.ts";
import { alias, endpoint, port, service, SERIAL, tablesOf } from "../fixture.ts";
import { serve } from "./harness.ts";

const SOA = `cluster.local. 5 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. ${SERIAL} 7200 1800 86400 5`;
const TCP = { protocol: "tcp" } as const;

const peers = [
  endpoint("10.244.2.1", 9092, { hostname: "kafka-0" }),
  endpoint("10.244.2.2", 9092),
  endpoint("10.244.2.3", 9092, { ready: false }),
];
const tables = tablesOf([
  service("db", "kafka", [], [port("broker", 9092, peers)]),
  service("shop", "web", ["10.96.0.10", "fd00::10"], [port("http", 80), port("", 81)], {
    externalAddresses: ["203.0.113.7"],
  }),
  service("shop", "named", ["10.96.0.11"], [port("http", 80)], { externalAddresses: ["lb.example.com"] }),
  alias("shop", "github", "api.github.com"),
  alias("shop", "literal", "192.0.2.1"),
]);

const corefile = (transfer: string, more = ""): string =>
  `. {\n transfer ${transfer}\n loadbalance\n cache\n kubernetes cluster.local in-addr.arpa\n ${more}\n}`;
const EVERYBODY = corefile("{\n to *\n }");

describe("AXFR", () => {
  test("is every record of the zone between two copies of its SOA", () => {
    const web = "web.shop.svc.cluster.local.";
    const named = "named.shop.svc.cluster.local.";
    const kafka = "kafka.db.svc.cluster.local.";
    expect(serve(EVERYBODY, undefined, tables).dig("cluster.local", "AXFR", TCP)).toEqual([
      "NOERROR aa",
      SOA,
      "cluster.local. 5 IN NS ns.dns.cluster.local.",
      'dns-version.cluster.local. 28800 IN TXT "1.1.0"',
      `${kafka} 5 IN A 10.244.2.1`,
      `${kafka} 5 IN A 10.244.2.2`,
      `${kafka} 5 IN SRV 0 50 9092 kafka-0.${kafka}`,
      `${kafka} 5 IN SRV 0 50 9092 10-244-2-2.${kafka}`,
      `kafka-0.${kafka} 5 IN A 10.244.2.1`,
      `10-244-2-2.${kafka} 5 IN A 10.244.2.2`,
      `_broker._tcp.${kafka} 5 IN SRV 0 50 9092 kafka-0.${kafka}`,
      `_broker._tcp.${kafka} 5 IN SRV 0 50 9092 10-244-2-2.${kafka}`,
      "github.shop.svc.cluster.local. 5 IN CNAME api.github.com.",
      `${named} 5 IN A 10.96.0.11`,
      `${named} 5 IN SRV 0 100 80 ${named}`,
      `_http._tcp.${named} 5 IN SRV 0 100 80 ${named}`,
      `${web} 5 IN A 10.96.0.10`,
      `${web} 5 IN AAAA fd00::10`,
      `${web} 5 IN SRV 0 25 80 ${web}`,
      `${web} 5 IN SRV 0 25 81 ${web}`,
      `_http._tcp.${web} 5 IN SRV 0 50 80 ${web}`,
      SOA,
    ]);
  });

  test("of the external zone has the addresses outside", () => {
    const server = serve(corefile("{\n to *\n }", "k8s_external example.test"), undefined, tables);
    const records = server.dig("example.test", "AXFR", TCP);
    expect(records).toContain("web.shop.example.test. 5 IN A 203.0.113.7");
    expect(records).toContain("named.shop.example.test. 5 IN CNAME lb.example.com.");
    expect(records[1]).toBe(records.at(-1));
  });

  test("hides what the zone hides", () => {
    const hiding = `. {\n transfer {\n to *\n }\n kubernetes cluster.local {\n namespaces shop\n }\n}`;
    const records = serve(hiding, undefined, tables).dig("cluster.local", "AXFR", TCP).join("\n");
    expect(records).not.toContain("kafka");
    expect(records).toContain("web");
  });

  const refused = (server: ReturnType<typeof serve>, name = "cluster.local", address = "127.0.0.1"): void =>
    expect(server.dig(name, "AXFR", { ...TCP, address })).toEqual(["REFUSED"]);

  test("goes to the addresses that may have it", () => {
    const server = serve(corefile("{\n to 10.0.0.1 10.0.0.2:5300\n to [fd00:0::1]:53\n }"), undefined, tables);
    for (const address of ["10.0.0.1", "10.0.0.2", "fd00::1"]) {
      expect(server.dig("cluster.local", "AXFR", { ...TCP, address })[0]).toBe("NOERROR aa");
    }
    refused(server, "cluster.local", "10.0.0.3");
  });

  test("of two rules the one of the longer zone counts", () => {
    const rules = "local {\n to *\n }\n transfer cluster.local {\n to 10.0.0.1\n }";
    refused(serve(corefile(rules), undefined, tables));
  });

  test.each([
    ["a name below the zone", "shop.svc.cluster.local"],
    ["a reverse zone", "in-addr.arpa"],
  ])("is refused for %s", (_sentence, name) => {
    refused(serve(EVERYBODY, undefined, tables), name);
  });

  test("is refused without the plugin", () => {
    refused(serve(". {\n kubernetes cluster.local\n}", undefined, tables));
  });

  test.each(["udp", "https"] as const)("is refused over %s", (protocol) => {
    expect(serve(EVERYBODY, undefined, tables).dig("cluster.local", "AXFR", { protocol })).toEqual(["REFUSED"]);
  });

  test("is kept by no cache", () => {
    const server = serve(EVERYBODY, undefined, tables);
    const first = server.dig("cluster.local", "AXFR", TCP);
    expect(server.dig("cluster.local", "AXFR", TCP)).toEqual(first);
  });
});

describe("IXFR", () => {
  const dig = (serial?: number): readonly string[] =>
    serve(EVERYBODY, undefined, tables).dig("cluster.local", "IXFR", TCP, serial === undefined ? {} : { serial });

  test("of the present serial is the SOA alone", () => {
    expect(dig(SERIAL)).toEqual(["NOERROR aa", SOA]);
  });

  test.each([1, 0, SERIAL + 1])("of serial %i is the whole zone", (serial) => {
    expect(dig(serial).length).toBeGreaterThan(20);
  });

  test("without a serial fails", () => {
    expect(dig()).toEqual(["SERVFAIL"]);
  });
});

const HERE = "/etc/coredns/Corefile:3 - Error during parsing:";
test.each([
  ["transfer {\n to\n }", `${HERE} Wrong argument count or unexpected line ending after 'to'`],
  ["transfer {\n to host.example\n }", "must specify an IP address: `host.example'"],
  ["transfer {\n from 10.0.0.1\n }", `plugin/transfer: ${HERE} unknown property "from"`],
  ["transfer {\n source ten\n }", `plugin/transfer: ${HERE} invalid source address "ten"`],
  ["transfer", "'to' is required"],
])("refuses %s", (lines, message) => {
  const compiled = checkCorefile(`. {\n ${lines}\n}`);
  expect(compiled).toMatchObject({ ok: false, message: expect.stringContaining(message) });
});
