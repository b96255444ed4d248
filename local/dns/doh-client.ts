import { Agent, request, type IncomingMessage } from "node:http";
import { serverFailure } from "../../shared/dns/exchange.ts";

/** Where messages are answered: RFC 8484 over kept-alive HTTP connections. */
export interface DohClient {
  /** Never rejects: SERVFAIL when there is no answer in time, `null` when the message has no header to answer to. */
  readonly ask: (message: Uint8Array, from: DnsClient) => Promise<Uint8Array | null>;
  /** The same as TCP carries it: each message with its length before it. A zone's transfer is of several. */
  readonly askFramed: (message: Uint8Array, from: DnsClient) => Promise<Uint8Array | null>;
  readonly close: () => void;
}

/** Who sent a message; the Worker is told. */
export interface DnsClient {
  readonly transport: "udp" | "tcp";
  readonly address: string;
  readonly port: number;
}

const TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 64;
const MEDIA_TYPE = "application/dns-message";
/** As `DNS_MESSAGES` of the Worker. */
const FRAMED_MEDIA_TYPE = "application/vnd.wherry.dns-messages";

/** `token` proves to the Worker that what is said of the client comes from here; see `workers/arrival.ts`. */
export function createDohClient(upstream: URL, token: string): DohClient {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  const answer = async (message: Uint8Array, from: DnsClient): Promise<Answered | null> => {
    try {
      return await post({ upstream, agent, token, from }, message);
    } catch {
      const failure = serverFailure(message);
      return failure === null ? null : { octets: failure, isFramed: false };
    }
  };
  return {
    ask: async (message, from) => (await answer(message, from))?.octets ?? null,
    askFramed: async (message, from) => {
      const answered = await answer(message, from);
      if (answered === null || answered.isFramed) return answered?.octets ?? null;
      const { octets } = answered;
      return Buffer.concat([Uint8Array.of(octets.length >> 8, octets.length), octets]);
    },
    close: () => agent.destroy(),
  };
}

/** `isFramed`: of one or more messages, each with its length before it. */
interface Answered {
  readonly octets: Uint8Array;
  readonly isFramed: boolean;
}

interface Way {
  readonly upstream: URL;
  readonly agent: Agent;
  readonly token: string;
  readonly from: DnsClient;
}

/** A kept-alive connection may be closed by the other side just as it is used again: then, once, on a new one. */
function post(way: Way, message: Uint8Array, isRetry = false): Promise<Answered | null> {
  const { upstream, agent, token, from } = way;
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": MEDIA_TYPE,
      "content-length": message.length,
      "wherry-front": token,
      "wherry-client": `${from.transport} ${from.port}`,
      "x-forwarded-for": from.address.replace(/^::ffff:/, ""),
    };
    const sent = request(upstream, { method: "POST", agent, headers, timeout: TIMEOUT_MS }, (response) => {
      bodyOf(response)
        .then((body) => answerFrom(response, body))
        .then(resolve, reject);
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.on("error", (error) => {
      if (sent.reusedSocket && !isRetry) resolve(post(way, message, true));
      else reject(error);
    });
    sent.end(message);
  });
}

function answerFrom({ statusCode, headers }: IncomingMessage, octets: Uint8Array): Answered | null {
  if (statusCode === 200) return { octets, isFramed: headers["content-type"] === FRAMED_MEDIA_TYPE };
  // 400: not even a header.
  if (statusCode === 400) return null;
  throw new Error(`HTTP ${statusCode}`);
}

async function bodyOf(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
