#!/usr/bin/env node
import { readFileSync } from "node:fs";
import module from "node:module";
import { relative } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DIG_HELP, type DigOptions } from "./dig-options.ts";
import { messageOf, UserError } from "./errors.ts";
import { EXPLAIN_HELP, LINT_HELP, type ExplainOptions, type LintOptions } from "./ingress-options.ts";
import { helpText, parseCommand, type UpOptions } from "./options.ts";
import { RULES_HELP, type RulesOptions } from "./rules-options.ts";
import type { RunningCluster } from "./up.ts";

const MISUSED = 2;

/** Runs one command line and gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args, process.env);
  switch (command.kind) {
    case "dig":
      return digOnce(command.options);
    case "explain":
      return explainOnce(command.options);
    case "lint":
      return lintOnce(command.options);
    case "rules":
      return printRules(command.options);
    case "help":
      process.stdout.write(helpText());
      return 0;
    case "version":
      process.stdout.write(`wherry ${version()}\n`);
      return 0;
    case "misused":
      process.stderr.write(`wherry: ${command.message}\nSee: wherry --help\n`);
      return MISUSED;
    case "up":
      return up(command.options);
    default:
      return command satisfies never;
  }
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}

/** Prints what a command has to say, or its manual. */
async function once(help: string | null, work: () => Promise<string>): Promise<number> {
  if (help !== null) {
    process.stdout.write(help);
    return 0;
  }
  try {
    process.stdout.write(await work());
    return 0;
  } catch (error) {
    complain(describe(error));
    return 1;
  }
}

const digOnce = (options: DigOptions): Promise<number> =>
  once(options.help ? DIG_HELP : null, async () => (await import("./dig.ts")).dig(options));

const explainOnce = (options: ExplainOptions): Promise<number> =>
  once(options.help ? EXPLAIN_HELP : null, async () => (await import("./ingress-commands.ts")).explain(options));

const printRules = (options: RulesOptions): Promise<number> =>
  once(options.help ? RULES_HELP : null, async () => (await import("./rules.ts")).rules(options, complain));

async function lintOnce(options: LintOptions): Promise<number> {
  let found = "";
  const code = await once(options.help ? LINT_HELP : null, async () => {
    found = (await import("./ingress-commands.ts")).lint(options);
    return found;
  });
  return found === "" ? code : 1;
}

async function up(options: UpOptions): Promise<number> {
  const began = performance.now();
  const told = untilSignal();
  const patience = setTimeout(() => complain("starting…"), 1000);
  try {
    // Room for what lives shortly: V8 would make it 32 MB while Miniflare starts, and then not notice what that has left behind.
    setFlagsFromString("--semi-space-growth-factor=1");
    // Node keeps the compiled form of the large modules between starts (from 22.1 on).
    module.enableCompileCache?.();
    const { startUp } = await import("./up.ts");
    const cluster = await startUp(options, complain);
    clearTimeout(patience);
    process.stdout.write(summary(cluster, options, performance.now() - began));
    collectGarbage();
    await told;
    await cluster.stop();
    return 0;
  } catch (error) {
    complain(describe(error));
    return 1;
  } finally {
    clearTimeout(patience);
  }
}

/**
 * Miniflare's start leaves copies of the whole configuration behind; V8 would keep them for as long as little is allocated, which in this
 * process may be for ever.
 */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; the second one ends the process as it is. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (told) process.exit(1);
        told = true;
        resolve();
      });
    }
  });
}

const complain = (message: string): void => void process.stderr.write(`wherry: ${message.trimEnd()}\n`);

/** What the user can mend is said plainly; anything else is a bug, and says where it happened. */
function describe(error: unknown): string {
  if (error instanceof UserError) return error.message;
  const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : "";
  return `${error instanceof Error ? (error.stack ?? error.message) : String(error)}${cause}`;
}

function summary({ addresses, warnings }: RunningCluster, options: UpOptions, milliseconds: number): string {
  const kept = options.dataDir === null ? "nothing is kept" : `kept in ${options.dataDir}`;
  return `Wherry is up (${Math.round(milliseconds)} ms, ${kept})

  Kubernetes API   ${addresses.api}
  HTTP proxy       ${addresses.proxy}
  Ingress          ${addresses.ingress}
                   ${addresses.ingressTls}
  DNS              ${addresses.dns} (UDP and TCP)
  DNS over HTTPS   ${addresses.doh}
                   ${addresses.dohTls} (trust ${shortest(addresses.caFile)})
${warnings.map((warning) => `\nWarning: ${warning}\n`).join("")}
Next:
  export KUBECONFIG=${shortest(addresses.kubeconfig)}
  kubectl create deployment web --image nginx && kubectl expose deployment web --port 80
  http_proxy=${addresses.proxy} curl http://web.default/
  dig @${addresses.dns.replace(/:(\d+)$/, " -p $1")} web.default.svc.cluster.local

Ctrl+C stops it.
`;
}

/** A path as seen from here, unless it lies elsewhere. */
function shortest(path: string): string {
  const seen = relative(process.cwd(), path);
  return seen.startsWith("..") ? path : seen;
}

process.exitCode = await main(process.argv.slice(2));
