/**
 * The protobuf wire format (protobuf.dev/programming-guides/encoding), read only. Total: bytes that are no message set
 * `problem`, after which every method returns a zero and `next` false. The words of problems are those of Go's decoder.
 */

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

/** Messages deeper than this are refused, as other decoders of protobuf do. Real objects stay below 20. */
const MAX_DEPTH = 100;
const MAX_FIELD_NUMBER = 2 ** 29 - 1;
const TRUNCATED = "unexpected EOF";

// Go keeps a string's bytes as they are; what is not UTF-8 becomes U+FFFD as soon as it is shown as JSON.
const utf8 = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Walks the fields of a message: `next`, then exactly one of the reading methods or `skip`. */
export class WireReader {
  problem: string | null = null;
  /** Number and wire type of the field that `next` came to. */
  field = 0;
  wireType = VARINT;
  readonly #bytes: Uint8Array;
  #at = 0;
  #end: number;
  #depth = 0;
  /** The halves of the varint read last, unsigned. */
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** False at the end of the message, or after a problem. */
  next(): boolean {
    if (this.problem !== null || this.#at >= this.#end) return false;
    if (!this.#tag()) return false;
    return this.wireType !== END_GROUP || this.fail("proto: unexpected end of group");
  }

  /** The low 32 bits, as Go's decoder takes them: negative numbers come in ten bytes. */
  int32(): number {
    return this.#expect(VARINT) && this.#varint() ? this.#low | 0 : 0;
  }

  /** A problem beyond 2^53, where a number cannot hold it. */
  int64(): number {
    if (!this.#expect(VARINT) || !this.#varint()) return 0;
    const value = (this.#high | 0) * 2 ** 32 + this.#low;
    if (Number.isSafeInteger(value)) return value;
    const exact = (BigInt(this.#high | 0) << 32n) + BigInt(this.#low);
    this.fail(`the integer ${exact} is beyond 2^53 and cannot be kept exactly`);
    return 0;
  }

  bool(): boolean {
    return this.#expect(VARINT) && this.#varint() && (this.#low !== 0 || this.#high !== 0);
  }

  double(): number {
    if (!this.#expect(FIXED64)) return 0;
    const at = this.#advance(8);
    return at === null ? 0 : new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0, true);
  }

  /** A view of the input, not a copy. */
  bytes(): Uint8Array {
    const at = this.#open();
    return at === null ? new Uint8Array() : this.#bytes.subarray(at, this.#at);
  }

  text(): string {
    return utf8.decode(this.bytes());
  }

  /** Runs `read` on the fields of a message inside this one. What it leaves unread is passed over. */
  message(read: () => void): void {
    const at = this.#open();
    if (at === null) return;
    if (this.#depth >= MAX_DEPTH) {
      this.fail("exceeded max depth");
      return;
    }
    const outerEnd = this.#end;
    const end = this.#at;
    this.#at = at;
    this.#end = end;
    this.#depth++;
    read();
    this.#depth--;
    this.#at = end;
    this.#end = outerEnd;
  }

  /** `message` for one whose fields `read` knows by number: it reads the field, or returns false to have it passed over. */
  parts(read: (field: number) => boolean): void {
    this.message(() => {
      while (this.next()) {
        if (!read(this.field)) this.skip();
      }
    });
  }

  /** Runs `read` once for each scalar of a packed list. */
  packed(wireType: typeof VARINT | typeof FIXED64, read: () => void): void {
    this.message(() => {
      while (this.problem === null && this.#at < this.#end) {
        this.wireType = wireType;
        read();
      }
    });
  }

  /** Passes over the field; a group to its end, with a counter and no recursion. */
  skip(): void {
    let groups = 0;
    do {
      groups += this.#skipOne();
    } while (groups > 0 && this.problem === null && this.#tag());
  }

  /** By how many groups it went in (1) or out (-1). */
  #skipOne(): -1 | 0 | 1 {
    switch (this.wireType) {
      case VARINT:
        this.#varint();
        return 0;
      case FIXED64:
        this.#advance(8);
        return 0;
      case LENGTH_DELIMITED:
        this.#open();
        return 0;
      case START_GROUP:
        return 1;
      case END_GROUP:
        return -1;
      default:
        this.#advance(4);
        return 0;
    }
  }

  /** Always false, so that a reader can end with it. The first problem is the one that counts. */
  fail(problem: string): false {
    this.problem ??= problem;
    this.#at = this.#end;
    return false;
  }

  #tag(): boolean {
    if (!this.#varint()) return false;
    this.wireType = this.#low & 7;
    this.field = this.#high * 2 ** 29 + (this.#low >>> 3);
    if (this.wireType > FIXED32) return this.fail(`proto: illegal wireType ${this.wireType}`);
    if (this.field > 0 && this.field <= MAX_FIELD_NUMBER) return true;
    return this.fail(`proto: illegal tag ${this.field} (wire type ${this.wireType})`);
  }

  #expect(wireType: number): boolean {
    return this.wireType === wireType || this.fail(`proto: wrong wireType = ${this.wireType}`);
  }

  /** Goes past a length and what it measures; where that starts, or null. */
  #open(): number | null {
    if (!this.#expect(LENGTH_DELIMITED) || !this.#varint()) return null;
    return this.#advance(this.#high * 2 ** 32 + this.#low);
  }

  #advance(length: number): number | null {
    const at = this.#at;
    if (this.problem !== null) return null;
    if (length > this.#end - at) {
      this.fail(TRUNCATED);
      return null;
    }
    this.#at = at + length;
    return at;
  }

  #varint(): boolean {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
      if (byte === undefined) return this.fail(TRUNCATED);
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >>> 4;
      if (shift > 28) high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return true;
      }
    }
    return this.fail("proto: integer overflow");
  }
}
