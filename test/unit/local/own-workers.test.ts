import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../local/errors.ts";
import { explainStart, readWorkers } from "../../../local/own-workers.ts";

test("a Worker is read from its file, whatever its path looks like", () => {
  const folder = mkdtempSync(join(tmpdir(), "wherry-test-"));
  const path = join(folder, "a=b worker.js");
  writeFileSync(path, "export default {};");
  expect(readWorkers([`$A=${path}`])).toEqual([
    { binding: "$A", contents: "export default {};", fileName: "a=b worker.js" },
  ]);
  rmSync(folder, { recursive: true });
});

test("one that cannot be read is the user's to mend", () => {
  expect(() => readWorkers(["A=/nowhere/worker.js"])).toThrow(UserError);
  expect(() => readWorkers(["A=/nowhere/worker.js"])).toThrow(/^--worker A: ENOENT/);
});

test("a Worker that does not start is named, and other failures are left as they are", () => {
  const stderr =
    '{"level":"error","message":"service core:user:own-A: Uncaught SyntaxError: Unexpected token\\n  at file:///w.js:4"}';
  const said = explainStart(new Error(`The Workers runtime failed to start.\n${stderr}`));
  expect(said).toBeInstanceOf(UserError);
  expect(said).toHaveProperty("message", "--worker A: Uncaught SyntaxError: Unexpected token");
  const other = new Error("Address already in use");
  expect(explainStart(other)).toBe(other);
});
