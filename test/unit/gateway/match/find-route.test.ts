/** Where requests land: hosts, path types, precedence, default backends, and ingress-nginx's surprises. */
import { describe, expect, test } from "vitest";
import { ingress, lands, tableOf } from "../fixtures.ts";

type Case = readonly [sentence: string, path: string, lands: string];

/** kubernetes.io, "Ingress", Examples: path type, path, request, whether it matches. */
const DOCUMENTED: readonly (readonly [type: string, paths: readonly string[], request: string, lands: string])[] = [
  ["Prefix", ["/"], "/any/path", "/"],
  ["Prefix", ["/"], "/", "/"],
  ["Exact", ["/foo"], "/foo", "/foo"],
  ["Exact", ["/foo"], "/bar", "none"],
  ["Exact", ["/foo"], "/foo/", "none"],
  ["Exact", ["/foo/"], "/foo", "none"],
  ["Prefix", ["/foo"], "/foo", "/foo"],
  ["Prefix", ["/foo"], "/foo/", "/foo"],
  ["Prefix", ["/foo/"], "/foo", "/foo/"],
  ["Prefix", ["/foo/"], "/foo/", "/foo/"],
  ["Prefix", ["/aaa/bb"], "/aaa/bbb", "none"],
  ["Prefix", ["/aaa/bbb"], "/aaa/bbb", "/aaa/bbb"],
  ["Prefix", ["/aaa/bbb/"], "/aaa/bbb", "/aaa/bbb/"],
  ["Prefix", ["/aaa/bbb"], "/aaa/bbb/", "/aaa/bbb"],
  ["Prefix", ["/aaa/bbb"], "/aaa/bbb/ccc", "/aaa/bbb"],
  ["Prefix", ["/aaa/bbb"], "/aaa/bbbxyz", "none"],
  ["Prefix", ["/", "/aaa"], "/aaa/ccc", "/aaa"],
  ["Prefix", ["/", "/aaa", "/aaa/bbb"], "/aaa/bbb", "/aaa/bbb"],
  ["Prefix", ["/", "/aaa", "/aaa/bbb"], "/ccc", "/"],
  ["Prefix", ["/aaa"], "/ccc", "none"],
];

describe.each(["wherry", "nginx"])("the documented examples, class %s", (className) => {
  test.each(DOCUMENTED)("%s %j, asked for %s, lands at %s", (type, paths, asked, expected) => {
    const rules = paths.map((path, i) => `${type === "Exact" ? "=" : "^"}${path} s${i}`);
    const table = tableOf([ingress("shop/i", { className, rules: { "a.test": rules } })]);
    const service = expected === "none" ? "none" : `i s${paths.indexOf(expected)}:80`;
    expect(lands(table, `a.test${asked}`)).toBe(service);
  });

  test("mixed: an exact path goes before a prefix", () => {
    const table = tableOf([ingress("shop/i", { className, rules: { "a.test": ["^/foo prefix", "=/foo exact"] } })]);
    expect([lands(table, "a.test/foo"), lands(table, "a.test/foo/")]).toEqual(["i exact:80", "i prefix:80"]);
  });
});

describe("hosts", () => {
  const table = tableOf([
    ingress("shop/exact", { rules: { "a.example.com": ["^/ exact"] } }),
    ingress("shop/wild", { rules: { "*.example.com": ["^/w wild"] } }),
    ingress("shop/deep", { rules: { "*.b.example.com": ["^/ deep"] } }),
    ingress("shop/any", { rules: { "": ["^/any any"] } }),
    ingress("shop/ip", { rules: { "xn--bcher-kva.test": ["^/ puny"] } }),
  ]);
  const CASES: readonly Case[] = [
    ["an exact host", "a.example.com/w", "exact exact:80"],
    ["capitals mean nothing", "A.Example.COM/", "exact exact:80"],
    ["a port means nothing", "a.example.com:8443/", "exact exact:80"],
    ["a dot at the end means nothing", "a.example.com./", "exact exact:80"],
    ["a wildcard is one label", "z.example.com/w", "wild wild:80"],
    ["a wildcard is not two labels", "y.z.example.com/any", "any any:80"],
    ["a wildcard is not no label", "example.com/any", "any any:80"],
    ["the nearer wildcard", "x.b.example.com/", "deep deep:80"],
    ["the parent of a wildcard has another", "b.example.com/w", "wild wild:80"],
    ["an exact host does not fall through to a wildcard", "a.example.com/any", "exact exact:80"],
    ["a wildcard host does not fall through to the one without", "z.example.com/any", "none"],
    ["an unknown host has the one without a name", "nobody.test/any/x", "any any:80"],
    ["an address has the one without a name", "192.0.2.7/any", "any any:80"],
    ["IPv6 has the one without a name", "[2001:db8::1]/any", "any any:80"],
    ["punycode stays", "XN--bcher-kva.test/", "ip puny:80"],
    ["a host like an object's property", "__proto__/any", "any any:80"],
    ["another host like an object's property", "constructor/any", "any any:80"],
    ["an unknown host and path", "nobody.test/x", "none"],
    ["a lone star is no host", "*/any", "any any:80"],
    ["a host that ends like a known one", "aa.example.com.evil.test/any", "any any:80"],
    ["a label in front of an exact host", "x.a.example.com/any", "any any:80"],
  ];
  test.each(CASES)("%s", (_, url, expected) => {
    expect(lands(table, url)).toBe(expected);
  });
});

describe("paths", () => {
  const table = tableOf([
    ingress("shop/i", {
      rules: {
        "a.test": [
          "^/cart cart",
          "=/cart/checkout checkout",
          "^/cart/items items",
          "^/b%20c blank",
          "^/ü umlaut",
          "=/ root",
          "~/impl impl",
          "^/x.y dot",
          "^/__proto__ proto",
          "^/constructor/prototype constructor",
          "=/exact/ slash",
        ],
      },
    }),
  ]);
  const CASES: readonly Case[] = [
    ["by element", "/cart/1", "i cart:80"],
    ["not by character", "/cartoon", "none"],
    ["the longer prefix", "/cart/items/1", "i items:80"],
    ["an exact path below a prefix", "/cart/checkout", "i checkout:80"],
    ["an exact path with a slash is another", "/cart/checkout/", "i cart:80"],
    ["capitals are others", "/Cart", "none"],
    ["a query is no part of it", "/cart?x=/y", "i cart:80"],
    ["a question mark alone", "/cart?", "i cart:80"],
    ["doubled slashes are one", "//cart//items", "i items:80"],
    ["a dot segment is nothing", "/./cart/./items", "i items:80"],
    ["two dots go up", "/cart/../x.y", "i dot:80"],
    ["two dots go up to a more specific rule", "/x/../cart/items", "i items:80"],
    ["escaped dots go up as well", "/x/%2e%2E/cart", "i cart:80"],
    ["an escaped slash is a slash", "/cart%2Fitems", "i items:80"],
    ["escaped slash and dots together", "/x%2f..%2fcart/items", "i items:80"],
    ["doubled slashes and dots together", "/cart//../cart/items", "i items:80"],
    ["escaped letters are letters", "/%63art/ite%6ds", "i items:80"],
    ["escaping is undone once", "/%2563art", "none"],
    ["a blank, escaped in both", "/b%20c/d", "i blank:80"],
    ["letters of other scripts, escaped", "/%C3%BC/x", "i umlaut:80"],
    ["letters of other scripts, plain", "/ü", "i umlaut:80"],
    ["a fragment is cut", "/cart/checkout#x", "i checkout:80"],
    ["a parameter of a segment is part of it", "/cart;v=1", "none"],
    ["the root, exactly", "/", "i root:80"],
    ["implementation-specific is by element here", "/impl/x", "i impl:80"],
    ["implementation-specific is not by character here", "/implx", "none"],
    ["a dot in a path is a dot", "/x.y/z", "i dot:80"],
    ["a dot in a path is nothing else", "/xzy", "none"],
    ["a path like an object's property", "/__proto__/x", "i proto:80"],
    ["a deeper one", "/constructor/prototype", "i constructor:80"],
    ["half of it", "/constructor", "none"],
    ["an exact path that ends in a slash", "/exact/", "i slash:80"],
    ["the same without it", "/exact", "none"],
    ["a backslash is no slash", "/cart\\items", "none"],
    ["an escaped backslash is none either", "/cart%5Citems", "none"],
    ["three dots are a name", "/cart/.../items", "i cart:80"],
  ];
  test.each(CASES)("%s", (_, path, expected) => {
    expect(lands(table, `a.test${path}`)).toBe(expected);
  });
});

describe("several Ingresses of one host", () => {
  const at = (second: number): string => `2026-01-01T00:00:0${second}Z`;
  const table = tableOf([
    ingress("shop/young", { created: at(3), rules: { "a.test": ["^/same young", "=/e young", "^/only young"] } }),
    ingress("shop/old", { created: at(1), rules: { "a.test": ["^/same old", "^/e old", "^/ old"] } }),
    ingress("other/twin", { created: at(1), rules: { "a.test": ["^/same twin", "^/t twin", "^/t again"] } }),
    ingress("shop/long", { created: at(9), rules: { "a.test": ["^/same/deep long"] } }),
  ]);
  const CASES: readonly Case[] = [
    ["the oldest has a path that several claim; of one age, the first by namespace and name", "/same", "twin twin:80"],
    ["exact goes before age", "/e", "young young:80"],
    ["below it the older prefix", "/e/x", "old old:80"],
    ["length goes before age", "/same/deep/x", "long long:80"],
    ["a path of one alone", "/only", "young young:80"],
    ["within one Ingress the first", "/t", "twin twin:80"],
    ["the rest", "/else", "old old:80"],
  ];
  test.each(CASES)("%s", (_, path, expected) => {
    expect(lands(table, `a.test${path}`)).toBe(expected);
  });
});

describe("default backends", () => {
  const table = tableOf([
    ingress("shop/class", { defaultBackend: "class" }),
    ingress("shop/class-younger", { defaultBackend: "younger" }),
    ingress("shop/own", { defaultBackend: "own:8080", rules: { "own.test": ["^/a a"], "other.test": ["^/b b"] } }),
    ingress("shop/own-younger", { defaultBackend: "late", rules: { "own.test": ["^/c c"] } }),
    ingress("shop/bare", { rules: { "bare.test": ["^/a a"] } }),
    ingress("shop/resource", {
      rules: { "r.test": ["^/a a"] },
      defaultBackend: { resource: { apiGroup: "k8s.example.com", kind: "StorageBucket", name: "x" } },
    }),
  ]);
  const CASES: readonly Case[] = [
    ["a rule goes before it", "own.test/a", "own a:80"],
    ["an Ingress' own, for its hosts", "own.test/x", "own own:8080"],
    ["the oldest of a host", "own.test/d", "own own:8080"],
    ["for each of its hosts", "other.test/x", "own own:8080"],
    ["the class', for a host without one", "bare.test/x", "class class:80"],
    ["the class', for hosts nobody claims", "nobody.test/x", "class class:80"],
    ["a resource is nowhere", "r.test/x", "resource nowhere"],
  ];
  test.each(CASES)("%s", (_, url, expected) => {
    expect(lands(table, url)).toBe(expected);
  });
});

describe("ingress-nginx's surprises", () => {
  const nginx = (name: string, paths: readonly string[], annotations: Readonly<Record<string, string>> = {}) =>
    ingress(`shop/${name}`, { className: "nginx", nginx: annotations, rules: { "n.test": paths } });
  const plain = tableOf([nginx("plain", ["~/impl impl", "^/pre pre", "=/exact exact", "~/impl/long long"])]);
  const regex = tableOf([
    nginx("regex", ["~/something(/|$)(.*) something", "~/v[0-9]+/x versions"], { "rewrite-target": "/$2" }),
    nginx("bystander", ["^/foo foo", "=/exact exact", "~/a.c abc"]),
  ]);
  const CASES: readonly (readonly [string, typeof plain, string, string])[] = [
    ["implementation-specific is by character", plain, "/implement", "plain impl:80"],
    ["the longest of those", plain, "/impl/longer", "plain long:80"],
    ["prefix is by element", plain, "/prefix", "none"],
    ["paths have their case", plain, "/IMPL", "none"],
    ["a regular expression, anchored at the start", regex, "/something/x/y", "regex something:80"],
    ["it need not reach the end", regex, "/v12/xyz", "regex versions:80"],
    ["it is not looked for in the middle", regex, "/a/something/x", "none"],
    ["with rewrite-target anywhere on the host all paths lose their case", regex, "/SOMETHING", "regex something:80"],
    ["also those of other Ingresses", regex, "/FOO", "bystander foo:80"],
    ["a prefix is by character then", regex, "/foobar", "bystander foo:80"],
    ["an exact path is a prefix then", regex, "/exactly", "bystander exact:80"],
    ["a dot is any character then", regex, "/abc", "bystander abc:80"],
    ["an expression that does not match", regex, "/somethingelse", "none"],
  ];
  test.each(CASES)("%s", (_, table, path, expected) => {
    expect(lands(table, `n.test${path}`)).toBe(expected);
  });

  test.each([
    ["use-regex of one Ingress leaves another's paths as they are", "/foobar", "none"],
    ["its own expressions keep their case", "/V1", "none"],
    ["and match", "/v1/x", "re versions:80"],
    ["its exact paths stay exact", "/Exact", "none"],
  ])("the class of our own has none of it: %s", (_, path, expected) => {
    const table = tableOf([
      ingress("shop/re", { nginx: { "use-regex": "true" }, rules: { "n.test": ["~/v[0-9]+ versions", "=/exact e"] } }),
      ingress("shop/by", { rules: { "n.test": ["^/foo foo"] } }),
    ]);
    expect(lands(table, `n.test${path}`)).toBe(expected);
  });
});

describe("an Ingress of", () => {
  test.each([
    ["our class is ours", "wherry", {}, "i web:80"],
    ["ingress-nginx's class is ours", "nginx", {}, "i web:80"],
    ["another controller's class is not", "other", {}, "none"],
    ["a class that does not exist is not", "gone", {}, "none"],
    ["no class is not", null, {}, "none"],
    ["a class by the old annotation is ours", null, { "kubernetes.io/ingress.class": "nginx" }, "i web:80"],
    ["another's by the old annotation is not", null, { "kubernetes.io/ingress.class": "other" }, "none"],
    ["two classes has that of the field", "other", { "kubernetes.io/ingress.class": "nginx" }, "none"],
  ])("%s", (_, className, annotations, expected) => {
    const table = tableOf([ingress("shop/i", { className, annotations, rules: { "a.test": ["^/ web"] } })]);
    expect(lands(table, "a.test/")).toBe(expected);
  });
});

describe("aliases and www", () => {
  const table = tableOf([
    ingress("shop/alias", { nginx: { "server-alias": "b.test, *.c.test,taken.test" }, rules: { "a.test": ["^/x x"] } }),
    ingress("shop/taken", { rules: { "taken.test": ["^/y y"] } }),
    ingress("shop/www", {
      nginx: { "from-to-www-redirect": "true" },
      rules: { "d.test": ["^/ d"], "www.e.test": ["^/ e"] },
    }),
    ingress("shop/root", { nginx: { "app-root": "/app" }, rules: { "root.test": ["^/ all"] } }),
  ]);
  const CASES: readonly Case[] = [
    ["an alias has the rules of the host", "b.test/x", "alias x:80"],
    ["an alias may be a wildcard", "z.c.test/x", "alias x:80"],
    ["a host of another Ingress is not taken", "taken.test/x", "none"],
    ["it stays the other's", "taken.test/y", "taken y:80"],
    ["www. is sent to the host", "www.d.test/x", "www nowhere"],
    ["the host is sent to www.", "e.test/x", "www nowhere"],
    ["the host itself is served", "d.test/x", "www d:80"],
    ["the root goes to the application's", "root.test/", "root nowhere"],
    ["only the root does", "root.test/x", "root all:80"],
  ];
  test.each(CASES)("%s", (_, url, expected) => {
    expect(lands(table, url)).toBe(expected);
  });
});
