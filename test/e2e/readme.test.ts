/**
 * The README, run word for word in a folder of its own: every line of every block is either run as it stands or replaced by what
 * `INSTEAD` says, so that a block cannot be added without being tested.
 */
import { execFile } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanUp, CLI, temporaryDirectory, wherryUp, type Cli } from "./process.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const BLOCK = /^```(\w+)\n([\s\S]*?)^```$/gm;
const blocks = [...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(BLOCK)].map(
  ([, language = "", text = ""]) => ({ language, text }),
);

/** Lines that are this very test run, that need an account, or that start Wherry. `null`: nothing is run. */
const INSTEAD: Readonly<Record<string, string | null>> = {
  "npm ci && npm test": null,
  "npx wherry up --help": `node ${CLI} up --help`,
  "npx wrangler deploy": `cd ${ROOT} && npm run --silent deploy:check`,
  "npx wrangler secret put WHERRY_ADMIN_TOKEN": null,
};
const START = /^(?:npm ci && )?npm start(?: -- (.*))?$/;

const directory = temporaryDirectory();
const background: (() => void)[] = [];
let wherry: Cli | undefined;
let path = process.env["PATH"] ?? "";
let missing: string | null = null;

beforeAll(async () => {
  for (const name of ["kubectl", "dig", "curl"] as const) {
    const tool = await findTool(name);
    if (tool.path === null) missing = `${name}: ${tool.missing}`;
    else path = `${dirname(tool.path)}${delimiter}${path}`;
  }
  symlinkSync(join(ROOT, "examples"), join(directory, "examples"));
});

afterAll(async () => {
  for (const stop of background) stop();
  await cleanUp();
});

async function bash(script: string): Promise<string> {
  const env = { ...process.env, PATH: path, KUBECONFIG: ".wherry/kubeconfig" };
  // A block may leave a program running: it gets its own process group, ended after the test.
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", `${script}\njobs -p >&2`], { cwd: directory, env });
  return stdout;
}

async function runBlock(text: string): Promise<string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  let output = "";
  for (const line of lines) {
    const start = START.exec(line);
    if (start !== null) {
      await wherry?.stop();
      wherry = wherryUp(
        (start[1] ?? "").split(" ").filter((flag) => flag !== ""),
        directory,
      );
      await wherry.ready();
    } else if (line.endsWith("&")) {
      output += await startInBackground(line.slice(0, -1).trim());
    } else {
      const instead = Object.hasOwn(INSTEAD, line) ? INSTEAD[line] : line;
      if (typeof instead === "string") output += await bash(instead);
    }
  }
  return output;
}

async function startInBackground(line: string): Promise<string> {
  const child = execFile("bash", ["-c", `exec ${line}`], { cwd: directory });
  background.push(() => child.kill());
  return new Promise((resolve) => child.stdout?.once("data", (text: string) => resolve(text)));
}

/** What a reader would look for after each block, by its first line. */
const SHOWS: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  "export KUBECONFIG=.wherry/kubeconfig": [
    "deployment.apps/productpage-v1 created",
    /default\s+service\/reviews\s+ClusterIP\s+10\./,
    /default\s+deployment\.apps\/reviews-v3\s+1\/1/,
    '"path": "/productpage"',
    /"Answer":\[\{"name":"reviews\.default\.svc\.cluster\.local","type":1,"TTL":\d+,"data":"10\.\d+\.\d+\.\d+"\}\]/,
    /reviews\.default\.svc\.cluster\.local\.\s+5\s+IN\s+A\s+10\./,
    "deployment.apps/reviews-v1 scaled",
    /pod "reviews-v1-[^"]+" deleted/,
  ],
  "node examples/online-boutique/frontend.mjs 8787 &": [
    "deployment.apps/frontend created",
    "Online Boutique, from a program of yours: GET /",
  ],
  "npx wherry up --help": ["Usage: wherry up", "--service-cluster-ip-range"],
  "npx wrangler deploy": ["--dry-run"],
};

describe("the README", () => {
  test.each(blocks.filter(({ language }) => language === "sh"))("$text", async ({ text }) => {
    if (missing !== null) {
      process.stderr.write(`skipped: ${missing}\n`);
      return;
    }
    const output = await runBlock(text);
    for (const shown of SHOWS[text.split("\n")[0] ?? ""] ?? []) expect(output).toMatch(shown);
  });

  test.each(blocks.filter(({ language }) => language === "js"))("$text", async ({ text }) => {
    const { stdout } = await run("node", ["--input-type=module", "-e", text], { cwd: ROOT });
    expect(stdout).toContain("{ price: 3 }");
  });

  test("has no block of another kind", () => {
    expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual(["js", "sh"]);
  });
});
