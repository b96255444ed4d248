import { isDNS1123Subdomain } from "../../shared/apimachinery/validation.ts";
import type { KeyPair } from "./certificates.ts";

/** More names than these at a time are forgotten, the oldest first. */
const MAX_CERTIFICATES = 1_000;

/**
 * Certificates on demand, each for the one host name that a client asks for: who trusts the authority can open every host of the
 * ingress. A wildcard would not do, since no client takes `*.localhost`. Names that are none get `null`.
 */
export function createIssuer(authority: KeyPair): (hostname: string) => Promise<KeyPair> | null {
  const issued = new Map<string, Promise<KeyPair>>();
  return (hostname) => {
    const known = issued.get(hostname);
    if (known !== undefined) return known;
    if (hostname.length > 253 || isDNS1123Subdomain(hostname).length > 0) return null;
    const certificate = import("./certificates.ts").then((certificates) =>
      certificates.issueCertificate(authority, [hostname], new Date()),
    );
    certificate.catch(() => issued.delete(hostname));
    const [oldest] = issued.keys();
    if (issued.size >= MAX_CERTIFICATES && oldest !== undefined) issued.delete(oldest);
    issued.set(hostname, certificate);
    return certificate;
  };
}
