import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { adminToken } from "../../../local/admin-token.ts";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "wherry-token-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("it is hard to guess", () => {
  expect(adminToken(null)).toMatch(/^[\w-]{43}$/);
});

test("a data directory keeps it, for its owner's eyes", () => {
  const token = adminToken(directory);
  expect(adminToken(directory)).toBe(token);
  expect(statSync(join(directory, "admin-token")).mode & 0o777).toBe(0o600);
  expect(adminToken(null)).not.toBe(token);
});
