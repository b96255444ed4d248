import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { adminToken } from "../../../local/admin-token.ts";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "wherry-token-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test.each(["127.0.0.1", "127.8.8.8", "::1", "localhost"])("on %s none is asked for", (host) => {
  expect(adminToken({ host, port: 6443 }, directory)).toBeNull();
});

test.each(["0.0.0.0", "::", "192.168.0.7", "localhost.example.com", "127.example.com"])(
  "on %s one is asked for",
  (host) => {
    expect(adminToken({ host, port: 6443 }, null)).toMatch(/^[\w-]{43}$/);
  },
);

test("nor where TLS is spoken nowhere", () => {
  expect(adminToken(null, directory)).toBeNull();
});

test("a data directory keeps it, for its owner's eyes", () => {
  const anywhere = { host: "0.0.0.0", port: 6443 };
  const token = adminToken(anywhere, directory);
  expect(adminToken(anywhere, directory)).toBe(token);
  expect(statSync(join(directory, "admin-token")).mode & 0o777).toBe(0o600);
  expect(adminToken(anywhere, null)).not.toBe(token);
});
