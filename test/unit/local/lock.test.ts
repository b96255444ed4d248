import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "../../../local/lock.ts";
import { identify, isAlive, type ProcessIdentity } from "../../../local/process-identity.ts";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "wherry-lock-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const leave = (owner: ProcessIdentity | null, runtime: ProcessIdentity | null = null) =>
  writeFileSync(join(directory, "lock"), JSON.stringify({ owner, runtime }));

/** A process of ours, and how to end it. */
async function sleeper(): Promise<{ identity: ProcessIdentity; gone: Promise<unknown> }> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const gone = once(child, "exit");
  await once(child, "spawn");
  const identity = identify(child.pid ?? 0);
  if (identity === null) throw new Error("no identity");
  return { identity, gone };
}

test("a directory is made, taken and given back", () => {
  const lock = takeLock(join(directory, "a/b"));
  expect(readdirSync(join(directory, "a/b"))).toEqual(["lock"]);
  lock.release();
  expect(readdirSync(join(directory, "a/b"))).toEqual([]);
});

test("a directory that a living process has is refused, with its pid and what to do", async () => {
  const { identity, gone } = await sleeper();
  leave(identity);
  expect(() => takeLock(directory)).toThrow(new RegExp(`pid ${identity.pid}[^]*--data-dir`));
  process.kill(identity.pid, "SIGKILL");
  await gone;
  takeLock(directory).release();
});

test("the lock of a process that ended is taken over", async () => {
  const { identity, gone } = await sleeper();
  process.kill(identity.pid, "SIGKILL");
  await gone;
  leave(identity);
  takeLock(directory);
  expect(JSON.parse(readFileSync(join(directory, "lock"), "utf8"))).toMatchObject({ owner: { pid: process.pid } });
});

test("a pid that another process has been given since does not hold the lock", () => {
  leave({ pid: process.pid, started: "another time" });
  takeLock(directory).release();
});

test("the workerd that a killed process left behind is ended", async () => {
  const { identity, gone } = await sleeper();
  leave({ pid: process.pid, started: "another time" }, identity);
  takeLock(directory);
  await gone;
  expect(isAlive(identity)).toBe(false);
});

test("a process that merely has the pid of that workerd is left alone", async () => {
  const { identity, gone } = await sleeper();
  leave({ pid: process.pid, started: "another time" }, { ...identity, started: "another time" });
  takeLock(directory);
  expect(isAlive(identity)).toBe(true);
  process.kill(identity.pid, "SIGKILL");
  await gone;
});

test.each([[""], ["{"], ["null"], ["[]"], ['{"owner":{}}'], ['{"owner":{"pid":-1}}'], ['"constructor"']])(
  "a lock file that holds %j is nobody's",
  (text) => {
    writeFileSync(join(directory, "lock"), text);
    takeLock(directory).release();
  },
);

test("the process that serves the data is recorded", () => {
  const lock = takeLock(directory);
  lock.setRuntime(process.pid);
  expect(JSON.parse(readFileSync(join(directory, "lock"), "utf8"))).toMatchObject({ runtime: { pid: process.pid } });
});
