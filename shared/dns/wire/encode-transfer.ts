import { concatBytes } from "../../apimachinery/concat-bytes.ts";
import { encodeResponse, type Response } from "./encode.ts";

const FLAGS_AT = 2;
const ANSWERS_AT = 6;
const TC = 0x0200;

/**
 * A zone's transfer: as many messages as it takes, each with its length before it, as TCP carries them (RFC 1035 §4.2.2, RFC 5936
 * §2.2). Each has the question; the first alone an OPT.
 */
export function encodeTransfer(response: Response): Uint8Array<ArrayBuffer> {
  const messages: Uint8Array[] = [];
  let rest = response.answers;
  let { edns } = response;
  while (rest.length > 0) {
    const batch = rest.slice(0, MAX_TRANSFER_RECORDS);
    const message = encodeResponse({ ...response, answers: batch, authority: [], additional: [], edns });
    const view = new DataView(message.buffer);
    // What did not fit goes into the next one: nothing is missing.
    view.setUint16(FLAGS_AT, view.getUint16(FLAGS_AT) & ~TC);
    rest = rest.slice(view.getUint16(ANSWERS_AT));
    messages.push(Uint8Array.of(message.length >> 8, message.length), message);
    edns = null;
  }
  return concatBytes(messages);
}

/** No more of them fit into a message. */
const MAX_TRANSFER_RECORDS = 5_000;
