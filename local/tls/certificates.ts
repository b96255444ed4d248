/** Makes X.509 certificates. Imported only when some are needed: the library is large, and most starts find theirs on the disk. */
import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type JsonGeneralName,
} from "@peculiar/x509";
import { randomBytes } from "node:crypto";
import { isIP } from "node:net";

/** A certificate and its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MILLISECONDS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** Apple's systems refuse longer ones, also those of an authority of one's own (support.apple.com/HT211025). */
const SERVER_DAYS = 397;
/** Clocks differ: a certificate is good from an hour before it was made. */
const SKEW_MILLISECONDS = 3_600_000;

/** A self-signed authority that signs servers' certificates, and nothing below it another authority's. */
export async function createAuthority(now: Date): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=Wherry local authority, O=Wherry",
    ...validity(now, AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

/** A certificate for `names`, DNS names and IP addresses, signed by `authority`. */
export async function issueCertificate(authority: KeyPair, names: readonly string[], now: Date): Promise<KeyPair> {
  const keys = await generateKeys();
  const issuer = new X509Certificate(authority.certificate);
  const alternatives = names.map((value): JsonGeneralName => ({ type: isIP(value) === 0 ? "dns" : "ip", value }));
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${names[0] ?? "localhost"}, O=Wherry`,
    issuer: issuer.subject,
    ...validity(now, SERVER_DAYS),
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(alternatives),
      await AuthorityKeyIdentifierExtension.create(issuer),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

const generateKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

const exportKey = async (key: CryptoKey): Promise<string> =>
  PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");

const importKey = (pem: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(pem), ALGORITHM, false, ["sign"]);

/** Positive, and unlike any other of this authority (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const octets = randomBytes(16);
  octets[0] = ((octets[0] ?? 0) & 0x7f) | 0x40;
  return octets.toString("hex");
}

const validity = (now: Date, days: number): { readonly notBefore: Date; readonly notAfter: Date } => ({
  notBefore: new Date(now.getTime() - SKEW_MILLISECONDS),
  notAfter: new Date(now.getTime() + days * DAY_MILLISECONDS),
});
