/** The README, run word for word: see document.ts. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOf, Reader, ROOT, type Instead } from "./document.ts";
import { CLI } from "./process.ts";

const blocks = blocksOf("README.md");

/** Lines that are this very test run, or that need an account. */
const INSTEAD: Instead = {
  "npm ci && npm test": null,
  "npx wherry up --help": `node ${CLI} up --help`,
  "npx wrangler deploy": `cd ${ROOT} && npm run --silent deploy:check`,
  "npx wrangler secret put WHERRY_ADMIN_TOKEN": null,
};

const reader = new Reader(INSTEAD);
let missing: string | null = null;
beforeAll(async () => {
  missing = await reader.find(["kubectl", "dig", "curl"]);
});
afterAll(() => reader.stop());

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
  "kubectl apply -f examples/registration/service.yaml": ["service/greeter created", "hello from 3001/"],
  "npx wherry up --help": ["Usage: wherry up", "--service-cluster-ip-range"],
  "npx wrangler deploy": ["--dry-run"],
};

describe("the README", () => {
  test.each(blocks.filter(({ language }) => language === "sh"))("$text", async ({ text }) => {
    if (missing !== null) {
      process.stderr.write(`skipped: ${missing}\n`);
      return;
    }
    const output = await reader.run(text);
    for (const shown of SHOWS[text.split("\n")[0] ?? ""] ?? []) expect(output).toMatch(shown);
  });

  test.each(blocks.filter(({ language }) => language === "js"))("$text", async ({ text }) => {
    const { stdout } = await promisify(execFile)("node", ["--input-type=module", "-e", text], { cwd: ROOT });
    expect(stdout).toContain("{ price: 3 }");
  });

  test("has no block of another kind", () => {
    expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual(["js", "sh"]);
  });
});
