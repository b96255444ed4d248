/** The token that the Kubernetes API asks for where other machines can reach it. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isLoopback, type Address } from "./address.ts";
import { codeOf } from "./errors.ts";
import { writeFileAtomically } from "./write-file.ts";

/** In the data directory: whoever has copied the kubeconfig to another machine gets in after a restart too. */
const FILE = "admin-token";
const BYTES = 32;

/** Null for an API on loopback, which asks for none. `dataDir` null: a new one each time. */
export function adminToken(api: Address, dataDir: string | null): string | null {
  if (isLoopback(api)) return null;
  const path = dataDir === null ? null : join(dataDir, FILE);
  const kept = path === null ? "" : readIfThere(path).trim();
  if (kept !== "") return kept;
  const token = randomBytes(BYTES).toString("base64url");
  if (path !== null) writeFileAtomically(path, `${token}\n`);
  return token;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  }
}
