import { expect, test } from "vitest";
import type { RouteMatch, ValueMatch } from "../../../../shared/gateway/ir.ts";
import { unmetCondition } from "../../../../shared/gateway/match/conditions.ts";
import { request } from "../fixtures.ts";

const header = (type: ValueMatch["type"], value = ""): Partial<RouteMatch> => ({
  headers: [{ name: "x-tier", type, value }],
});
const query = (type: ValueMatch["type"], value = ""): Partial<RouteMatch> => ({
  queryParams: [{ name: "tier", type, value }],
});
const TIER = (value: string) => ({ headers: { "x-tier": value } });

test.each<[sentence: string, match: Partial<RouteMatch>, asked: Parameters<typeof request>, unmet: string | null]>([
  ["nothing asked is nothing unmet", {}, ["shop.test/"], null],
  ["the method asked", { method: "GET" }, ["shop.test/"], null],
  ["another method", { method: "POST" }, ["shop.test/"], "method"],
  ["a header that is there", header("Present"), ["shop.test/", TIER("")], null],
  ["a header that is not", header("Present"), ["shop.test/"], "headers"],
  ["a header's value", header("Exact", "gold"), ["shop.test/", TIER("gold")], null],
  ["values know upper case", header("Exact", "gold"), ["shop.test/", TIER("Gold")], "headers"],
  ["an expression is for the whole value", header("Regex", "go"), ["shop.test/", TIER("gold")], "headers"],
  ["also where an alternative before it fits a part", header("Regex", "g|gold"), ["shop.test/", TIER("gold")], null],
  ["an expression that is none holds for nothing", header("Regex", "("), ["shop.test/", TIER("(")], "headers"],
  ["a parameter of the query, decoded", query("Exact", "a b"), ["shop.test/?tier=a%20b"], null],
  ["the first of several counts", query("Exact", "b"), ["shop.test/?tier=a&tier=b"], "query"],
])("%s", (_sentence, match, asked, unmet) => {
  const whole: RouteMatch = {
    path: { type: "StringPrefix", value: "/" },
    method: null,
    headers: [],
    queryParams: [],
    ...match,
  };
  expect(unmetCondition(whole, request(...asked))).toBe(unmet);
});
