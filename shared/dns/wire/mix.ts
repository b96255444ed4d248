/**
 * The order of addresses in a message that is given again: CoreDNS' _loadbalance_ and the rotation of _kubernetes_ give each answer another
 * one, and with it the clients that take the first another endpoint.
 */
import { equalNames, nameOctets } from "../name.ts";
import type { Question, ResourceRecord } from "../records.ts";
import { HEADER_OCTETS } from "./decode.ts";

/** Addresses of one message that may stand in any order: records of one size, one after the other. */
export interface Mixable {
  /** Where the first address is, in octets. */
  readonly at: number;
  /** From one address to the next. */
  readonly stride: number;
  /** Of one address. */
  readonly octets: number;
  readonly count: number;
}

const ANSWER_COUNT_AT = 6;
const QUESTION_TAIL_OCTETS = 4;
/** A pointer to the question's name, type, class, TTL, length. */
const RECORD_HEAD_OCTETS = 12;
const POINTER_TO_QUESTION = 0xc0_0c;

/** `null` unless the answers are several addresses of one type and TTL, of the very name that was asked for, and all of them fitted. */
export function mixableOf(message: Uint8Array, { name }: Question, answers: readonly ResourceRecord[]): Mixable | null {
  const [first] = answers;
  if (first === undefined || answers.length < 2 || uint16(message, ANSWER_COUNT_AT) !== answers.length) return null;
  const { data, ttl } = first;
  if (data.type !== "A" && data.type !== "AAAA") return null;
  if (!answers.every((one) => one.data.type === data.type && one.ttl === ttl && equalNames(one.name, name)))
    return null;
  const octets = data.address.length;
  const stride = RECORD_HEAD_OCTETS + octets;
  const start = HEADER_OCTETS + nameOctets(name) + QUESTION_TAIL_OCTETS;
  const last = start + stride * (answers.length - 1);
  const isAsExpected = [start, last].every((at) => uint16(message, at) === POINTER_TO_QUESTION);
  return isAsExpected ? { at: start + RECORD_HEAD_OCTETS, stride, octets, count: answers.length } : null;
}

const uint16 = (octets: Uint8Array, at: number): number => ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);

/** So many places at the front get any address with the same chance; no client looks further, and the rest moves a little each time. */
const MIXED_PLACES = 32;

/** In place. `pick(n)`: a whole number from 0 to n - 1. The first places of Fisher and Yates' shuffle, which it fills in their order. */
export function mix(message: Uint8Array, { at, stride, octets, count }: Mixable, pick: (n: number) => number): void {
  const places = Math.min(MIXED_PLACES, count - 1);
  for (let place = 0; place < places; place++) {
    const other = place + pick(count - place);
    if (other !== place) swap(message, at + place * stride, at + other * stride, octets);
  }
}

function swap(message: Uint8Array, one: number, other: number, octets: number): void {
  for (let i = 0; i < octets; i++) {
    const held = message[one + i] ?? 0;
    message[one + i] = message[other + i] ?? 0;
    message[other + i] = held;
  }
}
