import { expect, test } from "vitest";
import { arrivalOf } from "../../../workers/arrival.ts";

const arrival = (url: string, headers: Readonly<Record<string, string>>, token?: string) =>
  arrivalOf(new Request(url, { headers }), token === undefined ? {} : { WHERRY_FRONT_TOKEN: token });

const FORWARDED = { "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7", "cf-connecting-ip": "127.0.0.1" };
const PLAIN = { scheme: "http", client: null };
const LOOPBACK = { scheme: "http", client: "127.0.0.2" };
const EDGE = { scheme: "http", client: "127.0.0.1" };

test.each([
  ["the front is believed", { ...FORWARDED, "wherry-front": "t" }, "t", { scheme: "https", client: "192.0.2.7" }],
  ["a client that knows no token is not", FORWARDED, "t", PLAIN],
  ["nor one that guesses", { ...FORWARDED, "wherry-front": "guess" }, "t", PLAIN],
  ["nor is one where there is no front", { ...FORWARDED, "wherry-front": "" }, "", PLAIN],
  ["on the edge, only the platform is", { ...FORWARDED, "wherry-front": "undefined" }, undefined, EDGE],
])("%s", (_sentence, headers, token, expected) => {
  expect(arrival("http://shop.example.test/", headers, token)).toEqual(expected);
});

test("a plain socket on loopback has one client only", () => {
  const env = { WHERRY_FRONT_TOKEN: "t", INGRESS_CLIENT: "127.0.0.2" };
  expect(arrivalOf(new Request("http://shop.example.test/", { headers: FORWARDED }), env)).toEqual(LOOPBACK);
});

test("on the edge the URL tells", () => {
  expect(arrival("https://shop.example.test/", {})).toEqual({ scheme: "https", client: null });
});
