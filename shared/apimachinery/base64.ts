/** The standard base64 (RFC 4648 §4) of a text's UTF-8. */
export const toBase64 = (text: string): string => bytesToBase64(new TextEncoder().encode(text));

export function bytesToBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // In pieces, because the arguments of one call are limited.
  for (let i = 0; i < bytes.length; i += 8192) pieces.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return btoa(pieces.join(""));
}

/** How many bytes a well-formed base64 text stands for. */
export const decodedLength = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);

/** The bytes of standard base64; null where it is none. */
export function decodeBase64(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    // atob throws on anything but base64.
    return null;
  }
}

/** The UTF-8 text behind standard base64; null where it is none. */
export function decodeBase64Text(base64: string): string | null {
  const bytes = decodeBase64(base64);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
