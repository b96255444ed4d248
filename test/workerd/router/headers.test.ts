/** Which headers reach the backend, and which the client. */
import { describe, expect, test } from "vitest";
import { only, shop } from "./shop.ts";

/** The headers that a backend sees of a request with these. */
async function seen(headers: HeadersInit, url = "http://web.shop/"): Promise<Headers> {
  const cluster = shop();
  await cluster.call(url, { headers });
  return only(cluster).headers;
}

describe("of the client's headers", () => {
  test("those of a connection end here, with those that Connection names", async () => {
    const headers = await seen({
      connection: "close, X-Mine ,x-gone,keep-alive,not a name,",
      "keep-alive": "timeout=5",
      te: "trailers",
      trailer: "x-checksum",
      "transfer-encoding": "chunked",
      upgrade: "h2c",
      "proxy-connection": "keep-alive",
      "x-mine": "1",
      "x-gone": "2",
      "x-kept": "3",
    });
    expect(Object.fromEntries(headers)).toEqual({
      "x-kept": "3",
      "x-forwarded-host": "web.shop",
      "x-forwarded-proto": "http",
      forwarded: 'for=unknown;host="web.shop";proto=http',
      "wherry-hops": "1",
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/) as string,
    });
  });

  test("naming Host or Content-Length in Connection does not remove them", async () => {
    const cluster = shop();
    await cluster.call("http://web.shop/", {
      method: "POST",
      body: "hello",
      headers: { connection: "host, content-length, authorization", "content-length": "5", authorization: "Bearer t" },
    });
    const { headers } = only(cluster);
    expect([headers.get("content-length"), headers.has("authorization")]).toEqual(["5", false]);
  });

  test("a WebSocket's Upgrade passes, another protocol's does not", async () => {
    expect((await seen({ connection: "Upgrade", upgrade: "WebSocket" })).get("upgrade")).toBe("WebSocket");
    expect((await seen({ connection: "Upgrade", upgrade: "h2c" })).has("upgrade")).toBe(false);
  });

  test("those for the router stay with it", async () => {
    const headers = await seen({
      "wherry-source": "shop/web-0",
      "wherry-debug": "1",
      "proxy-authorization": `Basic ${btoa("shop:")}`,
    });
    expect([...headers.keys()].filter((name) => /^(?:wherry|proxy)-/.test(name))).toEqual(["wherry-hops"]);
  });

  test("cookies, credentials, ranges and what nobody knows go on as they are", async () => {
    const mine = {
      authorization: "Bearer t",
      cookie: "a=1; b=2",
      range: "bytes=0-9",
      accept: "text/event-stream",
      "if-none-match": '"x"',
      "accept-encoding": "br",
    };
    expect(Object.fromEntries(await seen(mine))).toMatchObject(mine);
  });
});

describe("about the client's side", () => {
  test("X-Forwarded-Host, X-Forwarded-Proto and Forwarded say what was asked for", async () => {
    const headers = await seen({}, "https://web.shop.svc.cluster.local:80/");
    expect(headers.get("x-forwarded-host")).toBe("web.shop.svc.cluster.local:80");
    expect(headers.get("x-forwarded-proto")).toBe("https");
    expect(headers.get("forwarded")).toBe('for=unknown;host="web.shop.svc.cluster.local:80";proto=https');
  });

  test("what a client claims of the host is replaced, what it claims of the way is added to", async () => {
    const headers = await seen({
      "cf-connecting-ip": "192.0.2.7",
      "x-forwarded-host": "evil.test",
      "x-forwarded-proto": "https",
      "x-forwarded-for": "198.51.100.1",
      forwarded: "for=198.51.100.1",
    });
    expect(headers.get("x-forwarded-host")).toBe("web.shop");
    expect(headers.get("x-forwarded-proto")).toBe("http");
    expect(headers.get("x-forwarded-for")).toBe("198.51.100.1, 192.0.2.7");
    expect(headers.get("forwarded")).toBe('for=198.51.100.1, for=192.0.2.7;host="web.shop";proto=http');
  });

  test("an IPv6 client stands in Forwarded in quotes and brackets (RFC 7239)", async () => {
    const headers = await seen({ "cf-connecting-ip": "2001:db8::7" });
    expect(headers.get("x-forwarded-for")).toBe("2001:db8::7");
    expect(headers.get("forwarded")).toBe('for="[2001:db8::7]";host="web.shop";proto=http');
  });
});

describe("the response", () => {
  test("is the backend's, with the revision that decided and nothing else of ours", async () => {
    const cluster = shop();
    const response = new Response("made", { status: 201, statusText: "Made", headers: { "x-mine": "1" } });
    response.headers.append("set-cookie", "a=1");
    response.headers.append("set-cookie", "b=2");
    cluster.network.origins.set("http://web-0.test", () => response);
    const got = await cluster.call("http://web.shop/");
    expect([got.status, got.statusText, await got.text()]).toEqual([201, "Made", "made"]);
    expect(got.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    const ours = [...got.headers.keys()].filter((name) => !["x-mine", "set-cookie", "content-type"].includes(name));
    expect(ours).toEqual(["wherry-revision"]);
    expect(Number(got.headers.get("wherry-revision"))).toBeGreaterThan(0);
  });

  test.each([
    ["1", { "wherry-service": "shop/web:http", "wherry-endpoint": "10.244.1.1:8080", "wherry-pod": "web-0" }],
    ["0", {}],
    ["true", {}],
  ])("tells of the endpoint where wherry-debug is 1, here %s", async (debug, expected) => {
    const { headers } = await shop().call("http://web.shop/", { headers: { "wherry-debug": debug } });
    headers.delete("wherry-revision");
    expect(Object.fromEntries([...headers].filter(([name]) => name.startsWith("wherry-")))).toEqual(expected);
  });

  test("that redirects is the client's to follow", async () => {
    const cluster = shop();
    cluster.network.origins.set("http://web-0.test", () => Response.redirect("http://elsewhere.test/", 302));
    const response = await cluster.call("http://web.shop/");
    expect([response.status, response.headers.get("location")]).toEqual([302, "http://elsewhere.test/"]);
    expect(only(cluster).redirect).toBe("manual");
  });

  test.each([204, 205, 304])("%d has no body, and none is invented", async (status) => {
    const cluster = shop();
    cluster.network.origins.set("http://web-0.test", () => new Response(null, { status, headers: { etag: '"x"' } }));
    const response = await cluster.call("http://web.shop/");
    expect([response.status, response.body, response.headers.get("etag")]).toEqual([status, null, '"x"']);
  });
});

describe("the body", () => {
  const sent = async (method: string, fields: Readonly<Record<string, string>>, body: string | null) => {
    const cluster = shop();
    const headers = { ...fields, "wherry-cluster": cluster.name };
    const plain = new Request("http://web.shop/", { method: "POST", headers, body });
    // No constructor takes a GET with a body; one that has arrived is there all the same.
    const response = await cluster.callAs(Object.defineProperty(plain, "method", { value: method }));
    return { status: response.status, sent: cluster.network.received.length, cluster };
  };

  test.each([
    ["of a coding that nobody undoes is 501", "POST", { "transfer-encoding": "gzip, chunked" }, 501],
    ["of a coding that is not the last is 501", "POST", { "transfer-encoding": "chunked, identity" }, 501],
    ["of a GET in chunks is 411", "GET", { "transfer-encoding": "chunked" }, 411],
    ["of a HEAD in chunks is 411", "HEAD", { "transfer-encoding": "Chunked" }, 411],
  ])("%s", async (_name, method, fields, status) => {
    expect(await sent(method, fields, "hello")).toMatchObject({ status, sent: 0 });
  });

  test("of length 0 is none: the request may be sent again", async () => {
    const { cluster } = await sent("DELETE", { "content-length": "0" }, "");
    expect(only(cluster).body).toBeNull();
  });

  test("makes no WebSocket of a POST", async () => {
    const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-key": "x" };
    const { cluster } = await sent("POST", upgrade, "hello");
    expect([only(cluster).method, only(cluster).headers.has("upgrade")]).toEqual(["POST", false]);
  });
});
