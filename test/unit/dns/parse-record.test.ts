import { describe, expect, test } from "vitest";
import { parseRecord } from "../../../shared/dns/parse-record.ts";
import { formatRecord } from "../../../shared/dns/presentation.ts";

describe("records of zone files", () => {
  test.each([
    ["all there is", "a.example. 60 IN A 192.0.2.1", "a.example. 60 IN A 192.0.2.1"],
    ["a name without its last dot", "a.example 60 IN CNAME b", "a.example. 60 IN CNAME b."],
    ["the class before the TTL", "a. IN 60 A 192.0.2.1", "a. 60 IN A 192.0.2.1"],
    ["no class", "a. 60 A 192.0.2.1", "a. 60 IN A 192.0.2.1"],
    ["no TTL", "a. A 192.0.2.1", "a. 3600 IN A 192.0.2.1"],
    ["a TTL in units", "a. 1h30m A 192.0.2.1", "a. 5400 IN A 192.0.2.1"],
    ["another class", "version.bind. 0 CH TXT x", 'version.bind. 0 CH TXT "x"'],
    ["the root", ". NS a.root-servers.net.", ". 3600 IN NS a.root-servers.net."],
    ["IPv6", "a. 1 AAAA 2001:DB8::1", "a. 1 IN AAAA 2001:db8::1"],
    ["SRV", "_a._tcp.b. 5 SRV 0 100 80 web", "_a._tcp.b. 5 IN SRV 0 100 80 web."],
    ["MX", "a. 5 MX 10 mail.a.", "a. 5 IN MX 10 mail.a."],
    [
      "strings in quotes and without",
      String.raw`a. 5 TXT "two words" one "a \"b\" \065"`,
      String.raw`a. 5 IN TXT "two words" "one" "a \"b\" A"`,
    ],
    [
      "SOA over several lines",
      "a. 60 SOA ns.a. root.a. ( 1 ; serial\n 2h 60 1w 60 )",
      "a. 60 IN SOA ns.a. root.a. 1 7200 60 604800 60",
    ],
    ["HINFO", "a. 5 HINFO cpu os", 'a. 5 IN HINFO "cpu" "os"'],
    ["a type without a mnemonic", String.raw`a. 5 TYPE65280 \# 2 0aFF`, String.raw`a. 5 IN TYPE65280 \# 2 0AFF`],
    ["CAA", 'a. 5 CAA 0 issue "ca.example"', String.raw`a. 5 IN TYPE257 \# 17 0005697373756563612E6578616D706C65`],
  ])("%s", (_sentence, text, expected) => {
    const parsed = parseRecord(text);
    expect(parsed.ok ? formatRecord(parsed.record) : parsed.error).toBe(expected);
  });

  test.each([
    ["nothing", ""],
    ["a name alone", "a."],
    ["no data", "a. 60 IN A"],
    ["too much data", "a. 60 IN A 192.0.2.1 192.0.2.2"],
    ["an IPv6 address for A", "a. A ::1"],
    ["an IPv4 address for AAAA", "a. AAAA 192.0.2.1"],
    ["a number that is too large", "a. MX 65536 b."],
    ["a type that there is not", "a. NOPE 1"],
    ["a bracket that is not closed", "a. SOA ns. root. (1 2 3 4 5"],
    ["a quote that is not closed", 'a. TXT "x'],
    ["an empty label", "a..b. A 192.0.2.1"],
    ["octets that are not as many as said", String.raw`a. TYPE65280 \# 3 0aff`],
    ["a TTL of more than 32 bits", "a. 4294967296 A 192.0.2.1"],
  ])("refuses %s", (_sentence, text) => {
    expect(parseRecord(text).ok).toBe(false);
  });
});
