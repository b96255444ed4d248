/** Broken messages over the real sockets: `FUZZ_MESSAGES=100000` for the long run. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { Pool } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { randomIntegers } from "../suites/random.ts";
import { mutate } from "../unit/dns/mutations.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "./process.ts";

const MESSAGES = Number(process.env["FUZZ_MESSAGES"] ?? 5_000);
const CONNECTIONS = 16;

let addresses: ReadyAddresses;
beforeAll(async () => {
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral"]).ready();
});
afterAll(cleanUp);

const isAlive = async (): Promise<boolean> => {
  const response = await fetch(`${addresses.doh}?name=kubernetes.default.svc.cluster.local`);
  return ((await response.json()) as { Status: number }).Status === 0;
};

const MESSAGE = { "content-type": "application/dns-message" };

/** GET where a URL is long enough for it, in every other case. */
function requestFor(message: Uint8Array, isGet: boolean) {
  const dns = Buffer.from(message).toString("base64url");
  return isGet && dns.length < 8_000
    ? { method: "GET" as const, path: `/dns-query?dns=${dns}` }
    : { method: "POST" as const, path: "/dns-query/default", headers: MESSAGE, body: message };
}

test(`${MESSAGES} broken messages over HTTP: an answer or a 400, never a 5xx`, { timeout: 600_000 }, async () => {
  const random = randomIntegers(7);
  const pool = new Pool(new URL(addresses.doh).origin, { connections: CONNECTIONS });
  const statuses = new Set<number>();
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent++ < MESSAGES) {
      const message = mutate(random);
      const { statusCode, body } = await pool.request(requestFor(message, random(2) === 0));
      const answer = new Uint8Array(await body.arrayBuffer());
      statuses.add(statusCode);
      if (statusCode !== 200) continue;
      expect([...answer.subarray(0, 2)]).toEqual([...message.subarray(0, 2)]);
      expect(answer.length).toBeLessThanOrEqual(65_535);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  await pool.close();
  expect(statuses).toEqual(new Set([200, 400]));
  expect(await isAlive()).toBe(true);
});

test(
  "broken datagrams: whatever comes back is an answer, and no larger than was asked for",
  { timeout: 120_000 },
  async () => {
    const random = randomIntegers(8);
    const [host = "", port = ""] = addresses.dns.split(":");
    const socket = createSocket("udp4");
    const answers: Buffer[] = [];
    socket.on("message", (message) => answers.push(message));
    for (let i = 0; i < 1_000; i++) {
      const message = mutate(random);
      if (message.length > 60_000) continue;
      await new Promise((resolve) => socket.send(message, Number(port), host, resolve));
    }
    // What is answered at all is answered by the time that the last, whole question is.
    const whole = Buffer.from("be ef 01 00 00 01 00 00 00 00 00 00 01 61 00 00 01 00 01".replaceAll(" ", ""), "hex");
    while (!answers.some((answer) => answer.readUInt16BE(0) === 0xbeef)) {
      socket.send(whole, Number(port), host);
      await Promise.race([once(socket, "message"), new Promise((resolve) => setTimeout(resolve, 1_000))]);
    }
    socket.close();
    expect(answers.every((answer) => answer.length >= 12 && ((answer[2] ?? 0) & 0x80) !== 0)).toBe(true);
  },
);

test("broken messages over TCP end their own connection at most", { timeout: 120_000 }, async () => {
  const random = randomIntegers(9);
  const [host = "", port = ""] = addresses.dns.split(":");
  for (let i = 0; i < 100; i++) {
    const message = mutate(random);
    const framed = Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]);
    const socket = connect(Number(port), host);
    socket.on("error", () => {});
    socket.resume();
    socket.end(framed);
    await new Promise((resolve) => socket.on("close", resolve));
  }
  expect(await isAlive()).toBe(true);
});
