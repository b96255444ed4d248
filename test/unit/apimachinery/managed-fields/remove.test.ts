import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../shared/apimachinery/json.ts";
import { removeFields } from "../../../../shared/apimachinery/managed-fields/remove.ts";
import { fields, shape } from "./fixture.ts";

describe("removing", () => {
  test.each<readonly [string, JsonObject, unknown, JsonObject]>([
    ["a field goes", { text: "a", number: 1 }, { "f:text": {} }, { number: 1 }],
    ["a field goes with all below", { struct: { a: "x" }, text: "a" }, { "f:struct": {} }, { text: "a" }],
    ["a field below goes alone", { struct: { a: "x", b: "y" } }, { "f:struct": { "f:a": {} } }, { struct: { b: "y" } }],
    ["an emptied object is null", { struct: { a: "x" } }, { "f:struct": { "f:a": {} } }, { struct: null }],
    [
      "an element goes by its key",
      { ports: [{ port: 1 }, { port: 2 }] },
      { "f:ports": { 'k:{"port":1,"protocol":"TCP"}': {} } },
      { ports: [{ port: 2 }] },
    ],
    ["an element of a set goes", { set: ["a", "b"] }, { "f:set": { 'v:"a"': {} } }, { set: ["b"] }],
    ["what is not there is not missed", { text: "a" }, { "f:map": { "f:a": {} } }, { text: "a" }],
  ])("%s", (_name, value, set, expected) => expect(removeFields(shape, value, fields(set))).toEqual(expected));
});
