/** Response → bytes. */
import type { Name } from "../name.ts";
import {
  CLASS_IN,
  RCODES,
  TYPES,
  type Question,
  type Rcode,
  type RecordData,
  type ResourceRecord,
} from "../records.ts";
import { HEADER_OCTETS, MAX_MESSAGE_OCTETS, type Edns, type Header } from "./decode.ts";

export interface Response {
  readonly header: Header;
  readonly rcode: Rcode;
  readonly authoritative: boolean;
  readonly recursionAvailable: boolean;
  /** `null` when the query's was not readable. */
  readonly question: Question | null;
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
  /** The client's OPT: who sends one gets one (RFC 6891 §6.1.1), with DO as it was (RFC 3225 §3). */
  readonly edns: Edns | null;
}

const QR = 0x8000;
const AA = 0x0400;
const TC = 0x0200;
const RD = 0x0100;
const RA = 0x0080;
const CD = 0x0010;
const OPT_OCTETS = 11;

/**
 * At most 65,535 octets: records that do not fit are left out, and TC says so if they were answers, as CoreDNS does.
 * Names are compressed, except in SRV (RFC 2782).
 */
export function encodeResponse(response: Response): Uint8Array {
  const limit = MAX_MESSAGE_OCTETS - (response.edns === null ? 0 : OPT_OCTETS);
  const writer = new MessageWriter(limit);
  if (response.question !== null) writer.question(response.question);
  const answers = writer.records(response.answers);
  const authority = answers === response.answers.length ? writer.records(response.authority) : 0;
  const truncated = answers < response.answers.length || authority < response.authority.length;
  const additional = truncated ? 0 : writer.records(response.additional);
  const rcode = RCODES[response.rcode];
  if (response.edns !== null) writer.opt(response.edns, rcode >> 4);
  return writer.finish([
    response.header.id,
    flagsOf(response, truncated, rcode),
    response.question === null ? 0 : 1,
    answers,
    authority,
    additional + (response.edns === null ? 0 : 1),
  ]);
}

function flagsOf({ header, authoritative, recursionAvailable }: Response, truncated: boolean, rcode: number): number {
  let flags = QR | (header.opcode << 11) | (rcode & 0xf);
  if (authoritative) flags |= AA;
  if (truncated) flags |= TC;
  if (header.recursionDesired) flags |= RD;
  if (recursionAvailable) flags |= RA;
  if (header.checkingDisabled) flags |= CD;
  return flags;
}

/** Pointers have 14 bits. */
const MAX_POINTER = 0x3fff;

class MessageWriter {
  #bytes = new Uint8Array(256);
  #offset = HEADER_OCTETS;
  readonly #limit: number;
  /** Names share their tails with the question far more than with each other, so only its labels are looked through. */
  #questionName: Name = [];
  #questionLabelOffsets: readonly number[] = [];
  /** Owner names that were written, by identity: the records of one set share their name. */
  readonly #written = new Map<Name, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  question(question: Question): void {
    const offsets: number[] = [];
    let offset = this.#offset;
    for (const label of question.name) {
      offsets.push(offset);
      offset += label.length + 1;
    }
    this.#labels(question.name, question.name.length);
    this.#octet(0);
    this.#uint16(question.type);
    this.#uint16(question.class);
    this.#questionName = question.name;
    this.#questionLabelOffsets = offsets;
    if (question.name.length > 0) this.#written.set(question.name, HEADER_OCTETS);
  }

  /** How many of them fitted. */
  records(records: readonly ResourceRecord[]): number {
    for (const [i, record] of records.entries()) {
      const start = this.#offset;
      this.#record(record);
      if (this.#offset > this.#limit) {
        this.#offset = start;
        return i;
      }
    }
    return records.length;
  }

  opt(edns: Edns, extendedRcode: number): void {
    this.#octet(0);
    this.#uint16(TYPES.OPT);
    this.#uint16(edns.udpPayloadSize);
    this.#octet(extendedRcode);
    this.#octet(0);
    this.#uint16(edns.dnssecOk ? 0x8000 : 0);
    this.#uint16(0);
  }

  finish(header: readonly number[]): Uint8Array {
    const end = this.#offset;
    this.#offset = 0;
    for (const field of header) this.#uint16(field);
    return this.#bytes.slice(0, end);
  }

  #record({ name, ttl, data }: ResourceRecord): void {
    this.#name(name);
    this.#uint16(TYPES[data.type]);
    this.#uint16(CLASS_IN);
    this.#uint32(ttl);
    const lengthAt = this.#offset;
    this.#uint16(0);
    this.#data(data);
    const end = this.#offset;
    this.#offset = lengthAt;
    this.#uint16(end - lengthAt - 2);
    this.#offset = end;
  }

  #data(data: RecordData): void {
    switch (data.type) {
      case "A":
      case "AAAA":
        return this.#octets(data.address);
      case "CNAME":
      case "NS":
      case "PTR":
        return this.#name(data.target);
      case "SRV":
        this.#uint16(data.priority);
        this.#uint16(data.weight);
        this.#uint16(data.port);
        this.#labels(data.target, data.target.length);
        return this.#octet(0);
      case "TXT":
        for (const text of data.strings) this.#string(text);
        return;
      case "HINFO":
        this.#string(data.cpu);
        return this.#string(data.os);
      case "SOA":
        this.#name(data.mname);
        this.#name(data.rname);
        for (const field of [data.serial, data.refresh, data.retry, data.expire, data.minimum]) this.#uint32(field);
        return;
      default:
        return data satisfies never;
    }
  }

  #name(name: Name): void {
    const known = this.#written.get(name);
    if (known !== undefined) return this.#uint16(0xc000 | known);
    if (this.#offset <= MAX_POINTER && name.length > 0) this.#written.set(name, this.#offset);
    const shared = this.#sharedLabels(name);
    this.#labels(name, name.length - shared);
    if (shared === 0) return this.#octet(0);
    const offset = this.#questionLabelOffsets[this.#questionName.length - shared] ?? HEADER_OCTETS;
    this.#uint16(0xc000 | offset);
  }

  /** How many labels at its end the name shares with the question, in the same case. */
  #sharedLabels(name: Name): number {
    const question = this.#questionName;
    let shared = 0;
    while (
      shared < name.length &&
      shared < question.length &&
      name[name.length - 1 - shared] === question[question.length - 1 - shared]
    ) {
      shared++;
    }
    return shared;
  }

  #labels(name: Name, count: number): void {
    for (let i = 0; i < count; i++) this.#string(name[i] ?? "");
  }

  /** A length octet and the octets: labels and character strings alike. */
  #string(text: string): void {
    this.#reserve(text.length + 1);
    this.#bytes[this.#offset++] = text.length;
    for (let i = 0; i < text.length; i++) this.#bytes[this.#offset++] = text.charCodeAt(i);
  }

  #octets(octets: Uint8Array): void {
    this.#reserve(octets.length);
    for (const octet of octets) this.#bytes[this.#offset++] = octet;
  }

  #octet(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#offset++] = value;
  }

  #uint16(value: number): void {
    this.#reserve(2);
    this.#bytes[this.#offset++] = value >> 8;
    this.#bytes[this.#offset++] = value;
  }

  #uint32(value: number): void {
    this.#uint16(value >>> 16);
    this.#uint16(value & 0xffff);
  }

  #reserve(octets: number): void {
    const needed = this.#offset + octets;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
