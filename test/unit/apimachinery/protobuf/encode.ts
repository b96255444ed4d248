/** Writes protobuf for tests, field by field. */
export type Encoded = readonly number[];

export function varint(value: number | bigint): Encoded {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

export const tag = (field: number, wireType: number): Encoded => varint(field * 8 + wireType);
export const integer = (field: number, value: number | bigint): Encoded => [...tag(field, 0), ...varint(value)];
export const raw = (field: number, bytes: Iterable<number>): Encoded => {
  const content = [...bytes];
  return [...tag(field, 2), ...varint(content.length), ...content];
};
export const text = (field: number, value: string): Encoded => raw(field, new TextEncoder().encode(value));
export const message = (field: number, ...parts: readonly Encoded[]): Encoded => raw(field, parts.flat());
export const double = (field: number, value: number): Encoded => [
  ...tag(field, 1),
  ...new Uint8Array(new Float64Array([value]).buffer),
];

export const bytes = (...parts: readonly Encoded[]): Uint8Array => Uint8Array.from(parts.flat());

/** The envelope of an object. */
export const envelope = (apiVersion: string, kind: string, ...parts: readonly Encoded[]): Uint8Array =>
  bytes([0x6b, 0x38, 0x73, 0], message(1, text(1, apiVersion), text(2, kind)), message(2, ...parts));
