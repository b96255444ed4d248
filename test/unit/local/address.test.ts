import { expect, test } from "vitest";
import { formatAddress, isLoopback, parseAddress } from "../../../local/address.ts";

test.each([
  ["127.0.0.1:6443", { host: "127.0.0.1", port: 6443 }],
  ["localhost:0", { host: "localhost", port: 0 }],
  [":8080", { host: "127.0.0.1", port: 8080 }],
  ["[::1]:53", { host: "::1", port: 53 }],
  ["0.0.0.0:65535", { host: "0.0.0.0", port: 65535 }],
  ["127.0.0.1:65536", null],
  ["127.0.0.1", null],
  ["6443", null],
  ["::1:53", null],
  ["http://127.0.0.1:6443", null],
  ["host:-1", null],
  ["host:1e3", null],
  ["", null],
  ["a b:1", null],
])("%j is read as %j", (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

test("an IPv6 address is written in brackets", () => {
  expect(formatAddress({ host: "::1", port: 53 })).toBe("[::1]:53");
});

test.each([
  ["127.0.0.2", true],
  ["::1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["10.0.0.1", false],
])("%s is loopback: %s", (host, loopback) => {
  expect(isLoopback({ host, port: 1 })).toBe(loopback);
});
