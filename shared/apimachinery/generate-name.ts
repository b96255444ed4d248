/**
 * Generated names, as apimachinery's `rand` and `names` packages make them: no vowels, and no characters that are
 * mistaken for one another, so that no generated name reads as a word.
 */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH = 5;
/** Longer bases are cut, so that the whole is a DNS label. */
const MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH;

/** `metadata.generateName` → a name. `pick(n)` gives an integer in `[0, n)`. */
export function generateName(base: string, pick: (n: number) => number): string {
  let name = base.slice(0, MAX_BASE_LENGTH);
  for (let i = 0; i < SUFFIX_LENGTH; i++) name += ALPHABET[pick(ALPHABET.length)] ?? "";
  return name;
}

/** A decimal number in the alphabet of generated names: how `pod-template-hash` is written. */
export function safeEncode(text: string): string {
  let encoded = "";
  for (let i = 0; i < text.length; i++) encoded += ALPHABET[text.charCodeAt(i) % ALPHABET.length] ?? "";
  return encoded;
}
