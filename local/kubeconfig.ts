import { readFileSync } from "node:fs";
import { codeOf, UserError } from "./errors.ts";
import { writeFileAtomically } from "./write-file.ts";

const MARK = "# Written by wherry, and written anew each time it starts.";

/** The way to a cluster's API. */
export interface Access {
  /** A URL, which may carry `/clusters/<id>`. */
  readonly server: string;
  /** What the server asks for; null: nothing. */
  readonly token: string | null;
  /** PEM of the authority that its certificate is signed by; null: it speaks plain HTTP. */
  readonly authority: string | null;
}

function kubeconfigText({ server, token, authority }: Access): string {
  // Client libraries refuse plain http unless told to skip TLS verification.
  const trust =
    authority === null
      ? "insecure-skip-tls-verify: true"
      : `certificate-authority-data: ${Buffer.from(authority).toString("base64")}`;
  return `${MARK}
apiVersion: v1
kind: Config
current-context: wherry
clusters:
  - name: wherry
    cluster:
      server: ${server}
      ${trust}
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

export function writeKubeconfig(path: string, access: Access): void {
  checkKubeconfig(path);
  writeFileAtomically(path, kubeconfigText(access));
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
