import { describe, expect, test } from "vitest";
import type { Name } from "../../../../shared/dns/name.ts";
import type { ResourceRecord } from "../../../../shared/dns/records.ts";
import { encodeResponse, type Response } from "../../../../shared/dns/wire/encode.ts";
import { mix, mixableOf, type Mixable } from "../../../../shared/dns/wire/mix.ts";
import { randomIntegers } from "../../../suites/random.ts";
import { read, type DecodedMessage } from "../messages.ts";

const NAME: Name = ["Peers", "shop", "svc", "cluster", "local"];
const QUESTION = { name: NAME, type: 1, class: 1 };
const EDNS = { udpPayloadSize: 1232, version: 0, dnssecOk: true, padded: false, options: [] };

const encoded = (answers: readonly ResourceRecord[], rest: Partial<Response> = {}): Uint8Array<ArrayBuffer> =>
  encodeResponse({
    header: { id: 7, opcode: 0, recursionDesired: true, checkingDisabled: false },
    rcode: "NOERROR",
    authoritative: true,
    recursionAvailable: false,
    question: QUESTION,
    answers,
    authority: [],
    additional: [],
    edns: null,
    ...rest,
  });

const ipv4 = (n: number, name = NAME, ttl = 5): ResourceRecord => ({
  name,
  ttl,
  data: { type: "A", address: Uint8Array.of(10, 96, n >> 8, n) },
});
const ipv6 = (n: number): ResourceRecord => ({
  name: NAME,
  ttl: 5,
  data: { type: "AAAA", address: Uint8Array.of(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n >> 8, n) },
});
const many = (count: number, record: (n: number) => ResourceRecord): readonly ResourceRecord[] =>
  Array.from({ length: count }, (_, i) => record(i + 1));

const mixableIn = (message: Uint8Array, answers: readonly ResourceRecord[]): Mixable => {
  const mixable = mixableOf(message, QUESTION, answers);
  if (mixable === null) throw new Error("not mixable");
  return mixable;
};
const dataOf = ({ answers }: DecodedMessage): readonly string[] => answers.map(({ data }) => String(data));

describe("the order of addresses is another one, and nothing else", () => {
  test.each<[string, readonly ResourceRecord[], Partial<Response>]>([
    ["two", many(2, ipv4), {}],
    ["three of IPv6", many(3, ipv6), {}],
    ["a thousand", many(1000, ipv4), {}],
    ["with the client's OPT behind them", many(5, ipv4), { edns: EDNS }],
    ["with records in the additional section", many(5, ipv4), { additional: [ipv4(9, ["other", "zone"])] }],
  ])("%s", (_sentence, answers, rest) => {
    const message = encoded(answers, rest);
    const before = read(message);
    const mixable = mixableIn(message, answers);
    const random = randomIntegers(1);
    const orders = new Set<string>();
    for (let i = 0; i < 40; i++) {
      mix(message, mixable, random);
      const after = read(message);
      expect([...dataOf(after)].sort()).toEqual([...dataOf(before)].sort());
      expect({ ...after, answers: [] }).toEqual({ ...before, answers: [] });
      expect(after.answers.map((one) => ({ ...one, data: null }))).toEqual(
        before.answers.map((one) => ({ ...one, data: null })),
      );
      orders.add(dataOf(after).join(" "));
    }
    expect(orders.size).toBeGreaterThan(answers.length === 2 ? 1 : 4);
  });
});

test.each([2, 3, 5, 40, 200])("of %i addresses each stands first, and last of those mixed, about as often", (count) => {
  const answers = many(count, ipv4);
  const message = encoded(answers);
  const mixable = mixableIn(message, answers);
  const random = randomIntegers(2);
  const rounds = 400 * count;
  const places = [0, Math.min(count - 1, 31)];
  const seen = places.map(() => new Map<number, number>());
  for (let i = 0; i < rounds; i++) {
    mix(message, mixable, random);
    places.forEach((place, k) => {
      const at = mixable.at + place * mixable.stride;
      const n = ((message[at + 2] ?? 0) << 8) | (message[at + 3] ?? 0);
      seen[k]?.set(n, (seen[k].get(n) ?? 0) + 1);
    });
  }
  for (const counts of seen) {
    expect(counts.size).toBe(count);
    // 400 are expected; five standard deviations are 100.
    for (const times of counts.values()) expect(Math.abs(times - 400)).toBeLessThan(100);
  }
});

describe("left as it is", () => {
  const alias: ResourceRecord = { name: ["a", "zone"], ttl: 5, data: { type: "CNAME", target: NAME } };
  test.each<[string, readonly ResourceRecord[]]>([
    ["no data", []],
    ["one address", [ipv4(1)]],
    ["addresses behind an alias", [alias, ipv4(1), ipv4(2)]],
    ["addresses of both families", [ipv4(1), ipv6(2)]],
    ["addresses with a TTL of their own each", [ipv4(1), ipv4(2, NAME, 30)]],
    ["addresses of another name", [ipv4(1, ["other", "zone"]), ipv4(2, ["other", "zone"])]],
    [
      "records that are no addresses",
      [1, 2].map((n) => ({ name: NAME, ttl: 5, data: { type: "PTR", target: [`n${n}`] } })),
    ],
  ])("%s", (_sentence, answers) => {
    expect(mixableOf(encoded(answers), QUESTION, answers)).toBeNull();
  });

  test("an answer that does not fit its message, of which each time others are to be left out", () => {
    const answers = many(5000, ipv4);
    const message = encoded(answers);
    expect(read(message).flag_tc).toBe(true);
    expect(mixableOf(message, QUESTION, answers)).toBeNull();
  });
});
