/** A question of our own → bytes, for an upstream resolver. */
import { TYPES, type Question } from "../records.ts";
import type { EdnsOption } from "./decode.ts";

/** What a resolver may put into one datagram without being cut up on the way (DNS flag day 2020). */
const UDP_PAYLOAD_OCTETS = 1232;
const RD = 0x0100;
const CD = 0x0010;

/** What is asked for besides the question. */
export interface QueryFlags {
  readonly dnssecOk: boolean;
  readonly checkingDisabled: boolean;
  readonly options: readonly EdnsOption[];
}

/** ID 0, which RFC 8484 §4.1 asks for; who sends it over UDP puts in one of its own. */
export function encodeQuery(
  { name, type, class: qclass }: Question,
  { dnssecOk, checkingDisabled, options }: QueryFlags,
): Uint8Array<ArrayBuffer> {
  const octets: number[] = [];
  const uint16 = (value: number): void => void octets.push(value >> 8, value & 0xff);
  for (const field of [0, RD | (checkingDisabled ? CD : 0), 1, 0, 0, 1]) uint16(field);
  for (const label of name) octets.push(label.length, ...Array.from(label, (c) => c.charCodeAt(0)));
  octets.push(0);
  uint16(type);
  uint16(qclass);
  octets.push(0);
  uint16(TYPES.OPT);
  uint16(UDP_PAYLOAD_OCTETS);
  uint16(0);
  uint16(dnssecOk ? 0x8000 : 0);
  uint16(options.reduce((sum, { data }) => sum + 4 + data.length, 0));
  for (const { code, data } of options) {
    uint16(code);
    uint16(data.length);
    for (const octet of data) octets.push(octet);
  }
  return Uint8Array.from(octets);
}
