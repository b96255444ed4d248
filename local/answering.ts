/** Checks that sockets really answer, each in its own protocol. */
import { createSocket } from "node:dgram";
import { request } from "node:http";
import type { Address } from "./address.ts";

const DEADLINE_MILLISECONDS = 10_000;
const PAUSE_MILLISECONDS = 20;

/** Tries until `attempt` succeeds; after ten seconds its last error is thrown, with what was waited for. */
export async function waitFor<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + DEADLINE_MILLISECONDS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
  }
}

/** Succeeds with the status of any HTTP answer. */
export function httpStatus(url: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent: false, timeout: DEADLINE_MILLISECONDS, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on("timeout", () => asking.destroy(new Error(`no answer from ${url}`)));
    asking.on("error", reject);
    asking.end();
  });
}

/** A query for the root's NS records, with recursion not desired (RFC 1035 §4.1): any server has an answer to it. */
const QUERY = Buffer.from([0x77, 0x68, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]);

/** Succeeds when a DNS message with the query's id comes back. */
export function dnsAnswer({ host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    const finish = (error?: Error) => {
      clearTimeout(timer);
      socket.close();
      if (error === undefined) resolve();
      else reject(error);
    };
    const timer = setTimeout(() => finish(new Error(`no DNS answer from port ${port}`)), 1000);
    socket.once("error", finish);
    socket.on("message", (message) => {
      if (message.length >= 12 && message.readUInt16BE(0) === QUERY.readUInt16BE(0)) finish();
    });
    socket.send(QUERY, port, host);
  });
}
