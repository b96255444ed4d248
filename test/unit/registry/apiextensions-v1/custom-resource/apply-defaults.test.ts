import { expect, test } from "vitest";
import type { JSONSchemaProps } from "../../../../../shared/api/apiextensions-v1/json-schema-props.ts";
import type { JsonValue } from "../../../../../shared/apimachinery/json.ts";
import { applySchemaDefaults } from "../../../../../shared/registry/apiextensions-v1/custom-resource/apply-defaults.ts";

const spec = (properties: Record<string, JSONSchemaProps>, own: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: "object",
  properties: { spec: { type: "object", properties, ...own } },
});
const one: JSONSchemaProps = { type: "integer", default: 1 };

test.each<[string, JSONSchemaProps, JsonValue, JsonValue]>([
  ["an absent field gets its default", spec({ a: one }), { spec: {} }, { spec: { a: 1 } }],
  ["a field that is there keeps its value, zero or not", spec({ a: one }), { spec: { a: 0 } }, { spec: { a: 0 } }],
  ["an absent object stays absent", spec({ a: one }), {}, {}],
  [
    "an absent object with a default gets the defaults of its fields",
    spec({ a: one }, { default: {} }),
    {},
    { spec: { a: 1 } },
  ],
  [
    "each element gets them",
    spec({ a: { type: "array", items: { type: "object", properties: { b: one } } } }),
    { spec: { a: [{}, { b: 2 }] } },
    { spec: { a: [{ b: 1 }, { b: 2 }] } },
  ],
  [
    "each value of a map gets them",
    spec({ a: { type: "object", additionalProperties: { type: "object", properties: { b: one } } } }),
    { spec: { a: { k: {} } } },
    { spec: { a: { k: { b: 1 } } } },
  ],
  ["null is replaced where it may not be", spec({ a: one }), { spec: { a: null } }, { spec: { a: 1 } }],
  [
    "null goes where it may not be and nothing replaces it",
    spec({ a: { type: "integer" } }),
    { spec: { a: null } },
    { spec: {} },
  ],
  ["null stays where it may be", spec({ a: { ...one, nullable: true } }), { spec: { a: null } }, { spec: { a: null } }],
  [
    "a null element is replaced",
    spec({ a: { type: "array", items: one } }),
    { spec: { a: [null, 2] } },
    { spec: { a: [1, 2] } },
  ],
  [
    "nulls of preserved fields stay",
    spec({ a: { "x-kubernetes-preserve-unknown-fields": true } }),
    { spec: { a: null } },
    { spec: { a: null } },
  ],
  [
    "a default may be an object",
    spec({ a: { type: "object", properties: { b: { type: "string" }, c: one }, default: { b: "x" } } }),
    { spec: {} },
    { spec: { a: { b: "x", c: 1 } } },
  ],
  ["what is of another type is left to validation", spec({ a: one }), { spec: "x" }, { spec: "x" }],
])("%s", (_, schema, value, filled) => {
  expect(applySchemaDefaults(schema, value)).toEqual(filled);
});

test("a value with nothing to fill in is given back itself", () => {
  const value = { spec: { a: 2, b: [{ c: 1 }] } };
  expect(applySchemaDefaults(spec({ a: one }), value)).toBe(value);
});
