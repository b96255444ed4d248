/** The proxy side is a handler server, which sees the whole URL where a router would. */
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveHandler, type HandlerServer } from "../../../local/handler-server.ts";
import { meshFetch } from "../../../local/mesh-fetch.ts";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true });
let proxy: Server;
let address: string;

/** Answers with what it saw; `/redirect/<status>` leads to another host. */
function answer({ method, url = "", headers }: IncomingMessage, response: ServerResponse, body: string): void {
  const status = Number(/\/redirect\/(\d+)$/.exec(url)?.[1] ?? 0);
  if (status > 0) response.writeHead(status, { location: "http://other.shop/end" });
  else if (url.endsWith("/loop")) response.writeHead(302, { location: "/loop" });
  else if (url.endsWith("/empty")) response.writeHead(204);
  else response.writeHead(200, { "set-cookie": ["a=1", "b=2"] }).write(JSON.stringify({ method, url, headers, body }));
  response.end();
}

beforeAll(async () => {
  proxy = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(request, response, Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(() => {
  agent.destroy();
  proxy.closeAllConnections();
  proxy.close();
});

const through = (url: string | Request, init?: RequestInit) =>
  meshFetch({ proxy: address, agent, headers: { "wherry-source": "shop" } }, url, init);
const seen = async (url: string | Request, init?: RequestInit) => (await (await through(url, init)).json()) as Seen;

test("the request line carries the whole URL, the headers its authority and the source", async () => {
  const { method, url, headers } = await seen("http://web.shop:81/a%2e/b?c=%20#fragment", { headers: { x: "1" } });
  expect({ method, url }).toEqual({ method: "GET", url: "http://web.shop:81/a%2e/b?c=%20" });
  expect(headers).toMatchObject({ host: "web.shop:81", x: "1", "wherry-source": "shop" });
});

test("a caller cannot take another source", async () => {
  const { headers } = await seen("http://web.shop/", { headers: { "wherry-source": "other", host: "evil" } });
  expect(headers).toMatchObject({ host: "web.shop", "wherry-source": "shop" });
});

test("a body is sent, from a string, a Request and a stream", async () => {
  expect(await seen("http://web.shop/", { method: "POST", body: "hé" })).toMatchObject({ method: "POST", body: "hé" });
  expect(await seen(new Request("http://web.shop/", { method: "PUT", body: "x" }))).toMatchObject({
    method: "PUT",
    body: "x",
  });
  const body = new Blob(["one"]).stream();
  expect(await seen("http://web.shop/", { method: "POST", body })).toMatchObject({ body: "one" });
});

test("repeated headers, status and URL come back", async () => {
  const response = await through("http://web.shop/");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(response.url).toBe("http://web.shop/");
});

test("an answer that may have no body has none", async () => {
  const response = await through("http://web.shop/empty");
  expect([response.status, response.body]).toEqual([204, null]);
});

test.each([
  [301, "POST", "GET", ""],
  [302, "POST", "GET", ""],
  [303, "PUT", "GET", ""],
  [307, "POST", "POST", "data"],
  [308, "PUT", "PUT", "data"],
  [302, "PUT", "PUT", "data"],
])("a %i after a %s is followed with a %s", async (status, before, after, body) => {
  const init = { method: before, body: "data", headers: { authorization: "secret" } };
  const { method, url, body: sent, headers } = await seen(`http://web.shop/redirect/${status}`, init);
  expect({ method, url, body: sent }).toEqual({ method: after, url: "http://other.shop/end", body });
  expect(headers).not.toHaveProperty("authorization");
});

test("a redirect is not followed when told so", async () => {
  expect((await through("http://web.shop/redirect/302", { redirect: "manual" })).status).toBe(302);
  await expect(through("http://web.shop/redirect/302", { redirect: "error" })).rejects.toThrow("redirects to");
});

test("redirects in a circle end", async () => {
  await expect(through("http://web.shop/loop")).rejects.toThrow("more than 20 redirects");
});

test("a streamed body is not sent twice", async () => {
  const body = new Blob(["one"]).stream();
  await expect(through("http://web.shop/redirect/307", { method: "POST", body })).rejects.toThrow(
    "cannot be sent again",
  );
});

test("an abort ends it with its reason", async () => {
  const reason = new Error("enough");
  await expect(through("http://web.shop/", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("a proxy that is not there fails as fetch does", async () => {
  const nowhere = meshFetch({ proxy: "http://127.0.0.1:1", agent, headers: {} }, "http://web.shop/");
  await expect(nowhere).rejects.toThrow(TypeError);
});

test("a handler gets the request and its answer goes back, streamed both ways", async () => {
  const server: HandlerServer = await serveHandler(async (request) => {
    const text = await request.text();
    const body = new Blob([text.toUpperCase(), new URL(request.url).pathname]).stream();
    return new Response(body, {
      status: 201,
      headers: [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ],
    });
  });
  const response = await fetch(`${server.url}/path`, { method: "POST", body: "hello" });
  expect([response.status, await response.text(), response.headers.getSetCookie()]).toEqual([
    201,
    "HELLO/path",
    ["a=1", "b=2"],
  ]);
  await server.close();
});

test("a handler that throws is a 500 that says why", async () => {
  const server = await serveHandler(() => {
    throw new Error("no stock");
  });
  const response = await fetch(server.url);
  expect([response.status, await response.text()]).toEqual([500, expect.stringContaining("no stock")]);
  await server.close();
});
