import { expect, test } from "vitest";
import { linesOf, questionOf, soa, TABLES } from "./fixture.ts";
import { settle } from "./served.ts";

const to = (name: string, target: string): string => `${name} 5 IN CNAME ${target}`;

test.each<[string, string, ...string[]]>([
  [
    "a Service of the same namespace",
    "web. IN A",
    "NOERROR aa",
    to("web.", "web.shop.svc.cluster.local."),
    "web.shop.svc.cluster.local. 5 IN A 10.96.0.10",
  ],
  [
    "a Service of another namespace",
    "kafka.db. IN A",
    "NOERROR aa",
    to("kafka.db.", "kafka.db.svc.cluster.local."),
    "kafka.db.svc.cluster.local. 5 IN A 10.244.2.1",
    "kafka.db.svc.cluster.local. 5 IN A 10.244.2.2",
  ],
  [
    "with svc",
    "web.shop.svc. IN A",
    "NOERROR aa",
    to("web.shop.svc.", "web.shop.svc.cluster.local."),
    "web.shop.svc.cluster.local. 5 IN A 10.96.0.10",
  ],
  [
    "an endpoint's name",
    "10-244-1-1.web. IN A",
    "NOERROR aa",
    to("10-244-1-1.web.", "10-244-1-1.web.shop.svc.cluster.local."),
    "10-244-1-1.web.shop.svc.cluster.local. 5 IN A 10.244.1.1",
  ],
  [
    "a port's name",
    "_http._tcp.web. IN SRV",
    "NOERROR aa",
    to("_http._tcp.web.", "_http._tcp.web.shop.svc.cluster.local."),
    "_http._tcp.web.shop.svc.cluster.local. 5 IN SRV 0 100 80 web.shop.svc.cluster.local.",
    "additional: web.shop.svc.cluster.local. 5 IN A 10.96.0.10",
  ],
  [
    "a whole name is found as it is",
    "web.shop.svc.cluster.local. IN A",
    "NOERROR aa",
    "web.shop.svc.cluster.local. 5 IN A 10.96.0.10",
  ],
  [
    "the first completion that exists ends the search, be it without data",
    "web. IN AAAA",
    "NOERROR aa",
    soa("cluster.local."),
  ],
  [
    "an alias out of the zone",
    "github. IN A",
    "NOERROR aa",
    to("github.", "github.shop.svc.cluster.local."),
    "github.shop.svc.cluster.local. 5 IN CNAME api.GitHub.com.",
  ],
  ["nothing fits: the name itself", "example.com. IN A", "REFUSED"],
  ["five dots are not searched", "a.b.c.d.e.web. IN A", "REFUSED"],
  ["the root is not searched", ". IN NS", "REFUSED"],
  ["a table that is missing is asked for", "web.far. IN A", "load far"],
  ["a class that is refused stays refused", "web. 3 A", "REFUSED"],
])("%s: %s", (_sentence, question, ...expected) => {
  expect(linesOf(settle(TABLES, questionOf(question), "shop"))).toEqual(expected);
});

test("an unknown namespace finds what does not hang on it", () => {
  expect(linesOf(settle(TABLES, questionOf("web.shop. IN A"), "nowhere"))).toHaveLength(3);
  expect(linesOf(settle(TABLES, questionOf("web. IN A"), "nowhere"))).toEqual(["REFUSED"]);
});

test("a completion that would be too long is passed over", () => {
  const label = "a".repeat(60);
  expect(linesOf(settle(TABLES, questionOf(`${label}.${label}.${label}.${label}. IN A`), "shop"))).toHaveLength(1);
});
