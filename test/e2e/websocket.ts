/** The server's side of WebSockets (RFC 6455), as far as tests need it. */
import { createHash } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const CLOSE = 8;

/** Accepts every upgrade, sends each message back as it came, and tells with which code the client closed. `close 4000` asks it to close first. */
export function echoWebSockets(server: Server, onClose: (code: number) => void): void {
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${GUID}`).digest("base64");
    const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
    const protocol = request.headers["sec-websocket-protocol"]?.split(",", 1)[0];
    if (protocol !== undefined) lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
    socket.write(`${[...lines, `Sec-WebSocket-Accept: ${accept}`].join("\r\n")}\r\n\r\n`);
    let pending = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("data", (data: Buffer) => {
      pending = Buffer.concat([pending, data]);
      for (let frame = decode(pending); frame !== null; frame = decode(pending)) {
        pending = pending.subarray(frame.length);
        const asked = /^close (\d{4})$/.exec(frame.payload.length > 20 ? "" : String(frame.payload));
        socket.write(asked === null ? encode(frame.opcode, frame.payload) : encode(CLOSE, code(Number(asked[1]))));
        if (frame.opcode !== CLOSE) continue;
        onClose(frame.payload.readUInt16BE(0));
        socket.end();
      }
    });
  });
}

function code(value: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(value);
  return payload;
}

/** The first frame, unmasked; null when it is not all there yet. */
function decode(data: Buffer): { readonly opcode: number; readonly payload: Buffer; readonly length: number } | null {
  if (data.length < 2) return null;
  const short = data.readUInt8(1) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + extra + 4;
  if (data.length < start) return null;
  const size = extra === 2 ? data.readUInt16BE(2) : extra === 8 ? Number(data.readBigUInt64BE(2)) : short;
  if (data.length < start + size) return null;
  const mask = data.subarray(start - 4, start);
  const payload = data.subarray(start, start + size).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return { opcode: data.readUInt8(0) & 0x0f, payload: Buffer.from(payload), length: start + size };
}

function encode(opcode: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  head.writeUInt8(0x80 | opcode, 0);
  head.writeUInt8(head.length === 2 ? payload.length : head.length === 4 ? 126 : 127, 1);
  if (head.length === 4) head.writeUInt16BE(payload.length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}
