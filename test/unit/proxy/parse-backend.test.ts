import { describe, expect, test } from "vitest";
import { parseBackend } from "../../../shared/proxy/parse-backend.ts";

describe("backend annotations", () => {
  test.each([
    ["http://x.dev", "http://x.dev"],
    [" https://x.dev/base/ ", "https://x.dev/base"],
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000"],
    ["http://[::1]:3000/a", "http://[::1]:3000/a"],
    ["https://x.dev:443/", "https://x.dev"],
  ])("%s", (value, url) => expect(parseBackend(value)).toEqual({ ok: true, backend: { kind: "url", url } }));

  test("a binding", () =>
    expect(parseBackend("binding:CART")).toEqual({ ok: true, backend: { kind: "binding", name: "CART" } }));

  test.each([
    "",
    "x.dev",
    "ftp://x.dev",
    "javascript:alert(1)",
    "http://",
    "http://me:pw@x.dev",
    "http://x.dev/?q=1",
    "http://x.dev/#f",
    "binding:",
    "binding:a b",
    `http://${"x".repeat(3000)}.dev`,
  ])("%s is refused with a reason", (value) => {
    const parsed = parseBackend(value);
    expect(!parsed.ok && parsed.message).toMatch(/must/);
  });
});
