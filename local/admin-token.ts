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

/** `tls`: where the API speaks TLS. Null while it is on loopback only, and asks for none. `dataDir` null: a new one each time. */
export function adminToken(tls: Address | null, dataDir: string | null): string | null {
  if (tls === null || isLoopback(tls)) return null;
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
