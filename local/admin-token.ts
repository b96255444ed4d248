/** The token that the Kubernetes API asks for over TLS. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "./errors.ts";
import { writeFileAtomically } from "./write-file.ts";

/** In the data directory: whoever has copied the kubeconfig to another machine gets in after a restart too. */
const FILE = "admin-token";
const BYTES = 32;

/** The token that is kept in `dataDir`, made where there is none; null: a new one each time. */
export function adminToken(dataDir: string | null): string {
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
