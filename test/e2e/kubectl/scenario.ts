/**
 * Scenarios: tables of what is typed after `kubectl` (or `helm` and what comes after it), the exit code, and what a real
 * API server of 1.35 makes it print.
 * A file of scenarios has one cluster, on which its steps run in the order in which they stand.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findTool } from "../tools.ts";
import { openCommandLine, type CommandLine, type Invocation, type Tool } from "./command-line.ts";

/**
 * The whole output as text, or patterns that must each match it. In text, `{age}` and the like stand for what differs
 * from run to run, and columns may be any number of blanks apart: their widths depend on it.
 */
export type Output = string | RegExp | readonly RegExp[];

export type Step = readonly [command: string, code: number, output: Expected, invocation?: Invocation];

/** The same for all versions of kubectl, or what 1.32 prints where that is something else, and its exit code. */
export type Expected = Output | { readonly now: Output; readonly in132: Output; readonly codeIn132?: number };

/** kubectl 1.32 takes the path of `--raw` from the root of the host, so it leaves the test's cluster: its own is empty. */
export const rawInCluster = (now: Output): Expected => ({ now, in132: /NotFound/, codeIn132: 1 });

/** By what they show, as a sentence. */
export type Scenarios = Readonly<Record<string, readonly Step[]>>;

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  /** `5s`, `2m3s`. */
  age: "(?:\\d+[smhd])+",
  ip: "\\d+\\.\\d+\\.\\d+\\.\\d+",
  port: "\\d+",
  number: "\\d+",
  /** The suffix of a generated name. */
  suffix: "[a-z0-9]+",
  uid: "[0-9a-f-]{36}",
  /** `2026-11-23T08:09:45Z`. */
  time: "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z",
  /** `Mon, 23 Nov 2026 08:09:45 +0000`. */
  date: "\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000",
  any: ".*",
};

const PLACEHOLDER = new RegExp(`\\{(${Object.keys(PLACEHOLDERS).join("|")})\\}`);

/** What a file of scenarios may have besides. */
export interface Extras {
  /** kubectl, unless told. */
  readonly tools?: readonly Tool[];
  /** The tables are run with kubectl 1.32 as well, on a cluster of their own. */
  readonly alsoIn132?: boolean;
  /** What `wherry up` is started with, in a process of its own. */
  readonly flags?: readonly string[];
  /** Tests that are no table, such as of watches. They come last. */
  readonly more?: (commands: () => CommandLine) => void;
}

type Version = "now" | "in132";

/** Runs the scenarios as tests, each step one. `files` are in the folder that the commands run in. */
export async function runScenarios(
  files: Readonly<Record<string, string>>,
  scenarios: Scenarios,
  { tools = ["kubectl"], alsoIn132 = false, flags = [], more }: Extras = {},
): Promise<void> {
  const versions: readonly Version[] = alsoIn132 ? ["now", "in132"] : ["now"];
  for (const version of versions) {
    const names = tools.map((tool) => (version === "in132" && tool === "kubectl" ? "kubectl-1.32" : tool));
    const found = await Promise.all(names.map(findTool));
    describe.skipIf(found.some(({ path }) => path === null))(names.join(" and "), () => {
      let commands: CommandLine;
      beforeAll(async () => {
        const paths = Object.fromEntries(tools.map((tool, i) => [tool, found[i]?.path ?? ""]));
        commands = await openCommandLine(paths, files, flags);
      });
      afterAll(() => commands.stop());
      for (const [name, steps] of Object.entries(scenarios)) {
        describe(name, () => steps.forEach((step) => testStep(step, version, () => commands)));
      }
      if (version === "now") more?.(() => commands);
    });
  }
}

const isByVersion = (expected: Expected): expected is Exclude<Expected, Output> =>
  typeof expected === "object" && "now" in expected;

const same = (output: Output): Exclude<Expected, Output> => ({ now: output, in132: output });

function testStep([command, code, expected, invocation]: Step, version: Version, commands: () => CommandLine): void {
  const line = command.startsWith("helm ") ? command : `kubectl ${command}`;
  const byVersion = isByVersion(expected) ? expected : same(expected);
  const output = byVersion[version];
  test(`$ ${line}`, async () => {
    const outcome = await commands().run(line, invocation);
    expect({ code: outcome.code, text: comparable(outcome.text, output) }).toEqual({
      code: version === "in132" ? (byVersion.codeIn132 ?? code) : code,
      text: typeof output === "string" ? normal(output) : outcome.text,
    });
    for (const pattern of typeof output === "string" ? [] : [output].flat()) {
      expect(outcome.text).toMatch(pattern);
    }
  });
}

/** What was printed, in the expectation's words: a line that fits the expected one is that one, so that a difference shows only what differs. */
function comparable(text: string, expected: Output): string {
  if (typeof expected !== "string") return text;
  const wanted = normal(expected).split("\n");
  const lines = normal(text).split("\n");
  return lines.map((line, index) => (fits(line, wanted[index] ?? "") ? (wanted[index] ?? "") : line)).join("\n");
}

const fits = (line: string, wanted: string): boolean =>
  new RegExp(
    `^${wanted
      .split(PLACEHOLDER)
      .map((part, index) =>
        index % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : (PLACEHOLDERS[part] ?? ""),
      )
      .join("")}$`,
  ).test(line);

/** Without the blanks at the ends of lines, and with columns three blanks apart. */
const normal = (text: string): string =>
  text
    .replace(/^\n|\n+$/g, "")
    .split("\n")
    .map((line) => line.trimEnd().replace(/(?<=\S)(?: *\t| {2})[ \t]*/g, "   "))
    .join("\n");
