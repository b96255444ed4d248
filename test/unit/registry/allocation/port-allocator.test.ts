import { expect, test } from "vitest";
import {
  NODE_PORT_RANGE,
  nextPort,
  staticPortBandSize,
} from "../../../../shared/registry/allocation/port-allocator.ts";

const none = () => false;

test.each([
  ["the default range", 2768, 86],
  ["a large range", 10_000, 128],
  ["a small range", 100, 16],
  ["a tiny range", 16, 0],
])("%s keeps the right band for chosen ports", (_, size, band) => {
  expect(staticPortBandSize(size)).toBe(band);
});

test("dynamic ports start above the band and end with the range", () => {
  expect(nextPort(NODE_PORT_RANGE, none, () => 0)).toBe(30_086);
  expect(nextPort(NODE_PORT_RANGE, none, (n) => n - 1)).toBe(32_767);
});

test("the band is used when nothing else is left", () => {
  expect(
    nextPort(
      NODE_PORT_RANGE,
      (port) => port >= 30_086,
      () => 3,
    ),
  ).toBe(30_003);
});

test("a search wraps round its band", () => {
  expect(
    nextPort(
      NODE_PORT_RANGE,
      (port) => port > 30_086,
      (n) => n - 1,
    ),
  ).toBe(30_086);
});

test("a full range has none", () => {
  expect(
    nextPort(
      NODE_PORT_RANGE,
      () => true,
      () => 0,
    ),
  ).toBeNull();
});
