/** What HTTPRoutes ask of requests besides their paths; Ingresses ask nothing of the kind. */
import { describe, expect, test } from "vitest";
import type { Route, RouteMatch, ValueMatch } from "../../../../shared/gateway/ir.ts";
import { findRoute, type RouteTable } from "../../../../shared/gateway/match/find-route.ts";
import { compileHost } from "../../../../shared/gateway/match/host-tree.ts";
import { byPrecedence } from "../../../../shared/gateway/precedence.ts";
import { request, type RequestOptions } from "../fixtures.ts";

const exact = (name: string, value: string): ValueMatch => ({ name, type: "Exact", value });

function route(name: string, match: Partial<RouteMatch> & { readonly prefix?: string }, created = "2026"): Route {
  const { prefix = "/", ...rest } = match;
  return {
    source: { kind: "HTTPRoute", namespace: "shop", name, created, rule: 0, match: 0 },
    match: { path: { type: "Prefix", value: prefix }, method: null, headers: [], queryParams: [], ...rest },
    filters: [],
    backends: [],
    canary: null,
    affinity: null,
    hashBy: null,
    timeouts: { request: null, backendRequest: null },
  };
}

const treeOf = (routes: readonly Route[], hostname = "a.test", wildcardDepth: "one" | "any" = "one") =>
  compileHost({ hostname, wildcardDepth, routes: [...routes].sort(byPrecedence), fallback: null });

describe("precedence and conditions", () => {
  const tree = treeOf([
    route("any", {}),
    route("young", {}, "2027"),
    route("post", { method: "POST" }),
    route("one-header", { headers: [exact("version", "2")] }),
    route("two-headers", { headers: [exact("version", "2"), { name: "color", type: "Regex", value: "or.*" }] }),
    route("query", { queryParams: [exact("animal", "whale")] }),
    route("deep", { prefix: "/deep", headers: [exact("version", "3")] }),
  ]);
  test.each<readonly [string, string, RequestOptions, string]>([
    ["the oldest of those that ask nothing", "/", {}, "any"],
    ["a method goes before headers", "/", { method: "POST", headers: { Version: "2" } }, "post"],
    ["a header", "/", { headers: { Version: "2" } }, "one-header"],
    ["more headers go before fewer", "/", { headers: { Version: "2", Color: "orange" } }, "two-headers"],
    ["the whole value must match", "/", { headers: { Version: "2", Color: "an orange" } }, "one-header"],
    ["headers go before queries", "/?animal=whale", { headers: { Version: "2" } }, "one-header"],
    ["a query", "/?animal=whale", {}, "query"],
    ["the first value of a query counts", "/?animal=dog&animal=whale", {}, "any"],
    ["a longer path whose conditions hold", "/deep/x", { headers: { Version: "3" } }, "deep"],
    ["a longer path whose conditions do not hold leaves the request to a shorter one", "/deep/x", {}, "any"],
  ])("%s", (_, path, options, expected) => {
    expect(tree.find(request(`a.test${path}`, options))?.route.source.name).toBe(expected);
  });
});

test("a wildcard of any depth takes what one of a single label does not", () => {
  const any = treeOf([route("any", {})], "*.b.test", "any");
  const one = treeOf([route("one", {})], "*.c.test");
  const table: RouteTable = {
    revision: 1,
    fallback: null,
    host: (name) => [any, one].find((t) => t.host.hostname === name),
  };
  const found = ["x.b.test", "y.x.b.test", "b.test", "x.c.test", "y.x.c.test"].map(
    (host) => findRoute(table, request(`${host}/`)).kind,
  );
  expect(found).toEqual(["route", "route", "none", "route", "none"]);
});
