/** The protobuf wire format, written: length-delimited fields, which is all that documents of text need. */
import { concatBytes } from "../concat-bytes.ts";

const LENGTH_DELIMITED = 2;
const utf8 = new TextEncoder();

/** One message: fields in the order in which they are added. */
export class WireWriter {
  readonly #parts: Uint8Array[] = [];

  text(field: number, value: string): void {
    this.#field(field, utf8.encode(value));
  }

  message(field: number, write: (inner: WireWriter) => void): void {
    const inner = new WireWriter();
    write(inner);
    this.#field(field, inner.bytes());
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return concatBytes(this.#parts);
  }

  #field(field: number, bytes: Uint8Array): void {
    this.#add(Uint8Array.of(...varint((field << 3) | LENGTH_DELIMITED), ...varint(bytes.length)));
    this.#add(bytes);
  }

  #add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
  }
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}
