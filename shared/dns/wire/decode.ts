/** Bytes → query. Anything may come in; nothing throws. */
import { TYPES, type Question, type Rcode } from "../records.ts";
import { readName } from "./name.ts";

export const HEADER_OCTETS = 12;
/** What the two length octets of DNS over TCP can say; DNS over HTTPS keeps the bound. */
export const MAX_MESSAGE_OCTETS = 65_535;

/** What an answer repeats of the question's header. */
export interface Header {
  readonly id: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
}

/** The client's OPT record (RFC 6891). */
export interface Edns {
  readonly version: number;
  readonly udpPayloadSize: number;
  readonly dnssecOk: boolean;
  /** The client has padded its query (RFC 7830), so that its size tells nothing; the answer is to be padded too. */
  readonly padded: boolean;
  /** In the order in which they came. */
  readonly options: readonly EdnsOption[];
}

/** RFC 6891 §6.1.2. */
export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

export type Decoded =
  | { readonly kind: "query"; readonly header: Header; readonly question: Question; readonly edns: Edns | null }
  /** A header was there, so the refusal can be answered in DNS. */
  | { readonly kind: "refused"; readonly header: Header; readonly rcode: Rcode; readonly question: Question | null }
  /** Not even a header, or a response: two servers that answered such would answer each other for ever. */
  | { readonly kind: "undecodable" };

const FLAG_RESPONSE = 0x8000;
const FLAG_RECURSION_DESIRED = 0x0100;
const FLAG_CHECKING_DISABLED = 0x0010;
const OPCODE_QUERY = 0;

export function decodeQuery(message: Uint8Array): Decoded {
  if (message.length < HEADER_OCTETS) return { kind: "undecodable" };
  const flags = uint16(message, 2);
  if ((flags & FLAG_RESPONSE) !== 0) return { kind: "undecodable" };
  const header: Header = {
    id: uint16(message, 0),
    opcode: (flags >> 11) & 0xf,
    recursionDesired: (flags & FLAG_RECURSION_DESIRED) !== 0,
    checkingDisabled: (flags & FLAG_CHECKING_DISABLED) !== 0,
  };
  // Other opcodes give the sections other meanings (UPDATE, NOTIFY), so they are not read.
  if (header.opcode !== OPCODE_QUERY) return { kind: "refused", header, rcode: "NOTIMP", question: null };
  if (uint16(message, 4) !== 1) return { kind: "refused", header, rcode: "FORMERR", question: null };
  const read = readQuestion(message, HEADER_OCTETS);
  if (read === null) return { kind: "refused", header, rcode: "FORMERR", question: null };
  const { question, end } = read;
  const extra = readEdns(message, end);
  if (!extra.ok) return { kind: "refused", header, rcode: "FORMERR", question };
  return { kind: "query", header, question, edns: extra.edns };
}

/** `null` when it is malformed. */
export function readQuestion(
  message: Uint8Array,
  start: number,
): { readonly question: Question; readonly end: number } | null {
  const read = readName(message, start);
  if (read === null || read.end + 4 > message.length) return null;
  const question = { name: read.name, type: uint16(message, read.end), class: uint16(message, read.end + 2) };
  return { question, end: read.end + 4 };
}

type EdnsRead = { readonly ok: true; readonly edns: Edns | null } | { readonly ok: false };
const MALFORMED: EdnsRead = { ok: false };
const NO_EDNS: EdnsRead = { ok: true, edns: null };

/** Walks the records after the question: their counts must be true, and OPT may be there once, in Additional, at the root (RFC 6891 §6.1.1). */
function readEdns(message: Uint8Array, start: number): EdnsRead {
  const beforeAdditional = uint16(message, 6) + uint16(message, 8);
  const count = beforeAdditional + uint16(message, 10);
  if (count === 0) return NO_EDNS;
  let edns: Edns | null = null;
  let offset = start;
  for (let i = 0; i < count; i++) {
    const span = readRecordSpan(message, offset);
    if (span === null) return MALFORMED;
    if (span.type === TYPES.OPT) {
      if (edns !== null || i < beforeAdditional || message[offset] !== 0) return MALFORMED;
      const flags = uint16(message, span.fixed + 6);
      const options = readOptions(message, span.fixed + 10, span.end);
      edns = {
        version: message[span.fixed + 5] ?? 0,
        udpPayloadSize: uint16(message, span.fixed + 2),
        dnssecOk: (flags & 0x8000) !== 0,
        padded: options.some(({ code }) => code === OPTION_PADDING),
        options,
      };
    }
    offset = span.end;
  }
  return { ok: true, edns };
}

/** The serial of the one SOA record in Authority, by which a client says what it has of a zone (RFC 1995 §3); `null` without. */
export function readSerial(message: Uint8Array): number | null {
  const question = uint16(message, 4) === 1 ? readQuestion(message, HEADER_OCTETS) : null;
  if (question === null || uint16(message, 6) !== 0 || uint16(message, 8) !== 1) return null;
  const span = readRecordSpan(message, question.end);
  if (span?.type !== TYPES.SOA) return null;
  const mname = readName(message, span.fixed + 10);
  const rname = mname === null ? null : readName(message, mname.end);
  if (rname === null || rname.end + 20 !== span.end) return null;
  return uint16(message, rname.end) * 0x10000 + uint16(message, rname.end + 2);
}

/** Options with a meaning here (IANA "DNS EDNS0 Option Codes"). */
export const OPTION_NSID = 3;
export const OPTION_SUBNET = 8;
export const OPTION_COOKIE = 10;
export const OPTION_KEEPALIVE = 11;
export const OPTION_PADDING = 12;
export const OPTION_EXTENDED_ERROR = 15;

const NO_OPTIONS: readonly EdnsOption[] = [];

/** One that goes past the end of its record ends the list: none is needed, so it is no reason to refuse the message. */
export function readOptions(message: Uint8Array, start: number, end: number): readonly EdnsOption[] {
  if (start === end) return NO_OPTIONS;
  const options: EdnsOption[] = [];
  for (let at = start; at + 4 <= end;) {
    const next = at + 4 + uint16(message, at + 2);
    if (next > end) break;
    options.push({ code: uint16(message, at), data: message.slice(at + 4, next) });
    at = next;
  }
  return options;
}

/** A record's place in a message: `fixed` is where its type stands, after the owner name. */
export interface RecordSpan {
  readonly start: number;
  readonly fixed: number;
  readonly end: number;
  readonly type: number;
}

/** `null` when the record does not end within the message. */
export function readRecordSpan(message: Uint8Array, start: number): RecordSpan | null {
  const fixed = message[start] === 0 ? start + 1 : (readName(message, start)?.end ?? null);
  if (fixed === null || fixed + 10 > message.length) return null;
  const end = fixed + 10 + uint16(message, fixed + 8);
  return end > message.length ? null : { start, fixed, end, type: uint16(message, fixed) };
}

export function uint16(message: Uint8Array, offset: number): number {
  return ((message[offset] ?? 0) << 8) | (message[offset + 1] ?? 0);
}
