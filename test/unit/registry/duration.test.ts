import { expect, test } from "vitest";
import { ageOf, humanDuration } from "../../../shared/registry/duration.ts";

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test.each([
  [-3 * S, "<invalid>"],
  [-2 * S, "<invalid>"],
  [-1999, "0s"],
  [0, "0s"],
  [999, "0s"],
  [5 * S, "5s"],
  [119 * S, "119s"],
  [2 * M, "2m"],
  [2 * M + 10 * S, "2m10s"],
  [9 * M + 59 * S, "9m59s"],
  [10 * M + 30 * S, "10m"],
  [179 * M, "179m"],
  [3 * H, "3h"],
  [3 * H + 12 * M, "3h12m"],
  [8 * H + 59 * M, "8h"],
  [47 * H, "47h"],
  [48 * H, "2d"],
  [2 * D + 4 * H, "2d4h"],
  [8 * D + 4 * H, "8d"],
  [729 * D, "729d"],
  [730 * D, "2y"],
  [764 * D, "2y34d"],
  [9 * 365 * D, "9y"],
])("%d ms are %s", (milliseconds, text) => {
  expect(humanDuration(milliseconds)).toBe(text);
});

test.each([
  ["2026-01-01T00:00:00Z", "10s"],
  ["2026-01-01T00:00:00.000000Z", "10s"],
  [undefined, "<unknown>"],
  [null, "<unknown>"],
  ["", "<unknown>"],
  ["yesterday", "<unknown>"],
])("the age of %j is %s", (timestamp, text) => {
  expect(ageOf(timestamp, Date.parse("2026-01-01T00:00:10Z"))).toBe(text);
});
