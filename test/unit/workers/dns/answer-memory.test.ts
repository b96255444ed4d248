import { expect, test } from "vitest";
import { checkCorefile } from "../../../../shared/dns/corefile/check.ts";
import { countRecalled, find, keep, octetsOf, sharedBasis, type Basis } from "../../../../workers/dns/answer-memory.ts";
import { meterFor, renderMetrics } from "../../../../workers/dns/metrics.ts";

function configuration(): Basis["configuration"] {
  const compiled = checkCorefile(".:53 {\n}\n");
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.configuration;
}

const CONFIGURATION = configuration();
const client = { namespace: null, address: "127.0.0.1", port: 0, protocol: "https" } as const;
const METER = meterFor({ question: null, rcode: "NOERROR", zone: null, plugin: "kubernetes", client });
const LIKE = {
  cluster: "default",
  namespace: "shop",
  revision: 7,
  clusterRevision: null,
  configuration: CONFIGURATION,
  meter: METER,
  dnssecOk: true,
};
const basis = (more: Partial<typeof LIKE> = {}, freshness = 5): Basis =>
  sharedBasis({ ...LIKE, ...more }, freshness, () => ({ headers: new Headers() }));

const remember = (key: string, message: Uint8Array): void =>
  keep(key, message, { basis: basis(), requestOctets: 40, mixable: null });
const recalled = (key: string): readonly number[] | null => {
  const known = find(key);
  return known === undefined ? null : [...octetsOf(known)];
};

test("an answer is what was kept, whatever becomes of the message it was copied from", () => {
  const message = Uint8Array.of(1, 2, 3);
  remember("a", message);
  message.fill(0);
  remember("b", Uint8Array.of(4, 5));
  expect([recalled("a"), recalled("b"), recalled("c")]).toEqual([[1, 2, 3], [4, 5], null]);
});

test("a later answer replaces an earlier one", () => {
  remember("again", Uint8Array.of(1));
  remember("again", Uint8Array.of(2, 2));
  expect(recalled("again")).toEqual([2, 2]);
});

test("an answer larger than a block is kept whole", () => {
  const large = new Uint8Array(65_000).map((_, i) => i % 251);
  remember("small", Uint8Array.of(9));
  remember("large", large);
  expect(recalled("large")).toEqual([...large]);
  expect(recalled("small")).toEqual([9]);
});

test.each([
  ["many small answers", 16_384, 60],
  ["few large ones", 33, 65_535],
  ["one that is replaced again and again", 16_384, 60],
])("%s push out what nobody asks for, and nothing else", (sort, count, octets) => {
  const message = new Uint8Array(octets);
  const fill = (round: string): void => {
    for (let i = 0; i < count; i++) remember(sort.startsWith("one") ? "one" : `${sort} ${round} ${i}`, message);
  };
  remember("wanted", Uint8Array.of(1));
  remember("unwanted", Uint8Array.of(2));
  fill("first");
  expect(recalled("wanted")).toEqual([1]);
  fill("second");
  expect(recalled("wanted")).toEqual([1]);
  fill("third");
  expect([recalled("wanted"), recalled("unwanted")]).toEqual([[1], null]);
});

test("answers that are true for the same share what they have in common, and others do not", () => {
  const one = basis();
  expect(basis()).toBe(one);
  const others = [
    basis({ cluster: "other" }),
    basis({ namespace: "bank" }),
    basis({ revision: 8 }),
    basis({ dnssecOk: false }),
    basis({ meter: meterFor({ question: null, rcode: "NXDOMAIN", zone: null, plugin: "kubernetes", client }) }),
    basis({}, 30),
    basis({ configuration: configuration() }),
  ];
  expect(new Set([one, ...others]).size).toBe(1 + others.length);
});

test("what was answered from memory is in the metrics when they are read, also of answers that were replaced or forgotten", () => {
  const counted = (name: string): number => {
    countRecalled();
    const line = renderMetrics()
      .split("\n")
      .find((one) => one.startsWith(name));
    return Number(line?.split(" ").at(-1) ?? 0);
  };
  const give = (key: string, times: number): void => {
    const known = find(key);
    if (known === undefined) throw new Error(`no ${key}`);
    known.hits += times;
  };
  const requests = counted("coredns_dns_requests_total{");
  const octets = counted("coredns_dns_response_size_bytes_sum{");
  const secure = counted("coredns_dns_do_requests_total{");
  remember("replaced", new Uint8Array(10));
  give("replaced", 2);
  remember("replaced", new Uint8Array(20));
  give("replaced", 3);
  remember("forgotten", new Uint8Array(100));
  give("forgotten", 5);
  for (let i = 0; i < 3 * 16_384; i++) remember(`fill ${i}`, new Uint8Array(1));
  expect(recalled("forgotten")).toBeNull();
  expect(counted("coredns_dns_requests_total{") - requests).toBe(10);
  expect(counted("coredns_dns_response_size_bytes_sum{") - octets).toBe(2 * 10 + 3 * 20 + 5 * 100);
  expect(counted("coredns_dns_do_requests_total{") - secure).toBe(10);
  expect(counted("coredns_dns_requests_total{") - requests).toBe(10);
});
