import { describe, expect, test } from "vitest";
import { answer } from "../../../shared/dns/answer.ts";
import { explain, formatExplanation, type Explanation } from "../../../shared/dns/explain.ts";
import { endpoint, importSlice, serviceImport, tablesOf } from "../proxy/fixtures.ts";
import { linesOf, OPTIONS, questionOf, TABLES } from "./fixture.ts";
import { servingFrom, settled } from "./served.ts";

function explained(question: string, searchNamespace: string | null = null): Explanation {
  const { step, close } = explain(servingFrom(TABLES, searchNamespace), questionOf(question));
  const reply = settled(step);
  if (reply.kind === "load") throw new Error(`${reply.namespace} is not loaded`);
  return close(reply);
}

const sentences = (question: string, from: string | null = null): string =>
  explained(question, from)
    .tries.flatMap(({ name, because, result }) => [name, ...because, result])
    .join("\n");

describe("an explanation says", () => {
  test.each<[string, string, string | null, readonly (string | RegExp)[]]>([
    [
      "which Service a name is",
      "web.shop.svc.cluster.local. IN A",
      null,
      [
        "reads as Service web in namespace shop",
        "Service shop/web has ClusterIP 10.96.0.10",
        "port http (80)/TCP fits",
      ],
    ],
    [
      "that there is no such Service",
      "nothing.shop.svc.cluster.local. IN A",
      null,
      ["there is no Service shop/nothing", /NXDOMAIN$/],
    ],
    ["that there is no such namespace", "web.nowhere.svc.cluster.local. IN A", null, ["there is no namespace nowhere"]],
    [
      "why an endpoint is left out",
      "kafka.db.svc.cluster.local. IN A",
      null,
      [
        "is headless",
        "endpoint kafka-0 (10.244.2.1 port 9092) is in the answer",
        "kafka-2 (10.244.2.3 port 9092) is left out: not ready",
      ],
    ],
    [
      "which endpoint was asked for",
      "kafka-1.kafka.db.svc.cluster.local. IN A",
      null,
      ["endpoint kafka-1", "kafka-0 (10.244.2.1 port 9092) is left out: another endpoint is asked for"],
    ],
    [
      "that a port is another",
      "_jmx._tcp.kafka.db.svc.cluster.local. IN SRV",
      null,
      ["broker (9092)/TCP is another one"],
    ],
    [
      "where an alias leads",
      "to-alias.shop.svc.cluster.local. IN A",
      null,
      [
        "stands for to-web.shop.svc.cluster.local",
        "to-alias.shop.svc.cluster.local. is an alias of to-web.shop.svc.cluster.local.",
      ],
    ],
    ["that a name without data exists", "shop.svc.cluster.local. IN A", null, ["reads as namespace shop", /NODATA$/]],
    [
      "that a name is somebody else's",
      "example.com. IN A",
      null,
      ["no server block of the Corefile is for it", /REFUSED$/],
    ],
    [
      "whose ClusterIP an address is",
      "10.0.96.10.in-addr.arpa. IN PTR",
      null,
      ["10.96.0.10 is the ClusterIP of shop/web"],
    ],
    [
      "each name of the search path",
      "kafka.db. IN A",
      "shop",
      [
        /^kafka\.db\.shop\.svc\.cluster\.local\.$/m,
        "NXDOMAIN: the next name is tried",
        /^kafka\.db\.svc\.cluster\.local\.$/m,
      ],
    ],
  ])("%s", (_sentence, question, from, expected) => {
    const text = sentences(question, from);
    for (const part of expected) {
      if (part instanceof RegExp) expect(text).toMatch(part);
      else expect(text).toContain(part);
    }
  });

  test("the answer that is given", () => {
    const question = "_http._tcp.web.shop.svc.cluster.local. IN SRV";
    const { rcode, answers, additional } = explained(question);
    const [status, ...lines] = linesOf(answer(TABLES, questionOf(question), OPTIONS));
    expect([`${rcode} aa`, ...answers, ...additional.map((record) => `additional: ${record}`)]).toEqual([
      status,
      ...lines,
    ]);
  });

  test("only so much of a large Service", () => {
    const [tried] = explained("kafka.db.svc.cluster.local. IN A").tries;
    expect(tried?.because.length).toBeLessThanOrEqual(61);
  });
});

describe("of a multicluster name an explanation says", () => {
  const tables = tablesOf([
    serviceImport("shop/peers", { type: "Headless", ports: [] }),
    importSlice("shop/peers/a", "east", [endpoint("172.0.0.2"), endpoint("172.0.0.3", "unready")]),
    importSlice("shop/peers/b", "west", [endpoint("172.0.0.2")]),
    serviceImport("shop/web", { type: "ClusterSetIP", ips: ["10.42.42.42"], ports: [{ name: "http", port: 80 }] }),
    serviceImport("shop/later", { type: "ClusterSetIP", ports: [{ port: 80 }] }),
  ]);
  const corefile = ".:53 {\n kubernetes cluster.local clusterset.local {\n multicluster clusterset.local\n }\n}";

  test.each([
    ["which import it is", "web", ["ServiceImport shop/web has ClusterSetIP 10.42.42.42", "port http (80)/TCP fits"]],
    ["that there is no such import", "ghost", ["there is no ServiceImport shop/ghost"]],
    ["that its address is to come", "later", ["ServiceImport shop/later has no address yet"]],
    [
      "whose endpoint is asked for, and why others are left out",
      "172-0-0-2.east.peers",
      [
        "reads as Service peers in namespace shop, endpoint 172-0-0-2 of cluster east",
        "ServiceImport shop/peers is headless",
        "endpoint 172-0-0-2 (172.0.0.2 port 8080) of cluster east is in the answer",
        "endpoint 172-0-0-3 (172.0.0.3 port 8080) of cluster east is left out: another endpoint is asked for",
        "endpoint 172-0-0-2 (172.0.0.2 port 8080) of cluster west is left out: of another cluster",
      ],
    ],
    [
      "which endpoint is not ready",
      "peers",
      ["endpoint 172-0-0-3 (172.0.0.3 port 8080) of cluster east is left out: not ready"],
    ],
  ])("%s", (_sentence, name, expected) => {
    const question = questionOf(`${name}.shop.svc.clusterset.local. IN A`);
    const { step, close } = explain(servingFrom(tables, null, corefile), question);
    const reply = settled(step);
    if (reply.kind === "load") throw new Error(`${reply.namespace} is not loaded`);
    const text = close(reply)
      .tries.flatMap(({ because }) => because)
      .join("\n");
    for (const part of expected) expect(text).toContain(part);
  });
});

test("a namespace that is not loaded is asked for", () => {
  const { step } = explain(servingFrom(TABLES), questionOf("x.far.svc.cluster.local. IN A"));
  expect(settled(step)).toEqual({ kind: "load", namespace: "far" });
});

test("as text it is a walk and an answer", () => {
  expect(formatExplanation(explained("web. IN A", "shop"))).toBe(`As a Pod of namespace shop asks:
1. web.shop.svc.cluster.local.
     the server block for cluster.local. of the Corefile is asked
     it is in the zone cluster.local.
     web.shop.svc.cluster.local. reads as Service web in namespace shop
     there is a namespace shop
     Service shop/web has ClusterIP 10.96.0.10
     its port http (80)/TCP fits
     its port metrics (9090)/TCP fits
   → NOERROR: the search ends here
answered by the plugin kubernetes
NOERROR
  web. 5 IN CNAME web.shop.svc.cluster.local.
  web.shop.svc.cluster.local. 5 IN A 10.96.0.10`);
});
