import { describe, expect, test } from "vitest";
import { formatName, isWithin, parseName } from "../../../shared/dns/name.ts";

describe("presentation format", () => {
  test.each<[string, readonly string[], string]>([
    ["web.shop", ["web", "shop"], "web.shop."],
    ["web.shop.", ["web", "shop"], "web.shop."],
    [".", [], "."],
    ["_http._tcp.Web", ["_http", "_tcp", "Web"], "_http._tcp.Web."],
    [String.raw`a\.b.c`, ["a.b", "c"], String.raw`a\.b.c.`],
    [String.raw`a\.`, ["a."], String.raw`a\..`],
    [String.raw`\195\169.x`, ["\u00c3\u00a9", "x"], String.raw`\195\169.x.`],
    [String.raw`a\\b\ c`, [String.raw`a\b c`], String.raw`a\\b\032c.`],
    [String.raw`\@\"\;`, ['@";'], String.raw`\@\"\;.`],
  ])("%s", (text, name, canonical) => {
    expect(parseName(text)).toEqual({ ok: true, name });
    expect(formatName(name)).toBe(canonical);
    expect(parseName(canonical)).toEqual({ ok: true, name });
  });

  test.each([
    ["", "is empty"],
    ["..", "empty label"],
    ["a..b", "empty label"],
    [".a", "empty label"],
    ["a".repeat(64), "longer than 63"],
    [`${"a.".repeat(127)}a`, "longer than 253"],
    ["wéb", "xn--"],
    ["☃", "xn--"],
    [String.raw`a\256`, "bad escape"],
    [String.raw`a\25`, "bad escape"],
    [String.raw`a\2x5`, "bad escape"],
    ["a\\", "bad escape"],
  ])("%s is refused", (text, error) => {
    expect(parseName(text)).toMatchObject({ ok: false, error: expect.stringContaining(error) as string });
  });

  test("253 characters are taken", () => {
    expect(parseName("a.".repeat(126) + "a")).toMatchObject({ ok: true });
  });
});

test.each([
  [["web", "Cluster", "LOCAL"], true],
  [["cluster", "local"], true],
  [["mycluster", "local"], false],
  [["web.cluster", "local"], false],
  [["local"], false],
  [[], false],
])("%o is within cluster.local: %s", (name, expected) => {
  expect(isWithin(name, ["cluster", "local"])).toBe(expected);
});
