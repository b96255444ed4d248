import { describe, expect, test } from "vitest";
import { decodeUnknown } from "../../../../shared/apimachinery/protobuf/unknown.ts";
import { bytes, envelope, integer, message, text } from "./encode.ts";

const MAGIC = [0x6b, 0x38, 0x73, 0];

test("an envelope names the type of its message", () => {
  expect(decodeUnknown(envelope("apps/v1", "Deployment", text(1, "x")))).toEqual({
    ok: true,
    value: { apiVersion: "apps/v1", kind: "Deployment", raw: bytes(text(1, "x")) },
  });
});

test("fields that nobody knows are passed over", () => {
  const typeMeta = message(1, text(1, "v1"), integer(7, 1), text(2, "Pod"));
  expect(decodeUnknown(bytes(MAGIC, typeMeta, text(9, "x")))).toMatchObject({
    ok: true,
    value: { apiVersion: "v1", kind: "Pod", raw: new Uint8Array() },
  });
});

describe("refused:", () => {
  test.each([
    ["nothing", [], "empty data"],
    [
      "JSON",
      [...new TextEncoder().encode("{}")],
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    ],
    [
      "half of the magic bytes",
      MAGIC.slice(0, 2),
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    ],
    ["a message that breaks off", [...MAGIC, ...text(2, "abc").slice(0, 3)], "unexpected EOF"],
    ["another content encoding", [...MAGIC, ...text(3, "gzip")], 'the content encoding "gzip" is not supported'],
  ])("%s", (_name, input, problem) => {
    expect(decodeUnknown(Uint8Array.from(input))).toEqual({ ok: false, message: problem });
  });
});
