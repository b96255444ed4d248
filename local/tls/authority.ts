/** The certificates of the TLS sockets: made once, kept with the cluster's data, made anew before they run out. */
import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { messageOf, UserError } from "../errors.ts";
import { writeFileAtomically } from "../write-file.ts";
import type { KeyPair } from "./certificates.ts";

export interface TlsMaterial {
  /** Clients must trust its certificate. */
  readonly authority: KeyPair;
  /** Of the sockets themselves. */
  readonly server: KeyPair;
}

/** The authority's certificate within the folder; clients are pointed to it. */
export const AUTHORITY_FILE = "ca.crt";

/** A server that is left running must not run out soon after its start. */
const MARGIN_MILLISECONDS = 30 * 86_400_000;

/**
 * The certificates in `folder`, made where they are missing, run out within thirty days, or lack one of `names` (DNS names and
 * IP addresses). `null`: nothing is kept. Clients trust the authority, so it changes only when it must.
 *
 * @throws UserError when a file of the folder is not what it should be: a key is not overwritten for being unreadable
 */
export async function tlsMaterial(folder: string | null, names: readonly string[]): Promise<TlsMaterial> {
  const authority = read(folder, "ca");
  const usable = authority !== null && isGood(authority, []) ? authority : null;
  const server = usable === null ? null : read(folder, "server");
  if (usable !== null && server !== null && isGood(server, names) && isSignedBy(server, usable)) {
    return { authority: usable, server };
  }
  const { createAuthority, issueCertificate } = await import("./certificates.ts");
  const now = new Date();
  const signer = usable ?? (await createAuthority(now));
  if (usable === null) write(folder, "ca", signer);
  const issued = await issueCertificate(signer, names, now);
  write(folder, "server", issued);
  return { authority: signer, server: issued };
}

function read(folder: string | null, name: string): KeyPair | null {
  if (folder === null) return null;
  const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  if (!existsSync(certificate) || !existsSync(key)) return null;
  const pair = { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  const problem = problemWith(pair);
  if (problem === null) return pair;
  throw new UserError(`${certificate} is no certificate (${problem}): remove it, and its key, to have new ones made`);
}

function problemWith({ certificate }: KeyPair): string | null {
  try {
    return new X509Certificate(certificate).fingerprint256 === "" ? "it has no fingerprint" : null;
  } catch (error) {
    return messageOf(error);
  }
}

/** The key first: a certificate without its key would be of no use. */
function write(folder: string | null, name: string, { certificate, key }: KeyPair): void {
  if (folder === null) return;
  writeFileAtomically(join(folder, `${name}.key`), key);
  writeFileAtomically(join(folder, `${name}.crt`), certificate);
}

function isGood({ certificate }: KeyPair, names: readonly string[]): boolean {
  const parsed = new X509Certificate(certificate);
  const holds = (name: string): boolean =>
    (isIP(name) === 0 ? parsed.checkHost(name) : parsed.checkIP(name)) !== undefined;
  return Date.parse(parsed.validTo) - Date.now() > MARGIN_MILLISECONDS && names.every(holds);
}

function isSignedBy({ certificate }: KeyPair, authority: KeyPair): boolean {
  return new X509Certificate(certificate).verify(new X509Certificate(authority.certificate).publicKey);
}
