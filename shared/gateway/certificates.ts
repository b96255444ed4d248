/** Certificates of Ingresses: which Secret answers for a server name (SNI), and whether it is fit to. */
import type { Secret } from "../api/core-v1/secret.ts";
import type { Ingress, IngressTLS } from "../api/networking-v1/ingress.ts";
import { decodeBase64, decodeBase64Text } from "../apimachinery/base64.ts";
import type { Problem } from "./problem.ts";

/** PEM, as in the Secret. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Ingress.spec.tls: an entry without hosts is for all hosts of the rules; a wildcard stands for one label. */
export function tlsEntryFor({ spec }: Ingress, host: string): IngressTLS | null {
  const name = host.toLowerCase();
  const wildcard = `*${name.slice(name.indexOf("."))}`;
  const names = ({ hosts = [] }: IngressTLS): readonly string[] => hosts.map((one) => one.toLowerCase());
  const { tls = [] } = spec;
  return (
    tls.find((entry) => names(entry).includes(name)) ??
    tls.find((entry) => names(entry).includes(wildcard)) ??
    tls.find(({ hosts = [] }) => hosts.length === 0) ??
    null
  );
}

/** What keeps an Ingress' hosts from having their own certificates. Until it is mended the default one answers. */
export function certificateProblems(
  { metadata, spec }: Ingress,
  secretOf: (name: string) => Secret | undefined,
): readonly Problem[] {
  const names = new Set((spec.tls ?? []).flatMap(({ secretName = "" }) => (secretName === "" ? [] : [secretName])));
  return [...names].flatMap((name): readonly Problem[] => {
    const secret = secretOf(name);
    const shown = `Secret ${metadata.namespace}/${name}`;
    if (secret === undefined) {
      return [{ reason: "SecretNotFound", message: `${shown} does not exist; the default certificate is used` }];
    }
    const pair = keyPairOf(secret);
    if (pair === null || pair.ok) return [];
    return [{ reason: "InvalidCertificate", message: `${shown} ${pair.message}; the default certificate is used` }];
  });
}

type Checked = { readonly ok: true; readonly value: KeyPair } | { readonly ok: false; readonly message: string };

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;
const PRIVATE_KEY = /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END (?:RSA |EC )?PRIVATE KEY-----/;

/** `message` completes "Secret shop/tls …". Null where there is no Secret. */
export function keyPairOf(secret: Secret | undefined): Checked | null {
  if (secret === undefined) return null;
  const certificate = textOf(secret, "tls.crt");
  const key = textOf(secret, "tls.key");
  if (certificate === null || key === null) {
    return { ok: false, message: `has no ${certificate === null ? "tls.crt" : "tls.key"}` };
  }
  const certificateBytes = derOf(CERTIFICATE, certificate);
  if (certificateBytes === null) return { ok: false, message: "has a tls.crt that is no PEM certificate" };
  const keyBytes = derOf(PRIVATE_KEY, key);
  if (keyBytes === null) return { ok: false, message: "has a tls.key that is no PEM private key" };
  const publicPart = publicPartOf(keyBytes);
  if (publicPart !== null && !contains(certificateBytes, publicPart)) {
    return { ok: false, message: "has a tls.key that does not belong to its tls.crt" };
  }
  return { ok: true, value: { certificate, key } };
}

function textOf({ data = {} }: Secret, key: string): string | null {
  const value = Object.hasOwn(data, key) ? decodeBase64Text(data[key] ?? "") : null;
  return value === "" ? null : value;
}

/** The bytes of the first such block; null where there is none, or they do not begin as DER. */
function derOf(block: RegExp, pem: string): Uint8Array | null {
  const body = block.exec(pem)?.[1];
  const bytes = body === undefined ? null : decodeBase64(body.replaceAll(/\s/g, ""));
  return bytes === null || bytes[0] !== SEQUENCE ? null : bytes;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;
const PUBLIC_KEY_OF_EC = 0xa1;

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The elements one after the other; stops at what is no DER (X.690 §10.1). */
function elementsOf(bytes: Uint8Array): readonly Element[] {
  const elements: Element[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    let start = at + 2;
    if (length > 0x80 && length <= 0x84) {
      const octets = bytes.subarray(start, start + (length & 0x7f));
      start += octets.length;
      length = octets.reduce((sum, octet) => sum * 256 + octet, 0);
    }
    if (start + length > bytes.length) break;
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

/**
 * What a private key has in common with its certificate: the modulus of an RSA key (PKCS #1, RFC 8017 §A.1.2), the point of an elliptic
 * one (RFC 5915 §3), either also inside PKCS #8. Null where the key does not say, so that nothing can be compared.
 */
function publicPartOf(key: Uint8Array): Uint8Array | null {
  const [version, second, third, ...rest] = elementsOf(elementsOf(key)[0]?.content ?? new Uint8Array());
  if (version?.tag !== INTEGER) return null;
  if (second?.tag === SEQUENCE && third?.tag === OCTET_STRING) return publicPartOf(third.content);
  if (second?.tag === INTEGER) return second.content;
  const point = [third, ...rest].find((element) => element?.tag === PUBLIC_KEY_OF_EC);
  const bits = point === undefined ? undefined : elementsOf(point.content)[0];
  return bits?.tag === BIT_STRING ? bits.content : null;
}

function contains(whole: Uint8Array, part: Uint8Array): boolean {
  for (let at = whole.indexOf(part[0] ?? 0); at >= 0; at = whole.indexOf(part[0] ?? 0, at + 1)) {
    if (part.every((byte, i) => whole[at + i] === byte)) return true;
  }
  return false;
}
