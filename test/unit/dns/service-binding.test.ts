import { expect, test } from "vitest";
import { answer } from "../../../shared/dns/answer.ts";
import { endpoint, linesOf, OPTIONS, port, questionOf, service, soa, tablesOf } from "./fixture.ts";

const SERVICES = [
  service("shop", "plain", ["10.96.0.10"], [port("http", 80), port("metrics", 9090)]),
  service("shop", "both", ["10.96.0.11", "fd00:10:96::b"], [port("http", 8080), port("https-web", 8443)]),
  service("shop", "said", ["10.96.0.12"], [{ ...port("x", 9443), appProtocol: "https" }]),
  service("shop", "h2c", ["10.96.0.13"], [{ ...port("x", 80), appProtocol: "kubernetes.io/h2c" }]),
  service("shop", "postgres", ["10.96.0.14"], [{ ...port("http", 80), appProtocol: "postgres" }]),
  service("shop", "udp", ["10.96.0.15"], [{ ...port("https", 443), protocol: "UDP" }]),
  service("shop", "headless", [], [port("https", 443, [endpoint("10.244.1.1", 8443)])]),
];
const TABLES = tablesOf(SERVICES);
const NODATA = ["NOERROR aa", soa("cluster.local.")];
const NXDOMAIN = ["NXDOMAIN aa", soa("cluster.local.")];

test.each<[string, string, ...string[]]>([
  ["a browser is not sent to https:// where nothing speaks it", "plain.shop.svc.cluster.local. IN HTTPS", ...NODATA],
  [
    "SVCB names the ports of HTTP",
    "plain.shop.svc.cluster.local. IN SVCB",
    "NOERROR aa",
    'plain.shop.svc.cluster.local. 5 IN SVCB 1 . alpn="http/1.1" port=80 ipv4hint=10.96.0.10',
  ],
  [
    "HTTPS names the ports of TLS alone, with hints of both families",
    "both.shop.svc.cluster.local. IN HTTPS",
    "NOERROR aa",
    'both.shop.svc.cluster.local. 5 IN HTTPS 1 . alpn="h2,http/1.1" port=8443 ipv4hint=10.96.0.11 ipv6hint=fd00:10:96::b',
  ],
  [
    "SVCB names both",
    "both.shop.svc.cluster.local. IN SVCB",
    "NOERROR aa",
    'both.shop.svc.cluster.local. 5 IN SVCB 1 . alpn="http/1.1" port=8080 ipv4hint=10.96.0.11 ipv6hint=fd00:10:96::b',
    'both.shop.svc.cluster.local. 5 IN SVCB 1 . alpn="h2,http/1.1" port=8443 ipv4hint=10.96.0.11 ipv6hint=fd00:10:96::b',
  ],
  [
    "appProtocol decides",
    "said.shop.svc.cluster.local. IN HTTPS",
    "NOERROR aa",
    'said.shop.svc.cluster.local. 5 IN HTTPS 1 . alpn="h2,http/1.1" port=9443 ipv4hint=10.96.0.12',
  ],
  [
    "HTTP/2 without TLS",
    "h2c.shop.svc.cluster.local. IN SVCB",
    "NOERROR aa",
    'h2c.shop.svc.cluster.local. 5 IN SVCB 1 . alpn="h2" port=80 ipv4hint=10.96.0.13',
  ],
  ["appProtocol decides against as well", "postgres.shop.svc.cluster.local. IN SVCB", ...NODATA],
  ["UDP is no HTTP here", "udp.shop.svc.cluster.local. IN HTTPS", ...NODATA],
  ["a headless Service has none", "headless.shop.svc.cluster.local. IN HTTPS", ...NODATA],
  ["nor has a port's name", "_https-web._tcp.both.shop.svc.cluster.local. IN HTTPS", ...NODATA],
  ["nor an endpoint's", "10-244-1-1.headless.shop.svc.cluster.local. IN HTTPS", ...NODATA],
  ["nor a namespace", "shop.svc.cluster.local. IN HTTPS", ...NODATA],
  ["an unknown name stays unknown", "nothing.shop.svc.cluster.local. IN HTTPS", ...NXDOMAIN],
])("%s", (_sentence, question, ...expected) => {
  expect(linesOf(answer(TABLES, questionOf(question), OPTIONS))).toEqual(expected);
});
