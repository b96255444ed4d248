/** DNS' own nouns: types, response codes, questions, resource records. */
import type { Name } from "./name.ts";

/** Assigned numbers of the types that are answered, or that a client may well ask for (IANA "DNS Parameters"). */
export const TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  OPT: 41,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  TLSA: 52,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  CAA: 257,
} as const;

export const CLASS_IN = 1;
/** Servers' own records, such as `version.bind`. */
export const CLASS_CHAOS = 3;

/** By mnemonic. */
export const CLASS_NUMBERS: ReadonlyMap<string, number> = new Map([
  ["IN", CLASS_IN],
  ["CS", 2],
  ["CH", CLASS_CHAOS],
  ["HS", 4],
  ["NONE", 254],
  ["ANY", 255],
]);

/** Response codes (RFC 1035 §4.1.1, RFC 6891 §9). `BADVERS` needs an OPT record to carry its upper bits. */
export const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
} as const;

export type Rcode = keyof typeof RCODES;

/** `type` and `class` are the numbers as asked: any of 65,536. */
export interface Question {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
}

/** `ttl` is in seconds. */
export interface ResourceRecord {
  readonly name: Name;
  /** Absent: IN. */
  readonly class?: number;
  readonly ttl: number;
  readonly data: RecordData;
}

/** `OTHER`: of a type that nothing here makes, as it came from an upstream resolver, its names uncompressed (RFC 3597). */
export type RecordData =
  | { readonly type: "A" | "AAAA"; readonly address: Uint8Array }
  | { readonly type: "MX"; readonly preference: number; readonly exchange: Name }
  | { readonly type: "OTHER"; readonly code: number; readonly octets: Uint8Array }
  | { readonly type: "CNAME" | "NS" | "PTR"; readonly target: Name }
  | SrvData
  | ServiceBindingData
  | { readonly type: "TXT"; readonly strings: readonly string[] }
  | { readonly type: "HINFO"; readonly cpu: string; readonly os: string }
  | SoaData;

export interface SrvData {
  readonly type: "SRV";
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: Name;
}

/** SVCB and HTTPS in service mode (RFC 9460 §2.1): `priority` is 1 or more, `alpn` in order of preference, hints are whole addresses. */
export interface ServiceBindingData {
  readonly type: "SVCB" | "HTTPS";
  readonly priority: number;
  /** Empty: the owner itself. */
  readonly target: Name;
  readonly alpn: readonly string[];
  readonly port: number;
  readonly ipv4hint: readonly Uint8Array[];
  readonly ipv6hint: readonly Uint8Array[];
}

/** `minimum` is how long a negative answer may be kept (RFC 2308 §4). Times in seconds. */
export interface SoaData {
  readonly type: "SOA";
  readonly mname: Name;
  readonly rname: Name;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

/** The assigned number of a record's type. */
export function typeNumber(data: RecordData): number {
  return data.type === "OTHER" ? data.code : TYPES[data.type];
}

const MNEMONICS: ReadonlyMap<string, number> = new Map(Object.entries(TYPES));

/** `"SRV"`, `"srv"`, `"33"` and `"TYPE33"` (RFC 3597 §5) → 33; `null` for anything else, and for numbers outside 1–65535. */
export function parseType(text: string): number | null {
  const upper = text.toUpperCase();
  const assigned = MNEMONICS.get(upper);
  if (assigned !== undefined) return assigned;
  const digits = upper.startsWith("TYPE") ? upper.slice(4) : upper;
  if (!/^[1-9][0-9]{0,4}$/.test(digits)) return null;
  const number = Number(digits);
  return number <= 65_535 ? number : null;
}

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(TYPES).map(([name, number]) => [number, name]));

/** 33 → `"SRV"`; `"TYPE65280"` for one without a mnemonic here. */
export function typeName(type: number): string {
  return NAMES.get(type) ?? `TYPE${type}`;
}
