/** The protobuf wire format, written: length-delimited fields, which is all that documents of text need. */

const LENGTH_DELIMITED = 2;
const utf8 = new TextEncoder();

/** One message: fields in the order in which they are added. */
export class WireWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  text(field: number, value: string): void {
    this.#field(field, utf8.encode(value));
  }

  message(field: number, write: (inner: WireWriter) => void): void {
    const inner = new WireWriter();
    write(inner);
    this.#field(field, inner.bytes());
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #field(field: number, bytes: Uint8Array): void {
    this.#add(Uint8Array.of(...varint((field << 3) | LENGTH_DELIMITED), ...varint(bytes.length)));
    this.#add(bytes);
  }

  #add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}
