import { describe, expect, test } from "vitest";
import type { JSONSchemaProps } from "../../../../../shared/api/apiextensions-v1/json-schema-props.ts";
import type { JsonValue } from "../../../../../shared/apimachinery/json.ts";
import { validateValue } from "../../../../../shared/registry/apiextensions-v1/custom-resource/validate-value.ts";

/** The problems of `spec.a`. */
const errorsOf = (a: JSONSchemaProps, value: JsonValue): readonly string[] => {
  const schema: JSONSchemaProps = {
    type: "object",
    properties: { spec: { type: "object", properties: { a } } },
  };
  return validateValue(schema, { spec: { a: value } }, "").map((e) => `${e.field}: ${e.message}`);
};

const inBody = "spec.a in body";
const invalid = (value: string, detail: string): string => `spec.a: Invalid value: ${value}: ${detail}`;
const wrongType = (got: string, type: string): string =>
  invalid(JSON.stringify(got), `${inBody} must be of type ${type}: ${JSON.stringify(got)}`);

describe("a value passes:", () => {
  test.each<[string, JSONSchemaProps, JsonValue]>([
    ["a whole number as a number", { type: "number" }, 1],
    ["an integer at its limit", { type: "integer", format: "int32", maximum: 2147483647 }, 2147483647],
    ["a string or an integer where either may be", { "x-kubernetes-int-or-string": true }, "80%"],
    ["null where it may be", { type: "string", nullable: true }, null],
    ["anything without a type", { "x-kubernetes-preserve-unknown-fields": true }, [1, { b: null }]],
    ["a text that matches", { type: "string", pattern: "^a+$" }, "aaa"],
    ["a text that matches in any case", { type: "string", pattern: "(?i)^a+$" }, "AaA"],
    ["a text of so many characters, however many bytes they are", { type: "string", maxLength: 2 }, "😀é"],
    ["a value of the enum", { type: "string", enum: ["x", "y"] }, "y"],
    [
      "an object of the enum, in another order",
      { type: "object", enum: [{ b: 1, c: 2 }], "x-kubernetes-preserve-unknown-fields": true },
      { c: 2, b: 1 },
    ],
    ["a multiple that is not exact in binary", { type: "number", multipleOf: 0.1 }, 0.3],
    [
      "what one of two schemas takes",
      {
        type: "object",
        properties: { b: { type: "string" }, c: { type: "string" } },
        oneOf: [{ required: ["b"] }, { required: ["c"] }],
      },
      { b: "" },
    ],
    [
      "a field under a name that objects inherit",
      { type: "object", properties: { constructor: { type: "string" } } },
      {},
    ],
    ["a text of a format that nobody knows", { type: "string", format: "colour-of-the-sky" }, "blue"],
    ["a time", { type: "string", format: "date-time" }, "2026-02-28T23:59:59.5+01:00"],
    ["a duration", { type: "string", format: "duration" }, "1h30m"],
    ["an address", { type: "string", format: "ipv6" }, "fd00::1"],
    ["a range of addresses", { type: "string", format: "cidr" }, "10.0.0.0/8"],
  ])("%s", (_, schema, value) => {
    expect(errorsOf(schema, value)).toEqual([]);
  });
});

describe("a value does not pass:", () => {
  test.each<[string, JSONSchemaProps, JsonValue, readonly string[]]>([
    ["a text for an integer", { type: "integer" }, "x", [wrongType("string", "integer")]],
    ["a fraction for an integer", { type: "integer" }, 1.5, [wrongType("number", "integer")]],
    ["a number for a text", { type: "string" }, 1, [wrongType("integer", "string")]],
    ["a list for an object", { type: "object" }, [], [wrongType("array", "object")]],
    ["an object for a list", { type: "array", items: { type: "string" } }, {}, [wrongType("object", "array")]],
    ["a text for a boolean", { type: "boolean" }, "true", [wrongType("string", "boolean")]],
    ["null for a text", { type: "string" }, null, [wrongType("null", "string")]],
    [
      "a boolean for an integer or a string",
      { "x-kubernetes-int-or-string": true },
      true,
      [wrongType("boolean", "integer,string")],
    ],
    ["too much", { type: "integer", maximum: 10 }, 11, [invalid("11", `${inBody} should be less than or equal to 10`)]],
    [
      "as much as is too much",
      { type: "integer", maximum: 10, exclusiveMaximum: true },
      10,
      [invalid("10", `${inBody} should be less than 10`)],
    ],
    [
      "too little",
      { type: "integer", minimum: 0 },
      -1,
      [invalid("-1", `${inBody} should be greater than or equal to 0`)],
    ],
    [
      "as little as is too little",
      { type: "number", minimum: 0, exclusiveMinimum: true },
      0,
      [invalid("0", `${inBody} should be greater than 0`)],
    ],
    ["no multiple", { type: "integer", multipleOf: 5 }, 7, [invalid("7", `${inBody} should be a multiple of 5`)]],
    [
      "more than 32 bits",
      { type: "integer", format: "int32" },
      2147483648,
      ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.a'],
    ],
    [
      "a text that is too long",
      { type: "string", maxLength: 2 },
      "abc",
      ["spec.a: Too long: may not be more than 2 characters"],
    ],
    [
      "a text that is too short",
      { type: "string", minLength: 2 },
      "a",
      [invalid('"a"', `${inBody} should be at least 2 chars long`)],
    ],
    [
      "a text that does not match",
      { type: "string", pattern: "^a+$" },
      "b",
      [invalid('"b"', `${inBody} should match '^a+$'`)],
    ],
    [
      "a value that is none of the enum",
      { type: "string", enum: ["y", "x"] },
      "z",
      ['spec.a: Unsupported value: "z": supported values: "y", "x"'],
    ],
    [
      "a number that is none of the enum",
      { type: "integer", enum: [1, 2] },
      3,
      ['spec.a: Unsupported value: 3: supported values: "1", "2"'],
    ],
    [
      "a text that is no time",
      { type: "string", format: "date-time" },
      "yesterday",
      [invalid('"yesterday"', `${inBody} must be of type date-time: "yesterday"`)],
    ],
    [
      "a day that no calendar has",
      { type: "string", format: "date" },
      "2026-02-30",
      [invalid('"2026-02-30"', `${inBody} must be of type date: "2026-02-30"`)],
    ],
    [
      "a text that is no UUID",
      { type: "string", format: "uuid" },
      "x",
      [invalid('"x"', `${inBody} must be of type uuid: "x"`)],
    ],
    [
      "a list that is too short",
      { type: "array", items: { type: "string" }, minItems: 1 },
      [],
      [invalid("0", `${inBody} should have at least 1 items`)],
    ],
    [
      "a list that is too long",
      { type: "array", items: { type: "string" }, maxItems: 1 },
      ["a", "b"],
      ["spec.a: Too many: 2: must have at most 1 items"],
    ],
    [
      "too few fields",
      { type: "object", minProperties: 1 },
      {},
      [invalid("1", `${inBody} should have at least 1 properties`)],
    ],
    [
      "too many fields",
      { type: "object", maxProperties: 0, "x-kubernetes-preserve-unknown-fields": true },
      { b: 1 },
      ["spec.a: Too many: 1: must have at most 0 items"],
    ],
    [
      "a field that is missing",
      { type: "object", required: ["b"], properties: { b: { type: "string" } } },
      {},
      ["spec.a.b: Required value"],
    ],
    [
      "a missing field that objects inherit",
      { type: "object", required: ["toString"] },
      {},
      ["spec.a.toString: Required value"],
    ],
    [
      "an element",
      { type: "array", items: { type: "integer" } },
      [1, "x"],
      ['spec.a[1]: Invalid value: "string": spec.a[1] in body must be of type integer: "string"'],
    ],
    [
      "a value of a map",
      { type: "object", additionalProperties: { type: "integer" } },
      { "b.c": "x" },
      ['spec.a.b.c: Invalid value: "string": spec.a.b.c in body must be of type integer: "string"'],
    ],
    [
      "none of the alternatives",
      { type: "string", anyOf: [{ pattern: "^a" }, { pattern: "^b" }] },
      "c",
      [
        '<nil>: Invalid value: "": "spec.a" must validate at least one schema (anyOf)',
        invalid('"c"', `${inBody} should match '^a'`),
      ],
    ],
    [
      "none where exactly one must",
      { type: "object", oneOf: [{ required: ["b"] }] },
      {},
      [
        '<nil>: Invalid value: "": "spec.a" must validate one and only one schema (oneOf). Found none valid',
        "spec.a.b: Required value",
      ],
    ],
    [
      "two where exactly one must",
      { type: "integer", oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      3,
      ['<nil>: Invalid value: "": "spec.a" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      "one of all",
      { type: "integer", allOf: [{ minimum: 1 }, { maximum: 2 }] },
      3,
      [
        invalid("3", `${inBody} should be less than or equal to 2`),
        '<nil>: Invalid value: "": "spec.a" must validate all the schemas (allOf)',
      ],
    ],
    [
      "what must not",
      { type: "string", not: { enum: ["x"] } },
      "x",
      ['<nil>: Invalid value: "": "spec.a" must not validate the schema (not)'],
    ],
  ])("%s", (_, schema, value, errors) => {
    expect(errorsOf(schema, value)).toEqual(errors);
  });

  test("every problem is told, and of thousands the first hundred", () => {
    const schema: JSONSchemaProps = { type: "array", items: { type: "string" } };
    expect(errorsOf(schema, [1, 2, 3])).toHaveLength(3);
    expect(
      errorsOf(
        schema,
        Array.from({ length: 5000 }, () => 1),
      ),
    ).toHaveLength(100);
  });
});
