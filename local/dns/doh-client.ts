import { Agent, request, type IncomingMessage } from "node:http";
import { serverFailure } from "../../shared/dns/exchange.ts";

/** Where messages are answered: RFC 8484 over kept-alive HTTP connections. */
export interface DohClient {
  /** Never rejects: SERVFAIL when there is no answer in time, `null` when the message has no header to answer to. */
  readonly ask: (message: Uint8Array, transport: "udp" | "tcp") => Promise<Uint8Array | null>;
  readonly close: () => void;
}

const TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 64;
const MEDIA_TYPE = "application/dns-message";

export function createDohClient(upstream: URL): DohClient {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  return {
    ask: async (message, transport) => {
      try {
        return await post({ upstream, agent, transport }, message);
      } catch {
        return serverFailure(message);
      }
    },
    close: () => agent.destroy(),
  };
}

interface Way {
  readonly upstream: URL;
  readonly agent: Agent;
  /** How the message came; for the Worker's metrics. */
  readonly transport: "udp" | "tcp";
}

/** A kept-alive connection may be closed by the other side just as it is used again: then, once, on a new one. */
function post(way: Way, message: Uint8Array, isRetry = false): Promise<Uint8Array | null> {
  const { upstream, agent, transport } = way;
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": MEDIA_TYPE,
      "content-length": message.length,
      "wherry-transport": transport,
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

function answerFrom({ statusCode }: IncomingMessage, body: Uint8Array): Uint8Array | null {
  if (statusCode === 200) return body;
  // 400: not even a header.
  if (statusCode === 400) return null;
  throw new Error(`HTTP ${statusCode}`);
}

async function bodyOf(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
