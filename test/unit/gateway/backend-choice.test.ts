import { describe, expect, test } from "vitest";
import { chooseBackend } from "../../../shared/gateway/backend-choice.ts";
import type { Route } from "../../../shared/gateway/ir.ts";
import { ingress, request, tableOf } from "./fixtures.ts";
import { findRoute } from "../../../shared/gateway/match/find-route.ts";

type Annotations = Readonly<Record<string, string>>;

function routeWith(canary: Annotations): Route {
  const table = tableOf([
    ingress("shop/main", { className: "nginx", rules: { "shop.test": ["^/ main"] } }),
    ingress("shop/canary", {
      className: "nginx",
      nginx: { canary: "true", ...canary },
      rules: { "shop.test": ["^/ new"] },
    }),
  ]);
  const found = findRoute(table, request("shop.test/"));
  if (found.kind !== "route") throw new Error("no route");
  return found.route;
}

/** The Service that a request goes to when chance gives `drawn` (of 100). */
const chosen = (canary: Annotations, headers: Annotations, drawn = 99): string | undefined =>
  chooseBackend(routeWith(canary), request("shop.test/", { headers }), () => drawn)?.backend.service;

describe("a canary", () => {
  const byHeader = { "canary-by-header": "X-Canary" };
  const byValue = { ...byHeader, "canary-by-header-value": "beta" };
  const byPattern = { ...byHeader, "canary-by-header-pattern": "be(ta|e)" };
  const byCookie = { "canary-by-cookie": "try" };
  const weighing = (weight: string, total?: string): Annotations =>
    total === undefined ? { "canary-weight": weight } : { "canary-weight": weight, "canary-weight-total": total };

  test.each<[sentence: string, canary: Annotations, headers: Annotations, expected: string, drawn?: number]>([
    ["without a rule takes nobody", {}, {}, "main", 0],
    ["by header takes those that say always", byHeader, { "x-canary": "always" }, "new"],
    ["by header leaves those that say never", { ...byHeader, ...weighing("100") }, { "x-canary": "never" }, "main", 0],
    [
      "by header lets the weight decide about other values",
      { ...byHeader, ...weighing("100") },
      { "x-canary": "x" },
      "new",
    ],
    ["by a header's value takes that value", byValue, { "x-canary": "beta" }, "new"],
    ["by a header's value takes no other, not even always", byValue, { "x-canary": "always" }, "main"],
    ["by a header's pattern takes what it is found in", byPattern, { "x-canary": "a beetle" }, "new"],
    ["by a header's pattern leaves the rest", byPattern, { "x-canary": "bat" }, "main"],
    ["knows a value before a pattern", { ...byPattern, ...byValue }, { "x-canary": "bee" }, "main"],
    ["by cookie takes those that say always", byCookie, { cookie: "a=b; try=always" }, "new"],
    ["by cookie leaves those that say never", { ...byCookie, ...weighing("100") }, { cookie: "try=never" }, "main", 0],
    [
      "asks the header before the cookie",
      { ...byHeader, ...byCookie },
      { "x-canary": "never", cookie: "try=always" },
      "main",
    ],
    ["by weight takes those below it", weighing("20"), {}, "new", 19],
    ["by weight leaves those above it", weighing("20"), {}, "main", 20],
    ["by weight of another total", weighing("20", "1000"), {}, "main", 20],
    ["of weight 0 takes nobody", weighing("0"), {}, "main", 0],
  ])("%s", (_sentence, canary, headers, expected, drawn) => {
    expect(chosen(canary, headers, drawn)).toBe(expected);
  });
});

describe("backends by weight", () => {
  const [only] = routeWith({}).backends;
  if (only === undefined) throw new Error("no backend");
  const route = (...weights: readonly number[]): Route => ({
    ...routeWith({}),
    canary: null,
    backends: weights.map((weight, i) => ({ ...only, service: `s${i}`, weight })),
  });
  const draw = (of: Route, drawn: number): string | undefined =>
    chooseBackend(of, request("shop.test/"), () => drawn)?.backend.service;

  test.each<[sentence: string, weights: readonly number[], drawn: number, expected: string | undefined]>([
    ["the first has the first shares", [1, 3], 0, "s0"],
    ["the second has the rest", [1, 3], 1, "s1"],
    ["to the last", [1, 3], 3, "s1"],
    ["one that weighs nothing is passed over", [0, 2], 0, "s1"],
    ["all that weigh nothing are none", [0, 0], 0, undefined],
    ["one alone that weighs nothing is none", [0], 0, undefined],
  ])("%s", (_sentence, weights, drawn, expected) => {
    expect(draw(route(...weights), drawn)).toBe(expected);
  });
});
