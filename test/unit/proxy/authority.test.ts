import { describe, expect, test } from "vitest";
import { parseAuthority } from "../../../shared/proxy/authority.ts";

const name = (host: string, port: number | null = null, absolute = false) => ({ kind: "name", host, absolute, port });

const address = (host: string, port: number | null = null) => ({ kind: "address", host, port });

describe("authorities", () => {
  test.each([
    ["web", name("web")],
    ["Web.Shop:8080", name("web.shop", 8080)],
    ["web.shop.", name("web.shop", null, true)],
    ["web:", name("web")],
    ["xn--bcher-kva.shop", name("xn--bcher-kva.shop")],
    ["1web", name("1web")],
    ["_http._tcp.web.shop", name("_http._tcp.web.shop")],
    ["10.96.0.10", address("10.96.0.10")],
    ["10.96.0.10:80", address("10.96.0.10", 80)],
    ["[::1]", address("::1")],
    ["[2001:DB8:0::1]:65535", address("2001:db8::1", 65_535)],
    ["[::1]:", address("::1")],
    // Leading zeros mean octal to some programs: such text is no address, and then a name that nobody has.
    ["010.0.0.1", name("010.0.0.1")],
    ["256.0.0.1", name("256.0.0.1")],
  ])("%s", (text, expected) => expect(parseAuthority(text)).toEqual(expected));

  test.each([
    ["nothing", ""],
    ["a dot", "."],
    ["two dots", "web..shop"],
    ["a leading dot", ".web"],
    ["port 0", "web:0"],
    ["a port beyond 65535", "web:65536"],
    ["a port with a sign", "web:+80"],
    ["a port with letters", "web:8o"],
    ["a very long port", "web:00000080"],
    ["two ports", "web:80:81"],
    ["IPv6 without brackets", "::1"],
    ["brackets left open", "[::1"],
    ["IPv4 in brackets", "[1.2.3.4]"],
    ["something after brackets", "[::1]x"],
    ["a zone", "[fe80::1%25eth0]"],
    ["a space", "web shop"],
    ["user information", "me@web"],
    ["other scripts", "wéb"],
    ["a NUL", "web\0"],
    ["percent encoding", "web%2eshop"],
    ["a label of 64", "a".repeat(64)],
    ["a name of 254", `${"a".repeat(50)}.`.repeat(5).slice(0, 254)],
    ["a megabyte", "a.".repeat(500_000)],
  ])("%s is bad, and says why", (_, text) => {
    const parsed = parseAuthority(text);
    expect(parsed.kind).toBe("bad");
    expect("message" in parsed && parsed.message.length > 10 && parsed.message.length < 600).toBe(true);
  });
});
