import { describe, expect, test } from "vitest";
import { decodeYaml } from "../../../shared/apimachinery/yaml-decode.ts";

describe("scalars are those of go-yaml", () => {
  test.each([
    ["yes is true", "a: yes", true],
    ["y is true", "a: y", true],
    ["off is false", "a: off", false],
    ["a leading 0 is octal", "a: 0644", 420],
    ["0x is hexadecimal", "a: 0x1F", 31],
    ["a quoted number is text", 'a: "80"', "80"],
    ["colons make no base-60 number", "a: 53:53", "53:53"],
    ["a date is text", "a: 2026-01-01", "2026-01-01"],
    ["a time is text", "a: 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
    ["a tilde is null", "a: ~", null],
    ["binary is text", "a: !!binary aGk=", "aGk="],
    ["an exponent", "a: 1e3", 1000],
    ["a block", "a: |\n  x\n  y\n", "x\ny\n"],
  ])("%s", (_name, text, value) => {
    expect(decodeYaml(text)).toEqual({ ok: true, documents: [{ a: value }] });
  });
});

test("a stream gives its documents, without the empty ones", () => {
  expect(decodeYaml("---\na: 1\n---\n# nothing\n---\nb: 2\n")).toEqual({ ok: true, documents: [{ a: 1 }, { b: 2 }] });
  expect(decodeYaml("")).toEqual({ ok: true, documents: [] });
});

test("merge keys and anchors work", () => {
  const text = "a: &a {x: 1}\nb: {<<: *a, k: 2}\nc: *a\n";
  expect(decodeYaml(text)).toEqual({ ok: true, documents: [{ a: { x: 1 }, b: { x: 1, k: 2 }, c: { x: 1 } }] });
});

test("a key named __proto__ is a key", () => {
  const decoded = decodeYaml("__proto__: {polluted: 1}");
  expect(decoded.ok && Object.hasOwn(decoded.documents[0] as object, "__proto__")).toBe(true);
});

describe("what cannot be read says why", () => {
  const bomb = [
    "a: &a [x]",
    ..."bcdefgh".split("").map((c, i) => `${c}: &${c} [${`*${"abcdefg"[i]},`.repeat(9)}x]`),
  ].join("\n");
  test.each([
    ["a key twice", "a: 1\na: 2", /Map keys must be unique at line 2/],
    ["a list that is not closed", "a: [1", /line 1/],
    ["a tab for indentation", "a:\n\tb: 1", /./],
    ["an alias of nothing", "a: *b", /Unresolved alias/],
    ["an alias bomb", bomb, /Excessive alias count/],
    ["nesting without end", "[".repeat(200_000), /exceeded max depth/],
  ])("%s", (_name, text, message) => {
    const decoded = decodeYaml(text);
    expect(decoded.ok).toBe(false);
    expect(decoded).toHaveProperty("message", expect.stringMatching(message));
  });
});
