/**
 * Bundles what is published into `dist/`: `worker.js` (workerd), `cli.js` and `testing.js` (Node 20 and later), and
 * `registration.js`, which runs wherever there is a `fetch`.
 * Does nothing when `dist/` is newer than every source, so it can stand before each `npm start`.
 */
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";

const ROOT = import.meta.dirname;
const SOURCES = ["workers", "durable-objects", "shared", "local", "build.ts", "package.json", "package-lock.json"];
const OUTPUTS = [
  "dist/worker.js",
  "dist/cli.js",
  "dist/testing.js",
  "dist/testing.d.ts",
  "dist/registration.js",
  "dist/registration.d.ts",
];

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

const common: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  format: "esm",
  target: "es2023",
  logLevel: "warning",
  legalComments: "none",
  metafile: true,
};

const worker: BuildOptions = {
  ...common,
  entryPoints: ["workers/index.ts"],
  outfile: "dist/worker.js",
  platform: "browser",
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*"],
};

const node: BuildOptions = {
  ...common,
  entryPoints: { cli: "local/cli.ts", testing: "local/testing.ts" },
  outdir: "dist",
  platform: "node",
  target: "node20",
  // What `npm install wherry` brings along; everything else is bundled.
  external: Object.keys(manifest.dependencies),
  splitting: true,
  chunkNames: "chunk-[hash]",
};

const registration: BuildOptions = {
  ...common,
  entryPoints: ["local/registration.ts"],
  outfile: "dist/registration.js",
  platform: "neutral",
};

/** The newest modification time under a path, in milliseconds. */
function newest(path: string): number {
  const { mtimeMs } = statSync(path);
  const entries = statSync(path).isDirectory() ? readdirSync(path) : [];
  return entries.reduce((latest, entry) => Math.max(latest, newest(join(path, entry))), mtimeMs);
}

function upToDate(): boolean {
  const outputs = OUTPUTS.map((output) => join(ROOT, output));
  if (!outputs.every((output) => existsSync(output))) return false;
  const oldest = Math.min(...outputs.map((output) => statSync(output).mtimeMs));
  return SOURCES.every((source) => newest(join(ROOT, source)) < oldest);
}

if (!upToDate()) {
  const results = await Promise.all([build(worker), build(node), build(registration)]);
  const written = new Set(results.flatMap(({ metafile }) => Object.keys(metafile?.outputs ?? {})));
  for (const file of readdirSync(join(ROOT, "dist"))) {
    // Chunks are named after their content: an earlier build's would stay for ever, and be published.
    if (!written.has(`dist/${file}`)) rmSync(join(ROOT, "dist", file), { recursive: true });
  }
  // The public types are written by hand as one file without imports, so that they can be shipped as they are.
  cpSync(join(ROOT, "local/testing-types.ts"), join(ROOT, "dist/testing.d.ts"));
  cpSync(join(ROOT, "local/registration-types.ts"), join(ROOT, "dist/registration.d.ts"));
  chmodSync(join(ROOT, "dist/cli.js"), 0o755);
}
