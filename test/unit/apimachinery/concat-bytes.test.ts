import { expect, test } from "vitest";
import { concatBytes } from "../../../shared/apimachinery/concat-bytes.ts";

test.each([
  ["nothing", [], []],
  ["one part, copied", [[1, 2]], [1, 2]],
  ["several in order, empty ones among them", [[1], [], [2, 3], [4]], [1, 2, 3, 4]],
])("%s", (_name, parts, expected) => {
  const given = parts.map((part) => Uint8Array.from(part));
  const whole = concatBytes(given);
  expect([...whole]).toEqual(expected);
  given[0]?.fill(9);
  expect([...whole]).toEqual(expected);
});
