import { describe, expect, test } from "vitest";
import { isWhole, quantityInNanos } from "../../../shared/apimachinery/quantity.ts";

describe("a quantity", () => {
  test.each<[string | number, bigint]>([
    ["1", 1_000_000_000n],
    [2, 2_000_000_000n],
    ["500m", 500_000_000n],
    ["1.5k", 1_500_000_000_000n],
    ["1Ki", 1_024_000_000_000n],
    ["0.5Gi", 536_870_912_000_000_000n],
    ["1e3", 1_000_000_000_000n],
    ["1E", 10n ** 27n],
    ["12E-1", 1_200_000_000n],
    [".5", 500_000_000n],
    ["-2", -2_000_000_000n],
    ["0.1n", 1n],
  ])("%s has its size", (text, nanos) => expect(quantityInNanos(text)).toBe(nanos));

  test.each(["", "-", "1x", "1e99999999", "1 Gi", "__proto__"])("%j is none", (text) => {
    expect(quantityInNanos(text)).toBeNull();
  });

  test("is whole without a fraction", () => {
    expect(["1", "1k", "1500m", "2000m"].map((text) => isWhole(quantityInNanos(text) ?? 1n))).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});
