/** Records as zone files write them (RFC 1035 §5.1) → records: `www.example. 60 IN A 192.0.2.1`. */
import { addressOctets } from "./address.ts";
import { decodeBase16 } from "./base16.ts";
import { parseName, type Name } from "./name.ts";
import { CLASS_IN, CLASS_NUMBERS, parseType, TYPES, type RecordData, type ResourceRecord } from "./records.ts";

export type ParsedRecord =
  { readonly ok: true; readonly record: ResourceRecord } | { readonly ok: false; readonly error: string };

/** What a record without a TTL has. */
const DEFAULT_TTL_SECONDS = 3600;

const refuse = (error: string): ParsedRecord => ({ ok: false, error });

/** TTL and class may be left out, and come in either order. Every name is absolute, with a last dot or without. */
export function parseRecord(text: string): ParsedRecord {
  const words = wordsOf(text);
  if (words === null) return refuse("a quote or a bracket is not closed");
  const [owner, ...rest] = words;
  const name = owner === undefined ? null : nameOf(owner.text);
  if (name === null) return refuse("there is no owner name");
  let ttl = DEFAULT_TTL_SECONDS;
  let rclass = CLASS_IN;
  for (let i = 0; i < 3; i++) {
    const word = rest[i]?.text ?? "";
    const seconds = secondsOf(word);
    const found = CLASS_NUMBERS.get(word.toUpperCase());
    if (seconds !== null) ttl = seconds;
    else if (found !== undefined && parseMnemonic(word) === null) rclass = found;
    else {
      const type = parseMnemonic(word);
      if (type === null) return refuse(`${JSON.stringify(word)} is no record type`);
      const data = dataOf(type, rest.slice(i + 1));
      if (data === null) return refuse(`the data of ${word} cannot be read`);
      return { ok: true, record: { name, ttl, data, ...(rclass === CLASS_IN ? {} : { class: rclass }) } };
    }
  }
  return refuse("there is no record type");
}

/** ANY is a class here: no record is of that type. */
const parseMnemonic = (word: string): number | null =>
  /^[0-9]/.test(word) || word.toUpperCase() === "ANY" ? null : parseType(word);

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** Brackets only let a record go over several lines, and `;` starts a comment. */
function wordsOf(text: string): readonly Word[] | null {
  const words: Word[] = [];
  const pattern = /\s+|;[^\n]*|([()])|"((?:[^"\\]|\\[\s\S])*)"|((?:[^\s;()"\\]|\\[\s\S])+)|([\s\S])/gy;
  let open = 0;
  for (const [, bracket, quoted, plain, other] of text.matchAll(pattern)) {
    if (other !== undefined) return null;
    if (bracket !== undefined) open += bracket === "(" ? 1 : -1;
    else if (quoted !== undefined) words.push({ text: quoted, quoted: true });
    else if (plain !== undefined) words.push({ text: plain, quoted: false });
  }
  return open === 0 ? words : null;
}

const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["s", 1],
  ["m", 60],
  ["h", 3_600],
  ["d", 86_400],
  ["w", 604_800],
]);

/** `3600`, `1h30m`. */
function secondsOf(word: string): number | null {
  if (!/^(?:[0-9]+[smhdw]?)+$/i.test(word)) return null;
  let seconds = 0;
  for (const [, digits, unit = ""] of word.toLowerCase().matchAll(/([0-9]+)([smhdw]?)/g)) {
    seconds += Number(digits) * (UNIT_SECONDS.get(unit) ?? 0);
  }
  return seconds < 2 ** 32 ? seconds : null;
}

function nameOf(text: string): Name | null {
  if (text === "@") return [];
  const parsed = parseName(text);
  return parsed.ok ? parsed.name : null;
}

function dataOf(type: number, words: readonly Word[]): RecordData | null {
  const texts = words.map(({ text }) => text);
  if (texts[0] === String.raw`\#`) return unknownData(type, texts.slice(1));
  const reader = new FieldReader(texts);
  const data = readData(type, words, reader);
  return data !== null && reader.isGood ? data : null;
}

function readData(type: number, words: readonly Word[], reader: FieldReader): RecordData | null {
  switch (type) {
    case TYPES.A:
      return { type: "A", address: reader.address(4) };
    case TYPES.AAAA:
      return { type: "AAAA", address: reader.address(16) };
    case TYPES.CNAME:
      return { type: "CNAME", target: reader.name() };
    case TYPES.NS:
      return { type: "NS", target: reader.name() };
    case TYPES.PTR:
      return { type: "PTR", target: reader.name() };
    case TYPES.MX:
      return { type: "MX", preference: reader.uint16(), exchange: reader.name() };
    case TYPES.SRV: {
      const [priority, weight, port] = [reader.uint16(), reader.uint16(), reader.uint16()];
      return { type: "SRV", priority, weight, port, target: reader.name() };
    }
    case TYPES.TXT:
      reader.skip();
      return words.length === 0 ? null : { type: "TXT", strings: words.flatMap(({ text }) => stringsOf(text)) };
    case TYPES.HINFO:
      return { type: "HINFO", cpu: reader.string(), os: reader.string() };
    case TYPES.SOA: {
      const [mname, rname] = [reader.name(), reader.name()];
      const [serial, refresh, retry] = [reader.seconds(), reader.seconds(), reader.seconds()];
      const [expire, minimum] = [reader.seconds(), reader.seconds()];
      return { type: "SOA", mname, rname, serial, refresh, retry, expire, minimum };
    }
    case TYPES.CAA: {
      const [flags, tag, value] = [reader.uint16(), reader.string(), reader.string()];
      const octets = Uint8Array.from(`${tag}${value}`, (c) => c.charCodeAt(0));
      return flags > 255 ? null : { type: "OTHER", code: type, octets: Uint8Array.of(flags, tag.length, ...octets) };
    }
    default:
      return null;
  }
}

/** RFC 3597 §5: `\# 4 0A000001`. */
function unknownData(code: number, [length = "", ...hex]: readonly string[]): RecordData | null {
  const octets = decodeBase16(hex.join(""));
  return octets === null || String(octets.length) !== length ? null : { type: "OTHER", code, octets };
}

const MAX_STRING_OCTETS = 255;

/** Escapes resolved; one that is too long goes on in the next, as resolvers put TXT together again. */
function stringsOf(text: string): readonly string[] {
  const plain = unescaped(text);
  if (plain.length <= MAX_STRING_OCTETS) return [plain];
  return plain.match(/[\s\S]{1,255}/g) ?? [];
}

/** One character an octet. */
const unescaped = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (octet) => String.fromCharCode(octet))
    .join("")
    .replaceAll(/\\([0-9]{3}|[\s\S])/g, (_whole, escaped: string) =>
      escaped.length === 3 ? String.fromCharCode(Number(escaped) & 0xff) : escaped,
    );

/** Takes one field after the other; a bad one, one too few or too many makes all of it bad. */
class FieldReader {
  readonly #words: readonly string[];
  #at = 0;
  #failed = false;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get isGood(): boolean {
    return !this.#failed && this.#at === this.#words.length;
  }

  skip(): void {
    this.#at = this.#words.length;
  }

  #take<T>(read: (word: string) => T | null, otherwise: T): T {
    const word = this.#words[this.#at++];
    const value = word === undefined ? null : read(word);
    if (value === null) this.#failed = true;
    return value ?? otherwise;
  }

  name(): Name {
    return this.#take(nameOf, []);
  }

  uint16(): number {
    return this.#take((word) => (/^[0-9]{1,5}$/.test(word) && Number(word) < 2 ** 16 ? Number(word) : null), 0);
  }

  seconds(): number {
    return this.#take(secondsOf, 0);
  }

  string(): string {
    return this.#take((word) => (unescaped(word).length > MAX_STRING_OCTETS ? null : unescaped(word)), "");
  }

  address(length: 4 | 16): Uint8Array {
    const read = (word: string): Uint8Array | null => {
      const octets = word.includes(":") === (length === 16) ? addressOctets(word) : null;
      return octets?.length === length ? octets : null;
    };
    return this.#take(read, new Uint8Array(length));
  }
}
