import { describe, expect, test } from "vitest";
import { serverFailure } from "../../../shared/dns/exchange.ts";
import { TABLES } from "./fixture.ts";
import { hex, queryFor, read, type DecodedMessage } from "./messages.ts";
import { randomIntegers } from "../../suites/random.ts";
import { mutate } from "./mutations.ts";
import { exchange, servingFrom } from "./served.ts";

const SERVING = servingFrom(TABLES);
const SEARCHING = servingFrom(TABLES, "shop");

function ask(query: Uint8Array): DecodedMessage & { readonly freshness: number; readonly revision: number | null } {
  const result = exchange(SERVING, query);
  if (result.kind !== "response") throw new Error(result.kind);
  return { ...read(result.message), freshness: result.freshness, revision: result.revision };
}

const WEB = "web.shop.svc.cluster.local";

test("a query is answered with its ID, its question and the records", () => {
  expect(ask(queryFor(WEB.toUpperCase(), "A", { id: 0xbeef }))).toMatchObject({
    id: 0xbeef,
    type: "response",
    rcode: "NOERROR",
    flag_aa: true,
    flag_rd: true,
    flag_ra: false,
    flag_tc: false,
    questions: [{ name: WEB.toUpperCase(), type: "A" }],
    answers: [{ name: WEB.toUpperCase(), type: "A", ttl: 5, data: "10.96.0.10" }],
    additionals: [],
  });
});

test.each([
  ["RD is copied", 0x0000, { flag_rd: false, flag_cd: false }],
  ["CD is copied", 0x0010, { flag_rd: false, flag_cd: true }],
  ["AD and TC are not", 0x0220, { flag_tc: false, flag_rd: false, flag_ad: false }],
])("%s", (_sentence, flags, expected) => {
  expect(ask(queryFor(WEB, "A", { flags }))).toMatchObject(expected);
});

describe("EDNS", () => {
  test("who sends OPT gets OPT, DO as it was", () => {
    const { additionals } = ask(queryFor(WEB, "A", { edns: { udpPayloadSize: 1400, dnssecOk: true } }));
    expect(additionals).toMatchObject([{ type: "OPT", udpPayloadSize: 1400, flag_do: true, extendedRcode: 0 }]);
  });

  test("who sends none gets none", () => {
    expect(ask(queryFor(WEB, "A")).additionals).toEqual([]);
  });

  test("version 1 is BADVERS, with nothing answered", () => {
    const message = ask(queryFor(WEB, "A", { edns: { udpPayloadSize: 1400, version: 1 } }));
    expect(message).toMatchObject({
      rcode: "NOERROR",
      flag_aa: false,
      answers: [],
      additionals: [{ extendedRcode: 1, ednsVersion: 0 }],
    });
  });

  test("the size is not looked at here: datagrams are somebody else's", () => {
    expect(ask(queryFor("kafka.db.svc.cluster.local", "SRV", { edns: { udpPayloadSize: 10 } })).flag_tc).toBe(false);
  });
});

describe("freshness", () => {
  test.each([
    ["an answer is as fresh as its smallest TTL", WEB, "A", 5],
    ["the version stays longer", "dns-version.cluster.local", "TXT", 28_800],
    ["NODATA stays for the SOA's minimum", WEB, "AAAA", 5],
    ["NXDOMAIN stays for the SOA's minimum", "nothing.shop.svc.cluster.local", "A", 5],
    ["a refusal is not kept", "example.com", "A", 0],
  ])("%s", (_sentence, name, type, seconds) => {
    expect(ask(queryFor(name, type)).freshness).toBe(seconds);
  });
});

test("a name outside the zone is refused", () => {
  expect(ask(queryFor("example.com", "A"))).toMatchObject({
    rcode: "REFUSED",
    flag_aa: false,
    answers: [],
    authorities: [],
  });
});

test("an alias out of the zone is given alone", () => {
  const { rcode, answers } = ask(queryFor("github.shop.svc.cluster.local", "AAAA"));
  expect({ rcode, answers }).toMatchObject({ rcode: "NOERROR", answers: [{ type: "CNAME", data: "api.GitHub.com" }] });
});

test("the revision is that of the namespace looked at", () => {
  expect(ask(queryFor(WEB, "A")).revision).toBe(41);
  expect(ask(queryFor("cluster.local", "SOA")).revision).toBeNull();
});

test.each([
  ["a bad question", "beef 0100 0001 0000 0000 0000 c00c 0001 0001", "FORMERR"],
  ["no question", "beef 0100 0000 0000 0000 0000", "FORMERR"],
  ["an update", "beef 2800 0001 0000 0000 0000", "NOTIMP"],
])("%s is answered with its ID and no question", (_sentence, bytes, rcode) => {
  expect(ask(hex(bytes))).toMatchObject({ id: 0xbeef, rcode, questions: [], flag_aa: false, freshness: 0 });
});

test("bad records after a good question leave the question in the answer", () => {
  const query = queryFor(WEB, "A");
  query[11] = 1;
  expect(ask(query)).toMatchObject({ rcode: "FORMERR", questions: [{ name: WEB }] });
});

test("what is no message is said to be none", () => {
  expect(exchange(SERVING, hex("1234"))).toEqual({ kind: "undecodable" });
  expect(serverFailure(hex("1234"))).toBeNull();
});

describe("an answer lasts as long as its namespace's table", () => {
  test.each<[string, string, string, string | null]>([
    ["one address", WEB, "A", "shop"],
    ["one address, in another case", WEB.toUpperCase(), "A", "shop"],
    ["several addresses, in whatever order", "kafka.db.svc.cluster.local", "A", "db"],
    ["ports, with their targets' addresses", "kafka.db.svc.cluster.local", "SRV", null],
    ["an alias, which may lead elsewhere", "to-web.shop.svc.cluster.local", "A", null],
    ["an alias out of the zone", "github.shop.svc.cluster.local", "A", null],
    ["no data, and the serial", WEB, "AAAA", "shop"],
    ["no such name", "nothing.shop.svc.cluster.local", "A", null],
    ["a Pod's name, which needs no table", "1-2-3-4.shop.pod.cluster.local", "A", null],
    ["a name of the zone's own", "ns.dns.cluster.local", "A", null],
  ])("%s", (_sentence, name, type, namespace) => {
    expect(exchange(SERVING, queryFor(name, type))).toMatchObject({
      lasting: namespace === null ? null : { namespace, hasSerial: type === "AAAA" },
    });
  });
});

test("a namespace that is not there yet is asked for", () => {
  expect(exchange(SERVING, queryFor("web.far.svc.cluster.local", "A"))).toEqual({
    kind: "load",
    namespace: "far",
  });
});

test("SERVFAIL keeps ID, question and OPT", () => {
  const message = serverFailure(queryFor(WEB, "A", { edns: { udpPayloadSize: 1232 } }));
  expect(read(message ?? hex(""))).toMatchObject({
    id: 0x1234,
    rcode: "SERVFAIL",
    flag_aa: false,
    questions: [{ name: WEB }],
    additionals: [{ type: "OPT" }],
  });
});

test("20,000 mutated messages are answered in DNS or said to be none, with the ID they came with", () => {
  const random = randomIntegers(1);
  const rcodes = new Set<string>();
  for (let i = 0; i < 20_000; i++) {
    const query = mutate(random);
    const result = exchange(random(2) === 0 ? SERVING : SEARCHING, query);
    if (query.length < 12 || (query[2] ?? 0) >= 0x80) {
      expect(result.kind).toBe("undecodable");
    } else if (result.kind === "response") {
      expect([...result.message.subarray(0, 2)]).toEqual([...query.subarray(0, 2)]);
      expect(result.message[2]).toBeGreaterThanOrEqual(0x80);
      rcodes.add(String((result.message[3] ?? 0) & 0xf));
    }
  }
  expect(rcodes).toEqual(new Set(["0", "1", "3", "4", "5"]));
});

test("a message of 64 KiB of pointers is answered at once", () => {
  const bytes = new Uint8Array(65_535).fill(0xc0);
  bytes.set(hex("beef 0100 0001 ffff ffff ffff 0161 00 0001 0001"));
  expect(exchange(SERVING, bytes)).toMatchObject({ kind: "response" });
});
