import { expect, test } from "vitest";
import { deepEqual } from "../../../shared/apimachinery/deep-equal.ts";

const proto: unknown = JSON.parse('{"__proto__": 1}');

test.each<[string, unknown, unknown, boolean]>([
  ["numbers", 1, 1, true],
  ["a number and its text", 1, "1", false],
  ["null and undefined", null, undefined, false],
  ["null and an object", null, {}, false],
  ["key order", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ["an undefined value and an absent key", { a: undefined }, {}, true],
  ["an absent key and an undefined value", {}, { a: undefined }, true],
  ["a null value and an absent key", { a: null }, {}, false],
  ["an extra key", { a: 1 }, { a: 1, b: 2 }, false],
  ["lists in another order", [1, 2], [2, 1], false],
  ["lists of another length", [1], [1, 2], false],
  ["a list and an object", [], {}, false],
  ["nested values", { a: [{ b: 1 }] }, { a: [{ b: 1 }] }, true],
  ["a key that prototypes have", { a: 1 }, { a: 1, toString: 2 }, false],
  ["an own __proto__ key", proto, {}, false],
])("%s", (_, a, b, expected) => {
  expect(deepEqual(a, b)).toBe(expected);
  expect(deepEqual(b, a)).toBe(expected);
});
