/** `rewrite edns0` and `cname`, and `nsid`: options and aliases on their way to a resolver and back. */
import { describe, expect, test } from "vitest";
import type { ResourceRecord } from "../../../../shared/dns/records.ts";
import type { EdnsOption } from "../../../../shared/dns/wire/decode.ts";
import { decodeQuery } from "../../../../shared/dns/wire/decode.ts";
import { nameOf } from "../fixture.ts";
import { serve } from "./harness.ts";

const option = (code: number, text: string): EdnsOption => ({ code, data: new TextEncoder().encode(text) });

/** What the resolver was sent, and what the client gets of the options that come back. */
function exchange(rules: string, sent: readonly EdnsOption[], back: readonly EdnsOption[] = [], address = "10.1.2.3") {
  let seen: readonly EdnsOption[] = [];
  const server = serve(`. {\n ${rules}\n forward . 9.9.9.9\n}`, (_question, { message }) => {
    const decoded = decodeQuery(message);
    seen = decoded.kind === "query" ? (decoded.edns?.options ?? []) : [];
    return { options: back };
  });
  const reply = server.ask("A.example", "AAAA", { address, port: 5353 }, { options: sent });
  return { seen, back: reply.options ?? [] };
}

describe("options of a query", () => {
  test.each<[string, string, readonly EdnsOption[], readonly EdnsOption[]]>([
    [
      "go to the resolver",
      "errors",
      [option(8, "subnet"), option(65_001, "x")],
      [option(8, "subnet"), option(65_001, "x")],
    ],
    [
      "stay here where they concern this hop",
      "errors",
      [option(10, "cookie"), option(12, "padding"), option(11, "")],
      [],
    ],
    ["set adds", "rewrite edns0 local set 0xffee hi", [], [option(0xffee, "hi")]],
    ["set replaces", "rewrite edns0 local set 0xffee hi", [option(0xffee, "old")], [option(0xffee, "hi")]],
    ["octets in hex", "rewrite edns0 local set 65518 0x6869", [], [option(0xffee, "hi")]],
    ["append adds another", "rewrite edns0 local append 010 b", [option(8, "a")], [option(8, "a"), option(8, "b")]],
    ["replace adds nothing", "rewrite edns0 local replace 0xffee hi", [], []],
    [
      "unset takes all of them away",
      "rewrite edns0 local unset 8",
      [option(8, "a"), option(8, "b"), option(9, "c")],
      [option(9, "c")],
    ],
    ["the question's name, as it was asked", "rewrite edns0 local set 9 {qname}", [], [option(9, "A.example.")]],
    ["its type", "rewrite edns0 local set 9 {qtype}", [], [{ code: 9, data: Uint8Array.of(0, 28) }]],
    [
      "the client's address",
      "rewrite edns0 local set 9 {client_ip}",
      [],
      [{ code: 9, data: Uint8Array.of(10, 1, 2, 3) }],
    ],
    ["its port", "rewrite edns0 local set 9 {client_port}", [], [{ code: 9, data: Uint8Array.of(0x14, 0xe9) }]],
    ["its protocol", "rewrite edns0 local set 9 {protocol}", [], [option(9, "udp")]],
    ["NSID", "rewrite edns0 nsid set", [], [option(3, "")]],
    ["no NSID", "rewrite edns0 nsid unset", [option(3, "")], []],
    ["a subnet", "rewrite edns0 subnet set 20 56", [], [{ code: 8, data: Uint8Array.of(0, 1, 20, 0, 10, 1, 0) }]],
    ["no subnet of the client's", "rewrite edns0 subnet unset", [option(8, "x")], []],
    [
      "continue goes on",
      "rewrite continue edns0 local set 9 a\n rewrite edns0 local set 11000 b",
      [],
      [option(9, "a"), option(11_000, "b")],
    ],
    ["stop does not", "rewrite edns0 local set 9 a\n rewrite edns0 local set 11000 b", [], [option(9, "a")]],
  ])("%s", (_sentence, rules, sent, expected) => {
    expect(exchange(rules, sent).seen).toEqual(expected);
  });

  test("an IPv6 client's subnet", () => {
    const { seen } = exchange("rewrite edns0 subnet set 24 30", [], [], "2001:dbf::1");
    expect(seen).toEqual([{ code: 8, data: Uint8Array.of(0, 2, 30, 0, 0x20, 0x01, 0x0d, 0xbc) }]);
  });

  test("those of the answer come back, and with revert as the client had sent them", () => {
    const back = [option(9, "theirs"), option(10, "cookie")];
    const mine = [option(9, "mine")];
    expect(exchange("errors", mine, back).back).toEqual([option(9, "theirs")]);
    expect(exchange("rewrite edns0 local set 9 ours revert", mine, back).back).toEqual(mine);
    expect(exchange("rewrite edns0 local set 9 ours revert", [], back).back).toEqual([]);
  });

  test("are kept by no cache", () => {
    const server = serve(". {\n cache\n forward . 9.9.9.9\n}", ({ name }) => ({
      records: [{ name, ttl: 60, data: { type: "A", address: Uint8Array.of(1, 2, 3, 4) } }],
      options: [option(9, "theirs")],
    }));
    expect(server.ask("a.example", "A", {}, { options: [] }).options).toEqual([option(9, "theirs")]);
    expect(server.ask("a.example", "A", {}, { options: [] }).options).toBeUndefined();
    expect(server.sent).toHaveLength(1);
  });
});

describe("nsid", () => {
  const options = (corefile: string, sent: readonly EdnsOption[]): readonly EdnsOption[] | undefined =>
    serve(`. {\n ${corefile}\n whoami\n}`).ask("a.example", "A", {}, { options: sent }).options;
  test("is the server's name to who asks for it", () => {
    expect(options("nsid", [option(3, "")])).toEqual([option(3, "test")]);
    expect(options("nsid our own name", [option(3, "")])).toEqual([option(3, "our own name")]);
  });
  test("is nothing to others", () => {
    expect(options("nsid", [option(9, "")])).toBeUndefined();
    expect(options("errors", [option(3, "")])).toBeUndefined();
  });
});

describe("rewrite cname", () => {
  const cname = (from: string, to: string): ResourceRecord => ({
    name: nameOf(from),
    ttl: 60,
    data: { type: "CNAME", target: nameOf(to) },
  });
  const a = (name: string, last: number): ResourceRecord => ({
    name: nameOf(name),
    ttl: 60,
    data: { type: "A", address: Uint8Array.of(10, 0, 0, last) },
  });
  const dig = (rules: string): readonly string[] =>
    serve(`. {\n ${rules}\n forward . 9.9.9.9\n}`, ({ name }) =>
      name[0] === "www"
        ? {
            records: [
              cname("www.example", "cdn.example.net"),
              cname("cdn.example.net", "pop.cdn.net"),
              a("pop.cdn.net", 1),
            ],
          }
        : { records: [a(name.join("."), 2)] },
    ).dig("www.example");
  const redirected = ["NOERROR", "www.example. 60 IN CNAME new.example.org.", "new.example.org. 60 IN A 10.0.0.2"];

  test.each([
    ["exact", "rewrite cname cdn.example.net new.example.org", redirected],
    ["exact, said so", "rewrite cname exact CDN.example.net. new.example.org.", redirected],
    ["prefix", "rewrite cname prefix cdn.example.net new.example.org", redirected],
    ["suffix", "rewrite cname suffix cdn.example.net. new.example.org.", redirected],
    ["substring", "rewrite cname substring cdn.example.net new.example.org", redirected],
    ["regex", "rewrite cname regex (cdn)\\.example\\.net\\. new.example.org.", redirected],
    [
      "an alias further down keeps those before it",
      "rewrite cname pop.cdn.net new.example.org",
      [
        "NOERROR",
        "www.example. 60 IN CNAME cdn.example.net.",
        "cdn.example.net. 60 IN CNAME new.example.org.",
        "new.example.org. 60 IN A 10.0.0.2",
      ],
    ],
  ])("%s", (_sentence, rule, expected) => {
    expect(dig(rule)).toEqual(expected);
  });

  test("leaves other aliases alone", () => {
    expect(dig("rewrite cname other.example new.example.org")).toHaveLength(4);
  });
});

describe("forward to the next", () => {
  const names = (first: string, script: Parameters<typeof serve>[1]): readonly string[] => {
    const server = serve(`. {\n forward . 9.9.9.1 {\n ${first}\n }\n forward . 9.9.9.2\n}`, script);
    server.dig("a.example");
    return server.sent.map((line) => line.split(" ")[0] ?? "");
  };
  test.each<[string, string, Parameters<typeof serve>[1], readonly string[]]>([
    ["on these codes", "next NXDOMAIN", () => ({}), ["9.9.9.1", "9.9.9.2"]],
    ["not on others", "next SERVFAIL REFUSED", () => ({}), ["9.9.9.1"]],
    ["not when it has the answer", "next NXDOMAIN", () => ({ address: "1.2.3.4" }), ["9.9.9.1"]],
    ["when there is no data", "next_on_nodata", () => ({ records: [] }), ["9.9.9.1", "9.9.9.2"]],
    ["no data without the option is an answer", "max_fails 1", () => ({ records: [] }), ["9.9.9.1"]],
    ["not when nobody answers", "next SERVFAIL\n max_fails 0", () => null, ["9.9.9.1", "9.9.9.1"]],
  ])("%s", (_sentence, options, script, expected) => {
    expect(names(options, script)).toEqual(expected);
  });

  test("the last one has nobody behind it", () => {
    const server = serve(". {\n forward . 9.9.9.1 {\n next NXDOMAIN\n }\n whoami\n}", () => ({}));
    expect(server.dig("a.example")).toEqual(["NXDOMAIN"]);
  });
});
