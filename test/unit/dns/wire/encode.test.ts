import { describe, expect, test } from "vitest";
import type { Name } from "../../../../shared/dns/name.ts";
import type { ResourceRecord } from "../../../../shared/dns/records.ts";
import { encodeResponse, type Response } from "../../../../shared/dns/wire/encode.ts";
import { encodeTransfer } from "../../../../shared/dns/wire/encode-transfer.ts";
import { read } from "../messages.ts";

const NAME: Name = ["web", "Shop", "svc", "cluster", "local"];

function response(rest: Partial<Response> = {}): Response {
  return {
    header: { id: 7, opcode: 0, recursionDesired: true, checkingDisabled: false },
    rcode: "NOERROR",
    authoritative: true,
    recursionAvailable: false,
    question: { name: NAME, type: 1, class: 1 },
    answers: [],
    authority: [],
    additional: [],
    edns: null,
    ...rest,
  };
}

const a = (name: Name, last: number): ResourceRecord => ({
  name,
  ttl: 5,
  data: { type: "A", address: Uint8Array.of(10, 96, last >> 8, last) },
});

const TARGET: Name = ["kafka-0", "Shop", "svc", "cluster", "local"];

describe("another implementation reads", () => {
  test.each<[ResourceRecord["data"], unknown]>([
    [{ type: "A", address: Uint8Array.of(10, 96, 0, 10) }, "10.96.0.10"],
    [{ type: "AAAA", address: Uint8Array.of(0xfd, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) }, "fd00:10::1"],
    [{ type: "CNAME", target: TARGET }, "kafka-0.Shop.svc.cluster.local"],
    [{ type: "PTR", target: ["a", "b"] }, "a.b"],
    [{ type: "NS", target: NAME }, "web.Shop.svc.cluster.local"],
    [
      { type: "SRV", priority: 0, weight: 50, port: 9092, target: TARGET },
      { priority: 0, weight: 50, port: 9092, target: "kafka-0.Shop.svc.cluster.local" },
    ],
    [
      { type: "HINFO", cpu: "RFC8482", os: "" },
      { cpu: "RFC8482", os: "" },
    ],
    [
      {
        type: "SOA",
        mname: ["ns", "dns", "cluster", "local"],
        rname: ["hostmaster", "cluster", "local"],
        serial: 4_294_967_295,
        refresh: 1,
        retry: 2,
        expire: 3,
        minimum: 5,
      },
      {
        mname: "ns.dns.cluster.local",
        rname: "hostmaster.cluster.local",
        serial: 4_294_967_295,
        refresh: 1,
        retry: 2,
        expire: 3,
        minimum: 5,
      },
    ],
  ])("%o", (data, expected) => {
    const message = read(encodeResponse(response({ answers: [{ name: NAME, ttl: 86_400, data }] })));
    expect(message.answers).toHaveLength(1);
    expect(message.answers[0]).toMatchObject({
      name: "web.Shop.svc.cluster.local",
      type: data.type,
      ttl: 86_400,
      data: expected,
    });
  });

  test("character strings", () => {
    const data = { type: "TXT", strings: ["1.1.0", ""] } as const;
    const [txt] = read(encodeResponse(response({ answers: [{ name: NAME, ttl: 5, data }] }))).answers;
    expect(((txt?.data ?? []) as Uint8Array[]).map((octets) => new TextDecoder().decode(octets))).toEqual([
      "1.1.0",
      "",
    ]);
  });

  test("the flags and the question", () => {
    const message = read(
      encodeResponse(
        response({ rcode: "NXDOMAIN", header: { id: 9, opcode: 0, recursionDesired: false, checkingDisabled: true } }),
      ),
    );
    expect(message).toMatchObject({
      id: 9,
      type: "response",
      rcode: "NXDOMAIN",
      flag_aa: true,
      flag_rd: false,
      flag_cd: true,
      flag_ra: false,
      flag_tc: false,
      questions: [{ name: "web.Shop.svc.cluster.local", type: "A" }],
    });
  });

  test("an rcode above 15 in OPT", () => {
    const edns = { version: 1, udpPayloadSize: 1232, dnssecOk: true, padded: false, options: [] };
    const message = read(encodeResponse(response({ rcode: "BADVERS", edns })));
    expect(message).toMatchObject({
      rcode: "NOERROR",
      additionals: [{ type: "OPT", udpPayloadSize: 1232, extendedRcode: 1, flag_do: true }],
    });
  });
});

describe("compression", () => {
  test("a record of the question's name takes sixteen octets", () => {
    const one = encodeResponse(response({ answers: [a(NAME, 1)] }));
    const two = encodeResponse(response({ answers: [a(NAME, 1), a(NAME, 2)] }));
    expect(two.length - one.length).toBe(16);
  });

  test("an alias's target shares its tail with the question, and is pointed to by its own records", () => {
    const cname: ResourceRecord = { name: NAME, ttl: 5, data: { type: "CNAME", target: TARGET } };
    const bare = encodeResponse(response());
    const message = encodeResponse(response({ answers: [cname, a(TARGET, 1)] }));
    expect(message.length - bare.length).toBe(12 + 8 + 2 + 16);
    expect(read(message).answers[1]).toMatchObject({ name: "kafka-0.Shop.svc.cluster.local", data: "10.96.0.1" });
  });

  test("another case is not pointed to", () => {
    const lower = NAME.map((label) => label.toLowerCase());
    expect(read(encodeResponse(response({ answers: [a(lower, 1)] }))).answers[0]?.name).toBe(
      "web.shop.svc.cluster.local",
    );
  });

  test("SRV targets are whole (RFC 2782)", () => {
    const srv: ResourceRecord = {
      name: NAME,
      ttl: 5,
      data: { type: "SRV", priority: 0, weight: 1, port: 1, target: NAME },
    };
    const bare = encodeResponse(response());
    expect(encodeResponse(response({ answers: [srv] })).length - bare.length).toBe(12 + 6 + 28);
  });

  test("the root has nothing to share", () => {
    const message = encodeResponse(
      response({
        question: { name: [], type: 2, class: 1 },
        authority: [{ name: [], ttl: 1, data: { type: "NS", target: ["a"] } }],
      }),
    );
    expect(read(message).authorities).toMatchObject([{ name: ".", type: "NS", data: "a" }]);
  });
});

describe("more than 65,535 octets", () => {
  const answers = Array.from({ length: 5000 }, (_, i) => a(NAME, i));

  test("answers that do not fit are left out, which TC tells", () => {
    const edns = { version: 0, udpPayloadSize: 1232, dnssecOk: false, padded: false, options: [] };
    const bytes = encodeResponse(response({ answers, additional: [a(TARGET, 1)], edns }));
    const message = read(bytes);
    expect(bytes.length).toBeLessThanOrEqual(65_535);
    expect(bytes.length).toBeGreaterThan(65_500);
    expect(message.flag_tc).toBe(true);
    expect(message.answers.length).toBeGreaterThan(4000);
    expect(message.additionals.map(({ type }) => type)).toEqual(["OPT"]);
  });

  test("glue that does not fit is left out silently", () => {
    const message = read(encodeResponse(response({ answers: [a(NAME, 1)], additional: answers })));
    expect(message.flag_tc).toBe(false);
    expect(message.additionals.length).toBeGreaterThan(4000);
  });

  test("names after the reach of a pointer are written out", () => {
    const far: Name = ["far", "away"];
    const message = read(encodeResponse(response({ answers: [...answers.slice(0, 2000), a(far, 1), a(far, 2)] })));
    expect(message.answers.slice(-2).map(({ name }) => name)).toEqual(["far.away", "far.away"]);
  });
});

describe("padding", () => {
  const edns = { version: 0, udpPayloadSize: 1232, dnssecOk: false, padded: true, options: [] };

  test.each([0, 1, 28, 29, 30, 300, 4095])(
    "an answer of %s records is a multiple of 468 octets (RFC 8467)",
    (count) => {
      const answers = Array.from({ length: count }, (_, i) => a(NAME, i));
      const bytes = encodeResponse(response({ answers, edns }));
      const message = read(bytes);
      expect(message.answers).toHaveLength(Math.min(count, message.answers.length));
      expect(message.additionals).toHaveLength(1);
      if (!message.flag_tc) expect(bytes.length === 65_535 || bytes.length % 468 === 0).toBe(true);
      expect(bytes.length).toBeLessThanOrEqual(65_535);
    },
  );

  test("what an earlier message left in the buffer does not get into it", () => {
    encodeResponse(response({ answers: Array.from({ length: 100 }, () => a(NAME, 0xff)) }));
    const bytes = encodeResponse(response({ answers: [], edns }));
    expect([...bytes.subarray(-300)].every((octet) => octet === 0)).toBe(true);
  });
});

test("HTTPS parameters stand in the order of their numbers (RFC 9460 §2.2)", () => {
  const data = {
    type: "HTTPS",
    priority: 1,
    target: [],
    alpn: ["h2", "http/1.1"],
    port: 8443,
    ipv4hint: [Uint8Array.of(10, 96, 0, 10)],
    ipv6hint: [Uint8Array.of(0xfd, ...Array.from({ length: 15 }, () => 1))],
  } as const;
  const bytes = encodeResponse(response({ answers: [{ name: NAME, ttl: 5, data }] }));
  const rdata = `0001 00 0001 000c 026832 08687474702f312e31 0003 0002 20fb 0004 0004 0a60000a 0006 0010 fd${"01".repeat(15)}`;
  expect(Buffer.from(bytes).toString("hex")).toContain(`00410001000000050035${rdata.replaceAll(" ", "")}`);
});

describe("a transfer", () => {
  const messagesOf = (octets: Uint8Array): readonly Uint8Array[] => {
    const messages: Uint8Array[] = [];
    for (let at = 0; at < octets.length;) {
      const end = at + 2 + new DataView(octets.buffer, at).getUint16(0);
      messages.push(octets.subarray(at + 2, end));
      at = end;
    }
    return messages;
  };
  const records = Array.from({ length: 12_000 }, (_, i) => a([`service-${i}`, "Shop", "svc", "cluster", "local"], i));
  const edns = { version: 0, udpPayloadSize: 1232, dnssecOk: false, padded: false, options: [] };
  const messages = messagesOf(encodeTransfer(response({ answers: records, edns }))).map(read);

  test("has every record once, in order, over as many messages as it takes", () => {
    expect(messages.length).toBeGreaterThan(3);
    const names = messages.flatMap(({ answers }) => answers.map(({ name }) => name));
    expect(names).toEqual(records.map(({ name }) => name.join(".")));
  });

  test("has the question and the ID in each message, TC in none, and an OPT in the first", () => {
    for (const [i, { id, questions, flag_tc: truncated, additionals }] of messages.entries()) {
      expect([id, questions.length, truncated, additionals.length]).toEqual([7, 1, false, i === 0 ? 1 : 0]);
    }
  });
});
