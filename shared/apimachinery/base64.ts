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
