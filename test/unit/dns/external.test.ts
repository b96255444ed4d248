import { describe, expect, test } from "vitest";
import { answer } from "../../../shared/dns/answer.ts";
import type { AnswerOptions } from "../../../shared/dns/context.ts";
import { recheckOf } from "../../../shared/dns/exchange.ts";
import { EXTERNAL_DEFAULTS } from "../../../shared/dns/external.ts";
import { endpoint, linesOf, nameOf, OPTIONS, port, questionOf, SERIAL, service, tablesOf } from "./fixture.ts";

const EXTERNAL = { ...EXTERNAL_DEFAULTS, zone: ["example", "test"] };
const WITH_ZONE: AnswerOptions = { ...OPTIONS, external: EXTERNAL };

const ready = [endpoint("10.244.1.1", 8080, { hostname: "a" }), endpoint("10.244.1.2", 8080, { ready: false })];
const SERVICES = [
  service("shop", "web", ["10.96.0.10"], [port("http", 80), port("https", 443)], {
    externalAddresses: ["203.0.113.7", "2001:db8::7"],
  }),
  service("shop", "named", ["10.96.0.11"], [port("http", 80)], { externalAddresses: ["lb.example.net"] }),
  service("shop", "mixed", ["10.96.0.12"], [port("http", 80)], {
    externalAddresses: ["lb.example.net", "203.0.113.9"],
  }),
  service("shop", "inside", ["10.96.0.13"], [port("http", 80)]),
  service("shop", "headless", [], [port("http", 80, ready)]),
  service("kube-system", "kube-dns", ["10.96.0.53"], [port("dns", 53)], { externalAddresses: ["203.0.113.53"] }),
];
const TABLES = tablesOf(SERVICES, ["far"]);

const soaOf = (zone: string): string =>
  `authority: ${zone} 5 IN SOA ns1.dns.${zone} hostmaster.dns.${zone} ${SERIAL} 7200 1800 86400 5`;
const SOA = soaOf("example.test.");
const NODATA = ["NOERROR aa", SOA];
const NXDOMAIN = ["NXDOMAIN aa", SOA];

const cases: readonly (readonly [string, string, ...string[]])[] = [
  ["an IPv4 address", "web.shop.example.test. IN A", "NOERROR aa", "web.shop.example.test. 5 IN A 203.0.113.7"],
  ["an IPv6 address", "web.shop.example.test. IN AAAA", "NOERROR aa", "web.shop.example.test. 5 IN AAAA 2001:db8::7"],
  [
    "the client's case is kept",
    "WEB.shop.Example.Test. IN A",
    "NOERROR aa",
    "WEB.shop.Example.Test. 5 IN A 203.0.113.7",
  ],
  [
    "a port's name",
    "_http._tcp.web.shop.example.test. IN A",
    "NOERROR aa",
    "_http._tcp.web.shop.example.test. 5 IN A 203.0.113.7",
  ],
  [
    "SRV of a port, with the addresses beside it",
    "_https._tcp.web.shop.example.test. IN SRV",
    "NOERROR aa",
    "_https._tcp.web.shop.example.test. 5 IN SRV 0 50 443 web.shop.example.test.",
    "additional: web.shop.example.test. 5 IN A 203.0.113.7",
    "additional: web.shop.example.test. 5 IN AAAA 2001:db8::7",
  ],
  ["an unknown port", "_ftp._tcp.web.shop.example.test. IN SRV", ...NXDOMAIN],
  ["another type", "web.shop.example.test. IN TXT", ...NODATA],
  [
    "a load balancer with a name is an alias, for the client or an upstream to follow",
    "named.shop.example.test. IN A",
    "upstream lb.example.net 1",
    "named.shop.example.test. 5 IN CNAME lb.example.net.",
  ],
  [
    "SRV points to that name",
    "named.shop.example.test. IN SRV",
    "NOERROR aa",
    "named.shop.example.test. 5 IN SRV 0 100 80 lb.example.net.",
  ],
  [
    "an address goes before a name, since no name has both",
    "mixed.shop.example.test. IN A",
    "NOERROR aa",
    "mixed.shop.example.test. 5 IN A 203.0.113.9",
  ],
  ["and for the other family there is none", "mixed.shop.example.test. IN AAAA", ...NODATA],
  ["a Service that the outside does not reach", "inside.shop.example.test. IN A", ...NXDOMAIN],
  ["a headless Service, by default", "headless.shop.example.test. IN A", ...NXDOMAIN],
  ["an unknown Service", "nothing.shop.example.test. IN A", ...NXDOMAIN],
  ["a namespace", "shop.example.test. IN A", ...NODATA],
  ["an unknown namespace", "web.nowhere.example.test. IN A", ...NXDOMAIN],
  ["no prototype is looked up", "constructor.__proto__.example.test. IN A", ...NXDOMAIN],
  ["too many labels", "a.b.c.web.shop.example.test. IN A", ...NXDOMAIN],
  ["a namespace that is not loaded", "web.far.example.test. IN A", "load far"],
  ["the apex has SOA", "example.test. IN SOA", "NOERROR aa", SOA.replace("authority: ", "")],
  [
    "and NS, with the address of the DNS Service",
    "example.test. IN NS",
    "NOERROR aa",
    "example.test. 5 IN NS ns1.dns.example.test.",
    "additional: ns1.dns.example.test. 5 IN A 203.0.113.53",
  ],
  ["the apex has no address", "example.test. IN A", ...NODATA],
  ["the name server", "ns1.dns.example.test. IN A", "NOERROR aa", "ns1.dns.example.test. 5 IN A 203.0.113.53"],
  ["the name server has no IPv6 address", "ns1.dns.example.test. IN AAAA", ...NODATA],
  ["what it lives under is an empty non-terminal", "dns.example.test. IN A", ...NODATA],
  ["there is one name server", "ns2.dns.example.test. IN A", ...NXDOMAIN],
  ["and nothing below it", "x.ns1.dns.example.test. IN A", ...NXDOMAIN],
];

describe("the external zone", () => {
  test.each(cases)("%s: %s", (_sentence, question, ...expected) => {
    expect(linesOf(answer(TABLES, questionOf(question), WITH_ZONE))).toEqual(expected);
  });

  test("headless Services have their ready endpoints where that is asked for", () => {
    const options = { ...OPTIONS, external: { ...EXTERNAL, headless: true } };
    const ask = (question: string): readonly string[] => linesOf(answer(TABLES, questionOf(question), options));
    expect(ask("headless.shop.example.test. IN A").slice(1)).toEqual(["headless.shop.example.test. 5 IN A 10.244.1.1"]);
    expect(ask("a.headless.shop.example.test. IN SRV").slice(1)).toEqual([
      "a.headless.shop.example.test. 5 IN SRV 0 100 8080 a.headless.shop.example.test.",
      "additional: a.headless.shop.example.test. 5 IN A 10.244.1.1",
    ]);
  });

  test("without such a zone its names are somebody else's", () => {
    expect(linesOf(answer(TABLES, questionOf("web.shop.example.test. IN A"), OPTIONS))[0]).toMatch(/^upstream /);
  });

  test.each([
    ["a Service may be new in its namespace", "x.shop.example.test", { namespace: "shop" }],
    ["a namespace may be new", "nowhere.example.test", { namespace: null }],
    ["the name server's names are known", "ns2.dns.example.test", null],
    ["the apex is there", "example.test", null],
    ["an address may have been given to a Service", "9.0.96.10.in-addr.arpa", { namespace: null }],
    ["part of an address is nobody's", "0.96.10.in-addr.arpa", null],
  ])("before a name is denied it is looked for once more: %s", (_sentence, name, expected) => {
    const question = { name: nameOf(name), type: 1, class: 1 };
    const options = { ...WITH_ZONE, searchNamespace: null };
    expect(recheckOf(question, { rcode: "NXDOMAIN" }, options, TABLES)).toEqual(expected);
  });
});
