import { describe, expect, test } from "vitest";
import { decodeQuery, readSerial } from "../../../../shared/dns/wire/decode.ts";
import { hex, queryFor } from "../messages.ts";

const HEADER = "1234 0100 0001 0000 0000 0000";
/** `a.b.` A IN */
const QUESTION = "01 61 01 62 00 0001 0001";
/** OPT: root, type 41, 1232 octets, version 0, DO. */
const OPT = "00 0029 04d0 00 00 8000 0000";

describe("a query", () => {
  test("gives its header, question and EDNS", () => {
    expect(decodeQuery(queryFor("Web.shop", "SRV", { edns: { udpPayloadSize: 1232, dnssecOk: true } }))).toEqual({
      kind: "query",
      header: { id: 0x1234, opcode: 0, recursionDesired: true, checkingDisabled: false },
      question: { name: ["Web", "shop"], type: 33, class: 1 },
      edns: { version: 0, udpPayloadSize: 1232, dnssecOk: true, padded: false, options: [] },
    });
  });

  test.each([
    ["without EDNS", `${HEADER} ${QUESTION}`, null],
    ["with octets after its end", `${HEADER} ${QUESTION} ffff`, null],
    [
      "with EDNS behind another additional record",
      `1234 0100 0001 0000 0000 0002 ${QUESTION} c00c 0001 0001 00000005 0004 01020304 ${OPT}`,
      1232,
    ],
    [
      "with options in OPT",
      `1234 0100 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00000000 0008 000a 0004 deadbeef`,
      1232,
    ],
  ])("%s is taken", (_sentence, bytes, size) => {
    const decoded = decodeQuery(hex(bytes));
    expect(decoded.kind === "query" ? (decoded.edns?.udpPayloadSize ?? null) : decoded).toBe(size);
  });

  test("keeps octets that are no text, and dots inside labels", () => {
    const decoded = decodeQuery(hex(`${HEADER} 03 61 2e 62 02 c3 a9 01 00 00 0001 0001`));
    expect(decoded.kind === "query" && decoded.question.name).toEqual(["a.b", "\u00c3\u00a9", "\u0000"]);
  });

  test("may ask for the root", () => {
    const decoded = decodeQuery(hex(`${HEADER} 00 0002 0001`));
    expect(decoded.kind === "query" && decoded.question).toEqual({ name: [], type: 2, class: 1 });
  });
});

const label63 = `3f ${"61".repeat(63)}`;

describe("a message with a header", () => {
  test.each([
    ["opcode STATUS", `1234 1100 0001 0000 0000 0000 ${QUESTION}`, "NOTIMP"],
    ["opcode UPDATE, whose sections are others", "1234 2900 0001 0005 0003 0000", "NOTIMP"],
    ["no question", "1234 0100 0000 0000 0000 0000", "FORMERR"],
    ["two questions", `1234 0100 0002 0000 0000 0000 ${QUESTION} ${QUESTION}`, "FORMERR"],
    ["a question that is not there", HEADER, "FORMERR"],
    ["a question without class", `${HEADER} 01 61 00 0001`, "FORMERR"],
    ["a label that ends too late", `${HEADER} 3f 61 00 0001 0001`, "FORMERR"],
    ["a name without end", `${HEADER} 01 61 01 62`, "FORMERR"],
    ["a label type that was never used", `${HEADER} 41 61 00 0001 0001`, "FORMERR"],
    ["a pointer to itself", `${HEADER} c00c 0001 0001`, "FORMERR"],
    ["a pointer forwards", `${HEADER} c010 0001 0001 00`, "FORMERR"],
    ["a pointer into the header", `${HEADER} c000 0001 0001`, "FORMERR"],
    ["half a pointer", `${HEADER} c0`, "FORMERR"],
    ["a pointer back into its own name", `${HEADER} 01 61 c00c 0001 0001`, "FORMERR"],
    [
      "a name of 256 octets",
      `${HEADER} ${label63} ${label63} ${label63} 3e ${"61".repeat(62)} 00 0001 0001`,
      "FORMERR",
    ],
    ["an additional record that is not there", `1234 0100 0001 0000 0000 0001 ${QUESTION}`, "FORMERR"],
    ["65,535 answers that are not there", `1234 0100 0001 ffff 0000 0000 ${QUESTION}`, "FORMERR"],
    [
      "a record longer than the message",
      `1234 0100 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00000000 0001`,
      "FORMERR",
    ],
    ["two OPT records", `1234 0100 0001 0000 0000 0002 ${QUESTION} ${OPT} ${OPT}`, "FORMERR"],
    ["OPT that is not at the root", `1234 0100 0001 0000 0000 0001 ${QUESTION} 01 61 ${OPT}`, "FORMERR"],
    ["OPT among the answers", `1234 0100 0001 0001 0000 0000 ${QUESTION} ${OPT}`, "FORMERR"],
  ])("%s is refused in DNS", (_sentence, bytes, rcode) => {
    const decoded = decodeQuery(hex(bytes));
    expect(decoded).toMatchObject({ kind: "refused", rcode, header: { id: 0x1234 } });
  });

  test("a name of 255 octets is taken", () => {
    const decoded = decodeQuery(hex(`${HEADER} ${label63} ${label63} ${label63} 3d ${"61".repeat(61)} 00 0001 0001`));
    expect(decoded.kind).toBe("query");
  });
});

test.each([
  ["nothing", ""],
  ["eleven octets", "1234 0100 0001 0000 0000 00"],
])("%s cannot be answered", (_sentence, bytes) => {
  expect(decodeQuery(hex(bytes))).toEqual({ kind: "undecodable" });
});

test("a response is not answered, not even with an error: two servers would answer each other for ever", () => {
  expect(decodeQuery(hex(`1234 8100 0001 0000 0000 0000 ${QUESTION}`))).toEqual({ kind: "undecodable" });
});

/** OPT with these options. */
const withOptions = (options: string): Uint8Array => {
  const length = (options.replaceAll(" ", "").length / 2).toString(16).padStart(4, "0");
  return hex(`1234 0100 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00000000 ${length} ${options}`);
};

test.each<[string, string, boolean]>([
  ["padding", "000c 0004 00000000", true],
  ["padding of no octets", "000c 0000", true],
  [
    "padding behind a client's subnet and an unknown option",
    "0008 0007 0001 18 00 0a0000 fde9 0002 abcd 000c 0000",
    true,
  ],
  ["an unknown option", "fde9 0002 abcd", false],
  ["a subnet alone, which is ignored", "0008 0007 0001 18 00 0a0000", false],
  ["an option longer than the record", "fde9 ffff 000c 0000", false],
  ["half an option", "000c 00", false],
])("EDNS: %s", (_sentence, options, padded) => {
  expect(decodeQuery(withOptions(options))).toMatchObject({ kind: "query", edns: { padded } });
});

describe("the serial of an incremental transfer", () => {
  /** `a.b.` IXFR IN, and an SOA of the same name with the serial 0xfedcba98 in Authority. */
  const IXFR = "01 61 01 62 00 00fb 0001";
  const SOA = "c00c 0006 0001 00000000 0018 c00c c00c fedcba98 00000001 00000002 00000003 00000004";
  test.each([
    ["is that of the SOA", `1234 0100 0001 0000 0001 0000 ${IXFR} ${SOA}`, 0xfedcba98],
    ["with EDNS behind it", `1234 0100 0001 0000 0001 0001 ${IXFR} ${SOA} ${OPT}`, 0xfedcba98],
    ["is missing without an SOA", `1234 0100 0001 0000 0000 0000 ${IXFR}`, null],
    [
      "is missing in another record",
      `1234 0100 0001 0000 0001 0000 ${IXFR} c00c 0001 0001 00000005 0004 01020304`,
      null,
    ],
    ["is missing in half an SOA", `1234 0100 0001 0000 0001 0000 ${IXFR} ${SOA.slice(0, -9)}`, null],
    [
      "is missing in an SOA that is too short",
      `1234 0100 0001 0000 0001 0000 ${IXFR} c00c 0006 0001 00000000 0004 c00c c00c`,
      null,
    ],
    ["is missing where there are two", `1234 0100 0001 0000 0002 0000 ${IXFR} ${SOA} ${SOA}`, null],
  ])("%s", (_sentence, message, serial) => {
    expect(readSerial(hex(message))).toBe(serial);
  });
});
