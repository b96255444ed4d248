import { describe, expect, test } from "vitest";
import { grpcFailure, GrpcReader, grpcRequest, grpcTimeout } from "../../../shared/kubelet/grpc-health.ts";

const frame = (type: number, flags: number, stream: number, payload: readonly number[] = []): readonly number[] => [
  0,
  payload.length >> 8,
  payload.length & 255,
  type,
  flags,
  0,
  0,
  0,
  stream,
  ...payload,
];
const SETTINGS = frame(4, 0, 0, [0, 3, 0, 0, 0, 100]);
const HEADERS = frame(1, 4, 1, [0x88]);
const TRAILERS = frame(1, 5, 1, [0x88]);
const answer = (...message: readonly number[]) => frame(0, 0, 1, [0, 0, 0, 0, message.length, ...message]);

/** What comes of these bytes, in pieces of so many. */
function read(bytes: readonly number[], size = bytes.length, closed = true) {
  const reader = new GrpcReader();
  const replies: number[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const taken = reader.take(Uint8Array.from(bytes.slice(at, at + size)));
    if (taken.kind !== "more") return { taken, replies };
    replies.push(...taken.reply);
  }
  return { taken: closed ? reader.take(null) : null, replies };
}

const NONE = "error: health rpc probe failed: the server ended the call without an answer";

describe("a gRPC health check", () => {
  test.each<[string, readonly number[], string | null]>([
    ["that serves", [...SETTINGS, ...HEADERS, ...answer(8, 1), ...TRAILERS], null],
    ["that does not serve", [...HEADERS, ...answer(8, 2)], 'service unhealthy (responded with "NOT_SERVING")'],
    ["that says nothing, which is UNKNOWN", [...HEADERS, ...answer()], 'service unhealthy (responded with "UNKNOWN")'],
    ["of a server without a health service", [...SETTINGS, ...TRAILERS], NONE],
    ["that is reset", [...SETTINGS, ...frame(3, 0, 1, [0, 0, 0, 8])], NONE],
    ["of a server that goes away", [...frame(7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])], NONE],
    ["of a server that closes the connection", SETTINGS, NONE],
    ["of a server that speaks something else", [...new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")], NONE],
    ["with a padded answer", [...HEADERS, ...frame(0, 8, 1, [2, 0, 0, 0, 0, 2, 8, 1, 0, 0])], null],
    ["with an answer on another stream", [...frame(0, 1, 3, [0, 0, 0, 0, 2, 8, 1])], NONE],
  ])("%s, however it is cut", (_, bytes, failure) => {
    for (const size of [1, 2, 7, bytes.length]) {
      const { taken } = read(bytes, size);
      if (taken === null || taken.kind === "more") throw new Error("it is not over");
      expect(grpcFailure(taken)).toBe(failure);
    }
  });

  test("answers settings and pings", () => {
    const ping = [1, 2, 3, 4, 5, 6, 7, 8];
    const { replies } = read([...SETTINGS, ...frame(6, 0, 0, ping), ...frame(4, 1, 0)], 5, false);
    expect(replies).toEqual([...frame(4, 1, 0), ...frame(6, 1, 0, ping)]);
  });

  test("does not take up an answer without end", () => {
    const reader = new GrpcReader();
    const huge = Uint8Array.from([
      0,
      0x40,
      0,
      0,
      0,
      0,
      0,
      0,
      1,
      0,
      255,
      255,
      255,
      255,
      ...Array<number>(0x4000 - 5).fill(0),
    ]);
    expect(reader.take(huge).kind).toBe("more");
    expect(reader.take(huge).kind).toBe("none");
    expect(new GrpcReader().take(Uint8Array.from([255, 255, 255, 0, 0, 0, 0, 0, 1])).kind).toBe("none");
  });

  test("names its service in a request that a server understands", () => {
    const bytes = grpcRequest({ authority: "10.0.0.1:9000", service: "shop.Cart" });
    const text = String.fromCharCode(...bytes);
    expect(text.startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).toBe(true);
    expect(text).toContain("/grpc.health.v1.Health/Check");
    expect([...bytes.subarray(-16)]).toEqual([0, 0, 0, 0, 11, 0x0a, 9, ...new TextEncoder().encode("shop.Cart")]);
  });

  test("that is late says what it waited for", () => {
    const check = { authority: "10.0.0.1:9000", service: "" };
    expect([grpcTimeout(check, 1000, false), grpcTimeout(check, 1000, true)]).toEqual([
      'timeout: failed to connect service "10.0.0.1:9000" within 1s: context deadline exceeded',
      "timeout: health rpc did not complete within 1s",
    ]);
  });
});
