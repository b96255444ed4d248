import { describe, expect, test } from "vitest";
import { decodeJson, plainJson } from "../../../shared/apimachinery/json-decode.ts";

describe("JSON that Go's decoder refuses", () => {
  test.each([
    ["nothing", "", "unexpected end of JSON input"],
    ["white space", " \n\t", "unexpected end of JSON input"],
    ["a value that is missing", '{"a":}', "invalid character '}' looking for beginning of value"],
    ["a word", "hello", "invalid character 'h' looking for beginning of value"],
    ["a colon that is missing", '{"a" 1}', "invalid character '1' after object key"],
    ["a bare key", "{a:1}", "invalid character 'a' looking for beginning of object key string"],
    ["a comma at an object's end", '{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ["a comma at a list's end", "[1,]", "invalid character ']' looking for beginning of value"],
    ["two members without a comma", '{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ["two elements without a comma", "[1 2]", "invalid character '2' after array element"],
    ["the wrong bracket", "[1}", "invalid character '}' after array element"],
    ["an object that is not closed", '{"a":1', "unexpected end of JSON input"],
    ["two documents", "{} {}", "invalid character '{' after top-level value"],
    ["single quotes", "{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ["an unfinished literal", "nul", "unexpected end of JSON input"],
    ["a misspelt literal", "trve", "invalid character 'v' in literal true (expecting 'u')"],
    ["a number that begins with 0", "01", "invalid character '1' after top-level value"],
    ["a lone minus", "-x", "invalid character 'x' in numeric literal"],
    ["a fraction without digits", "1.x", "invalid character 'x' after decimal point in numeric literal"],
    ["an exponent without digits", "1e+x", "invalid character 'x' in exponent of numeric literal"],
    ["a plus sign", "+1", "invalid character '+' looking for beginning of value"],
    ["a line break in a string", '"a\nb"', "invalid character '\\n' in string literal"],
    ["an unknown escape", '"\\x"', "invalid character 'x' in string escape code"],
    ["a short unicode escape", '"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ["a string without end", '"abc', "unexpected end of JSON input"],
    ["not a number", "NaN", "invalid character 'N' looking for beginning of value"],
    ["a million brackets", "[".repeat(1_000_000), "exceeded max depth"],
    ["a million braces", '{"a":'.repeat(1_000_000), "exceeded max depth"],
    ["an emoji", "😀", "invalid character '😀' looking for beginning of value"],
  ])("%s", (_name, text, message) => {
    expect(decodeJson(text)).toEqual({ ok: false, message });
  });
});

describe("JSON that is read", () => {
  test.each([
    ["null", "null"],
    ["scalars", '[true,false,null,"x",-0.5e-3,10]'],
    ["empty containers", ' { "a" : [ ] , "b" : { } } '],
    ["escapes", '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fc"'],
    ["500 levels", `${"[".repeat(500)}${"]".repeat(500)}`],
    ["non-ASCII", '{"ü":"😀"}'],
  ])("%s", (_name, text) => {
    expect(decodeJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown, duplicates: [] });
  });

  test("a key named __proto__ is a key", () => {
    const decoded = decodeJson('{"__proto__":{"polluted":1}}');
    expect(decoded.ok && Object.hasOwn(decoded.value as object, "__proto__")).toBe(true);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("fields that stand twice", () => {
  test.each([
    ["at the top", '{"a":1,"a":2}', ["a"]],
    ["three times count once", '{"a":1,"a":2,"a":3}', ["a"]],
    ["below", '{"spec":{"type":"x","type":"y"}}', ["spec.type"]],
    ["in a list", '{"ports":[{"n":1},{"n":1,"n":2}]}', ["ports[1].n"]],
    ["in lists of lists", '[[0,{"a":0,"a":0}]]', ["[0][1].a"]],
    ["written differently", '{"a":1,"\\u0061":2}', ["a"]],
    ["prototype names", '{"__proto__":1,"__proto__":2,"constructor":1,"constructor":2}', ["__proto__", "constructor"]],
    ["the same name in two objects is no duplicate", '{"a":{"x":1},"b":{"x":1}}', []],
    ["the same name above and below is no duplicate", '{"a":{"a":1}}', []],
  ])("%s", (_name, text, duplicates) => {
    expect(decodeJson(text)).toMatchObject({ ok: true, duplicates });
  });

  test("no more than 100 are told", () => {
    const text = `{${Array.from({ length: 300 }, (_, i) => `"k${i}":1,"k${i}":2`).join(",")}}`;
    const decoded = decodeJson(text);
    expect(decoded.ok && decoded.duplicates.length).toBe(100);
  });
});

describe("a text that is written as programs write JSON", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

  test.each([
    ["an object", '{"a":[1,{"b":null}],"ü":"\\n😀"}'],
    ["an object before a line break, as kubectl sends it", '{"a":1}\n'],
    ["a key named __proto__", '{"__proto__":{"a":1}}'],
    ["500 levels", nested(500)],
  ])("is read at once: %s", (_, text) => {
    const decoded = decodeJson(text);
    expect(decoded).toMatchObject({ ok: true, duplicates: [] });
    expect(plainJson(text)).toEqual({ value: decoded.ok && decoded.value, text: text.trimEnd() });
  });

  test.each([
    ["a field that stands twice", '{"a":1,"a":1}'],
    ["a field that stands twice, spelled differently", '{"a":1,"\\u0061":1}'],
    ["a field that stands twice under a key that has a meaning", '{"__proto__":1,"__proto__":1}'],
    ["white space", '{"a": 1}'],
    ["two line breaks", '{"a":1}\n\n'],
    ["numbers that are written otherwise", "[1.0]"],
    ["numbers that JSON cannot write again", "[1e999]"],
    ["no JSON", "a: 1"],
    ["nothing", ""],
    ["too many levels", nested(501)],
    ["far too many levels", nested(1_000_000)],
  ])("is not one with %s", (_, text) => {
    expect(plainJson(text)).toBeNull();
  });
});
