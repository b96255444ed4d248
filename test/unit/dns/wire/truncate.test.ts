import { expect, test } from "vitest";
import type { Name } from "../../../../shared/dns/name.ts";
import type { ResourceRecord } from "../../../../shared/dns/records.ts";
import { encodeResponse } from "../../../../shared/dns/wire/encode.ts";
import { truncate, udpPayloadLimit } from "../../../../shared/dns/wire/truncate.ts";
import { hex, queryFor, read } from "../messages.ts";

const NAME: Name = ["kafka", "db", "svc", "cluster", "local"];
const EDNS = { version: 0, udpPayloadSize: 1232, dnssecOk: false, padded: false, options: [] };

function message(answers: readonly ResourceRecord[], additional: readonly ResourceRecord[] = []): Uint8Array {
  return encodeResponse({
    header: { id: 7, opcode: 0, recursionDesired: true, checkingDisabled: false },
    rcode: "NOERROR",
    authoritative: true,
    recursionAvailable: false,
    question: { name: NAME, type: 1, class: 1 },
    answers,
    authority: [],
    additional,
    edns: EDNS,
  });
}

const addresses = (name: Name, count: number): readonly ResourceRecord[] =>
  Array.from({ length: count }, (_, i) => ({ name, ttl: 5, data: { type: "A", address: Uint8Array.of(10, 0, 0, i) } }));

const cname = (name: Name, target: Name): ResourceRecord => ({ name, ttl: 5, data: { type: "CNAME", target } });

test("what fits stays as it is", () => {
  const whole = message(addresses(NAME, 20));
  expect(truncate(whole, 512)).toBe(whole);
});

test("glue goes first, and TC is not set for it", () => {
  const shorter = read(truncate(message(addresses(NAME, 5), addresses(["x"], 40)), 512));
  expect(shorter).toMatchObject({ flag_tc: false, answers: { length: 5 }, additionals: [{ type: "OPT" }] });
});

test("an RRset is never parted: TC, and none of it", () => {
  const bytes = truncate(message(addresses(NAME, 100)), 512);
  expect(bytes.length).toBeLessThanOrEqual(512);
  expect(read(bytes)).toMatchObject({
    flag_tc: true,
    questions: { length: 1 },
    answers: { length: 0 },
    additionals: [{ type: "OPT" }],
  });
});

test("whole RRsets before it stay", () => {
  const target: Name = ["pods", "db", "svc", "cluster", "local"];
  const shorter = read(truncate(message([cname(NAME, target), ...addresses(target, 100)]), 512));
  expect(shorter).toMatchObject({ flag_tc: true, answers: [{ type: "CNAME", data: "pods.db.svc.cluster.local" }] });
});

test("the limit counts OPT", () => {
  const whole = message(addresses(NAME, 30));
  expect(truncate(whole, whole.length)).toBe(whole);
  expect(read(truncate(whole, whole.length - 1)).flag_tc).toBe(true);
});

test("a response that cannot be walked gives its header, with TC", () => {
  const bad = new Uint8Array(600);
  bad.set(hex("1234 8180 0001 0001 0000 0000 c0ff"));
  expect(truncate(bad, 512)).toEqual(hex("1234 8380 0000 0000 0000 0000"));
});

test.each([
  ["no EDNS means 512", queryFor("a", "A"), 512],
  ["EDNS says it", queryFor("a", "A", { edns: { udpPayloadSize: 4096 } }), 4096],
  ["less than 512 means 512 (RFC 6891)", queryFor("a", "A", { edns: { udpPayloadSize: 100 } }), 512],
  ["no query means 512", hex("1234"), 512],
])("%s", (_sentence, query, limit) => {
  expect(udpPayloadLimit(query)).toBe(limit);
});
