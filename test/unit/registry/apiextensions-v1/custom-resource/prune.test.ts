import { expect, test } from "vitest";
import type { JSONSchemaProps } from "../../../../../shared/api/apiextensions-v1/json-schema-props.ts";
import type { JsonObject } from "../../../../../shared/apimachinery/json.ts";
import { pruneResource } from "../../../../../shared/registry/apiextensions-v1/custom-resource/prune.ts";

const object = (properties: Record<string, JSONSchemaProps>, own: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: "object",
  properties,
  ...own,
});
const preserve: JSONSchemaProps = { "x-kubernetes-preserve-unknown-fields": true };

test.each<[string, JSONSchemaProps, JsonObject, JsonObject, readonly string[]]>([
  ["what is declared stays", object({ a: { type: "string" } }), { a: "x" }, { a: "x" }, []],
  ["what is not goes", object({}), { a: "x", b: { c: 1 } }, {}, ["a", "b"]],
  [
    "who and what the object is stays",
    object({}),
    { apiVersion: "v", kind: "K", metadata: { any: 1 } },
    { apiVersion: "v", kind: "K", metadata: { any: 1 } },
    [],
  ],
  [
    "elements are looked into",
    object({ a: { type: "array", items: object({ b: { type: "string" } }) } }),
    { a: [{ b: "x", c: 1 }] },
    { a: [{ b: "x" }] },
    ["a[0].c"],
  ],
  [
    "values of maps are looked into",
    object({ a: { type: "object", additionalProperties: object({}) } }),
    { a: { k: { c: 1 } } },
    { a: { k: {} } },
    ["a.k.c"],
  ],
  [
    "values of maps of anything are not declared",
    object({ a: { type: "object", additionalProperties: true } }),
    { a: { k: { c: 1 }, l: 2 } },
    { a: { k: {}, l: 2 } },
    ["a.k.c"],
  ],
  [
    "preserved fields stay",
    object({ a: { type: "object", ...preserve } }),
    { a: { b: { c: [{ d: 1 }] } } },
    { a: { b: { c: [{ d: 1 }] } } },
    [],
  ],
  [
    "below preserved fields, declared ones are pruned",
    object({ a: object({ b: object({}) }, preserve) }),
    { a: { b: { c: 1 }, d: 1 } },
    { a: { b: {}, d: 1 } },
    ["a.b.c"],
  ],
  [
    "a resource inside keeps what it is",
    object({ a: object({}, { "x-kubernetes-embedded-resource": true }) }),
    { a: { apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, spec: {} } },
    { a: { apiVersion: "v1", kind: "Pod", metadata: { name: "x" } } },
    ["a.spec"],
  ],
  ["fields of a value that is to be a text go", object({ a: { type: "string" } }), { a: { b: 1 } }, { a: {} }, ["a.b"]],
  [
    "names that objects inherit are not declared",
    object({}),
    JSON.parse('{"__proto__":{"a":1},"constructor":1}') as JsonObject,
    {},
    ["__proto__", "constructor"],
  ],
])("%s", (_, schema, value, pruned, removed) => {
  expect(pruneResource(schema, value)).toEqual({ value: pruned, removed });
});

test("an object with nothing to prune is given back itself", () => {
  const value = { spec: { a: [{ b: 1 }] } };
  const schema = object({ spec: object({ a: { type: "array", items: object({ b: { type: "integer" } }) } }) });
  expect(pruneResource(schema, value).value).toBe(value);
});

test("a declared field may have a name that objects inherit", () => {
  const value = JSON.parse('{"__proto__":"x"}') as JsonObject;
  const schema = object(JSON.parse('{"__proto__":{"type":"string"}}') as Record<string, JSONSchemaProps>);
  expect(JSON.stringify(pruneResource(schema, value).value)).toBe('{"__proto__":"x"}');
});
