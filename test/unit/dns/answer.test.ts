import { describe, expect, test } from "vitest";
import { answer } from "../../../shared/dns/answer.ts";
import { TYPES } from "../../../shared/dns/records.ts";
import { endpoint, linesOf, OPTIONS, port, questionOf, service, SERVICES, soa, TABLES, tablesOf } from "./fixture.ts";

/** Question, then the expected lines. `NODATA` and `NXDOMAIN` stand for the negative answers of `cluster.local.`. */
type Case = readonly [sentence: string, question: string, ...expected: string[]];

const NODATA = ["NOERROR aa", soa("cluster.local.")];
const NXDOMAIN = ["NXDOMAIN aa", soa("cluster.local.")];

function expand(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => (line === "NODATA" ? NODATA : line === "NXDOMAIN" ? NXDOMAIN : [line]));
}

function questions(title: string, cases: readonly Case[], tables = TABLES, options = OPTIONS): void {
  describe(title, () => {
    test.each(cases)("%s: %s", (_sentence, question, ...expected) => {
      expect(linesOf(answer(tables, questionOf(question), options))).toEqual(expand(expected));
    });
  });
}

const IP = "web.shop.svc.cluster.local. 5 IN A 10.96.0.10";
const GLUE = `additional: ${IP}`;

questions("a Service with a ClusterIP", [
  ["its name has its address", "web.shop.svc.cluster.local. IN A", "NOERROR aa", IP],
  [
    "it has no IPv6 address, which is not to say that the name is unknown",
    "web.shop.svc.cluster.local. IN AAAA",
    "NODATA",
  ],
  [
    "an IPv6 Service has AAAA",
    "six.shop.svc.cluster.local. IN AAAA",
    "NOERROR aa",
    "six.shop.svc.cluster.local. 5 IN AAAA fd00:10:96::c",
  ],
  ["an IPv6 Service has no A", "six.shop.svc.cluster.local. IN A", "NODATA"],
  [
    "a dual-stack Service has A",
    "dual.shop.svc.cluster.local. IN A",
    "NOERROR aa",
    "dual.shop.svc.cluster.local. 5 IN A 10.96.0.11",
  ],
  [
    "a dual-stack Service has AAAA",
    "dual.shop.svc.cluster.local. IN AAAA",
    "NOERROR aa",
    "dual.shop.svc.cluster.local. 5 IN AAAA fd00:10:96::b",
  ],
  [
    "it answers without endpoints too",
    "idle.shop.svc.cluster.local. IN A",
    "NOERROR aa",
    "idle.shop.svc.cluster.local. 5 IN A 10.96.0.12",
  ],
  [
    "case makes no difference and is kept",
    "WeB.Shop.SVC.Cluster.Local. IN A",
    "NOERROR aa",
    "WeB.Shop.SVC.Cluster.Local. 5 IN A 10.96.0.10",
  ],
  [
    "a port's name has the address",
    "_http._tcp.web.shop.svc.cluster.local. IN A",
    "NOERROR aa",
    "_http._tcp.web.shop.svc.cluster.local. 5 IN A 10.96.0.10",
  ],
  ["an unknown Service", "nothing.shop.svc.cluster.local. IN A", "NXDOMAIN"],
  ["an unknown Service, other type", "nothing.shop.svc.cluster.local. IN AAAA", "NXDOMAIN"],
  ["an unknown namespace", "web.nowhere.svc.cluster.local. IN A", "NXDOMAIN"],
  ["an empty namespace", "web.empty.svc.cluster.local. IN A", "NXDOMAIN"],
  ["a Service of another namespace", "web.db.svc.cluster.local. IN A", "NXDOMAIN"],
  ["a star is no wildcard", "*.shop.svc.cluster.local. IN A", "NXDOMAIN"],
  ["`any` is no wildcard", "web.any.svc.cluster.local. IN A", "NXDOMAIN"],
  ["a star for a namespace is none either", "web.*.svc.cluster.local. IN A", "NXDOMAIN"],
  ["no prototype is looked up", "constructor.shop.svc.cluster.local. IN A", "NXDOMAIN"],
  ["no prototype is looked up for a namespace", "web.__proto__.svc.cluster.local. IN A", "NXDOMAIN"],
  ["a label with a dot in it is one label", String.raw`web\.shop.svc.cluster.local. IN A`, "NXDOMAIN"],
  ["octets above ASCII are just not there", String.raw`w\195\169b.shop.svc.cluster.local. IN A`, "NXDOMAIN"],
  ["TXT of a Service", "web.shop.svc.cluster.local. IN TXT", "NODATA"],
  ["MX of a Service", "web.shop.svc.cluster.local. IN MX", "NODATA"],
  ["HTTPS of a Service", "web.shop.svc.cluster.local. IN HTTPS", "NODATA"],
  ["HTTPS of an unknown Service", "nothing.shop.svc.cluster.local. IN HTTPS", "NXDOMAIN"],
  ["a type without a name", "web.shop.svc.cluster.local. IN TYPE65280", "NODATA"],
  ["CNAME of a Service", "web.shop.svc.cluster.local. IN CNAME", "NODATA"],
  ["PTR of a Service", "web.shop.svc.cluster.local. IN PTR", "NODATA"],
  ["NS below the apex", "web.shop.svc.cluster.local. IN NS", "NODATA"],
  ["SOA below the apex", "web.shop.svc.cluster.local. IN SOA", "NODATA"],
  ["SOA of an unknown Service", "nothing.shop.svc.cluster.local. IN SOA", "NXDOMAIN"],
]);

questions("SRV of a Service with a ClusterIP", [
  [
    "a named port",
    "_http._tcp.web.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "_http._tcp.web.shop.svc.cluster.local. 5 IN SRV 0 100 80 web.shop.svc.cluster.local.",
    GLUE,
  ],
  [
    "underscores may be left out",
    "http.tcp.web.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "http.tcp.web.shop.svc.cluster.local. 5 IN SRV 0 100 80 web.shop.svc.cluster.local.",
    GLUE,
  ],
  [
    "port names compare without case",
    "_HTTP._Tcp.web.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "_HTTP._Tcp.web.shop.svc.cluster.local. 5 IN SRV 0 100 80 web.shop.svc.cluster.local.",
    GLUE,
  ],
  [
    "the zone in a target is as asked",
    "_http._tcp.web.shop.svc.CLUSTER.local. IN SRV",
    "NOERROR aa",
    "_http._tcp.web.shop.svc.CLUSTER.local. 5 IN SRV 0 100 80 web.shop.svc.CLUSTER.local.",
    "additional: web.shop.svc.CLUSTER.local. 5 IN A 10.96.0.10",
  ],
  [
    "another port",
    "_metrics._tcp.web.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "_metrics._tcp.web.shop.svc.cluster.local. 5 IN SRV 0 100 9090 web.shop.svc.cluster.local.",
    GLUE,
  ],
  ["the wrong protocol", "_http._udp.web.shop.svc.cluster.local. IN SRV", "NXDOMAIN"],
  ["an unknown port", "_https._tcp.web.shop.svc.cluster.local. IN SRV", "NXDOMAIN"],
  [
    "UDP ports",
    "_dns._udp.dns.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "_dns._udp.dns.shop.svc.cluster.local. 5 IN SRV 0 100 53 dns.shop.svc.cluster.local.",
    "additional: dns.shop.svc.cluster.local. 5 IN A 10.96.0.14",
  ],
  [
    "the bare name lists all ports",
    "web.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "web.shop.svc.cluster.local. 5 IN SRV 0 50 80 web.shop.svc.cluster.local.",
    "web.shop.svc.cluster.local. 5 IN SRV 0 50 9090 web.shop.svc.cluster.local.",
    GLUE,
  ],
  [
    "one number for two protocols is one record",
    "dns.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "dns.shop.svc.cluster.local. 5 IN SRV 0 50 53 dns.shop.svc.cluster.local.",
    "additional: dns.shop.svc.cluster.local. 5 IN A 10.96.0.14",
  ],
  [
    "the bare name lists an unnamed port",
    "unnamed.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "unnamed.shop.svc.cluster.local. 5 IN SRV 0 100 443 unnamed.shop.svc.cluster.local.",
    "additional: unnamed.shop.svc.cluster.local. 5 IN A 10.96.0.13",
  ],
  [
    "both families are glue, and share the weight",
    "_http._tcp.dual.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "_http._tcp.dual.shop.svc.cluster.local. 5 IN SRV 0 50 80 dual.shop.svc.cluster.local.",
    "additional: dual.shop.svc.cluster.local. 5 IN A 10.96.0.11",
    "additional: dual.shop.svc.cluster.local. 5 IN AAAA fd00:10:96::b",
  ],
  ["a third label on the left is too long", "x._http._tcp.web.shop.svc.cluster.local. IN SRV", "NXDOMAIN"],
]);

questions("endpoints of a Service with a ClusterIP", [
  [
    "a ready one answers under its dashed address",
    "10-244-1-1.web.shop.svc.cluster.local. IN A",
    "NOERROR aa",
    "10-244-1-1.web.shop.svc.cluster.local. 5 IN A 10.244.1.1",
  ],
  ["one that is not ready does not", "10-244-1-2.web.shop.svc.cluster.local. IN A", "NXDOMAIN"],
  ["an address that is no endpoint does not", "10-244-1-9.web.shop.svc.cluster.local. IN A", "NXDOMAIN"],
  ["an endpoint of an unknown Service does not", "10-244-1-1.nothing.shop.svc.cluster.local. IN A", "NXDOMAIN"],
  [
    "its SRV has the ports behind the Service",
    "10-244-1-1.web.shop.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "10-244-1-1.web.shop.svc.cluster.local. 5 IN SRV 0 50 8080 10-244-1-1.web.shop.svc.cluster.local.",
    "10-244-1-1.web.shop.svc.cluster.local. 5 IN SRV 0 50 9100 10-244-1-1.web.shop.svc.cluster.local.",
    "additional: 10-244-1-1.web.shop.svc.cluster.local. 5 IN A 10.244.1.1",
  ],
]);

const KAFKA = "kafka.db.svc.cluster.local.";
questions("a headless Service", [
  [
    "its name has the addresses of its ready endpoints, once each",
    `${KAFKA} IN A`,
    "NOERROR aa",
    `${KAFKA} 5 IN A 10.244.2.1`,
    `${KAFKA} 5 IN A 10.244.2.2`,
  ],
  [
    "an endpoint answers under its hostname",
    `kafka-1.${KAFKA} IN A`,
    "NOERROR aa",
    `kafka-1.${KAFKA} 5 IN A 10.244.2.2`,
  ],
  ["hostnames compare without case", `KAFKA-1.${KAFKA} IN A`, "NOERROR aa", `KAFKA-1.${KAFKA} 5 IN A 10.244.2.2`],
  ["a terminating endpoint is gone", `kafka-2.${KAFKA} IN A`, "NXDOMAIN"],
  ["with a hostname there is no dashed name", `10-244-2-1.${KAFKA} IN A`, "NXDOMAIN"],
  ["no endpoint is ready", "notready.db.svc.cluster.local. IN A", "NXDOMAIN"],
  [
    "publishNotReadyAddresses",
    "early.db.svc.cluster.local. IN A",
    "NOERROR aa",
    "early.db.svc.cluster.local. 5 IN A 10.244.2.10",
  ],
  [
    "publishNotReadyAddresses for one endpoint",
    "early-0.early.db.svc.cluster.local. IN A",
    "NOERROR aa",
    "early-0.early.db.svc.cluster.local. 5 IN A 10.244.2.10",
  ],
  ["AAAA where there are none", `${KAFKA} IN AAAA`, "NODATA"],
  [
    "SRV of a port points to the endpoints",
    `_broker._tcp.${KAFKA} IN SRV`,
    "NOERROR aa",
    `_broker._tcp.${KAFKA} 5 IN SRV 0 50 9092 kafka-0.${KAFKA}`,
    `_broker._tcp.${KAFKA} 5 IN SRV 0 50 9092 kafka-1.${KAFKA}`,
    `additional: kafka-0.${KAFKA} 5 IN A 10.244.2.1`,
    `additional: kafka-1.${KAFKA} 5 IN A 10.244.2.2`,
  ],
  [
    "SRV of the bare name is endpoints times ports",
    `${KAFKA} IN SRV`,
    "NOERROR aa",
    `${KAFKA} 5 IN SRV 0 25 9092 kafka-0.${KAFKA}`,
    `${KAFKA} 5 IN SRV 0 25 9092 kafka-1.${KAFKA}`,
    `${KAFKA} 5 IN SRV 0 25 5555 kafka-0.${KAFKA}`,
    `${KAFKA} 5 IN SRV 0 25 5555 kafka-1.${KAFKA}`,
    `additional: kafka-0.${KAFKA} 5 IN A 10.244.2.1`,
    `additional: kafka-1.${KAFKA} 5 IN A 10.244.2.2`,
  ],
  [
    "A of a port",
    `_jmx._tcp.${KAFKA} IN A`,
    "NOERROR aa",
    `_jmx._tcp.${KAFKA} 5 IN A 10.244.2.1`,
    `_jmx._tcp.${KAFKA} 5 IN A 10.244.2.2`,
  ],
  [
    "without ports it has addresses",
    "portless.db.svc.cluster.local. IN A",
    "NOERROR aa",
    "portless.db.svc.cluster.local. 5 IN A 10.244.2.20",
    "portless.db.svc.cluster.local. 5 IN A 10.244.2.21",
  ],
  [
    "without ports its endpoints have addresses",
    "10-244-2-20.portless.db.svc.cluster.local. IN A",
    "NOERROR aa",
    "10-244-2-20.portless.db.svc.cluster.local. 5 IN A 10.244.2.20",
  ],
  ["without ports it has no SRV", "portless.db.svc.cluster.local. IN SRV", "NODATA"],
  ["without ports it has no port names", "_http._tcp.portless.db.svc.cluster.local. IN SRV", "NXDOMAIN"],
  [
    "A of both families",
    "mixed.db.svc.cluster.local. IN A",
    "NOERROR aa",
    "mixed.db.svc.cluster.local. 5 IN A 10.244.2.30",
  ],
  [
    "AAAA of both families",
    "mixed.db.svc.cluster.local. IN AAAA",
    "NOERROR aa",
    "mixed.db.svc.cluster.local. 5 IN AAAA fd00:10:244:2::1",
    "mixed.db.svc.cluster.local. 5 IN AAAA fd00:10:244:2::",
  ],
  [
    "a dashed IPv6 endpoint",
    "fd00-10-244-2--1.mixed.db.svc.cluster.local. IN AAAA",
    "NOERROR aa",
    "fd00-10-244-2--1.mixed.db.svc.cluster.local. 5 IN AAAA fd00:10:244:2::1",
  ],
  [
    "a dashed IPv6 endpoint that would end in a dash ends in 0",
    "fd00-10-244-2--0.mixed.db.svc.cluster.local. IN AAAA",
    "NOERROR aa",
    "fd00-10-244-2--0.mixed.db.svc.cluster.local. 5 IN AAAA fd00:10:244:2::",
  ],
  ["a dashed IPv6 endpoint has no A", "fd00-10-244-2--1.mixed.db.svc.cluster.local. IN A", "NODATA"],
  [
    "weights round down",
    "_p._tcp.mixed.db.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "_p._tcp.mixed.db.svc.cluster.local. 5 IN SRV 0 33 80 10-244-2-30.mixed.db.svc.cluster.local.",
    "_p._tcp.mixed.db.svc.cluster.local. 5 IN SRV 0 33 80 fd00-10-244-2--1.mixed.db.svc.cluster.local.",
    "_p._tcp.mixed.db.svc.cluster.local. 5 IN SRV 0 33 80 fd00-10-244-2--0.mixed.db.svc.cluster.local.",
    "additional: 10-244-2-30.mixed.db.svc.cluster.local. 5 IN A 10.244.2.30",
    "additional: fd00-10-244-2--1.mixed.db.svc.cluster.local. 5 IN AAAA fd00:10:244:2::1",
    "additional: fd00-10-244-2--0.mixed.db.svc.cluster.local. 5 IN AAAA fd00:10:244:2::",
  ],
  [
    "two endpoints of one hostname share a target",
    "_p._tcp.twice.db.svc.cluster.local. IN SRV",
    "NOERROR aa",
    "_p._tcp.twice.db.svc.cluster.local. 5 IN SRV 0 50 80 same.twice.db.svc.cluster.local.",
    "additional: same.twice.db.svc.cluster.local. 5 IN A 10.244.2.40",
    "additional: same.twice.db.svc.cluster.local. 5 IN A 10.244.2.41",
  ],
  [
    "two endpoints of one hostname have both addresses",
    "same.twice.db.svc.cluster.local. IN A",
    "NOERROR aa",
    "same.twice.db.svc.cluster.local. 5 IN A 10.244.2.40",
    "same.twice.db.svc.cluster.local. 5 IN A 10.244.2.41",
  ],
  ["an endpoint that is a name has no address", "named.db.svc.cluster.local. IN A", "NODATA"],
]);

questions("names with names below them", [
  ["the zone", "cluster.local. IN A", "NODATA"],
  ["svc", "svc.cluster.local. IN A", "NODATA"],
  ["pod", "pod.cluster.local. IN AAAA", "NODATA"],
  ["a namespace", "shop.svc.cluster.local. IN A", "NODATA"],
  ["a namespace without Services", "empty.svc.cluster.local. IN A", "NODATA"],
  ["a namespace, TXT", "shop.svc.cluster.local. IN TXT", "NODATA"],
  ["a namespace, SRV", "shop.svc.cluster.local. IN SRV", "NODATA"],
  ["a namespace under pod", "shop.pod.cluster.local. IN A", "NODATA"],
  ["an unknown namespace", "nowhere.svc.cluster.local. IN A", "NXDOMAIN"],
  ["an unknown namespace, NS", "nowhere.svc.cluster.local. IN NS", "NXDOMAIN"],
  ["an unknown namespace under pod", "nowhere.pod.cluster.local. IN A", "NXDOMAIN"],
  ["neither svc nor pod", "web.shop.foo.cluster.local. IN A", "NXDOMAIN"],
  ["neither svc nor pod, NS", "foo.cluster.local. IN NS", "NXDOMAIN"],
  ["NODATA keeps the zone's case", "SVC.Cluster.LOCAL. IN A", "NOERROR aa", soa("Cluster.LOCAL.")],
]);

questions("the zone's own records", [
  [
    "SOA",
    "cluster.local. IN SOA",
    "NOERROR aa",
    "cluster.local. 5 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 42 7200 1800 86400 5",
  ],
  [
    "NS is the DNS Service",
    "cluster.local. IN NS",
    "NOERROR aa",
    "cluster.local. 5 IN NS kube-dns.kube-system.svc.cluster.local.",
    "additional: kube-dns.kube-system.svc.cluster.local. 5 IN A 10.96.0.53",
  ],
  [
    "the SOA's mname has the address of the DNS Service",
    "ns.dns.cluster.local. IN A",
    "NOERROR aa",
    "ns.dns.cluster.local. 5 IN A 10.96.0.53",
  ],
  ["the name above it", "dns.cluster.local. IN A", "NODATA"],
  [
    "the specification's version",
    "dns-version.cluster.local. IN TXT",
    "NOERROR aa",
    'dns-version.cluster.local. 28800 IN TXT "1.1.0"',
  ],
  [
    "the specification's version, in another case",
    "DNS-Version.cluster.local. IN TXT",
    "NOERROR aa",
    'DNS-Version.cluster.local. 28800 IN TXT "1.1.0"',
  ],
  ["the version has no address", "dns-version.cluster.local. IN A", "NODATA"],
  ["nothing below the version", "x.dns-version.cluster.local. IN TXT", "NXDOMAIN"],
]);

questions(
  "the zone's own records without a DNS Service",
  [
    ["no NS", "cluster.local. IN NS", "NODATA"],
    ["no address for the SOA's mname", "ns.dns.cluster.local. IN A", "NODATA"],
  ],
  tablesOf(SERVICES.filter(({ namespace }) => namespace !== "kube-system")),
);

const TO_WEB = "to-web.shop.svc.cluster.local. 5 IN CNAME web.shop.svc.cluster.local.";
questions("an ExternalName Service", [
  [
    "CNAME",
    "github.shop.svc.cluster.local. IN CNAME",
    "NOERROR aa",
    "github.shop.svc.cluster.local. 5 IN CNAME api.GitHub.com.",
  ],
  [
    "a dot at its end changes nothing",
    "dotted.shop.svc.cluster.local. IN CNAME",
    "NOERROR aa",
    "dotted.shop.svc.cluster.local. 5 IN CNAME api.example.com.",
  ],
  [
    "its address is for an upstream resolver",
    "github.shop.svc.cluster.local. IN A",
    "upstream api.GitHub.com 1",
    "github.shop.svc.cluster.local. 5 IN CNAME api.GitHub.com.",
  ],
  [
    "its IPv6 address as well",
    "github.shop.svc.cluster.local. IN AAAA",
    "upstream api.GitHub.com 28",
    "github.shop.svc.cluster.local. 5 IN CNAME api.GitHub.com.",
  ],
  ["SRV", "github.shop.svc.cluster.local. IN SRV", "NODATA"],
  ["TXT", "github.shop.svc.cluster.local. IN TXT", "NODATA"],
  ["an endpoint label", "x.github.shop.svc.cluster.local. IN A", "NXDOMAIN"],
  ["an endpoint label, CNAME", "x.github.shop.svc.cluster.local. IN CNAME", "NXDOMAIN"],
  ["a port", "_http._tcp.github.shop.svc.cluster.local. IN SRV", "NXDOMAIN"],
  ["to a Service", "to-web.shop.svc.cluster.local. IN A", "NOERROR aa", TO_WEB, IP],
  ["to a Service, CNAME alone", "to-web.shop.svc.cluster.local. IN CNAME", "NOERROR aa", TO_WEB],
  ["to a Service without an IPv6 address", "to-web.shop.svc.cluster.local. IN AAAA", "NODATA"],
  [
    "to a headless Service of another namespace",
    "to-db.shop.svc.cluster.local. IN A",
    "NOERROR aa",
    "to-db.shop.svc.cluster.local. 5 IN CNAME kafka.db.svc.cluster.local.",
    `${KAFKA} 5 IN A 10.244.2.1`,
    `${KAFKA} 5 IN A 10.244.2.2`,
  ],
  [
    "to another one",
    "to-alias.shop.svc.cluster.local. IN A",
    "NOERROR aa",
    "to-alias.shop.svc.cluster.local. 5 IN CNAME to-web.shop.svc.cluster.local.",
    TO_WEB,
    IP,
  ],
  [
    "to another one that leads out",
    "to-outside.shop.svc.cluster.local. IN A",
    "upstream api.GitHub.com 1",
    "to-outside.shop.svc.cluster.local. 5 IN CNAME github.shop.svc.cluster.local.",
    "github.shop.svc.cluster.local. 5 IN CNAME api.GitHub.com.",
  ],
  ["to nothing", "to-nothing.shop.svc.cluster.local. IN A", "NODATA"],
  ["to the zone", "to-zone.shop.svc.cluster.local. IN A", "NODATA"],
  ["to itself", "itself.shop.svc.cluster.local. IN A", "NODATA"],
  ["to a name below itself", "below.shop.svc.cluster.local. IN A", "NODATA"],
  ["round in a circle", "ping.shop.svc.cluster.local. IN A", "NODATA"],
  ["an IPv4 literal is no name", "literal.shop.svc.cluster.local. IN A", "NXDOMAIN"],
  ["an IPv4 literal is no name for CNAME", "literal.shop.svc.cluster.local. IN CNAME", "NXDOMAIN"],
  ["an IPv6 literal is no name", "literal6.shop.svc.cluster.local. IN AAAA", "NXDOMAIN"],
  ["twelve aliases are too many", "chain-1.shop.svc.cluster.local. IN A", "NODATA"],
]);

test("ten aliases after the first are followed", () => {
  const found = answer(TABLES, questionOf("chain-2.shop.svc.cluster.local. IN A"), OPTIONS);
  expect(linesOf(found)).toHaveLength(1 + 11 + 1);
  expect(linesOf(found).at(-1)).toBe(IP);
});

questions("names of Pods, insecure", [
  [
    "an IPv4 address",
    "10-244-1-5.shop.pod.cluster.local. IN A",
    "NOERROR aa",
    "10-244-1-5.shop.pod.cluster.local. 5 IN A 10.244.1.5",
  ],
  [
    "any address will do",
    "1-2-3-4.shop.pod.cluster.local. IN A",
    "NOERROR aa",
    "1-2-3-4.shop.pod.cluster.local. 5 IN A 1.2.3.4",
  ],
  ["an IPv4 address has no AAAA", "1-2-3-4.shop.pod.cluster.local. IN AAAA", "NODATA"],
  [
    "an IPv6 address",
    "fd00--1.shop.pod.cluster.local. IN AAAA",
    "NOERROR aa",
    "fd00--1.shop.pod.cluster.local. 5 IN AAAA fd00::1",
  ],
  [
    "a whole IPv6 address",
    "1-2-3-4-5-6-7-8.shop.pod.cluster.local. IN AAAA",
    "NOERROR aa",
    "1-2-3-4-5-6-7-8.shop.pod.cluster.local. 5 IN AAAA 1:2:3:4:5:6:7:8",
  ],
  [
    "a mapped address is IPv4",
    "--ffff-102-304.shop.pod.cluster.local. IN A",
    "NOERROR aa",
    "--ffff-102-304.shop.pod.cluster.local. 5 IN A 1.2.3.4",
  ],
  ["no address", "blah.shop.pod.cluster.local. IN A", "NXDOMAIN"],
  ["no address, other type", "blah.shop.pod.cluster.local. IN HINFO", "NXDOMAIN"],
  ["an octet out of range", "1-2-3-256.shop.pod.cluster.local. IN A", "NXDOMAIN"],
  ["leading zeros", "1-2-3-04.shop.pod.cluster.local. IN A", "NXDOMAIN"],
  ["dots inside the label", String.raw`1\.2\.3\.4.shop.pod.cluster.local. IN A`, "NXDOMAIN"],
  ["colons inside the label", "fd00::1.shop.pod.cluster.local. IN AAAA", "NXDOMAIN"],
  ["an unknown namespace", "1-2-3-4.nowhere.pod.cluster.local. IN A", "NXDOMAIN"],
  [
    "a namespace that is not loaded need not be",
    "1-2-3-4.far.pod.cluster.local. IN A",
    "NOERROR aa",
    "1-2-3-4.far.pod.cluster.local. 5 IN A 1.2.3.4",
  ],
  [
    "SRV has port 0",
    "1-2-3-4.shop.pod.cluster.local. IN SRV",
    "NOERROR aa",
    "1-2-3-4.shop.pod.cluster.local. 5 IN SRV 0 100 0 1-2-3-4.shop.pod.cluster.local.",
    "additional: 1-2-3-4.shop.pod.cluster.local. 5 IN A 1.2.3.4",
  ],
]);

questions(
  "names of Pods, disabled",
  [
    ["an address", "1-2-3-4.shop.pod.cluster.local. IN A", "NXDOMAIN"],
    ["the namespace is still there", "shop.pod.cluster.local. IN A", "NODATA"],
  ],
  TABLES,
  { ...OPTIONS, pods: "disabled" },
);

const SIX = "c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa.";
questions("addresses", [
  [
    "a ClusterIP",
    "10.0.96.10.in-addr.arpa. IN PTR",
    "NOERROR aa",
    "10.0.96.10.in-addr.arpa. 5 IN PTR web.shop.svc.cluster.local.",
  ],
  ["an IPv6 ClusterIP", `${SIX} IN PTR`, "NOERROR aa", `${SIX} 5 IN PTR six.shop.svc.cluster.local.`],
  [
    "nibbles compare without case",
    `${SIX.toUpperCase()} IN PTR`,
    "NOERROR aa",
    `${SIX.toUpperCase()} 5 IN PTR six.shop.svc.cluster.local.`,
  ],
  [
    "a ready endpoint",
    "1.1.244.10.in-addr.arpa. IN PTR",
    "NOERROR aa",
    "1.1.244.10.in-addr.arpa. 5 IN PTR 10-244-1-1.web.shop.svc.cluster.local.",
  ],
  [
    "an endpoint with a hostname",
    "1.2.244.10.in-addr.arpa. IN PTR",
    "NOERROR aa",
    "1.2.244.10.in-addr.arpa. 5 IN PTR kafka-0.kafka.db.svc.cluster.local.",
  ],
  [
    "an endpoint without ports",
    "20.2.244.10.in-addr.arpa. IN PTR",
    "NOERROR aa",
    "20.2.244.10.in-addr.arpa. 5 IN PTR 10-244-2-20.portless.db.svc.cluster.local.",
  ],
  ["an endpoint that is not ready", "2.1.244.10.in-addr.arpa. IN PTR", "NXDOMAIN aa", soa("in-addr.arpa.")],
  [
    "a published endpoint that is not ready",
    "10.2.244.10.in-addr.arpa. IN PTR",
    "NOERROR aa",
    "10.2.244.10.in-addr.arpa. 5 IN PTR early-0.early.db.svc.cluster.local.",
  ],
  ["an address of nobody", "9.9.9.9.in-addr.arpa. IN PTR", "NXDOMAIN aa", soa("in-addr.arpa.")],
  ["an address of nobody in a pod block", "99.1.244.10.in-addr.arpa. IN PTR", "NXDOMAIN aa", soa("in-addr.arpa.")],
  ["another type for an address that has a name", "10.0.96.10.in-addr.arpa. IN A", "NOERROR aa", soa("in-addr.arpa.")],
  ["a part of an address", "96.10.in-addr.arpa. IN PTR", "NOERROR aa", soa("in-addr.arpa.")],
  ["the reverse zone", "in-addr.arpa. IN PTR", "NOERROR aa", soa("in-addr.arpa.")],
  [
    "the reverse zone's SOA",
    "IP6.arpa. IN SOA",
    "NOERROR aa",
    "IP6.arpa. 5 IN SOA ns.dns.IP6.arpa. hostmaster.IP6.arpa. 42 7200 1800 86400 5",
  ],
  ["a name that spells no address", "x.0.96.10.in-addr.arpa. IN PTR", "NXDOMAIN aa", soa("in-addr.arpa.")],
  ["more labels than an address has", "1.10.0.96.10.in-addr.arpa. IN PTR", "NXDOMAIN aa", soa("in-addr.arpa.")],
  ["two octets in one label", String.raw`10\.0.96.10.in-addr.arpa. IN PTR`, "NXDOMAIN aa", soa("in-addr.arpa.")],
  ["leading zeros", "010.0.96.10.in-addr.arpa. IN PTR", "NXDOMAIN aa", soa("in-addr.arpa.")],
  ["two nibbles in one label", "0c.0.ip6.arpa. IN PTR", "NXDOMAIN aa", soa("ip6.arpa.")],
]);

questions("what is not answered", [
  ["a name outside the zone", "example.com. IN A", "upstream example.com 1"],
  ["a name that only ends like the zone", "mycluster.local. IN A", "upstream mycluster.local 1"],
  ["the parent of the zone", "local. IN A", "upstream local 1"],
  ["the root", ". IN NS", "upstream  2"],
  ["class CH", "web.shop.svc.cluster.local. 3 A", "REFUSED"],
  ["class ANY", "web.shop.svc.cluster.local. 255 A", "REFUSED"],
  ["AXFR", "cluster.local. IN AXFR", "REFUSED"],
  ["IXFR", "cluster.local. IN IXFR", "REFUSED"],
  ["MAILB", "cluster.local. IN MAILB", "NOTIMP"],
  ["OPT as a question", "cluster.local. IN OPT", "FORMERR"],
  ["TSIG as a question", "cluster.local. IN TSIG", "FORMERR"],
  ["type 0", "cluster.local. IN 0", "FORMERR"],
  [
    "ANY is one record",
    "web.shop.svc.cluster.local. IN ANY",
    "NOERROR aa",
    'web.shop.svc.cluster.local. 3600 IN HINFO "RFC8482" ""',
  ],
  ["ANY of an unknown name", "nothing.shop.svc.cluster.local. IN ANY", "NXDOMAIN"],
  [
    "ANY of an address",
    "10.0.96.10.in-addr.arpa. IN ANY",
    "NOERROR aa",
    '10.0.96.10.in-addr.arpa. 3600 IN HINFO "RFC8482" ""',
  ],
]);

questions("a namespace that is not loaded", [
  ["a Service asks for it", "web.far.svc.cluster.local. IN A", "load far"],
  ["any type does", "web.far.svc.cluster.local. IN MX", "load far"],
  ["an endpoint does", "a.web.far.svc.cluster.local. IN A", "load far"],
  ["an address in its pod block does", "1.9.244.10.in-addr.arpa. IN PTR", "load far"],
  ["its own name does not", "far.svc.cluster.local. IN A", "NODATA"],
  ["what cannot exist does not", "a.b.c.web.far.svc.cluster.local. IN A", "NXDOMAIN"],
]);

test("another cluster domain", () => {
  const options = { ...OPTIONS, zone: ["k8s", "example", "org"] };
  const asked = (text: string): readonly string[] => linesOf(answer(TABLES, questionOf(text), options));
  expect(asked("web.shop.svc.k8s.example.org. IN A")).toEqual([
    "NOERROR aa",
    "web.shop.svc.k8s.example.org. 5 IN A 10.96.0.10",
  ]);
  expect(asked("10.0.96.10.in-addr.arpa. IN PTR")).toEqual([
    "NOERROR aa",
    "10.0.96.10.in-addr.arpa. 5 IN PTR web.shop.svc.k8s.example.org.",
  ]);
  expect(asked("web.shop.svc.cluster.local. IN A")).toEqual(["upstream web.shop.svc.cluster.local 1"]);
});

test("addresses start where the pick says", () => {
  const picks: number[] = [];
  const pick = (n: number): number => {
    picks.push(n);
    return n - 1;
  };
  const found = answer(TABLES, questionOf("portless.db.svc.cluster.local. IN A"), { ...OPTIONS, pick });
  expect(linesOf(found).slice(1)).toEqual([
    "portless.db.svc.cluster.local. 5 IN A 10.244.2.21",
    "portless.db.svc.cluster.local. 5 IN A 10.244.2.20",
  ]);
  expect(picks).toEqual([2]);
});

test("a weight is never 0", () => {
  const endpoints = Array.from({ length: 150 }, (_, i) => endpoint(`10.244.1.${i}`, 80));
  const found = answer(
    tablesOf([service("shop", "big", [], [port("p", 80, endpoints)])]),
    questionOf("big.shop.svc.cluster.local. IN SRV"),
    OPTIONS,
  );
  const weights =
    found.kind === "answer" ? found.answers.map(({ data }) => (data.type === "SRV" ? data.weight : 0)) : [];
  expect(new Set(weights)).toEqual(new Set([1]));
});

test("every type but the ones above gives NODATA for a Service and NXDOMAIN for none", () => {
  for (let type = 1; type < 128; type++) {
    if (type === TYPES.OPT) continue;
    const rcodeOf = (name: string): string => {
      const found = answer(TABLES, { ...questionOf(`${name}.shop.svc.cluster.local. IN A`), type }, OPTIONS);
      return found.kind === "answer" ? found.rcode : found.kind;
    };
    expect([type, rcodeOf("web"), rcodeOf("nothing")]).toEqual([type, "NOERROR", "NXDOMAIN"]);
  }
});
