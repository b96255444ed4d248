/** Making a response fit into one UDP datagram. */
import { TYPES } from "../records.ts";
import { formatName, lowerName } from "../name.ts";
import { decodeQuery, HEADER_OCTETS, readQuestion, readRecordSpan, uint16, type RecordSpan } from "./decode.ts";
import { readName } from "./name.ts";

/** What every client takes without EDNS (RFC 1035 §2.3.4); smaller EDNS sizes mean this too (RFC 6891 §6.2.3). */
export const MIN_UDP_OCTETS = 512;

/** How large a UDP response the client that sent `query` takes. */
export function udpPayloadLimit(query: Uint8Array): number {
  const decoded = decodeQuery(query);
  const size = decoded.kind === "query" ? (decoded.edns?.udpPayloadSize ?? 0) : 0;
  return Math.max(MIN_UDP_OCTETS, size);
}

/**
 * The response itself when it fits. Else without glue, which a client can ask for on its own (RFC 2181 §9 sets no TC for
 * it); else with as many whole leading RRsets as fit, and TC. OPT always stays. A response that cannot be walked gives
 * only its header, with TC.
 */
export function truncate(response: Uint8Array, limit: number): Uint8Array {
  if (response.length <= limit || response.length < HEADER_OCTETS) return response;
  const layout = layoutOf(response);
  if (layout === null) return cut(response, { end: HEADER_OCTETS, counts: [0, 0, 0, 0], opt: null, truncated: true });
  const { questionEnd, required, answers, opt } = layout;
  const room = limit - (opt === null ? 0 : opt.end - opt.start);
  const authority = required.length - answers;
  const requiredEnd = required.at(-1)?.end ?? questionEnd;
  const questions = uint16(response, 4);
  if (requiredEnd <= room) {
    return cut(response, { end: requiredEnd, counts: [questions, answers, authority, 0], opt, truncated: false });
  }
  const kept = wholeSetsWithin(response, required.slice(0, answers), room);
  const end = required[kept - 1]?.end ?? questionEnd;
  return cut(response, { end, counts: [questions, kept, 0, 0], opt, truncated: true });
}

interface Layout {
  readonly questionEnd: number;
  /** The records of Answer and Authority, in order; the first `answers` of them are answers. */
  readonly required: readonly RecordSpan[];
  readonly answers: number;
  readonly opt: RecordSpan | null;
}

function layoutOf(response: Uint8Array): Layout | null {
  let offset = HEADER_OCTETS;
  for (let i = uint16(response, 4); i > 0; i--) {
    const read = readQuestion(response, offset);
    if (read === null) return null;
    offset = read.end;
  }
  const questionEnd = offset;
  const answers = uint16(response, 6);
  const requiredCount = answers + uint16(response, 8);
  const required: RecordSpan[] = [];
  let opt: RecordSpan | null = null;
  for (let i = requiredCount + uint16(response, 10); i > 0; i--) {
    const span = readRecordSpan(response, offset);
    if (span === null) return null;
    if (required.length < requiredCount) required.push(span);
    else if (span.type === TYPES.OPT) opt = span;
    offset = span.end;
  }
  return { questionEnd, required, answers, opt };
}

/** How many leading records end within `room` without parting an RRset: half a set would be taken for the whole (RFC 2181 §5.1). */
function wholeSetsWithin(response: Uint8Array, records: readonly RecordSpan[], room: number): number {
  let kept = 0;
  for (let i = 0; i < records.length;) {
    const setEnd = endOfSet(response, records, i);
    if ((records[setEnd - 1]?.end ?? room + 1) > room) break;
    kept = i = setEnd;
  }
  return kept;
}

function endOfSet(response: Uint8Array, records: readonly RecordSpan[], start: number): number {
  const set = setKey(response, records[start]);
  let end = start + 1;
  while (end < records.length && setKey(response, records[end]) === set) end++;
  return end;
}

function setKey(response: Uint8Array, record: RecordSpan | undefined): string {
  const name = record === undefined ? undefined : readName(response, record.start)?.name;
  return `${record?.type} ${formatName(lowerName(name ?? []))}`;
}

interface Cut {
  readonly end: number;
  /** Questions, answers, authority, additional without OPT. */
  readonly counts: readonly [number, number, number, number];
  readonly opt: RecordSpan | null;
  readonly truncated: boolean;
}

/** Compression pointers lead backwards only, so any leading part of a message stays readable. */
function cut(response: Uint8Array, { end, counts, opt, truncated }: Cut): Uint8Array {
  const tail = opt === null ? new Uint8Array() : response.subarray(opt.start, opt.end);
  const shorter = new Uint8Array(end + tail.length);
  shorter.set(response.subarray(0, end));
  shorter.set(tail, end);
  if (truncated) shorter[2] = (shorter[2] ?? 0) | 0x02;
  const [questions, answers, authority, additional] = counts;
  for (const [i, count] of [questions, answers, authority, additional + (opt === null ? 0 : 1)].entries()) {
    shorter[4 + 2 * i] = count >> 8;
    shorter[5 + 2 * i] = count;
  }
  return shorter;
}
