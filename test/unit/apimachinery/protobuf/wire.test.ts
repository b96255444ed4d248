import { describe, expect, test } from "vitest";
import { VARINT, WireReader } from "../../../../shared/apimachinery/protobuf/wire.ts";
import { bytes, double, integer, message, raw, tag, text, varint, type Encoded } from "./encode.ts";

type Read = (wire: WireReader) => unknown;

/** What `read` makes of each field, or the problem. */
function outcome(input: Encoded, read: Read): unknown {
  const wire = new WireReader(bytes(input));
  const values: unknown[] = [];
  while (wire.next()) values.push(read(wire));
  return wire.problem ?? values;
}

const int32: Read = (wire) => wire.int32();
const int64: Read = (wire) => wire.int64();
const skip: Read = (wire) => wire.skip();
const nested: Read = (wire) => {
  let depth = 0;
  const enter = (): void => {
    depth++;
    while (wire.next()) wire.message(enter);
  };
  wire.message(enter);
  return depth;
};
const nest = (depth: number): Encoded => (depth === 0 ? [] : message(1, nest(depth - 1)));

describe("a value", () => {
  const values: readonly (readonly [name: string, input: Encoded, read: Read, value: unknown])[] = [
    ["a small integer", integer(1, 5), int32, 5],
    ["the largest int32", integer(1, 2 ** 31 - 1), int32, 2 ** 31 - 1],
    ["a negative int32 comes in ten bytes", integer(1, -1), int32, -1],
    ["an int32 takes the low 32 bits", integer(1, 2 ** 32 + 7), int32, 7],
    ["an int64", integer(1, 3_000_000_000), int64, 3_000_000_000],
    ["a negative int64", integer(1, -62_135_596_800), int64, -62_135_596_800],
    ["the largest exact int64", integer(1, 2 ** 53 - 1), int64, 2 ** 53 - 1],
    ["the smallest exact int64", integer(1, -(2 ** 53 - 1)), int64, -(2 ** 53 - 1)],
    ["true", integer(1, 1), (wire) => wire.bool(), true],
    ["false", integer(1, 0), (wire) => wire.bool(), false],
    ["any bit makes true", integer(1, 2 ** 40), (wire) => wire.bool(), true],
    ["a double", double(1, -1.5), (wire) => wire.double(), -1.5],
    ["a text", text(1, "ünï ☃"), (wire) => wire.text(), "ünï ☃"],
    ["a text keeps its byte order mark", text(1, "\ufeffa"), (wire) => wire.text(), "\ufeffa"],
    ["what is not UTF-8 is replaced", raw(1, [0x61, 0xff]), (wire) => wire.text(), "a\ufffd"],
    ["bytes", raw(1, [0, 255]), (wire) => [...wire.bytes()], [0, 255]],
    ["a message in messages", nest(4), nested, 4],
  ];
  test.each(values)("%s", (_name, input, read, value) => {
    expect(outcome(input, read)).toEqual([value]);
  });

  test("a packed list gives its scalars one by one", () => {
    const read: Read = (wire) => {
      const list: number[] = [];
      wire.packed(VARINT, () => list.push(wire.int32()));
      return list;
    };
    expect(outcome(raw(1, [...varint(1), ...varint(300), ...varint(-1)]), read)).toEqual([[1, 300, -1]]);
  });
});

describe("fields that nobody knows are passed over:", () => {
  const skipped: readonly (readonly [name: string, input: Encoded])[] = [
    ["an integer", integer(9, 2 ** 40)],
    ["a double", double(9, 1)],
    ["a text", text(9, "abc")],
    ["a fixed32", [...tag(9, 5), 1, 2, 3, 4]],
    ["a group with groups in it", [...tag(9, 3), ...text(1, "a"), ...tag(2, 3), ...tag(2, 4), ...tag(9, 4)]],
    ["ten thousand groups deep", [...Array(10_000).fill(tag(9, 3)), ...Array(10_000).fill(tag(9, 4))].flat()],
  ];
  test.each(skipped)("%s", (_name, unknown) => {
    const read: Read = (wire) => (wire.field === 1 ? wire.int32() : wire.skip());
    expect(outcome([...unknown, ...integer(1, 7)], read)).toEqual([undefined, 7]);
  });
});

describe("bytes that are no message:", () => {
  const problems: readonly (readonly [name: string, input: Encoded, read: Read, problem: string])[] = [
    ["a tag without its end", [0x80], skip, "unexpected EOF"],
    ["an integer without its end", [...tag(1, 0), 0xff], int32, "unexpected EOF"],
    ["an integer of eleven bytes", [...tag(1, 0), ...Array(11).fill(0xff)], int32, "proto: integer overflow"],
    ["a text longer than the message", [...tag(1, 2), 5, 0x61], (wire) => wire.text(), "unexpected EOF"],
    ["a length beyond 2^53", [...tag(1, 2), ...varint(-1)], (wire) => wire.text(), "unexpected EOF"],
    ["half a double", [...tag(1, 1), 0, 0], (wire) => wire.double(), "unexpected EOF"],
    ["a group without its end", [...tag(1, 3), ...integer(1, 1)], skip, "unexpected EOF"],
    ["the end of no group", tag(1, 4), skip, "proto: unexpected end of group"],
    ["wire type 6", [0x0e], skip, "proto: illegal wireType 6"],
    ["field number 0", [0x00, 0x00], skip, "proto: illegal tag 0 (wire type 0)"],
    ["field number 2^29", integer(2 ** 29, 1), skip, "proto: illegal tag 536870912 (wire type 0)"],
    ["a text where an integer belongs", text(1, "a"), int32, "proto: wrong wireType = 2"],
    ["an integer where a message belongs", integer(1, 1), nested, "proto: wrong wireType = 0"],
    [
      "an integer that no number holds",
      integer(1, 2n ** 63n - 1n),
      int64,
      "the integer 9223372036854775807 is beyond 2^53 and cannot be kept exactly",
    ],
    [
      "a negative one",
      integer(1, -(2n ** 63n)),
      int64,
      "the integer -9223372036854775808 is beyond 2^53 and cannot be kept exactly",
    ],
    ["a hundred messages deep and one more", nest(101), nested, "exceeded max depth"],
  ];
  test.each(problems)("%s", (_name, input, read, problem) => {
    expect(outcome(input, read)).toBe(problem);
  });

  test("after a problem there are only zeros, and the first problem stays", () => {
    const wire = new WireReader(bytes(integer(1, 1), integer(2, 2)));
    wire.next();
    expect([wire.text(), wire.int32(), wire.int64(), wire.bool(), wire.double()]).toEqual(["", 0, 0, false, 0]);
    expect([wire.next(), wire.problem]).toEqual([false, "proto: wrong wireType = 0"]);
  });
});

test("a message inside ends where it says, whatever was left unread in it", () => {
  const wire = new WireReader(bytes(message(1, integer(5, 1), text(6, "left")), integer(2, 7)));
  expect(wire.next()).toBe(true);
  wire.message(() => undefined);
  expect([wire.next(), wire.field, wire.int32(), wire.next()]).toEqual([true, 2, 7, false]);
});
