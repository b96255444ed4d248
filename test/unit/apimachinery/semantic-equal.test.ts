import { expect, test } from "vitest";
import { semanticEqual } from "../../../shared/apimachinery/semantic-equal.ts";

const inherited = JSON.parse('{"__proto__":1}') as object;

test.each([
  ["the same number", 1, 1, true],
  ["another number", 1, 2, false],
  ["a number and its text", 1, "1", false],
  ["absent and null", undefined, null, true],
  ["absent and an empty list", undefined, [], true],
  ["an empty list and an empty map", [], {}, true],
  ["absent and an empty text", undefined, "", false],
  ["absent and false", undefined, false, false],
  ["maps in another order", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ["lists in another order", [1, 2], [2, 1], false],
  ["a list and its prefix", [1, 2], [1], false],
  ["an absent field and an empty one", { a: 1 }, { a: 1, b: {} }, true],
  ["an absent field and a full one", { a: 1 }, { a: 1, b: 0 }, false],
  ["a list and a map", [1], { 0: 1 }, false],
  ["deep values", { a: [{ b: [] }] }, { a: [{}] }, true],
  ["an own __proto__ and none", inherited, {}, false],
  ["an own constructor and none", { constructor: 1 }, { other: 1 }, false],
])("%s", (_, a, b, equal) => {
  expect(semanticEqual(a, b)).toBe(equal);
  expect(semanticEqual(b, a)).toBe(equal);
});
