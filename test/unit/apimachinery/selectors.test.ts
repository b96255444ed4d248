import { describe, expect, test } from "vitest";
import {
  formatLabelSelector,
  matchesLabelSelector,
  matchesRequirements,
  parseFieldSelector,
  parseLabelSelector,
} from "../../../shared/apimachinery/selectors.ts";

const labels = { app: "web", tier: "front", "example.com/n": "7" };

describe("a label selector", () => {
  test.each<[string, boolean]>([
    ["", true],
    ["app=web", true],
    ["app==web", true],
    ["app=db", false],
    ["app!=db", true],
    ["missing!=x", true],
    ["app in (web, db)", true],
    ["app in (db)", false],
    ["app notin (db,cache)", true],
    ["missing notin (x)", true],
    ["app", true],
    ["missing", false],
    ["!missing", true],
    ["! app", false],
    ["app=web,tier=front", true],
    ["app=web , tier=back", false],
    ["example.com/n>6", true],
    ["example.com/n<7", false],
    ["app>6", false],
    ["empty=", false],
    ["missing in (,x)", false],
    ["constructor", false],
    ["!__proto__", true],
  ])("%j matches: %s", (text, expected) => {
    const parsed = parseLabelSelector(text);
    // `__proto__` is no label key; a key that JavaScript's objects inherit must not match either.
    if (!parsed.ok) expect(text).toBe("!__proto__");
    else expect(matchesRequirements(parsed.value, labels)).toBe(expected);
  });

  test.each([
    "app=",
    "=x",
    "app in web",
    "app in (web",
    "app,,tier",
    "app=web,",
    "a b",
    "app=we/b",
    "app>x",
    "(",
    "app in (a b)",
    "-a=b",
    "🎈=1",
  ])("%j is refused, unless it means the empty value", (text) => {
    const parsed = parseLabelSelector(text);
    expect(parsed.ok).toBe(text === "app=");
  });

  test("a selector of a megabyte is refused or parsed in linear time", () => {
    const text = `${"a".repeat(1_000_000)}=b`;
    const start = performance.now();
    expect(parseLabelSelector(text).ok).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe("a LabelSelector object", () => {
  test("nothing selects nothing, an empty one everything", () => {
    expect(matchesLabelSelector(undefined, labels)).toBe(false);
    expect(matchesLabelSelector({}, undefined)).toBe(true);
  });

  test.each([
    [{ matchLabels: { app: "web" } }, true],
    [{ matchLabels: { app: "web", tier: "x" } }, false],
    [{ matchExpressions: [{ key: "app", operator: "In", values: ["web"] }] }, true],
    [{ matchExpressions: [{ key: "none", operator: "NotIn", values: ["web"] }] }, true],
    [{ matchExpressions: [{ key: "app", operator: "DoesNotExist" }] }, false],
    [{ matchExpressions: [{ key: "toString", operator: "Exists" }] }, false],
  ] as const)("%j matches: %s", (selector, expected) => {
    expect(matchesLabelSelector(selector, labels)).toBe(expected);
  });

  test("as text it is sorted, pairs first", () => {
    const matchExpressions = [
      { key: "z", operator: "Exists" },
      { key: "a", operator: "In", values: ["2", "1"] },
    ] as const;
    expect(formatLabelSelector({ matchLabels: { b: "1", a: "2" }, matchExpressions })).toBe("a=2,b=1,a in (1,2),z");
  });
});

describe("a field selector", () => {
  test.each([
    ["metadata.name=web", [{ field: "metadata.name", operator: "=", value: "web" }]],
    [
      "a==1,b!=2",
      [
        { field: "a", operator: "=", value: "1" },
        { field: "b", operator: "!=", value: "2" },
      ],
    ],
    ["involvedObject.namespace=", [{ field: "involvedObject.namespace", operator: "=", value: "" }]],
    ["a=x\\,y", [{ field: "a", operator: "=", value: "x,y" }]],
    ["", []],
  ])("%j is read", (text, value) => {
    expect(parseFieldSelector(text)).toEqual({ ok: true, value });
  });

  test("a term without an operator is refused", () => {
    expect(parseFieldSelector("name")).toEqual({
      ok: false,
      message: "invalid selector: 'name'; can't understand 'name'",
    });
  });
});
