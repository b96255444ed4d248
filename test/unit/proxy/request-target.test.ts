import { describe, expect, test } from "vitest";
import { targetOf } from "../../../shared/proxy/request-target.ts";

describe("request targets", () => {
  test.each([
    ["absolute form", "http://web.shop/a?b=c", "ignored", ["http", "web.shop", "/a?b=c"]],
    ["origin form", "/a?b=c", "web.shop:81", ["http", "web.shop:81", "/a?b=c"]],
    ["asterisk form", "*", "web.shop", ["http", "web.shop", "/"]],
    ["a service binding", "https://web.shop/", null, ["https", "web.shop", "/"]],
    ["capitals in the scheme", "HTTP://web.shop/a", null, ["http", "web.shop", "/a"]],
    ["no path", "http://web.shop", null, ["http", "web.shop", "/"]],
    ["a query without path", "http://web.shop?x=1", null, ["http", "web.shop", "/?x=1"]],
    ["a fragment is not sent", "http://web.shop/a#b?c", null, ["http", "web.shop", "/a"]],
    ["user information is not the host", "http://me:pw@web.shop/", null, ["http", "web.shop", "/"]],
    ["an at sign in the path is not user information", "http://web.shop/@x", null, ["http", "web.shop", "/@x"]],
    ["a path that looks like an authority", "//evil/x", "web.shop", ["http", "web.shop", "//evil/x"]],
    ["dots stay as they are", "/a/../b", "web", ["http", "web", "/a/../b"]],
  ])("%s", (_, url, host, expected) => {
    const target = targetOf(url, host);
    expect(target === null ? null : [target.scheme, target.authority, target.path]).toEqual(expected);
  });

  test.each([
    ["a path without a Host", "/a", null],
    ["another scheme", "ftp://web/", "web"],
    ["another scheme, as long as http", "file:///etc/passwd", "web"],
    ["a scheme that begins like http", "httpx://web/", "web"],
    ["no URL", "web", "web"],
    ["nothing", "", "web"],
  ])("%s goes nowhere", (_, url, host) => expect(targetOf(url, host)).toBeNull());
});
