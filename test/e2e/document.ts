/**
 * Runs the `sh` blocks of a document word for word, in a folder of their own: every line is either run as it stands or replaced by
 * what the test says in its place, so that a block cannot be added without being tested.
 */
import { execFile } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { cleanUp, temporaryDirectory, wherryUp, type Cli } from "./process.ts";
import { findTool, type ToolName } from "./tools.ts";

const run = promisify(execFile);

export const ROOT = join(import.meta.dirname, "../..");

export interface Block {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a file that say their language. `path` counts from the root. */
export const blocksOf = (path: string): readonly Block[] =>
  [...readFileSync(join(ROOT, path), "utf8").matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", text = ""]) => ({ language, text }),
  );

/** What stands in a command's place: another, or none where it is `null`. */
export type Instead = Readonly<Record<string, string | null>>;

/** What starts a cluster, with the flags it is given. */
const START = /^(?:(?:npm ci && )?npm start(?: --(?= ))?|wherry up|npx wherry up)(?<flags>(?: (?!--help).*)?)$/;
const EXPORT = /^export \S+=\S*(?: \S+=\S*)*$/;
const HEREDOC = /<<-?\s*['"]?(\w+)['"]?/;

/** The commands of a block: a line each, but for continued ones and here-documents. Comments are none. */
export function commandsOf(text: string): readonly string[] {
  const commands: string[] = [];
  for (const line of text.split("\n")) {
    const open = commands.at(-1);
    if (open !== undefined && isOpen(open)) commands[commands.length - 1] = `${open}\n${line}`;
    else if (line.trim() !== "" && !line.startsWith("#")) commands.push(line);
  }
  return commands;
}

function isOpen(command: string): boolean {
  const end = HEREDOC.exec(command)?.[1];
  return command.endsWith("\\") || (end !== undefined && !command.endsWith(`\n${end}`));
}

/** A reader at a prompt, in the folder of the project; starts and stops what the blocks start. */
export class Reader {
  readonly #instead: ReadonlyMap<string, string | null>;
  readonly #directory = temporaryDirectory();
  readonly #background: (() => void)[] = [];
  #wherry: Cli | undefined;
  #path = process.env["PATH"] ?? "";

  constructor(instead: Instead) {
    this.#instead = new Map(Object.entries(instead));
    symlinkSync(join(ROOT, "examples"), join(this.#directory, "examples"));
  }

  /** Why the blocks cannot be run on this machine; null: they can. */
  async find(tools: readonly ToolName[]): Promise<string | null> {
    let missing: string | null = null;
    for (const name of tools) {
      const tool = await findTool(name);
      if (tool.path === null) missing = `${name}: ${tool.missing}`;
      else this.#path = `${dirname(tool.path)}${delimiter}${this.#path}`;
    }
    return missing;
  }

  /** `wherry up` with these flags; one that runs is stopped first, and what it kept is kept. */
  async start(flags: readonly string[] = []): Promise<ReadyAddresses> {
    await this.#wherry?.stop();
    this.#wherry = wherryUp(flags, this.#directory);
    return this.#wherry.ready();
  }

  /** Gives what the block printed. Throws when a command fails. */
  async run(text: string): Promise<string> {
    const exported: string[] = [];
    let output = "";
    for (const command of commandsOf(text)) {
      if (EXPORT.test(command)) exported.push(command);
      else output += await this.#runCommand(command, exported);
    }
    return output;
  }

  async stop(): Promise<void> {
    for (const stop of this.#background) stop();
    await cleanUp();
  }

  async #runCommand(command: string, exported: readonly string[]): Promise<string> {
    const instead = this.#instead.has(command) ? (this.#instead.get(command) ?? null) : command;
    if (instead === null) return "";
    const flags = START.exec(instead)?.groups?.["flags"];
    if (flags !== undefined) {
      await this.start(flags.split(" ").filter((flag) => flag !== ""));
      return "";
    }
    if (instead.endsWith("&")) return this.#startInBackground(instead.slice(0, -1).trim());
    return this.#bash([...exported, instead].join("\n"));
  }

  async #bash(script: string): Promise<string> {
    const env = { ...process.env, PATH: this.#path, KUBECONFIG: ".wherry/kubeconfig" };
    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], { cwd: this.#directory, env });
    return stdout;
  }

  #startInBackground(command: string): Promise<string> {
    const child = execFile("bash", ["-c", `exec ${command}`], { cwd: this.#directory });
    this.#background.push(() => child.kill());
    return new Promise((resolve) => child.stdout?.once("data", (text: string) => resolve(text)));
  }
}
