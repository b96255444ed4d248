/** HTTP/2 by the byte (RFC 9113): one request whose fields no client library would send, over TLS. */
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Place } from "./raw-http.ts";

export type Field = readonly [name: string, value: string];

export interface RawStream {
  readonly fields: readonly Field[];
  readonly body?: string;
  readonly trailers?: readonly Field[];
}

const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const GOAWAY = 7;
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const FRAME_HEAD = 9;
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Each field as a literal that is not indexed, its text as it is (RFC 7541 §6.2.2). */
const encode = (fields: readonly Field[]): Buffer =>
  Buffer.concat(fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), text(name), text(value)])));

/** A string and its length, an integer of prefix 7 (RFC 7541 §5.1). */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push(128 | (rest & 127));
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** The status that came back, or `refused`: the stream was reset, or the connection ended. */
export function sayHttp2({ host, port }: Place, { fields, body = "", trailers = [] }: RawStream): Promise<string> {
  return new Promise((resolve) => {
    const options = { host, port, ALPNProtocols: ["h2"], rejectUnauthorized: false };
    const socket: TLSSocket = connectTls(options, () => {
      const isLast = (part: number): number => (part === 0 ? END_STREAM : 0);
      const frames = [frame(HEADERS, END_HEADERS | isLast(body.length + trailers.length), 1, encode(fields))];
      if (body !== "") frames.push(frame(DATA, isLast(trailers.length), 1, Buffer.from(body, "latin1")));
      if (trailers.length > 0) frames.push(frame(HEADERS, END_HEADERS | END_STREAM, 1, encode(trailers)));
      socket.write(Buffer.concat([Buffer.from(PREFACE), frame(SETTINGS, 0, 0, Buffer.alloc(0)), ...frames]));
    });
    const finish = (outcome: string): void => {
      socket.destroy();
      resolve(outcome);
    };
    let unread = Buffer.alloc(0);
    socket.on("data", (data: Buffer) => {
      unread = Buffer.concat([unread, data]);
      while (unread.length >= FRAME_HEAD && unread.length >= FRAME_HEAD + unread.readUIntBE(0, 3)) {
        const payload = unread.subarray(FRAME_HEAD, FRAME_HEAD + unread.readUIntBE(0, 3));
        const [type, flags] = [unread.readUInt8(3), unread.readUInt8(4)];
        unread = unread.subarray(FRAME_HEAD + payload.length);
        if (type === SETTINGS && (flags & ACK) === 0) socket.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
        if (type === HEADERS) finish(statusIn(payload));
        if (type === RST_STREAM || type === GOAWAY) finish("refused");
      }
    });
    socket.on("error", () => finish("refused"));
    socket.on("close", () => finish("refused"));
  });
}

/** Statuses of the static table (RFC 7541, appendix A), by index. */
const STATIC = new Map(["200", "204", "206", "304", "400", "404", "500"].map((status, i) => [0x88 + i, status]));

/** `:status` comes first: from the static table, or as a literal whose digits may be packed by Huffman's code. */
function statusIn(block: Buffer): string {
  // An update of the table's size may come before it.
  const at = (block.readUInt8(0) & 0xe0) === 0x20 ? 1 : 0;
  const known = STATIC.get(block.readUInt8(at));
  if (known !== undefined) return known;
  const length = block.readUInt8(at + 1);
  const value = block.subarray(at + 2, at + 2 + (length & 0x7f));
  return (length & 0x80) === 0 ? value.toString("latin1") : digits(value);
}

/** The digits' codes (RFC 7541, appendix B): 0 to 2 have five bits, the others six. */
function digits(packed: Buffer): string {
  const bits = [...packed].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  let shown = "";
  for (let i = 0; i + 5 <= bits.length;) {
    const five = Number.parseInt(bits.slice(i, i + 5), 2);
    const six = Number.parseInt(bits.slice(i, i + 6), 2);
    if (five <= 2) shown += String(five);
    else if (six >= 0b011001 && six <= 0b011111) shown += String(six - 0b011001 + 3);
    else break;
    i += five <= 2 ? 5 : 6;
  }
  return shown;
}
