import { describe, expect, test } from "vitest";
import { canonicalJson, fnv32a } from "../../../shared/apimachinery/hash.ts";

describe("fnv32a", () => {
  test("is the published offset for the empty string", () => expect(fnv32a("")).toBe(0x811c9dc5));
  test("tells texts apart that differ in one character", () => {
    const texts = ["a", "b", "ab", "ba", "ä", "Ä", "\u0100", "\u0001"];
    expect(new Set(texts.map((t) => fnv32a(t))).size).toBe(texts.length);
  });
  test("is an unsigned 32-bit integer", () => {
    for (let i = 0; i < 200; i++) {
      const hash = fnv32a(`text ${i}`);
      expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32).toBe(true);
    }
  });
});

test.each([
  ["key order does not matter", { b: 1, a: [1, "x"] }, '{"a":[1,"x"],"b":1}'],
  ["undefined is left out", { a: undefined, b: null }, '{"b":null}'],
  ["text is escaped", { 'a"': "\n" }, '{"a\\"":"\\n"}'],
])("canonicalJson: %s", (_, value, expected) => expect(canonicalJson(value)).toBe(expected));
