import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../shared/apimachinery/json.ts";
import { fieldSetOf } from "../../../../shared/apimachinery/managed-fields/field-set-of.ts";
import { shape, shown } from "./fixture.ts";

describe("the fields of a configuration", () => {
  test.each<readonly [string, JsonObject, unknown]>([
    [
      "scalars are fields",
      { text: "a", number: 0, flag: false, amount: 1 },
      { "f:amount": {}, "f:flag": {}, "f:number": {}, "f:text": {} },
    ],
    ["an object that leads to fields is none", { struct: { a: "x" } }, { "f:struct": { "f:a": {} } }],
    ["an empty object is one", { struct: {}, map: {} }, { "f:map": {}, "f:struct": {} }],
    [
      "null is one, whatever it stands for",
      { text: null, struct: null, containers: null, whole: null },
      { "f:containers": {}, "f:struct": {}, "f:text": {}, "f:whole": {} },
    ],
    ["an atomic object is one field", { whole: { a: "x", b: "y" } }, { "f:whole": {} }],
    ["an atomic map is one field", { wholeMap: { a: "x" } }, { "f:wholeMap": {} }],
    ["an atomic list is one field, an empty one too", { list: [] }, { "f:list": {} }],
    ["the keys of a map are fields", { map: { a: "x", "b/c": "y" } }, { "f:map": { "f:a": {}, "f:b/c": {} } }],
    [
      "a key that leads to fields is one as well",
      { structs: { k: { a: "x" } } },
      { "f:structs": { "f:k": { ".": {}, "f:a": {} } } },
    ],
    ["the elements of a set are fields", { set: ["b", "a"] }, { "f:set": { 'v:"a"': {}, 'v:"b"': {} } }],
    [
      "the elements of a keyed list are, and so are their fields",
      { containers: [{ name: "c", image: "i" }] },
      { "f:containers": { 'k:{"name":"c"}': { ".": {}, "f:image": {}, "f:name": {} } } },
    ],
    [
      "a key that is not given takes its default",
      { ports: [{ port: 80 }] },
      { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {} } } },
    ],
    [
      "a key without default is left out of the key",
      { ports: [{ protocol: "UDP" }] },
      { "f:ports": { 'k:{"protocol":"UDP"}': { ".": {}, "f:protocol": {} } } },
    ],
    ["an empty keyed list is no field", { containers: [] }, {}],
    [
      "elements with one key are one field",
      {
        ports: [
          { port: 80, name: "a" },
          { port: 80, name: "b" },
        ],
      },
      { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': {} } },
    ],
    [
      "without a schema objects divide and lists do not",
      { anything: { a: { b: 1 }, l: [{}] } },
      { "f:anything": { "f:a": { ".": {}, "f:b": {} }, "f:l": {} } },
    ],
    ["numbers of a set differ from strings", { set: [1, "1"] }, { "f:set": { "v:1": {}, 'v:"1"': {} } }],
  ])("%s", (_name, value, expected) => expect(shown(fieldSetOf(shape, value))).toEqual(expected));
});
