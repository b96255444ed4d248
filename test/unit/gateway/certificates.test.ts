import { generateKeyPairSync } from "node:crypto";
import "reflect-metadata";
import { X509CertificateGenerator } from "@peculiar/x509";
import { beforeAll, describe, expect, test } from "vitest";
import { certificateProblems } from "../../../shared/gateway/certificates.ts";
import { ingress, secret } from "./fixtures.ts";

type Algorithm = { readonly name: string } & Readonly<Record<string, unknown>>;
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function pair(algorithm: Algorithm): Promise<{ readonly certificate: string; readonly key: string }> {
  const keys = (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=test",
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(0),
    notAfter: new Date(4e12),
  });
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return {
    certificate: certificate.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`,
  };
}

let rsa: Awaited<ReturnType<typeof pair>>;
let ec: Awaited<ReturnType<typeof pair>>;
beforeAll(async () => {
  [rsa, ec] = await Promise.all([pair(RSA), pair(EC)]);
});

const problemOf = (data: Readonly<Record<string, string>> | null): string | undefined => {
  const object = ingress("shop/i", { tls: [{ hosts: ["a.test"], secretName: "s" }], rules: { "a.test": ["^/ web"] } });
  return certificateProblems(object, () => (data === null ? undefined : secret("s", data)))[0]?.message;
};

describe("a Secret for TLS", () => {
  test("with a certificate and its key is fit, RSA and elliptic", () => {
    expect([rsa, ec].map((one) => problemOf({ "tls.crt": one.certificate, "tls.key": one.key }))).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("that is broken is told how", () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
      type: "pkcs1",
      format: "pem",
    });
    const of = (crt: string, key: string): string | undefined => problemOf({ "tls.crt": crt, "tls.key": key });
    expect([
      problemOf(null),
      problemOf({ "tls.crt": rsa.certificate }),
      problemOf({ "tls.key": rsa.key }),
      of("not PEM", rsa.key),
      of(rsa.certificate, "not PEM"),
      of(rsa.certificate, rsa.certificate),
      of(rsa.certificate, String(other)),
      of(ec.certificate, rsa.key),
      of(rsa.certificate, ec.key),
    ]).toEqual([
      "Secret shop/s does not exist; the default certificate is used",
      "Secret shop/s has no tls.key; the default certificate is used",
      "Secret shop/s has no tls.crt; the default certificate is used",
      "Secret shop/s has a tls.crt that is no PEM certificate; the default certificate is used",
      "Secret shop/s has a tls.key that is no PEM private key; the default certificate is used",
      "Secret shop/s has a tls.key that is no PEM private key; the default certificate is used",
      ...Array.from(
        { length: 3 },
        () => "Secret shop/s has a tls.key that does not belong to its tls.crt; the default certificate is used",
      ),
    ]);
  });
});
