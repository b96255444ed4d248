/** Where requests go, and what they become: asked for with curl through the ingress socket. */
import { connect } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addresses, closeShop, create, curl, curlTool, echoOf, openShop, parse, shown, type Answer } from "./shop.ts";

beforeAll(openShop);
afterAll(closeShop);

const AUTH = ["-u", "user:secret"];

describe.skipIf(curlTool.path === null)("curl gets", () => {
  const CASES: readonly (readonly [sentence: string, target: string, args: readonly string[], expected: string])[] = [
    ["a prefix", "plain.test/x?y=1", [], "200 web /x?y=1"],
    ["the longer prefix", "plain.test/api/v1", [], "200 api /api/v1"],
    ["an exact path", "plain.test/exact", [], "200 files /exact"],
    ["what is below the exact path", "plain.test/exact/x", [], "200 web /exact/x"],
    ["a wildcard host", "a.plain.test/", [], "200 files /"],
    ["not a wildcard of two labels", "a.b.plain.test/", [], "404"],
    ["not a host that nobody claims", "nobody.test/", [], "404"],
    ["a Service that is not there", "plain.test/none", [], "503"],
    ["a port that is not there", "plain.test/port", [], "503"],
    ["a rewritten path", "rw.test/app/a/b?q=1", [], "200 web /a/b?q=1"],
    ["a rewritten path without a rest", "rw.test/app", [], "200 web /"],
    ["a rewritten path, whatever its case", "rw.test/APP/x", [], "200 web /x"],
    ["the main backend", "canary.test/", [], "200 web /"],
    ["the canary by header", "canary.test/", ["-H", "X-Canary: always"], "200 canary /"],
    ["never the canary by header", "canary.test/", ["-H", "X-Canary: never"], "200 web /"],
    ["the canary by cookie", "canary.test/", ["-b", "canary=always"], "200 canary /"],
    ["the header before the cookie", "canary.test/", ["-H", "X-Canary: never", "-b", "canary=always"], "200 web /"],
    ["the way to https", "tls.test/x?y=1", [], "308 https://tls.test:TLS/x?y=1"],
    ["no way to https where it is switched off", "off.test/", [], "200 web /"],
    ["the way to https where it is forced", "forced.test/", [], "308 https://forced.test:TLS/"],
    ["a redirect for good, with its variables", "moved.test/a?b=c", [], "308 https://new.test/a?b=c"],
    ["a redirect for now", "temporal.test/a", [], "302 https://new.test/"],
    ["the application's root", "root.test/", [], "302 http://root.test/app"],
    ["what is not the root", "root.test/x", [], "200 web /x"],
    ["the host without www.", "www.site.test/x", [], "308 http://site.test/x"],
    ["in from an allowed range", "inside.test/", [], "200 web /"],
    ["not in from another", "outside.test/", [], "403"],
    ["not in from a denied one", "denied.test/", [], "403"],
    ["not in where the range cannot be read", "unreadable.test/", [], "403"],
    ["not in without a password", "basic.test/", [], "401"],
    ["in with the password", "basic.test/", AUTH, "200 web /"],
    ["not in with another password", "basic.test/", ["-u", "user:wrong"], "401"],
    ["not in as somebody else", "basic.test/", ["-u", "__proto__:secret"], "401"],
    ["nobody in without the Secret", "locked.test/", AUTH, "503"],
    ["in by one of two ways", "any.test/", [], "200 web /"],
    ["not in without the service's consent", "external.test/", [], "401"],
    ["in with it", "external.test/", ["-H", "X-Token: good"], "200 web /"],
    ["the way to the login", "signin.test/a", [], "302 https://login.test/start?rd=http%3A%2F%2Fsignin.test%2Fa"],
    ["an alias", "other.test/", [], "200 api /"],
    ["a name below localhost, with a port", "shop.localhost:8088/", [], "200 web /"],
    ["capitals in the host", "PLAIN.Test/api", [], "200 api /api"],
    ["a dot at the end of the host", "plain.test./api", [], "200 api /api"],
    ["a body that is small enough", "small.test/", ["-d", "x".repeat(1000)], "200"],
    ["no body that is too large", "small.test/", ["-d", "x".repeat(2000)], "413"],
    [
      "no body that turns out too large",
      "small.test/",
      ["-H", "Transfer-Encoding: chunked", "-d", "x".repeat(2000)],
      "413",
    ],
    ["no megabyte by default, class nginx", "default.test/", ["-H", "Content-Length: 1048577"], "413"],
    ["a backend that takes too long", "slow.test/", [], "504"],
  ];
  test.each(CASES)("%s: %s", async (_, target, args, expected) => {
    const answer = await curl(target, ...args);
    const got = expected === "200" ? String(answer.status) : shown(answer);
    expect(got, answer.body).toBe(expected);
  });
});

describe.skipIf(curlTool.path === null)("path tricks do not get round a rule", () => {
  test.each([
    ["dots", "/x/../admin", "200 files /admin"],
    ["escaped dots", "/x/%2e%2e/admin", "200 files /admin"],
    ["half-escaped dots", "/x/.%2E/admin", "200 files /admin"],
    ["dots behind doubled slashes", "/x//../admin", "200 files /admin"],
    ["more dots than slashes that count", "/x//../../admin", "400"],
    ["doubled slashes", "//admin", "200 files //admin"],
    ["an escaped slash", "/x/..%2fadmin", "200 files /admin"],
    ["an escaped letter", "/%61dmin", "200 files /%61dmin"],
    ["a dot segment", "/./admin/.", "200 files /admin/"],
    ["a NUL", "/admin%00", "400"],
    ["a NUL elsewhere", "/%00/../admin", "400"],
    ["above the root", "/../admin", "400"],
    ["above the root, escaped", "/%2e%2e/admin", "400"],
    ["an escape that is none", "/%zzadmin", "400"],
    ["an escape that is cut off", "/admin%2", "400"],
    ["overlong UTF-8 for a slash", "/x%c0%afadmin", "400"],
    ["overlong UTF-8 for dots", "/%c0%ae%c0%ae/admin", "400"],
    ["overlong UTF-8 of three bytes", "/%e0%80%afadmin", "400"],
    ["a backslash", "/x\\..\\admin", "200 web /x%5C..%5Cadmin"],
    ["an escaped backslash", "/x%5C..%5Cadmin", "200 web /x%5C..%5Cadmin"],
    ["twice escaped dots", "/x/%252e%252e/admin", "200 web /x/%252e%252e/admin"],
    ["a path of 9 KB", `/${"a".repeat(9000)}`, "414"],
  ])("%s", async (_, path, expected) => {
    expect(shown(await curl(`guard.test${path}`))).toBe(expected);
  });

  /** Bytes as they are: curl would mend or refuse them. */
  const raw = async (...lines: readonly string[]): Promise<Answer> => {
    const { hostname, port } = new URL(addresses.ingress);
    const socket = connect(Number(port), hostname);
    socket.end(`${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n`);
    return parse(await textOf(socket));
  };

  test.each([
    ["a fragment", ["GET /admin#x HTTP/1.1", "Host: guard.test"], [200, 400]],
    ["two Hosts", ["GET / HTTP/1.1", "Host: guard.test", "Host: plain.test"], [400]],
    ["no Host", ["GET / HTTP/1.1"], [400]],
    ["an empty Host", ["GET / HTTP/1.1", "Host:"], [400, 404]],
    ["a Host with a path", ["GET / HTTP/1.1", "Host: guard.test/admin"], [400]],
    ["a Host with a user", ["GET / HTTP/1.1", "Host: x@guard.test"], [400]],
    ["a Host with a port that is none", ["GET / HTTP/1.1", "Host: guard.test:99999"], [400]],
    ["a Host of 300 letters", ["GET / HTTP/1.1", `Host: ${"a".repeat(300)}`], [400]],
    ["an address for a Host", ["GET / HTTP/1.1", "Host: 10.96.0.1"], [404]],
    ["an IPv6 address for a Host", ["GET / HTTP/1.1", "Host: [::1]:80"], [404]],
    ["a Service's name for a Host", ["GET / HTTP/1.1", "Host: web.shop"], [404]],
    ["64 KB of headers", ["GET / HTTP/1.1", "Host: guard.test", `X-Long: ${"a".repeat(65_536)}`], [200, 400, 413, 431]],
    ["a line in absolute form", ["GET http://plain.test/api HTTP/1.1", "Host: guard.test"], [200, 400, 404]],
  ] as const)("%s", async (_, lines, statuses) => {
    const answer = await raw(...lines);
    expect(statuses, answer.body).toContain(answer.status);
  });

  test("a fragment leads to the rule of the path before it", async () => {
    const answer = await raw("GET /admin#x HTTP/1.1", "Host: guard.test");
    if (answer.status === 200) expect(answer.body).toContain('"service": "files"');
  });
});

describe.skipIf(curlTool.path === null)("beside where it goes", () => {
  test("a backend gets the headers that ingress-nginx sets, and none that the client made up", async () => {
    const forged = ["-H", "X-Forwarded-For: 6.6.6.6", "-H", "X-Forwarded-Proto: https", "-H", "X-Real-IP: 6.6.6.6"];
    const { headers } = echoOf(await curl("plain.test:8088/", ...forged));
    expect(headers).toMatchObject({
      "X-Forwarded-For": ["127.0.0.1"],
      "X-Original-Forwarded-For": ["6.6.6.6"],
      "X-Forwarded-Host": ["plain.test:8088"],
      "X-Forwarded-Port": ["8088"],
      "X-Forwarded-Proto": ["http"],
      "X-Forwarded-Scheme": ["http"],
      "X-Real-Ip": ["127.0.0.1"],
      "X-Request-Id": [expect.stringMatching(/^[0-9a-f]{32}$/)],
    });
  });

  test("annotations change headers, the host and the response", async () => {
    const answer = await curl("headers.test/");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(echoOf(answer)).toMatchObject({ host: "inner.test", headers: { "X-Forwarded-Prefix": ["/pre"] } });
  });

  test("an authentication service's headers go on, and a client cannot bring its own", async () => {
    const { headers } = echoOf(await curl("external.test/", "-H", "X-Token: good", "-H", "X-User: eve"));
    expect(headers["X-User"]).toEqual(["ada"]);
  });

  test("an origin that is allowed is told so, another is not", async () => {
    const preflight = ["-X", "OPTIONS", "-H", "Access-Control-Request-Method: PUT", "-H"];
    const good = await curl("cors.test/", ...preflight, "Origin: https://x.a.test");
    expect([good.status, good.headers.get("access-control-allow-origin")]).toEqual([204, "https://x.a.test"]);
    const bad = await curl("cors.test/", ...preflight, "Origin: https://a.test.evil.test");
    expect(bad.headers.get("access-control-allow-origin")).toBeUndefined();
    const open = await curl("open.test/", "-H", "Origin: https://c.test");
    expect([open.status, open.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
  });

  test("a rate has an end", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await curl("limited.test/")).status);
    expect(statuses).toEqual([200, 200, 200, 503, 503]);
  });

  test("half of the requests go to a canary of half the weight", async () => {
    const services = await Promise.all(
      Array.from({ length: 60 }, async () => echoOf(await curl("half.test/")).service),
    );
    const canaries = services.filter((service) => service === "canary").length;
    expect(canaries).toBeGreaterThan(10);
    expect(canaries).toBeLessThan(50);
  });

  test("a cookie keeps a client on its Pod", async () => {
    const first = await curl("sticky.test/");
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^route=[0-9a-f]{16}; Path=\/; HttpOnly; Max-Age=60$/);
    const again = await Promise.all(
      Array.from({ length: 12 }, () => curl("sticky.test/", "-b", cookie.split(";", 1)[0] ?? "")),
    );
    expect(new Set(again.map((answer) => echoOf(answer).pod))).toEqual(new Set([echoOf(first).pod]));
    expect(again.every(({ headers }) => !headers.has("set-cookie"))).toBe(true);
  });

  test("a hash keeps each key on its Pod, and keys apart", async () => {
    const podOf = async (user: number): Promise<string> => echoOf(await curl(`hashed.test/?user=${user}`)).pod;
    const users = Array.from({ length: 12 }, (_, user) => user);
    const first = await Promise.all(users.map(podOf));
    expect(await Promise.all(users.map(podOf))).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(1);
  });
});

test("what has just been made is never unknown, and what is changed is obeyed", async () => {
  const wrong: string[] = [];
  for (let i = 0; i < 40; i++) {
    await create(`new-${i}`, { rules: { [`new-${i}.test`]: ["^/ web"] } });
    const answer = await curl(`new-${i}.test/`);
    if (answer.status !== 200) wrong.push(`new-${i}: ${answer.status}`);
  }
  expect(wrong).toEqual([]);
});
