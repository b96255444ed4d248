/** A resolver's bytes → what it answered. Anything may come in; nothing throws. */
import type { Name } from "../name.ts";
import { RCODES, TYPES, type Question, type Rcode, type RecordData, type ResourceRecord } from "../records.ts";
import { HEADER_OCTETS, readOptions, readQuestion, readRecordSpan, uint16, type EdnsOption } from "./decode.ts";
import { readName } from "./name.ts";

export interface DecodedResponse {
  readonly question: Question;
  readonly rcode: Rcode;
  readonly truncated: boolean;
  readonly recursionAvailable: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  /** OPT is left out: it concerns one hop only. */
  readonly additional: readonly ResourceRecord[];
  readonly options: readonly EdnsOption[];
}

const FLAG_RESPONSE = 0x8000;
const FLAG_TRUNCATED = 0x0200;
const FLAG_RECURSION_AVAILABLE = 0x0080;

const RCODE_NAMES: ReadonlyMap<number, Rcode> = new Map(
  Object.entries(RCODES).map(([name, number]) => [number, name as Rcode]),
);

/** `null` when it is no response to one question, or is malformed anywhere. */
export function decodeResponse(message: Uint8Array): DecodedResponse | null {
  if (message.length < HEADER_OCTETS) return null;
  const flags = uint16(message, 2);
  if ((flags & FLAG_RESPONSE) === 0 || uint16(message, 4) !== 1) return null;
  const read = readQuestion(message, HEADER_OCTETS);
  if (read === null) return null;
  const sections: ResourceRecord[][] = [[], [], []];
  let offset = read.end;
  let extendedRcode = 0;
  let options: readonly EdnsOption[] = [];
  for (const [i, section] of sections.entries()) {
    for (let left = uint16(message, 6 + 2 * i); left > 0; left--) {
      const span = readRecordSpan(message, offset);
      const record = span === null ? null : readRecord(message, span.start, span.fixed, span.end);
      if (span === null || record === null) return null;
      if (span.type === TYPES.OPT) {
        extendedRcode = message[span.fixed + 4] ?? 0;
        options = readOptions(message, span.fixed + 10, span.end);
      } else section.push(record);
      offset = span.end;
    }
  }
  const [answers = [], authority = [], additional = []] = sections;
  return {
    question: read.question,
    // One that has no name here says no more than that it failed.
    rcode: RCODE_NAMES.get((extendedRcode << 4) | (flags & 0xf)) ?? "SERVFAIL",
    truncated: (flags & FLAG_TRUNCATED) !== 0,
    recursionAvailable: (flags & FLAG_RECURSION_AVAILABLE) !== 0,
    answers,
    authority,
    additional,
    options,
  };
}

function readRecord(message: Uint8Array, start: number, fixed: number, end: number): ResourceRecord | null {
  const name = readName(message, start)?.name;
  const data = readData(message, uint16(message, fixed), fixed + 10, end);
  if (name === undefined || data === null) return null;
  // A TTL with its top bit set counts as 0 (RFC 2181 §8).
  const ttl = uint32(message, fixed + 4);
  return { name, class: uint16(message, fixed + 2), ttl: ttl > 0x7fffffff ? 0 : ttl, data };
}

function readData(message: Uint8Array, type: number, start: number, end: number): RecordData | null {
  const name = (at: number): Name | null => {
    const read = readName(message, at);
    return read === null || read.end !== end ? null : read.name;
  };
  const target = (kind: "CNAME" | "NS" | "PTR"): RecordData | null => {
    const found = name(start);
    return found === null ? null : { type: kind, target: found };
  };
  switch (type) {
    case TYPES.A:
      return end - start === 4 ? { type: "A", address: message.slice(start, end) } : null;
    case TYPES.AAAA:
      return end - start === 16 ? { type: "AAAA", address: message.slice(start, end) } : null;
    case TYPES.CNAME:
      return target("CNAME");
    case TYPES.NS:
      return target("NS");
    case TYPES.PTR:
      return target("PTR");
    case TYPES.MX: {
      const exchange = name(start + 2);
      return exchange === null ? null : { type: "MX", preference: uint16(message, start), exchange };
    }
    case TYPES.SRV: {
      const found = name(start + 6);
      if (found === null) return null;
      const [priority, weight, port] = [0, 2, 4].map((at) => uint16(message, start + at));
      return { type: "SRV", priority: priority ?? 0, weight: weight ?? 0, port: port ?? 0, target: found };
    }
    case TYPES.TXT:
      return readText(message, start, end);
    case TYPES.SOA:
      return readSoa(message, start, end);
    default:
      return readOther(message, type, start, end);
  }
}

function readText(message: Uint8Array, start: number, end: number): RecordData | null {
  const strings: string[] = [];
  let at = start;
  while (at < end) {
    const next = at + 1 + (message[at] ?? 0);
    if (next > end) return null;
    strings.push(String.fromCharCode(...message.subarray(at + 1, next)));
    at = next;
  }
  return { type: "TXT", strings };
}

function readSoa(message: Uint8Array, start: number, end: number): RecordData | null {
  const mname = readName(message, start);
  const rname = mname === null ? null : readName(message, mname.end);
  if (mname === null || rname === null || rname.end + 20 !== end) return null;
  const field = (i: number): number => uint32(message, rname.end + 4 * i);
  return {
    type: "SOA",
    mname: mname.name,
    rname: rname.name,
    serial: field(0),
    refresh: field(1),
    retry: field(2),
    expire: field(3),
    minimum: field(4),
  };
}

/** Types of RFC 1035 and its early kin whose names may be compressed: octets before the first name, and how many names. */
const NAMES_IN: ReadonlyMap<number, readonly [number, number]> = new Map([
  [7, [0, 1]],
  [8, [0, 1]],
  [9, [0, 1]],
  [14, [0, 2]],
  [17, [0, 2]],
  [18, [2, 1]],
  [21, [2, 1]],
  [26, [2, 2]],
  [36, [2, 1]],
  [39, [0, 1]],
]);

function readOther(message: Uint8Array, code: number, start: number, end: number): RecordData | null {
  const [before, names] = NAMES_IN.get(code) ?? [end - start, 0];
  if (start + before > end) return null;
  const octets = [...message.subarray(start, start + before)];
  let at = start + before;
  for (let left = names; left > 0; left--) {
    const read = readName(message, at);
    if (read === null || read.end > end) return null;
    for (const label of read.name) octets.push(label.length, ...Array.from(label, (c) => c.charCodeAt(0)));
    octets.push(0);
    at = read.end;
  }
  return at === end ? { type: "OTHER", code, octets: Uint8Array.from(octets) } : null;
}

function uint32(message: Uint8Array, offset: number): number {
  return uint16(message, offset) * 0x10000 + uint16(message, offset + 2);
}
