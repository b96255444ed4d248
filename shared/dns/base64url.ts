/** base64url (RFC 4648 §5) without padding, as RFC 8484 §6 has it in URLs. */

const INVALID = 255;

const VALUES: Uint8Array = (() => {
  const values = new Uint8Array(128).fill(INVALID);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
})();

/** `null` for another alphabet, padding, or a length that no octets have. Bits past the last octet are let pass. */
export function decodeBase64url(text: string): Uint8Array | null {
  const rest = text.length % 4;
  if (rest === 1) return null;
  const octets = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? INVALID;
    if (value === INVALID) return null;
    bits = ((bits << 6) | value) & 0xfff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      octets[at++] = bits >> held;
    }
  }
  return octets;
}

/** Octets → base64url, unpadded (RFC 8484 §6). */
export function encodeBase64url(octets: Uint8Array): string {
  const text = btoa(String.fromCharCode(...octets));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
