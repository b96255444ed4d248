import { expect, test } from "vitest";
import { generateName, safeEncode } from "../../../shared/apimachinery/generate-name.ts";

test("a generated name is the base and five characters", () => {
  let next = 0;
  expect(generateName("web-", () => next++)).toBe("web-bcdfg");
});

test("a long base is cut so that the name is a DNS label", () => {
  expect(generateName("a".repeat(200), (n) => n - 1)).toBe(`${"a".repeat(58)}99999`);
});

test.each([
  ["0", "4"],
  ["3735928559", "7c79f6d99f"],
  ["", ""],
])("the number %s is encoded as %j", (text, expected) => {
  expect(safeEncode(text)).toBe(expected);
});
