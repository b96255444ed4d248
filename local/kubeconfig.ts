import { readFileSync } from "node:fs";
import { codeOf, UserError } from "./errors.ts";
import { writeFileAtomically } from "./write-file.ts";

const MARK = "# Written by wherry, and written anew each time it starts.";

/**
 * The text of a kubeconfig for one cluster at `server`, an http URL that may carry `/clusters/<id>`.
 * Client libraries refuse plain http unless told to skip TLS verification. `token` is what the server asks for; null: nothing.
 */
export function kubeconfigText(server: string, token: string | null): string {
  return `${MARK}
apiVersion: v1
kind: Config
current-context: wherry
clusters:
  - name: wherry
    cluster:
      server: ${server}
      insecure-skip-tls-verify: true
contexts:
  - name: wherry
    context:
      cluster: wherry
      user: wherry
users:
  - name: wherry
    user: ${token === null ? "{}" : JSON.stringify({ token })}
`;
}

/** Throws a `UserError` when `path` holds a kubeconfig that is somebody else's: it is not ours to overwrite. */
export function checkKubeconfig(path: string): void {
  const text = readIfThere(path);
  if (text === "" || text.startsWith(MARK)) return;
  throw new UserError(
    `${path} exists and was not written by wherry: it is left as it is.\nName another file: --kubeconfig PATH`,
  );
}

export function writeKubeconfig(path: string, server: string, token: string | null): void {
  checkKubeconfig(path);
  writeFileAtomically(path, kubeconfigText(server, token));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "";
    throw new UserError(
      `cannot write the kubeconfig ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
