/** The real kubectl and helm at a cluster of their own, in a folder that holds the scenario's files. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startCluster } from "../../../local/testing.ts";
import type { Cluster } from "../../../local/testing-types.ts";
import { FREE_PORTS, wherryUp } from "../process.ts";

export interface Outcome {
  readonly code: number;
  /** What was printed: stdout, then stderr. */
  readonly text: string;
}

export interface Invocation {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** A command that runs until it is stopped, such as a watch. */
export interface Running {
  /** What stdout holds so far. */
  readonly output: () => string;
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

export type Tool = "kubectl" | "helm";

export interface CommandLine {
  /** Runs a line to its end. It begins with the tool; words may be quoted as in a shell. */
  run(command: string, invocation?: Invocation): Promise<Outcome>;
  start(command: string): Running;
  /** Ends the cluster and removes the folder. */
  stop(): Promise<void>;
}

/** Longer than any command here waits by itself. */
const TIMEOUT_MILLISECONDS = 30_000;

/** A process of its own, where `wherry up` is to have these flags. */
async function startProcess(flags: readonly string[]): Promise<Pick<Cluster, "kubeconfig" | "stop">> {
  const cli = wherryUp([...FREE_PORTS, "--ephemeral", ...flags]);
  const { kubeconfig } = await cli.ready();
  return { kubeconfig, stop: async () => void (await cli.stop()) };
}

/**
 * `tools` are the paths of those that are used; `files` the scenario's, by their paths in the folder that commands run in; `flags`
 * what `wherry up` is started with, if it matters.
 */
export async function openCommandLine(
  tools: Readonly<Partial<Record<string, string>>>,
  files: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<CommandLine> {
  const cluster = flags.length === 0 ? await startCluster() : await startProcess(flags);
  const folder = mkdtempSync(join(tmpdir(), "wherry-commands-"));
  const home = join(folder, ".home");
  mkdirSync(home);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const parse = (line: string): { readonly path: string; readonly args: readonly string[] } => {
    const [tool = "", ...rest] = words(line);
    const path = tools[tool];
    if (path === undefined) throw new Error(`no such tool: ${tool}`);
    return { path, args: ["--kubeconfig", cluster.kubeconfig, ...rest] };
  };
  // Discovery is cached under the home folder, and helm keeps its settings there; only the machine's PATH is the tests' own.
  const environment = { PATH: process.env["PATH"] ?? "", HOME: home };

  return {
    run: (command, { env = {}, stdin = "" } = {}) =>
      new Promise((resolve) => {
        const { path, args } = parse(command);
        const options = { cwd: folder, env: { ...environment, ...env }, timeout: TIMEOUT_MILLISECONDS };
        const child = execFile(path, args, options, (error, stdout, stderr) => {
          // A process that a signal ended has no code.
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
          resolve({ code, text: stdout + stderr });
        });
        // A command that reads no input may have ended already.
        child.stdin?.on("error", () => {}).end(stdin);
      }),
    start: (command) => {
      const { path, args } = parse(command);
      const child = spawn(path, args, { cwd: folder, env: environment, stdio: ["ignore", "pipe", "ignore"] });
      const ended = once(child, "close");
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
      return {
        output: () => said,
        ended,
        stop: async () => {
          child.kill("SIGTERM");
          await ended;
        },
      };
    },
    stop: async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The words of a command line; quotes of either kind keep what is between them together, and go. */
export const words = (command: string): string[] =>
  [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ""),
  );
