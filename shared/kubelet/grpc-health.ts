/**
 * One call of `grpc.health.v1.Health/Check`, as bytes: as much of HTTP/2 (RFC 9113) as a client needs for a single small call over a
 * connection of its own. `fetch` speaks no HTTP/2 without TLS, which is what a kubelet's `grpc` probes use.
 */
import { concatBytes } from "../apimachinery/concat-bytes.ts";

export interface GrpcCheck {
  /** `host:port`, as the kubelet dials it and names it in its messages. */
  readonly authority: string;
  /** `""`: the server as a whole. */
  readonly service: string;
}

export type GrpcAnswer =
  /** More bytes are needed; `reply`, where it is not empty, is to be sent meanwhile. */
  | { readonly kind: "more"; readonly reply: Uint8Array }
  | { readonly kind: "status"; readonly status: number }
  /** The server ended the call, or the connection, without an answer. */
  | { readonly kind: "none" };

const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7 } as const;
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const PADDED = 8;
const STREAM = 1;
const HEAD_BYTES = 9;
const MESSAGE_HEAD_BYTES = 5;
/** The largest frame that a server may send to who has not allowed larger ones. */
const MAX_FRAME_BYTES = 16_384;
/** A health response has two bytes, and a head of five. */
const MAX_MESSAGE_BYTES = MAX_FRAME_BYTES;
const SERVING = 1;

const encoder = new TextEncoder();

/** What is sent first, and all that is sent unasked: preface, settings, and the call. */
export function grpcRequest({ authority, service }: GrpcCheck): Uint8Array {
  const name = encoder.encode(service);
  const message = service === "" ? [] : [0x0a, ...varint(name.length), ...name];
  // Literals that are not indexed, and whose names are entries of the static table where there is one (RFC 7541, appendix A).
  const headers = [
    0x83, // :method: POST
    0x86, // :scheme: http
    ...literal(4, "/grpc.health.v1.Health/Check"), // :path
    ...literal(1, authority), // :authority
    ...literal(31, "application/grpc"), // content-type
    0x00, // a name of its own
    ...text("te"),
    ...text("trailers"),
    ...literal(58, "kube-probe/1.35"), // user-agent
  ];
  return concatBytes([
    encoder.encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    frame(FRAME.settings, 0, 0, []),
    frame(FRAME.headers, END_HEADERS, STREAM, headers),
    frame(FRAME.data, END_STREAM, STREAM, [0, ...uint32(message.length), ...message]),
  ]);
}

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: readonly number[];
}

/** Reads what the server sends, in whatever pieces it comes. */
export class GrpcReader {
  #pending: Uint8Array = new Uint8Array();
  readonly #message: number[] = [];

  /** `piece` null: the server has closed the connection. */
  take(piece: Uint8Array | null): GrpcAnswer {
    if (piece === null) return this.#verdict();
    this.#pending = concatBytes([this.#pending, piece]);
    const reply: Uint8Array[] = [];
    for (let next = this.#frame(); next !== null; next = this.#frame()) {
      if (next === "too large") return { kind: "none" };
      const { type, flags, stream, payload } = next;
      if (type === FRAME.settings && (flags & ACK) === 0) reply.push(frame(FRAME.settings, ACK, 0, []));
      if (type === FRAME.ping && (flags & ACK) === 0) reply.push(frame(FRAME.ping, ACK, 0, payload));
      if (type === FRAME.goAway) return this.#verdict();
      if (stream !== STREAM) continue;
      if (type === FRAME.data) this.#message.push(...unpadded(payload, flags));
      if (this.#message.length > MAX_MESSAGE_BYTES) return { kind: "none" };
      const isOver =
        type === FRAME.reset || ((type === FRAME.data || type === FRAME.headers) && (flags & END_STREAM) !== 0);
      if (isOver || this.#isWhole()) return this.#verdict();
    }
    return { kind: "more", reply: concatBytes(reply) };
  }

  /** The next whole frame. Null: it has not come yet. */
  #frame(): Frame | "too large" | null {
    if (this.#pending.length < HEAD_BYTES) return null;
    const [a = 0, b = 0, c = 0, type = 0, flags = 0, d = 0, e = 0, f = 0, g = 0] = this.#pending;
    const length = (a << 16) | (b << 8) | c;
    if (length > MAX_FRAME_BYTES) return "too large";
    if (this.#pending.length < HEAD_BYTES + length) return null;
    const payload = [...this.#pending.subarray(HEAD_BYTES, HEAD_BYTES + length)];
    this.#pending = this.#pending.subarray(HEAD_BYTES + length);
    return { type, flags, stream: ((d & 0x7f) << 24) | (e << 16) | (f << 8) | g, payload };
  }

  /** A gRPC message has a head: whether it is compressed, and its length. */
  #isWhole(): boolean {
    const [, a = 0, b = 0, c = 0, d = 0] = this.#message;
    const length = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    return this.#message.length >= MESSAGE_HEAD_BYTES + length;
  }

  /** `HealthCheckResponse` has one field, the status; without it that is 0, UNKNOWN. */
  #verdict(): GrpcAnswer {
    if (!this.#isWhole()) return { kind: "none" };
    const [, , , , , tag, status = 0] = this.#message;
    return { kind: "status", status: tag === 0x08 ? status : 0 };
  }
}

const STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

/** What the kubelet makes of the end of a call; null: the server is well (`pkg/probe/grpc`). */
export function grpcFailure(answer: Exclude<GrpcAnswer, { readonly kind: "more" }>): string | null {
  if (answer.kind === "none") return "error: health rpc probe failed: the server ended the call without an answer";
  if (answer.status === SERVING) return null;
  return `service unhealthy (responded with ${JSON.stringify(STATUSES[answer.status] ?? String(answer.status))})`;
}

/** Nobody has answered in `milliseconds`; `isConnected`: though there was a connection. */
export const grpcTimeout = ({ authority }: GrpcCheck, milliseconds: number, isConnected: boolean): string =>
  isConnected
    ? `timeout: health rpc did not complete within ${milliseconds / 1000}s`
    : `timeout: failed to connect service ${JSON.stringify(authority)} within ${milliseconds / 1000}s: context deadline exceeded`;

function frame(type: number, flags: number, stream: number, payload: readonly number[]): Uint8Array {
  const { length } = payload;
  return Uint8Array.from([length >> 16, length >> 8, length, type, flags, ...uint32(stream), ...payload]);
}

const uint32 = (value: number): readonly number[] =>
  [value >>> 24, value >>> 16, value >>> 8, value].map((n) => n & 255);

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

/** A header field that is not indexed; `name`: its place in the static table. */
const literal = (name: number, value: string): readonly number[] => [...prefixed(0x00, 4, name), ...text(value)];

/** A string as it is, not Huffman-coded. */
function text(value: string): readonly number[] {
  const bytes = encoder.encode(value);
  return [...prefixed(0x00, 7, bytes.length), ...bytes];
}

/** An integer in the low `bits` of a byte, and in bytes after it where it does not fit (RFC 7541 §5.1). */
function prefixed(first: number, bits: number, value: number): readonly number[] {
  const most = 2 ** bits - 1;
  return value < most ? [first | value] : [first | most, ...varint(value - most)];
}

function unpadded(payload: readonly number[], flags: number): readonly number[] {
  return (flags & PADDED) === 0 ? payload : payload.slice(1, payload.length - (payload[0] ?? 0));
}
