/** Response → bytes. */
import type { Name } from "../name.ts";
import {
  CLASS_IN,
  RCODES,
  TYPES,
  typeNumber,
  type Question,
  type Rcode,
  type RecordData,
  type ResourceRecord,
  type ServiceBindingData,
} from "../records.ts";
import {
  HEADER_OCTETS,
  MAX_MESSAGE_OCTETS,
  OPTION_PADDING,
  type Edns,
  type EdnsOption,
  type Header,
} from "./decode.ts";

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
  /** What is said to it in return. */
  readonly options?: readonly EdnsOption[];
}

const QR = 0x8000;
const AA = 0x0400;
const TC = 0x0200;
const RD = 0x0100;
const RA = 0x0080;
const CD = 0x0010;
const OPT_OCTETS = 11;
const OPTION_HEADER_OCTETS = 4;
const PADDING_BLOCK = 468;

/**
 * At most 65,535 octets: records that do not fit are left out, and TC says so if they were answers, as CoreDNS does.
 * Names are compressed, except in SRV (RFC 2782).
 */
export function encodeResponse(response: Response): Uint8Array<ArrayBuffer> {
  const { edns } = response;
  const options = fitting(response.options ?? NO_OPTIONS);
  const limit = MAX_MESSAGE_OCTETS - optOctets(edns, options);
  const writer = new MessageWriter(limit);
  if (response.question !== null) writer.question(response.question);
  const answers = writer.records(response.answers);
  const authority = answers === response.answers.length ? writer.records(response.authority) : 0;
  const truncated = answers < response.answers.length || authority < response.authority.length;
  const additional = truncated ? 0 : writer.records(response.additional);
  const rcode = RCODES[response.rcode];
  if (edns !== null) writer.opt(edns, rcode >> 4, options);
  return writer.finish([
    response.header.id,
    flagsOf(response, truncated, rcode),
    response.question === null ? 0 : 1,
    answers,
    authority,
    additional + (edns === null ? 0 : 1),
  ]);
}

const NO_OPTIONS: readonly EdnsOption[] = [];
/** Half a message: a resolver's may be as long as it likes. */
const MAX_OPTION_OCTETS = 32_767;

function fitting(options: readonly EdnsOption[]): readonly EdnsOption[] {
  let room = MAX_OPTION_OCTETS;
  return options.length === 0
    ? options
    : options.filter(({ data }) => (room -= OPTION_HEADER_OCTETS + data.length) >= 0);
}

function optOctets(edns: Edns | null, options: readonly EdnsOption[]): number {
  if (edns === null) return 0;
  const padding = edns.padded ? OPTION_HEADER_OCTETS : 0;
  return options.reduce((sum, { data }) => sum + OPTION_HEADER_OCTETS + data.length, OPT_OCTETS + padding);
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

/** SvcParamKeys (RFC 9460 §14.3.2). */
const SVC_PARAMS = { alpn: 1, port: 3, ipv4hint: 4, ipv6hint: 6 } as const;

/** Pointers have 14 bits. */
const MAX_POINTER = 0x3fff;

/** One buffer for every message: writing one is synchronous, so no two use it at a time. Writes past its end are lost, and then undone. */
const buffer = new Uint8Array(MAX_MESSAGE_OCTETS);

class MessageWriter {
  #offset = HEADER_OCTETS;
  readonly #limit: number;
  /** Names share their tails with the question far more than with each other, so only its labels are looked through. */
  #questionName: Name = [];
  /** The name that was written last, by identity: the records of one set share their name, and an alias leads to the next one. */
  #lastName: Name = [];
  #lastNameOffset = 0;
  /** How much the last name shared with the question, and where that is: the names of an SOA share the same. */
  #lastShared = 0;
  #lastSharedOffset = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  question({ name, type, class: qclass }: Question): void {
    this.#labels(name, name.length);
    this.#octet(0);
    this.#uint16(type);
    this.#uint16(qclass);
    this.#questionName = name;
  }

  /** How many of them fitted. */
  records(records: readonly ResourceRecord[]): number {
    let written = 0;
    for (const record of records) {
      const start = this.#offset;
      this.#record(record);
      if (this.#offset > this.#limit) {
        this.#offset = start;
        return written;
      }
      written++;
    }
    return written;
  }

  /** Where it was padded, the answer is filled up to a multiple of 468 octets (RFC 8467 §4.1). */
  opt(edns: Edns, extendedRcode: number, options: readonly EdnsOption[]): void {
    this.#octet(0);
    this.#uint16(TYPES.OPT);
    this.#uint16(edns.udpPayloadSize);
    this.#octet(extendedRcode);
    this.#octet(0);
    this.#uint16(edns.dnssecOk ? 0x8000 : 0);
    const lengthAt = this.#offset;
    this.#uint16(0);
    for (const { code, data } of options) this.#option(code, data);
    if (edns.padded) this.#option(OPTION_PADDING, new Uint8Array(this.#paddingOctets()));
    const end = this.#offset;
    this.#offset = lengthAt;
    this.#uint16(end - lengthAt - 2);
    this.#offset = end;
  }

  #paddingOctets(): number {
    const unpadded = this.#offset + OPTION_HEADER_OCTETS;
    return Math.min(MAX_MESSAGE_OCTETS - unpadded, (PADDING_BLOCK - (unpadded % PADDING_BLOCK)) % PADDING_BLOCK);
  }

  #option(code: number, data: Uint8Array): void {
    this.#uint16(code);
    this.#uint16(data.length);
    buffer.set(data, this.#offset);
    this.#offset += data.length;
  }

  finish(header: readonly number[]): Uint8Array<ArrayBuffer> {
    const end = this.#offset;
    this.#offset = 0;
    for (const field of header) this.#uint16(field);
    return buffer.slice(0, end);
  }

  #record({ name, class: rclass, ttl, data }: ResourceRecord): void {
    this.#name(name);
    this.#uint16(typeNumber(data));
    this.#uint16(rclass ?? CLASS_IN);
    this.#uint32(ttl);
    const lengthAt = this.#offset;
    this.#offset += 2;
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
        for (const octet of data.address) this.#octet(octet);
        return;
      case "CNAME":
      case "NS":
      case "PTR":
        return this.#name(data.target);
      case "MX":
        this.#uint16(data.preference);
        return this.#name(data.exchange);
      case "OTHER":
        for (const octet of data.octets) this.#octet(octet);
        return;
      case "SRV":
        this.#uint16(data.priority);
        this.#uint16(data.weight);
        this.#uint16(data.port);
        this.#labels(data.target, data.target.length);
        return this.#octet(0);
      case "SVCB":
      case "HTTPS":
        return this.#serviceBinding(data);
      case "TXT":
        for (const text of data.strings) this.#string(text);
        return;
      case "HINFO":
        this.#string(data.cpu);
        return this.#string(data.os);
      case "SOA":
        this.#name(data.mname);
        this.#name(data.rname);
        this.#uint32(data.serial);
        this.#uint32(data.refresh);
        this.#uint32(data.retry);
        this.#uint32(data.expire);
        return this.#uint32(data.minimum);
      default:
        return data satisfies never;
    }
  }

  /** The target is not compressed, and parameters come in the order of their numbers (RFC 9460 §2.2). */
  #serviceBinding({ priority, target, alpn, port, ipv4hint, ipv6hint }: ServiceBindingData): void {
    this.#uint16(priority);
    this.#labels(target, target.length);
    this.#octet(0);
    this.#uint16(SVC_PARAMS.alpn);
    this.#uint16(alpn.reduce((sum, id) => sum + id.length + 1, 0));
    for (const id of alpn) this.#string(id);
    this.#uint16(SVC_PARAMS.port);
    this.#uint16(2);
    this.#uint16(port);
    this.#hints(SVC_PARAMS.ipv4hint, ipv4hint);
    this.#hints(SVC_PARAMS.ipv6hint, ipv6hint);
  }

  #hints(key: number, addresses: readonly Uint8Array[]): void {
    const [first] = addresses;
    if (first === undefined) return;
    this.#uint16(key);
    this.#uint16(addresses.length * first.length);
    for (const address of addresses) for (const octet of address) this.#octet(octet);
  }

  #name(name: Name): void {
    if (name.length === 0) return this.#octet(0);
    if (name === this.#questionName) return this.#uint16(0xc000 | HEADER_OCTETS);
    if (name === this.#lastName) return this.#uint16(0xc000 | this.#lastNameOffset);
    if (this.#offset <= MAX_POINTER) {
      this.#lastName = name;
      this.#lastNameOffset = this.#offset;
    }
    const shared = this.#sharedLabels(name);
    this.#labels(name, name.length - shared);
    if (shared === 0) return this.#octet(0);
    if (shared !== this.#lastShared) {
      this.#lastShared = shared;
      this.#lastSharedOffset = this.#questionLabelOffset(this.#questionName.length - shared);
    }
    this.#uint16(0xc000 | this.#lastSharedOffset);
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

  #questionLabelOffset(index: number): number {
    let offset = HEADER_OCTETS;
    for (let i = 0; i < index; i++) offset += (this.#questionName[i]?.length ?? 0) + 1;
    return offset;
  }

  #labels(name: Name, count: number): void {
    for (let i = 0; i < count; i++) this.#string(name[i] ?? "");
  }

  /** A length octet and the octets: labels and character strings alike. */
  #string(text: string): void {
    let at = this.#offset;
    buffer[at++] = text.length;
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
    this.#offset = at;
  }

  #octet(value: number): void {
    buffer[this.#offset++] = value;
  }

  #uint16(value: number): void {
    buffer[this.#offset++] = value >> 8;
    buffer[this.#offset++] = value;
  }

  #uint32(value: number): void {
    this.#uint16(value >>> 16);
    this.#uint16(value & 0xffff);
  }
}
