/** What the built-in backend answers in a Worker. */
import { expect, test } from "vitest";
import { pod } from "../../unit/proxy/fixtures.ts";
import { shop, webSlice } from "./shop.ts";

test.each([
  ["nginx", "text/html"],
  ["whoami", "text/plain; charset=utf-8"],
  ["registry.example/mine", "application/json"],
])("%s has one Content-Type, %s", async (image, type) => {
  const cluster = shop([pod("shop/web-9", { ip: "10.244.1.1", image }), webSlice("web-9")]);
  const response = await cluster.call("http://web.shop/");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
});
