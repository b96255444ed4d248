/**
 * Why there is no tunnel, said in the client's own protocol. The runtime answers CONNECT with 200 before a Worker is asked, so a status comes too
 * late; what the client says first tells what it will understand.
 */
import { toStatusBody, type Refusal } from "../../shared/proxy/refusal.ts";

/** A client that waits for the server to speak first will not say anything. */
const WAIT_MS = 1_000;

const TLS_HANDSHAKE = 0x16;
/** A fatal alert in a record of its own (RFC 8446 §5.1, §6). */
const tlsAlert = (description: number): Uint8Array => Uint8Array.of(0x15, 3, 1, 0, 2, 2, description);
const ACCESS_DENIED = 49;
const INTERNAL_ERROR = 80;
/** The one that says whose fault it is: the name asked for (RFC 6066 §3). */
const UNRECOGNIZED_NAME = 112;

const HTTP_REQUEST = /^[A-Z]{3,10} \S/;

/** False when the client speaks neither TLS nor HTTP, or nothing yet: then only the end of its connection is left. */
export async function refuseTunnel(client: Socket, refusal: Refusal): Promise<boolean> {
  const first = await firstBytes(client.readable);
  const answer = first === null ? null : answerTo(first, refusal);
  if (answer === null) return false;
  const writer = (client.writable as WritableStream<Uint8Array>).getWriter();
  await writer.write(answer);
  await writer.close();
  return true;
}

async function firstBytes(readable: ReadableStream<Uint8Array>): Promise<Uint8Array | null> {
  const reader = readable.getReader();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), WAIT_MS);
  });
  const read = reader.read().then(({ value = null }) => value);
  const first = await Promise.race([read, late]);
  clearTimeout(timer);
  return first;
}

function answerTo(first: Uint8Array, refusal: Refusal): Uint8Array | null {
  if (first[0] === TLS_HANDSHAKE) return tlsAlert(alertFor(refusal));
  if (!HTTP_REQUEST.test(new TextDecoder("latin1").decode(first.subarray(0, 32)))) return null;
  const body = `${toStatusBody(refusal)}\n`;
  const { code, proxyError, reason } = refusal;
  const head = [
    // Nobody needs the phrase (RFC 9112 §4).
    `HTTP/1.1 ${code} `,
    "content-type: application/json",
    `content-length: ${new TextEncoder().encode(body).byteLength}`,
    `proxy-status: wherry; error=${proxyError}; details="${reason}"`,
    "connection: close",
  ];
  return new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function alertFor({ code, reason }: Refusal): number {
  if (code === 403) return ACCESS_DENIED;
  return reason.startsWith("Unknown") ? UNRECOGNIZED_NAME : INTERNAL_ERROR;
}
