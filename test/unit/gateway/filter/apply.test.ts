import { expect, test } from "vitest";
import { applyFilters, initialPlan } from "../../../../shared/gateway/filter/apply.ts";
import type { Filter } from "../../../../shared/gateway/ir.ts";
import { findRoute } from "../../../../shared/gateway/match/find-route.ts";
import { ingress, request, tableOf, type RequestOptions } from "../fixtures.ts";

/** What becomes of a request for `url`, with these filters on a route whose path is `path`. */
function outcome(path: string, filters: readonly Filter[], url: string, options: RequestOptions = {}): string {
  const nginx = { "use-regex": "true" };
  const table = tableOf([ingress("shop/i", { className: "nginx", nginx, rules: { "a.test": [`~${path} web`] } })]);
  const asked = request(url, options);
  const match = findRoute(table, asked);
  if (match.kind === "none") return "none";
  const context = { request: asked, captures: match.captures, admit: () => true, tlsPort: 8443 };
  const made = applyFilters({ ...match.route, filters }, context, initialPlan(asked));
  if (made.kind === "forward") return made.plan.path;
  if (made.kind === "ask") return `ask ${made.auth.url}`;
  return `${made.response.status} ${made.response.headers.map(({ value }) => value).join(" ")}`.trim();
}

const rewrite = (template: string): readonly Filter[] => [{ kind: "rewrite", template }];

test.each([
  ["captures", "/x(/|$)(.*)", "/$2", "/x/a/b", "/a/b"],
  ["no captures: the whole path goes", "/x", "/", "/x/a/b", "/"],
  ["a group that is not there", "/x", "/$1", "/x/a", "/"],
  ["the query goes along", "/x(.*)", "/y$1", "/x/a?b=c", "/y/a?b=c"],
  ["a query of its own goes first", "/x/(.*)", "/y?id=$1", "/x/7?b=c", "/y?id=7&b=c"],
  ["a capture cannot bring a query in", "/x/(.*)", "/y/$1", "/x/a%3Fb=c", "/y/a%3Fb=c"],
  ["nor a fragment, nor an escape", "/x/(.*)", "/y/$1", "/x/a%23b%2541", "/y/a%23b%2541"],
  ["a target without a slash gets one", "/x/(.*)", "$1", "/x/a", "/a"],
  ["variables", "/x", "/$host$uri", "/x", "/a.test/x"],
])("rewrite-target: %s", (_, path, template, target, expected) => {
  expect(outcome(path, rewrite(template), `a.test${target}`)).toBe(expected);
});

test.each<readonly [string, Filter, string, RequestOptions, string]>([
  [
    "plain HTTP goes to https, on its port",
    { kind: "tlsRedirect", status: 308 },
    "a.test:80/x?y",
    {},
    "308 https://a.test:8443/x?y",
  ],
  ["https is left alone", { kind: "tlsRedirect", status: 308 }, "a.test/x", { scheme: "https" }, "/x"],
  [
    "a redirect",
    { kind: "redirect", status: 301, location: "https://b.test$request_uri" },
    "a.test/x?y",
    {},
    "301 https://b.test/x?y",
  ],
  [
    "a header that splits a response",
    { kind: "redirect", status: 301, location: "/$http_evil" },
    "a.test/",
    { headers: { evil: "a\r\nb" } },
    "301 /ab",
  ],
  [
    "outside of the range",
    { kind: "sourceRanges", allow: ["10.0.0.0/8"], deny: [] },
    "a.test/",
    { client: "11.0.0.1" },
    "403",
  ],
  ["inside of it", { kind: "sourceRanges", allow: ["10.0.0.0/8"], deny: [] }, "a.test/", { client: "10.0.0.1" }, "/"],
  [
    "inside, but denied",
    { kind: "sourceRanges", allow: ["10.0.0.0/8"], deny: ["10.0.0.1/32"] },
    "a.test/",
    { client: "10.0.0.1" },
    "403",
  ],
  [
    "IPv6 in a range of IPv4",
    { kind: "sourceRanges", allow: ["0.0.0.0/0"], deny: [] },
    "a.test/",
    { client: "2001:db8::1" },
    "403",
  ],
  [
    "an address that is none",
    { kind: "sourceRanges", allow: ["0.0.0.0/0"], deny: [] },
    "a.test/",
    { client: "x" },
    "403",
  ],
  [
    "a client that nobody knows",
    { kind: "sourceRanges", allow: ["0.0.0.0/0"], deny: [] },
    "a.test/",
    { client: null },
    "403",
  ],
  [
    "who is in no range that is denied",
    { kind: "sourceRanges", allow: null, deny: ["127.0.0.0/8"] },
    "a.test/",
    {},
    "/",
  ],
  [
    "a body that is announced too large",
    { kind: "bodySize", bytes: 10 },
    "a.test/",
    { headers: { "content-length": "11" } },
    "413",
  ],
  ["one that just fits", { kind: "bodySize", bytes: 10 }, "a.test/", { headers: { "content-length": "10" } }, "/"],
])("%s", (_, filter, url, options, expected) => {
  expect(outcome("/", [filter], url, options)).toBe(expected);
});

test("any of two ways in: by address without a password, by password from elsewhere, neither not", () => {
  const users = [{ name: "ada", hash: "{PLAIN}x" }];
  const filter: Filter = {
    kind: "satisfyAny",
    filters: [
      { kind: "sourceRanges", allow: ["10.0.0.0/8"], deny: [] },
      { kind: "basicAuth", auth: { realm: "R", users } },
    ],
  };
  const login = { authorization: `Basic ${btoa("ada:x")}` };
  expect([
    outcome("/", [filter], "a.test/", { client: "10.0.0.1" }),
    outcome("/", [filter], "a.test/", { client: "11.0.0.1", headers: login }),
    outcome("/", [filter], "a.test/", { client: "11.0.0.1" }),
  ]).toEqual(["/", "/", '401 Basic realm="R"']);
});

test("HTTPRoute's ReplacePrefixMatch swaps the prefix, and takes it away", () => {
  const table = tableOf([ingress("shop/i", { rules: { "a.test": ["^/old web"] } })]);
  const asked = request("a.test/old/x?y=1");
  const match = findRoute(table, asked);
  const context = { request: asked, captures: null, admit: () => true, tlsPort: null };
  const sent = ["/new", "/"].map((value) => {
    if (match.kind === "none") return "none";
    const made = applyFilters(
      { ...match.route, filters: [{ kind: "replacePrefix", value }] },
      context,
      initialPlan(asked),
    );
    return made.kind === "forward" ? made.plan.path : made.kind;
  });
  expect(sent).toEqual(["/new/x?y=1", "/x?y=1"]);
});
