/** Rate limits as nginx's `limit_req` and `limit_conn` keep them, for one isolate. The clock comes in by arguments. */
import type { RateLimit } from "../ir.ts";

/** More clients than are remembered; the one that was seen first is forgotten first. */
const MAX_CLIENTS = 10_000;

interface Client {
  /** Tokens left in each bucket, and when they were counted (ms). */
  readonly tokens: number[];
  at: number;
  underWay: number;
}

export class RateLimiter {
  readonly #clients = new Map<string, Client>();

  /** True, and one request more is under way, when the client (`key` names it and the route) may go on. */
  admit(key: string, { buckets, connections }: RateLimit, now: number): boolean {
    const client = this.#client(key, buckets, now);
    if (connections !== null && client.underWay >= connections) return false;
    const seconds = Math.max(0, now - client.at) / 1000;
    client.at = now;
    buckets.forEach(({ perSecond, burst }, i) => {
      client.tokens[i] = Math.min(burst, (client.tokens[i] ?? burst) + seconds * perSecond);
    });
    if (client.tokens.some((tokens) => tokens < 1)) return false;
    for (let i = 0; i < buckets.length; i++) client.tokens[i] = (client.tokens[i] ?? 1) - 1;
    client.underWay++;
    return true;
  }

  /** The request is over. */
  release(key: string): void {
    const client = this.#clients.get(key);
    if (client !== undefined && client.underWay > 0) client.underWay--;
  }

  #client(key: string, buckets: RateLimit["buckets"], now: number): Client {
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    if (this.#clients.size >= MAX_CLIENTS) this.#clients.delete(this.#clients.keys().next().value ?? key);
    const client = { tokens: buckets.map(({ burst }) => burst), at: now, underWay: 0 };
    this.#clients.set(key, client);
    return client;
  }
}
