import { MAX_NAME_OCTETS, type Name } from "../name.ts";

/** One-character strings by octet: joining these is cheaper than decoding each short label anew. */
const CHARACTERS: readonly string[] = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet));

const HEADER_OCTETS = 12;

/** `end` is where the message goes on after the name. */
export interface ReadName {
  readonly name: Name;
  readonly end: number;
}

/**
 * Reads a possibly compressed name; `null` when it is malformed.
 * A pointer must lead to before the part of the name it ends (RFC 1035 §4.1.4: "a prior occurance"), so reading ends.
 */
export function readName(message: Uint8Array, start: number): ReadName | null {
  const name: string[] = [];
  let offset = start;
  let partStart = start;
  let end = -1;
  let octets = 1;
  for (;;) {
    const length = message[offset];
    if (length === undefined) return null;
    if (length === 0) return { name, end: end < 0 ? offset + 1 : end };
    if (length >= 0xc0) {
      const low = message[offset + 1];
      if (low === undefined) return null;
      const target = ((length & 0x3f) << 8) | low;
      if (target < HEADER_OCTETS || target >= partStart) return null;
      if (end < 0) end = offset + 2;
      offset = partStart = target;
      continue;
    }
    // 0x40 and 0x80 are label types that were never put to use (RFC 6891 §5).
    if (length > 63) return null;
    octets += length + 1;
    const next = offset + 1 + length;
    if (octets > MAX_NAME_OCTETS || next > message.length) return null;
    let label = "";
    for (let i = offset + 1; i < next; i++) label += CHARACTERS[message[i] ?? 0] ?? "";
    name.push(label);
    offset = next;
  }
}
