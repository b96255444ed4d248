/** Starts the built command line as a user would, and ends what it started. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReadyAddresses } from "../../local/ready-file.ts";

export const CLI = join(import.meta.dirname, "../../dist/cli.js");

/** Every socket on a port of its own choice, so that tests disturb nobody. */
export const FREE_PORTS = ["--api", "--dns", "--dns-udp", "--proxy", "--ingress", "--ingress-tls", "--dns-tls"].flatMap(
  (flag) => [flag, "127.0.0.1:0"],
);

export interface Cli {
  readonly child: ChildProcess;
  readonly directory: string;
  readonly readyFile: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code, or null when a signal ended it. */
  readonly exit: Promise<number | null>;
  /** Waits for the ready file. Throws with what was said when the process ends instead. */
  ready(): Promise<ReadyAddresses>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<number | null>;
}

const started = new Set<Cli>();
const directories = new Set<string>();

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "wherry-e2e-"));
  directories.add(directory);
  return directory;
}

/** `wherry up` with these flags, in `directory`. */
export function wherryUp(flags: readonly string[], directory: string = temporaryDirectory()): Cli {
  const readyFile = join(directory, `ready-${started.size}.json`);
  return wherry(["up", "--ready-file", readyFile, ...flags], directory, readyFile);
}

export function wherry(args: readonly string[], directory: string = temporaryDirectory(), readyFile = ""): Cli {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  const exit = once(child, "close").then(() => child.exitCode);
  const cli: Cli = {
    child,
    directory,
    readyFile,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    exit,
    ready: async () => {
      while (!existsSync(readyFile)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`wherry ended: ${said.stderr}`);
        await sleep(10);
      }
      return JSON.parse(readFileSync(readyFile, "utf8")) as ReadyAddresses;
    },
    stop: () => {
      child.kill("SIGTERM");
      return exit;
    },
  };
  started.add(cli);
  return cli;
}

/** For `afterEach`: ends every process and removes every directory of the test. */
export async function cleanUp(): Promise<void> {
  await Promise.all(
    [...started].map((cli) => (cli.child.exitCode === null && cli.child.signalCode === null ? cli.stop() : cli.exit)),
  );
  started.clear();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  directories.clear();
}

/** Tries until it succeeds, for at most five seconds. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  const deadline = performance.now() + 5000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(20);
    }
  }
}
