/** MD5 and SHA-1, for password files that have them. Synchronous, as the decisions of the data plane are; not for anything new. */

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** The message with its padding: a 1 bit, zeros, and the length in bits, at the place and in the order that the hash wants. */
function padded(message: Uint8Array, littleEndian: boolean): DataView {
  const length = Math.ceil((message.length + 9) / 64) * 64;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  const bits = message.length * 8;
  view.setUint32(length - (littleEndian ? 8 : 4), bits >>> 0, littleEndian);
  view.setUint32(length - (littleEndian ? 4 : 8), Math.floor(bits / 2 ** 32), littleEndian);
  return view;
}

function toBytes(words: readonly number[], littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => view.setUint32(i * 4, word >>> 0, littleEndian));
  return new Uint8Array(view.buffer);
}

const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;
/** RFC 1321 §3.4. */
const MD5_TABLE = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

export function md5(message: Uint8Array): Uint8Array {
  const view = padded(message, true);
  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < view.byteLength; block += 64) {
    const before = [a, b, c, d] as const;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const [mix, index] = md5Round(round, i, b, c, d);
      const sum = (a + mix + (MD5_TABLE[i] ?? 0) + view.getInt32(block + index * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + rotate(sum, MD5_SHIFTS[round * 4 + (i & 3)] ?? 0)) | 0];
    }
    [a, b, c, d] = [(a + before[0]) | 0, (b + before[1]) | 0, (c + before[2]) | 0, (d + before[3]) | 0];
  }
  return toBytes([a, b, c, d], true);
}

function md5Round(round: number, i: number, b: number, c: number, d: number): readonly [mix: number, index: number] {
  if (round === 0) return [(b & c) | (~b & d), i];
  if (round === 1) return [(d & b) | (~d & c), (5 * i + 1) & 15];
  return round === 2 ? [b ^ c ^ d, (3 * i + 5) & 15] : [c ^ (b | ~d), (7 * i) & 15];
}

export function sha1(message: Uint8Array): Uint8Array {
  const view = padded(message, false);
  let state: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const words = new Int32Array(80);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 80; i++) {
      words[i] =
        i < 16
          ? view.getInt32(block + i * 4)
          : rotate((words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0), 1);
    }
    state = sha1Block(state, words);
  }
  return toBytes(state, false);
}

function sha1Block(before: readonly number[], words: Int32Array): readonly number[] {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = before;
  for (let i = 0; i < 80; i++) {
    const [mix, constant] = sha1Round(i, b, c, d);
    const next = (rotate(a, 5) + mix + e + constant + (words[i] ?? 0)) | 0;
    [e, d, c, b, a] = [d, c, rotate(b, 30), a, next];
  }
  return [a, b, c, d, e].map((word, i) => (word + (before[i] ?? 0)) | 0);
}

function sha1Round(i: number, b: number, c: number, d: number): readonly [mix: number, constant: number] {
  if (i < 20) return [(b & c) | (~b & d), 0x5a827999];
  if (i < 40) return [b ^ c ^ d, 0x6ed9eba1];
  return i < 60 ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc] : [b ^ c ^ d, 0xca62c1d6];
}
