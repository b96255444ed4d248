import { describe, expect, test } from "vitest";
import { checkCorefile } from "../../../../shared/dns/corefile/check.ts";
import { serve } from "./harness.ts";

const dig = (lines: string, name: string, type = "A"): readonly string[] =>
  serve(`. {\n errors\n ${lines}\n forward . 9.9.9.9\n}`, () => ({ address: "1.2.3.4" })).dig(name, type);

const forwarded = (name: string): readonly string[] => ["NOERROR", `${name}. 300 IN A 1.2.3.4`];

const IP = `template IN A example {
  match (^|[.])ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)-(?P<c>[0-9]*)-(?P<d>[0-9]*)[.]example[.]$
  answer "{{ .Name }} 60 IN A {{ .Group.a }}.{{ .Group.b }}.{{ .Group.c }}.{{ .Group.d }}"
  fallthrough
}`;

describe("the examples of CoreDNS' manual", () => {
  test.each<[string, string, string, string, readonly string[]]>([
    ["everything is NXDOMAIN", "template ANY ANY {\n rcode NXDOMAIN\n}", "a.example", "A", ["NXDOMAIN aa"]],
    [
      "a zone is denied, with an SOA",
      `template ANY ANY invalid {\n rcode NXDOMAIN\n authority "invalid. 60 {{ .Class }} SOA ns.invalid. hostmaster.invalid. (1 60 60 60 60)"\n ederror 21 "Blocked"\n}`,
      "a.invalid",
      "A",
      ["NXDOMAIN aa", "authority: invalid. 60 IN SOA ns.invalid. hostmaster.invalid. 1 60 60 60 60"],
    ],
    [
      "search domains, by a group of the match",
      `template IN ANY example.com {\n match "example\\.com\\.(dc1\\.example\\.com\\.)$"\n rcode NXDOMAIN\n authority "{{ index .Match 1 }} 60 IN SOA ns.{{ index .Match 1 }} hostmaster.{{ index .Match 1 }} (1 60 60 60 60)"\n fallthrough\n}`,
      "a.example.com.dc1.example.com",
      "A",
      [
        "NXDOMAIN aa",
        "authority: dc1.example.com. 60 IN SOA ns.dc1.example.com. hostmaster.dc1.example.com. 1 60 60 60 60",
      ],
    ],
    [
      "an address in the name",
      IP,
      "my.ip-10-0-0-7.example",
      "A",
      ["NOERROR aa", "my.ip-10-0-0-7.example. 60 IN A 10.0.0.7"],
    ],
    [
      "and back",
      `template IN PTR in-addr.arpa {\n match ^(?P<d>[0-9]*)[.](?P<c>[0-9]*)[.](?P<b>[0-9]*)[.](?P<a>[0-9]*)[.]in-addr[.]arpa[.]$\n answer "{{ .Name }} 60 IN PTR ip-{{ .Group.a }}-{{ .Group.b }}-{{ .Group.c }}-{{ .Group.d }}.example."\n}`,
      "7.0.0.10.in-addr.arpa",
      "PTR",
      ["NOERROR aa", "7.0.0.10.in-addr.arpa. 60 IN PTR ip-10-0-0-7.example."],
    ],
    [
      "an address in hex",
      `template IN A example {\n match "^ip0a(?P<b>[a-f0-9]{2})(?P<c>[a-f0-9]{2})(?P<d>[a-f0-9]{2})[.]example[.]$"\n answer "{{ .Name }} 60 IN A 10.{{ parseInt .Group.b 16 8 }}.{{ parseInt .Group.c 16 8 }}.{{ parseInt .Group.d 16 8 }}"\n}`,
      "ip0a7b10ff.example",
      "A",
      ["NOERROR aa", "ip0a7b10ff.example. 60 IN A 10.123.16.255"],
    ],
    [
      "several patterns: the first that matches gives the groups",
      `template IN A example {\n match "^ip-(?P<a>10)-(?P<b>[0-9]*)[.]dc[.]example[.]$"\n match "^(?P<a>[0-9]*)[.](?P<b>[0-9]*)[.]ext[.]example[.]$"\n answer "{{ .Name }} 60 IN A {{ .Group.a}}.0.0.{{ .Group.b }}"\n}`,
      "10.9.ext.example",
      "A",
      ["NOERROR aa", "10.9.ext.example. 60 IN A 10.0.0.9"],
    ],
    [
      "all three sections",
      `template IN MX example {\n match ^ip-10-(?P<b>[0-9]*)[.]example[.]$\n answer "{{ .Name }} 60 IN MX 10 {{ .Name }}"\n authority "example. 60 IN NS ns0.example."\n authority "example. 60 IN NS ns1.example."\n additional "{{ .Name }} 60 IN A 10.0.0.{{ .Group.b }}"\n}`,
      "ip-10-8.example",
      "MX",
      [
        "NOERROR aa",
        "ip-10-8.example. 60 IN MX 10 ip-10-8.example.",
        "authority: example. 60 IN NS ns0.example.",
        "authority: example. 60 IN NS ns1.example.",
        "additional: ip-10-8.example. 60 IN A 10.0.0.8",
      ],
    ],
    [
      "an alias, with its target's addresses behind it",
      `template IN ANY foogle.com {\n match "^foogle\\.com\\.$"\n answer "foogle.com 60 IN CNAME google.com"\n}`,
      "foogle.com",
      "A",
      ["NOERROR aa", "foogle.com. 60 IN CNAME google.com.", "google.com. 300 IN A 1.2.3.4"],
    ],
  ])("%s", (_sentence, lines, name, type, expected) => {
    expect(dig(lines, name, type)).toEqual(expected);
  });
});

describe("what does not match", () => {
  test("falls through to the next template, and behind the last to the next plugin", () => {
    const lines = `${IP}\n template IN A example {\n match ^b[.]\n answer "{{ .Name }} 60 A 10.0.0.1"\n fallthrough\n}`;
    expect(dig(lines, "b.example")).toEqual(["NOERROR aa", "b.example. 60 IN A 10.0.0.1"]);
    expect(dig(lines, "c.example")).toEqual(forwarded("c.example"));
  });

  test("fails without fallthrough, or outside of its zones", () => {
    expect(dig("template IN A example {\n match ^b[.]\n}", "c.example")).toEqual(["SERVFAIL"]);
    expect(dig("template IN A example {\n match ^b[.]\n fallthrough sub.example\n}", "c.example")).toEqual([
      "SERVFAIL",
    ]);
  });

  test.each([
    ["another zone", "template IN A other {\n rcode REFUSED\n}"],
    ["another type", "template IN AAAA example {\n rcode REFUSED\n}"],
    ["another class", "template CH A example {\n rcode REFUSED\n}"],
  ])("%s is not asked", (_sentence, lines) => {
    expect(dig(lines, "c.example")).toEqual(forwarded("c.example"));
  });
});

describe("the template language", () => {
  const txt = (template: string): readonly string[] =>
    dig(
      `template IN ANY example {\n match ^(?P<who>[a-z]+)-(?P<n>[0-9]+)[.]\n answer "{{ .Name }} 60 IN TXT \\"${template}\\""\n}`,
      "web-7.Example",
      "TXT",
    );
  test.each<[string, string, string]>([
    ["fields", "{{ .Zone }} {{ .Type }} {{ .Class }} {{ .Remote }}", "example. TXT IN 127.0.0.1"],
    ["the question as it was asked", "{{ .Question.Name }}", "web-7.Example."],
    ["the name in lower case", "{{ .Name }}", "web-7.example."],
    ["groups by number", "{{ index .Group `1` }}/{{ index .Match 2 }}", "web/7"],
    ["pipelines", "{{ .Group.who | printf `%s!` | printf `%5s` }}", " web!"],
    ["numbers with width", "{{ printf `%03d` (parseInt .Group.n 10 32) }}", "007"],
    ["hex", "{{ printf `%02x` (parseInt .Group.n 10 8) }}", "07"],
    ["conditions", "{{ if eq .Group.who `api` }}a{{ else if eq .Group.who `web` }}b{{ else }}c{{ end }}", "b"],
    ["and, or, not", "{{ if and (not (eq 1 2)) (or false .Group.who) }}yes{{ end }}", "yes"],
    ["white space is trimmed", "a {{- /* nothing */ -}} b", "ab"],
    ["len", "{{ len .Group.who }}{{ len .Match }}", "33"],
    ["a brace in a string", "{{ print `}}` }}", "}}"],
    ["a key that is not there", "{{ .Group.nobody }}", "<no value>"],
    ["keys that objects have", "{{ .Group.constructor }}{{ .Group.__proto__ }}", "<no value><no value>"],
  ])("%s", (_sentence, template, expected) => {
    expect(txt(template)).toEqual(["NOERROR aa", `web-7.example. 60 IN TXT "${expected}"`]);
  });

  test.each([
    ["a field that is not there", "{{ .Nobody }}", "can't evaluate field Nobody"],
    ["a number that is too large", "{{ parseInt `999` 10 8 }}", "value out of range"],
    ["a place that is not there", "{{ index .Match 9 }}", "index out of range: 9"],
  ])("%s fails, and is told", (_sentence, template, message) => {
    const corefile = `. {\n errors\n template IN TXT . {\n answer "x.example 60 TXT ${template}"\n }\n}`;
    const server = serve(corefile);
    expect(server.dig("x.example", "TXT")).toEqual(["SERVFAIL"]);
    expect(server.logged[0]).toContain(message);
  });

  test("what makes no record fails", () => {
    expect(dig('template IN A . {\n answer "{{ .Name }} 60 IN A 300.1.1.1"\n}', "a.example")).toEqual(["SERVFAIL"]);
  });
});

test("ederror is said to who speaks EDNS", () => {
  const server = serve('. {\n template ANY ANY {\n rcode NXDOMAIN\n ederror 21 "Blocked"\n }\n}');
  const { options } = server.ask("a.example", "A", {}, { options: [] });
  expect(options).toEqual([{ code: 15, data: Uint8Array.of(0, 21, ...Buffer.from("Blocked")) }]);
});

test.each([
  ["template", "Wrong argument count or unexpected line ending after 'template'"],
  ["template IN", "Wrong argument count or unexpected line ending after 'IN'"],
  ["template in A", "invalid query class in"],
  ["template IN NOPE", "invalid RR class NOPE"],
  ["template IN A {\n match (\n}", "could not parse regex: (, "],
  ["template IN A {\n rcode NOPE\n}", "unknown rcode NOPE"],
  ["template IN A {\n answer\n}", "Wrong argument count"],
  ["template IN A {\n colour red\n}", "Wrong argument count or unexpected line ending after 'red'"],
  ["template IN A {\n ederror x\n}", "error parsing extended DNS error code x"],
  ["template IN A {\n expr true\n}", "'expr' is not supported here"],
  ['template IN A {\n answer "{{ .Name "\n}', "unclosed action"],
  ['template IN A {\n answer "{{ nope .Name }}"\n}', 'function "nope" not defined'],
  ['template IN A {\n answer "{{ range .Match }}x{{ end }}"\n}', "{{range}} is not supported here"],
  ['template IN A {\n answer "{{ if .Name }}x"\n}', "unexpected EOF"],
  ['template IN A {\n answer "{{ end }}"\n}', "unexpected {{end}}"],
  ['template IN A {\n answer "{{ $x := 1 }}"\n}', "variables are not supported here"],
  ['template IN A {\n answer "{{ (.Name }}"\n}', "unclosed left paren"],
  [`template IN A {\n answer "{{ ${"(".repeat(100)} }}"\n}`, "nests too deeply"],
])("refuses %s", (lines, message) => {
  const compiled = checkCorefile(`. {\n ${lines}\n}`);
  expect(compiled).toMatchObject({ ok: false, message: expect.stringContaining(message) });
});
