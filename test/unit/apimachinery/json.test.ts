import { describe, expect, test } from "vitest";
import { isDeeperThan, isJsonObject, jsonTypeName, own, type JsonObject } from "../../../shared/apimachinery/json.ts";

describe("depth", () => {
  test.each([
    ["a scalar has none", 1, 0, false],
    ["an empty object has one level", {}, 0, true],
    ["an empty object has not two", {}, 1, false],
    ["lists count", [[1]], 1, true],
    ["the deepest branch counts", { a: 1, b: { c: [1] } }, 2, true],
    ["and no deeper", { a: 1, b: { c: [1] } }, 3, false],
  ])("%s", (_name, value, limit, expected) => expect(isDeeperThan(value, limit)).toBe(expected));
});

test.each([
  [null, "null"],
  [undefined, "null"],
  [true, "bool"],
  [1, "number"],
  ["", "string"],
  [[], "array"],
  [{}, "object"],
])("%j is called %s", (value, name) => expect(jsonTypeName(value)).toBe(name));

test("own sees no field of the prototype", () => {
  const object = JSON.parse(`{"__proto__":1}`) as JsonObject;
  expect(own(object, "__proto__")).toBe(1);
  expect(own({}, "__proto__")).toBeUndefined();
  expect(own({}, "constructor")).toBeUndefined();
});

test("a list is no object", () =>
  expect([isJsonObject([]), isJsonObject(null), isJsonObject({})]).toEqual([false, false, true]));
