import { describe, expect, test } from "vitest";
import { podSchema } from "../../../../shared/registry/core-v1/pod/schema.ts";
import {
  anything,
  atomic,
  boolean,
  bytes as bytesField,
  embedded,
  int32,
  int64,
  intOrString,
  list,
  map,
  message as declare,
  microTime,
  object,
  pointer,
  quantity,
  required,
  string,
  time,
} from "../../../../shared/registry/schema/declare.ts";
import { decodeProtobuf } from "../../../../shared/registry/schema/decode-protobuf.ts";
import type { ObjectSchema } from "../../../../shared/registry/schema/schema.ts";
import { bytes, integer, message, raw, text, varint, type Encoded } from "../../apimachinery/protobuf/encode.ts";

const nodeSchema: ObjectSchema = declare(
  "test.Node",
  "A message of every sort of field, which may hold itself.",
  () => ({
    name: string(),
    replicas: int32(pointer),
    port: int32(required),
    age: int64(),
    paused: boolean(),
    data: map(bytesField()),
    labels: map(string()),
    extra: map(list(string(), atomic)),
    limits: map(quantity()),
    groups: list(int64(), atomic),
    names: list(string(), atomic),
    at: time(),
    exactly: microTime(),
    target: intOrString(),
    size: quantity(),
    any: anything(),
    child: object(nodeSchema),
    children: list(object(nodeSchema), atomic),
    path: string(),
    optional: boolean(pointer),
  }),
  {
    name: 1,
    replicas: 2,
    port: 3,
    age: 4,
    paused: 5,
    data: 6,
    labels: 7,
    extra: 8,
    limits: 9,
    groups: 10,
    names: 11,
    at: 12,
    exactly: 13,
    target: 14,
    size: 15,
    any: 16,
    child: 17,
    children: 18,
    ...embedded(19, { path: 1, optional: 2 }),
  },
);

const entry = (field: number, key: string, ...value: readonly Encoded[]): Encoded =>
  message(field, text(1, key), ...value);

describe("decoding", () => {
  const cases: readonly (readonly [name: string, input: Encoded, value: unknown])[] = [
    ["nothing is an empty object", [], {}],
    ["a zero of a field that is no pointer is absence", [...text(1, ""), ...integer(4, 0), ...integer(5, 0)], {}],
    ["a zero of a pointer stays", [...integer(2, 0), ...message(19, integer(2, 0))], { replicas: 0, optional: false }],
    ["a zero of a field without omitempty stays", integer(3, 0), { port: 0 }],
    ["an empty message is an empty object", message(17), { child: {} }],
    ["bytes become base64", entry(6, "k", raw(2, [0, 255, 254])), { data: { k: "AP/+" } }],
    ["a map", [...entry(7, "a", text(2, "1")), ...entry(7, "b", text(2, ""))], { labels: { a: "1", b: "" } }],
    ["a map entry without key and value", message(7), { labels: { "": "" } }],
    [
      "of a key that stands twice the last value counts",
      [...entry(7, "a", text(2, "1")), ...entry(7, "a")],
      { labels: { a: "" } },
    ],
    ["a map of lists", entry(8, "k", message(2, text(1, "x"), text(1, "y"))), { extra: { k: ["x", "y"] } }],
    ["a map of quantities", entry(9, "cpu", message(2, text(1, "500m"))), { limits: { cpu: "500m" } }],
    ["a list one by one", [...integer(10, 1), ...integer(10, 3_000_000_000)], { groups: [1, 3_000_000_000] }],
    ["a packed list", raw(10, [...varint(1), ...varint(2)]), { groups: [1, 2] }],
    ["an empty text in a list stays", [...text(11, ""), ...text(11, "a")], { names: ["", "a"] }],
    [
      "a list between other fields",
      [...text(11, "a"), ...integer(3, 1), ...text(11, "b")],
      { names: ["a", "b"], port: 1 },
    ],
    [
      "a time in whole seconds",
      message(12, integer(1, 1_767_225_600), integer(2, 999)),
      { at: "2026-01-01T00:00:00Z" },
    ],
    ["the epoch is a time", message(12, integer(1, 0), integer(2, 0)), { at: "1970-01-01T00:00:00Z" }],
    ["a time before the epoch", message(12, integer(1, -1)), { at: "1969-12-31T23:59:59Z" }],
    ["the empty message is no time", [...message(12), ...message(13)], {}],
    [
      "a time in microseconds",
      message(13, integer(1, 1), integer(2, 1_234_999)),
      { exactly: "1970-01-01T00:00:01.001234Z" },
    ],
    ["an int or string that is an integer", message(14, integer(1, 0), integer(2, 80), text(3, "")), { target: 80 }],
    ["a negative one", message(14, integer(2, -1)), { target: -1 }],
    [
      "an int or string that is a string",
      message(14, integer(1, 1), integer(2, 0), text(3, "http")),
      { target: "http" },
    ],
    ["a quantity", message(15, text(1, "64Mi")), { size: "64Mi" }],
    ["the empty quantity is 0", message(15), { size: "0" }],
    ["JSON in a message", message(16, text(1, '{"f:a":{}}')), { any: { "f:a": {} } }],
    ["no JSON in a message", message(16), {}],
    ["embedded fields stand flat", [...message(19, text(1, "/")), ...integer(3, 1)], { path: "/", port: 1 }],
    [
      "a message that comes twice is merged",
      [...message(17, text(1, "a"), text(11, "x")), ...message(17, integer(3, 1), text(11, "y"))],
      { child: { name: "a", names: ["x", "y"], port: 1 } },
    ],
    ["of a scalar that comes twice the last counts", [...text(1, "a"), ...text(1, "b")], { name: "b" }],
    ["messages in a list", [...message(18, text(1, "a")), ...message(18)], { children: [{ name: "a" }, {}] }],
    [
      "unknown fields are passed over",
      [...text(1, "a"), ...text(99, "?"), ...message(17, integer(77, 1))],
      { name: "a", child: {} },
    ],
  ];
  test.each(cases)("%s", (_name, input, value) => {
    expect(decodeProtobuf(nodeSchema, bytes(input))).toEqual({ ok: true, value });
  });

  test("keys that are names of an object's machinery are keys as any", () => {
    const keys = ["__proto__", "constructor", "toString"];
    const input = bytes(...keys.map((key) => entry(7, key, text(2, "x"))));
    const decoded = decodeProtobuf(nodeSchema, input);
    expect(decoded.ok && Object.entries(decoded.value["labels"] ?? {})).toEqual(keys.map((key) => [key, "x"]));
  });
});

describe("refused, with the field's place:", () => {
  const selfish = (depth: number): Encoded => (depth === 0 ? [] : message(17, selfish(depth - 1)));
  const cases: readonly (readonly [name: string, input: Encoded, problem: string])[] = [
    ["a wrong wire type", message(17, message(18, integer(1, 1))), "child.children.name: proto: wrong wireType = 0"],
    ["a list that breaks off", [...message(18), 0x92, 0x01, 0x05], "children: unexpected EOF"],
    [
      "a time after the year 9999",
      message(12, integer(1, 253_402_300_800)),
      "at: the time is outside the years 0 to 9999",
    ],
    [
      "a second of more than 10^9 nanoseconds",
      message(13, integer(1, 0), integer(2, 1e9)),
      "exactly: the time is outside the years 0 to 9999",
    ],
    ["an int or string that is neither", message(14, integer(1, 2)), "target: impossible IntOrString.Type 2"],
    [
      "what should be JSON and is not",
      message(16, text(1, "{")),
      "any: json parse error: unexpected end of JSON input",
    ],
    [
      "an integer beyond 2^53",
      integer(4, 2n ** 60n),
      "age: the integer 1152921504606846976 is beyond 2^53 and cannot be kept exactly",
    ],
    ["a tag of no field", [0x07], "proto: illegal wireType 7"],
    ["a message that holds itself too often", selfish(200), `${"child.".repeat(100)}child: exceeded max depth`],
  ];
  test.each(cases)("%s", (_name, input, problem) => {
    expect(decodeProtobuf(nodeSchema, bytes(input))).toEqual({ ok: false, message: problem });
  });
});

test("a schema whose numbers name no field is a bug that shows", () => {
  const wrong: ObjectSchema = { ...podSchema, numbers: { nothing: 1 } };
  expect(() => decodeProtobuf(wrong, bytes())).toThrow("nothing");
});
