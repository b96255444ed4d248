/** Things stand where a reader would look for them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { read, ROOT, sourceFiles } from "./source-files.ts";

const SOURCE_FOLDERS = ["workers", "durable-objects", "shared", "local", "bench"] as const;
const sources = SOURCE_FOLDERS.flatMap((folder) => sourceFiles(folder));
const tests = sourceFiles("test").filter((path) => path.endsWith(".test.ts"));
const isThere = (path: string): boolean => existsSync(join(ROOT, path));

/** Where `test/unit/<first>/…` looks for its sources; `shared/` goes without saying. */
const sourceOf = (unit: string): string => (/^(?:bench|local|workers)\//.test(unit) ? unit : `shared/${unit}`);

test("each unit test is named after the file or folder that it tests", () => {
  const units = tests.filter((path) => path.startsWith("test/unit/"));
  const strays = units.filter((path) => {
    // `check-fields.random.test.ts` is another test of `check-fields.ts`.
    const source = sourceOf(path.slice("test/unit/".length, -".test.ts".length).replace(/(?<=[^/.])\.[^/]+$/, ""));
    return !isThere(`${source}.ts`) && !isThere(source);
  });
  expect(strays).toEqual([]);
});

test("no test is singled out, or skipped without a reason beside it", () => {
  const marked = tests.flatMap((path) => {
    const lines = read(path).split("\n");
    return lines.flatMap((line, i) => {
      if (/\b(?:test|describe|it|suite)\.(?:concurrent\.)?only\b/.test(line))
        return [`${path}:${i + 1} ${line.trim()}`];
      // `skipIf` says when by its argument, and tools.ts prints why.
      const isSkipped = /\b(?:test|describe|it|suite)\.(?:concurrent\.)?(?:skip|todo|fails)\b(?!If)/.test(line);
      return isSkipped && !/\/[/*]/.test(lines[i - 1] ?? "") ? [`${path}:${i + 1} ${line.trim()}`] : [];
    });
  });
  expect(marked).toEqual([]);
});

describe("a folder of workers/", () => {
  const folders = readdirSync(join(ROOT, "workers"), { withFileTypes: true }).filter((entry) => entry.isDirectory());

  test.each(folders.map(({ name }) => name))("workers/%s has its entry and its manual", (name) => {
    expect(["index.ts", "README.md"].filter((file) => !isThere(`workers/${name}/${file}`))).toEqual([]);
  });
});

const DURABLE_OBJECT = /^export class (\w+)(?:<[^>]*>)? extends DurableObject\b/gm;
const kebab = (name: string): string => name.replace(/(?<=[a-z0-9])[A-Z]/g, "-$&").toLowerCase();

test("a Durable Object stands alone in the file that is named after it", () => {
  const files = sources.filter((path) => /\bextends DurableObject\b/.test(read(path)));
  const named = files.map((path) => [...read(path).matchAll(DURABLE_OBJECT)].map(([, name = ""]) => kebab(name)));
  expect(named).toEqual(files.map((path) => [/^durable-objects\/([^/]+)\.ts$/.exec(path)?.[1]]));
  expect(files).not.toEqual([]);
});

describe("source files", () => {
  const MOST = 350;
  /** Those that may be longer, each with its reason. */
  const LONGER: Readonly<Record<string, string>> = {};

  test(`have at most ${MOST} lines, or a reason for more`, () => {
    const long = sources.filter((path) => read(path).trimEnd().split("\n").length > MOST);
    expect(long).toEqual(Object.keys(LONGER).sort());
  });

  test("have names in kebab-case", () => {
    const name = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)+[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.ts$/;
    expect(sources.filter((path) => !name.test(path))).toEqual([]);
  });
});
