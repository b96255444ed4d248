import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../../shared/apimachinery/json.ts";
import { mergePatch } from "../../../../shared/apimachinery/patch/merge-patch.ts";

const parse = (text: string): JsonValue => JSON.parse(text) as JsonValue;

// The examples of RFC 7396, appendix A, whose patch is an object, and Kubernetes' own concerns.
const cases: readonly (readonly [name: string, target: string, patch: string, expected: string])[] = [
  ["a value replaces a value", `{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`],
  ["a new field joins", `{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`],
  ["null removes", `{"a":"b"}`, `{"a":null}`, `{}`],
  ["null removes one of two", `{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`],
  ["null of an absent field is nothing", `{"a":1}`, `{"b":null}`, `{"a":1}`],
  ["a value replaces a list", `{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`],
  ["a list replaces a value", `{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`],
  ["objects merge at depth", `{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`],
  ["a list of objects is replaced whole", `{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`],
  ["a null inside a list stays", `{}`, `{"a":[null]}`, `{"a":[null]}`],
  ["an object replaces a list", `{"a":[1]}`, `{"a":{"b":1}}`, `{"a":{"b":1}}`],
  ["nulls of a new object are dropped", `{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`],
  [
    "a label is removed by null",
    `{"metadata":{"labels":{"a":"1","b":"2"}}}`,
    `{"metadata":{"labels":{"a":null}}}`,
    `{"metadata":{"labels":{"b":"2"}}}`,
  ],
  ["__proto__ is an ordinary key", `{"a":1}`, `{"__proto__":{"x":1}}`, `{"a":1,"__proto__":{"x":1}}`],
  ["toString of the prototype is no old value", `{}`, `{"toString":{"x":1}}`, `{"toString":{"x":1}}`],
];

describe("merge patch", () => {
  test.each(cases)("%s", (_name, target, patch, expected) => {
    const before = parse(target);
    expect(mergePatch(before, parse(patch))).toEqual({ ok: true, value: parse(expected) });
    expect(before).toEqual(parse(target));
  });

  test.each([
    ["a list", [], "array"],
    ["a string", "x", "string"],
    ["null", null, "null"],
  ])("refuses %s with 400", (_name, patch, got) => {
    expect(mergePatch({}, patch)).toMatchObject({
      ok: false,
      status: {
        code: 400,
        message: `error decoding patch: json: cannot unmarshal ${got} into Go value of type map[string]interface {}`,
      },
    });
  });

  test("refuses a patch a million levels deep", () => {
    let patch: JsonValue = {};
    for (let i = 0; i < 1_000_000; i++) patch = { a: patch };
    expect(mergePatch({}, patch)).toMatchObject({ ok: false, status: { code: 400 } });
  });
});
