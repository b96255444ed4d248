/** Requests that nobody sends by accident. Each gets an answer of ours, soon, and none reaches a backend. */
import { describe, expect, test } from "vitest";
import { service } from "../../unit/proxy/fixtures.ts";
import { only, shop } from "./shop.ts";

const LONG = "a".repeat(1_000_000);

/** The router as asked by a request line and Host that no constructor would take. */
function ask(line: string, host: string | null): Promise<Response> {
  const cluster = shop();
  const request = new Request("http://placeholder.test/", { headers: { "wherry-cluster": cluster.name } });
  const { headers } = request;
  const get = (name: string): string | null => (name === "host" ? host : Headers.prototype.get.call(headers, name));
  Object.defineProperty(request, "headers", { value: Object.defineProperty(headers, "get", { value: get }) });
  return cluster.callAs(Object.defineProperty(request, "url", { value: line }));
}

describe("an authority", () => {
  test.each([
    ["of a megabyte", LONG, 400],
    ["of a megabyte of labels", "a.".repeat(500_000), 400],
    ["of a megabyte of colons", ":".repeat(1_000_000), 400],
    ["that is empty", "", 400],
    ["that is a dot", ".", 400],
    ["that is a port", ":80", 400],
    ["with an empty label", "web..shop", 400],
    ["with a label of 64 characters", `${"a".repeat(64)}.shop`, 400],
    ["with a space", "web shop", 400],
    ["with a control character", "web\u0000.shop", 400],
    ["with a line break", "web.shop\r\nx-evil: 1", 400],
    ["with letters that are no ASCII", "wéb.shop", 400],
    ["with a percent escape", "we%62.shop", 400],
    ["with a slash", "web.shop/..", 400],
    ["with port 0", "web.shop:0", 400],
    ["with port 65536", "web.shop:65536", 400],
    ["with a port in letters", "web.shop:http", 400],
    ["with two ports", "web.shop:80:80", 400],
    ["with a negative port", "web.shop:-1", 400],
    ["with an IPv6 address that is not closed", "[fd00::1", 400],
    ["with brackets round a name", "[web.shop]", 400],
    ["with an IPv6 address and rubbish", "[fd00::1]x", 400],
    ["with an IPv6 address of a zone", "[fe80::1%eth0]", 400],
    ["with an IPv6 address of nobody", "[fd00::1]:80", 404],
    ["with an IPv6 address that carries IPv4", "[::ffff:10.96.0.99]", 404],
    ["that is an integer", "167772161", 404],
    ["that is __proto__", "__proto__", 404],
    ["of namespace __proto__", "web.__proto__", 404],
    ["of namespace constructor", "web.constructor", 404],
    ["of Service constructor", "constructor.shop", 404],
    ["of Service hasOwnProperty", "hasownproperty.shop.svc.cluster.local", 404],
    ["of endpoint toString", "tostring.web.shop.svc", 404],
  ])("%s is refused", async (_name, authority, code) => {
    for (const [line, host] of [
      ["/", authority],
      [`http://${authority}`, "x"],
    ] as const) {
      const began = Date.now();
      // In a URL a slash ends the authority.
      if (line !== "/" && authority.includes("/")) continue;
      const response = await ask(line, host);
      const text = await response.text();
      expect([line.slice(0, 40), response.status]).toEqual([line.slice(0, 40), code]);
      expect(text.length).toBeLessThan(2_000);
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      expect(response.headers.has("x-evil")).toBe(false);
      expect(Date.now() - began).toBeLessThan(1_000);
    }
  });

  test("in another spelling of an address is that address", async () => {
    const canonical = await ask("/", "10.96.0.10");
    expect(canonical.status).toBe(200);
    expect((await ask("/", "web.shop:00080")).status).toBe(200);
  });
});

describe("a header", () => {
  test("of a megabyte passes", async () => {
    const cluster = shop();
    const response = await cluster.call("http://web.shop/", { headers: { "x-long": LONG } });
    expect([response.status, only(cluster).headers.get("x-long")?.length]).toEqual([200, LONG.length]);
  });

  test("Connection of a megabyte costs no more than its first options", async () => {
    const cluster = shop();
    const began = Date.now();
    const response = await cluster.call("http://web.shop/", {
      headers: { connection: "x-a,".repeat(250_000), "x-a": "1" },
    });
    expect([response.status, only(cluster).headers.has("x-a"), only(cluster).headers.has("connection")]).toEqual([
      200,
      false,
      false,
    ]);
    expect(Date.now() - began).toBeLessThan(1_000);
  });

  test.each(["__proto__", "constructor"])("of the name %s is a header like others", async (name) => {
    const cluster = shop();
    await cluster.call("http://web.shop/", {
      headers: [
        [name, "1"],
        ["connection", name === "constructor" ? name : "x"],
      ],
    });
    expect(only(cluster).headers.has(name)).toBe(name === "__proto__");
  });

  test.each([
    ["wherry-source", LONG],
    ["wherry-source", "a/b/c"],
    ["wherry-source", "/"],
    ["proxy-authorization", `Basic ${btoa("a".repeat(100_000))}`],
    ["proxy-authorization", `Basic ${btoa("shop:../../x")}`],
    ["proxy-authorization", "basic ===="],
  ])("%s that makes no sense is 400", async (name, value) => {
    const cluster = shop();
    const headers = name === "wherry-source" ? { [name]: value, "wherry-cluster": cluster.name } : { [name]: value };
    const response = await cluster.callAs(new Request("http://web.shop/", { headers }));
    expect([response.status, cluster.opened]).toEqual([400, []]);
    expect((await response.text()).length).toBeLessThan(2_000);
  });

  test.each([
    ["a path", "../x"],
    ["a capital", "A"],
    ["two words", "a b"],
    ["__proto__", "__proto__"],
    ["a megabyte", LONG],
  ])("wherry-cluster of %s names no cluster, and opens no store", async (_name, name) => {
    const cluster = shop();
    const response = await cluster.callAs(new Request("http://web.shop/", { headers: { "wherry-cluster": name } }));
    expect([response.status, cluster.opened]).toEqual([400, []]);
    expect((await response.text()).length).toBeLessThan(2_000);
  });
});

describe("a path", () => {
  test.each([
    ["that climbs", "/../../secret", "/secret"],
    ["that climbs by escapes", "/%2e%2e/%2E%2e/secret", "/secret"],
    ["with backslashes", "/..\\..\\secret", "/secret"],
    ["that looks like an authority", "//evil.test/x", "//evil.test/x"],
    ["that looks like one and climbs", "//evil.test/../x", "//x"],
    ["with an @", "/@evil.test/", "/@evil.test/"],
  ])("%s stays below the backend's base", async (_name, path, arrives) => {
    const cluster = shop([
      service("shop/web", { annotations: { "wherry.internal/backend": "http://web-0.test/v1/public" } }),
    ]);
    const headers = { "wherry-cluster": cluster.name, host: "web.shop" };
    const request = new Request("http://placeholder.test/", { headers });
    await cluster.callAs(Object.defineProperty(request, "url", { value: path }));
    expect(only(cluster).url).toBe(`http://web-0.test/v1/public${arrives}`);
  });

  test("of a megabyte passes", async () => {
    const cluster = shop();
    expect((await cluster.call(`http://web.shop/${LONG}`)).status).toBe(200);
  });
});
