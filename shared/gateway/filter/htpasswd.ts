/** Password hashes of htpasswd files. */
import { bytesToBase64, decodeBase64 } from "../../apimachinery/base64.ts";
import { concatBytes } from "../../apimachinery/concat-bytes.ts";
import { md5, sha1 } from "./digest.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Takes as long for texts that differ early as for those that differ late. */
function equal(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i % Math.max(1, b.length));
  return difference === 0;
}

/** Whether the password is the one behind the hash. A kind of hash that is not known is nobody's. */
export function verifyPassword(hash: string, password: string): boolean {
  if (hash.startsWith("$apr1$")) return equal(apr1(password, hash.split("$")[2] ?? ""), hash);
  if (hash.startsWith("{SHA}")) return equal(bytesToBase64(sha1(utf8(password))), hash.slice(5));
  if (hash.startsWith("{SSHA}")) return verifySaltedSha(hash.slice(6), password);
  return hash.startsWith("{PLAIN}") && equal(password, hash.slice(7));
}

/** RFC 2307's SSHA: base64 of the digest of password and salt, and the salt. */
function verifySaltedSha(text: string, password: string): boolean {
  const bytes = decodeBase64(text);
  if (bytes === null || bytes.length <= 20) return false;
  const digest = sha1(concatBytes([utf8(password), bytes.subarray(20)]));
  return equal(bytesToBase64(digest), bytesToBase64(bytes.subarray(0, 20)));
}

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** The order in which the digest's bytes are written, in threes. */
const ORDER = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

/** Apache's variant of the MD5 crypt: a thousand rounds, which is what `htpasswd` makes by default. */
function apr1(password: string, salt: string): string {
  const secret = utf8(password);
  const grain = utf8(salt.slice(0, 8));
  const alternate = md5(concatBytes([secret, grain, secret]));
  const first: Uint8Array[] = [secret, utf8("$apr1$"), grain];
  for (let left = secret.length; left > 0; left -= 16) first.push(alternate.subarray(0, Math.min(16, left)));
  for (let bits = secret.length; bits > 0; bits >>= 1)
    first.push((bits & 1) === 1 ? Uint8Array.of(0) : secret.subarray(0, 1));
  let digest = md5(concatBytes(first));
  for (let round = 0; round < 1000; round++) {
    digest = md5(
      concatBytes([
        (round & 1) === 1 ? secret : digest,
        ...(round % 3 === 0 ? [] : [grain]),
        ...(round % 7 === 0 ? [] : [secret]),
        (round & 1) === 1 ? digest : secret,
      ]),
    );
  }
  return `$apr1$${salt.slice(0, 8)}$${encode(digest)}`;
}

function encode(digest: Uint8Array): string {
  const byte = (i: number): number => digest[i] ?? 0;
  const groups = ORDER.map(([a, b, c]) => letters((byte(a) << 16) | (byte(b) << 8) | byte(c), 4));
  return groups.join("") + letters(byte(11), 2);
}

const letters = (value: number, count: number): string =>
  Array.from({ length: count }, (_, i) => ALPHABET[(value >> (6 * i)) & 63]).join("");
