/** Bodies far larger than anybody's memory, clients that are slow or gone, events and WebSockets: by every socket. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, WebSocket } from "undici";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { backend, closeBackends } from "./backends.ts";
import { exposeEverywhere, NODE_FRONTS, type Front, type FrontName } from "./fronts.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "./process.ts";
import { open } from "./raw-http.ts";
import { echoWebSockets } from "./websocket.ts";

const MEGABYTE = 1024 * 1024;
const BODY = 100 * MEGABYTE;
/** More than is ever sent. */
const ENDLESS = 4_000 * MEGABYTE;
/** More than the kernel holds for the sockets on the way: Linux gives some of them tens of megabytes. */
const BUFFERS = 200 * MEGABYTE;
const PIECE = Buffer.alloc(64 * 1024, "0123456789abcdef");
/** Below what flows. V8 lets what is to be collected grow by some tens of megabytes before it collects. */
const GROWTH = 80 * MEGABYTE;

let addresses: ReadyAddresses;
let fronts: Record<FrontName, Front>;
/** What the backend has to tell of the request under way. Of one that has been left there may be more to come, which is told to nobody. */
const nothing = () => ({ arrived: 0, sent: 0, gone: 0, closeCode: 0 });
let seen = nothing();
let read: () => void = () => undefined;
let emit: (text: string) => void = () => undefined;

beforeAll(async () => {
  const { url, server } = await backend((request, response) => {
    const mine = seen;
    response.on("close", () => {
      if (!response.writableFinished) mine.gone++;
    });
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    switch (request.url ?? "/") {
      case "/up":
        return void request
          .on("data", (data: Buffer) => (mine.arrived += data.length))
          .on("end", () => response.end(String(mine.arrived)));
      case "/up-slowly":
        request.pause();
        read = () => request.on("data", (data: Buffer) => (mine.arrived += data.length)).resume();
        return void request.on("end", () => response.end(String(mine.arrived)));
      case "/down":
        response.writeHead(200, { "content-length": BODY });
        return void pour(response, BODY);
      case "/down-endlessly":
        return void pour(response, ENDLESS);
      case "/events":
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write("data: first\n\n");
        emit = (text) => void response.write(`data: ${text}\n\n`);
        return undefined;
      default:
        return void response.end("ok");
    }
  });
  echoWebSockets(server, (code) => (seen.closeCode = code));
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral"]).ready();
  fronts = await exposeEverywhere(addresses, { name: "stream", url });
});
afterAll(async () => {
  await closeBackends();
  await cleanUp();
});

interface Sink {
  readonly destroyed: boolean;
  write(data: Buffer): boolean;
  end(): unknown;
  once(event: "drain", listener: () => void): unknown;
}

/** Writes as fast as it is taken, until the length is reached or nobody takes more; `sent` says how far it is. */
async function pour(sink: Sink, length: number): Promise<void> {
  const mine = seen;
  for (; mine.sent < length && !sink.destroyed; mine.sent += PIECE.length) {
    if (!sink.write(PIECE)) await new Promise<void>((resolve) => sink.once("drain", resolve));
    // What has been destroyed meanwhile is known after a turn.
    else if (mine.sent % MEGABYTE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (!sink.destroyed) sink.end();
}

/** Waits for what happens soon, on a machine that may have much else to do. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 20 });

async function send(front: Front, path: string, method = "GET", length?: number): Promise<ClientRequest> {
  seen = nothing();
  const socket = await open(front);
  const agent = new HttpAgent();
  agent.createConnection = () => socket;
  const headers = { host: front.authority, ...(length === undefined ? {} : { "content-length": length }) };
  const target = front.authority.endsWith(".test") ? path : `http://${front.authority}${path}`;
  return httpRequest({ agent, method, path: target, headers, setHost: false }).on("error", () => undefined);
}

const answerTo = async (request: ClientRequest): Promise<IncomingMessage> =>
  (await once(request, "response"))[0] as IncomingMessage;

async function lengthOf(answer: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const data of answer) length += (data as Buffer).length;
  return length;
}

/** At once, as when a program is killed; a TLS socket has no reset of its own. */
function leave(socket: Socket | null): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

/** Resident memory of Node and of its workerd, in bytes. */
function memory(): readonly number[] {
  const children = readFileSync(`/proc/${addresses.pid}/task/${addresses.pid}/children`, "utf8").trim().split(" ");
  return [addresses.pid, ...children.map(Number)].map(
    (pid) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024,
  );
}

/** By how much the one that grew most has grown at most. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const before = memory();
  let most = 0;
  const look = (): void => {
    for (const [i, now] of memory().entries()) most = Math.max(most, now - (before[i] ?? now));
  };
  const watching = setInterval(look, 25);
  try {
    await work();
  } finally {
    clearInterval(watching);
  }
  look();
  return most;
}

async function upload(front: Front): Promise<void> {
  const request = await send(front, "/up", "POST", BODY);
  const answered = answerTo(request);
  await pour(request, BODY);
  const answer = await answered;
  const [said] = (await once(answer, "data")) as [Buffer];
  expect([answer.statusCode, String(said)]).toEqual([200, String(BODY)]);
}

async function download(front: Front): Promise<void> {
  const request = await send(front, "/down");
  request.end();
  const answer = await answerTo(request);
  expect([answer.statusCode, await lengthOf(answer)]).toEqual([200, BODY]);
}

/** Waits until nothing more is written, which is as much as all buffers on the way hold, and says how much that is. */
async function untilStopped(): Promise<number> {
  for (let before = -1; before !== seen.sent || before === 0;) {
    before = seen.sent;
    await sleep(300);
  }
  return seen.sent;
}

/** A load balancer has the same server in front as a NodePort. */
const NAMES = ["the proxy", "a NodePort", "the ingress", "the ingress over TLS"] as const;

describe.each(NAMES)("through %s", (name) => {
  test("100 MB up and down take no room", { timeout: 180_000 }, async () => {
    const front = fronts[name];
    // The first time buffers and code are made that stay.
    await upload(front);
    await download(front);
    expect(await growthDuring(() => upload(front))).toBeLessThan(GROWTH);
    expect(await growthDuring(() => download(front))).toBeLessThan(GROWTH);
  });

  test("a backend that does not read stops its client, and starts it again", { timeout: 120_000 }, async () => {
    const request = await send(fronts[name], "/up-slowly", "POST", ENDLESS);
    const growth = await growthDuring(async () => {
      void pour(request, ENDLESS);
      expect(await untilStopped()).toBeLessThan(BUFFERS);
      read();
      await soon(() => expect(seen.sent).toBeGreaterThan(BUFFERS));
    });
    expect(growth).toBeLessThan(GROWTH);
    leave(request.socket);
    await soon(() => expect(seen.gone).toBe(1));
  });

  test("a client that does not read stops the backend, and starts it again", { timeout: 120_000 }, async () => {
    const request = await send(fronts[name], "/down-endlessly");
    request.end();
    const answer = await answerTo(request);
    answer.on("error", () => undefined);
    const growth = await growthDuring(async () => {
      expect(await untilStopped()).toBeLessThan(BUFFERS);
      answer.resume();
      await soon(() => expect(seen.sent).toBeGreaterThan(BUFFERS));
    });
    expect(growth).toBeLessThan(GROWTH);
    leave(request.socket);
    await soon(() => expect(seen.gone).toBe(1));
  });

  test("a client that leaves while it sends is gone for the backend too", async () => {
    const request = await send(fronts[name], "/up", "POST", BODY);
    request.write(PIECE);
    await soon(() => expect(seen.arrived).toBe(PIECE.length));
    leave(request.socket);
    await soon(() => expect(seen.gone).toBe(1));
  });

  test("a client that leaves while it reads is gone for the backend too", async () => {
    const request = await send(fronts[name], "/down");
    request.end();
    const answer = await answerTo(request);
    answer.on("error", () => undefined);
    await once(answer, "data");
    leave(request.socket);
    await soon(() => expect(seen.gone).toBe(1));
    expect(seen.sent).toBeLessThan(BODY);
  });

  test("an event comes when it is sent", async () => {
    const request = await send(fronts[name], "/events");
    request.end();
    const answer = await answerTo(request);
    expect(String((await once(answer, "data"))[0])).toBe("data: first\n\n");
    // Each is only made when the one before has arrived, so none can have waited for another.
    for (let i = 0; i < 10; i++) {
      const arrives = once(answer, "data");
      emit(`event ${i}`);
      expect(String((await arrives)[0])).toBe(`data: event ${i}\n\n`);
    }
    answer.on("error", () => undefined);
    request.destroy();
  });

  test("a client that has only finished sending is answered by workerd, and taken for gone by Node", async () => {
    const socket: Socket = await open(fronts[name]);
    let heard = "";
    socket.setEncoding("latin1").on("data", (data: string) => (heard += data));
    socket.on("error", () => undefined);
    const { authority } = fronts[name];
    const closed = once(socket, "close");
    socket.end(`GET / HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
    await closed;
    if (!NODE_FRONTS.has(name)) expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n.*ok$/s);
    else expect(heard === "" || heard.startsWith("HTTP/1.1 200 OK\r\n")).toBe(true);
  });

  test("a WebSocket carries a megabyte both ways, and both sides' closing codes", { timeout: 60_000 }, async () => {
    const front = fronts[name];
    const dispatcher = new Agent({
      connect: (_, done) => {
        open(front).then(
          (socket) => done(null, socket),
          (error: Error) => done(error, null),
        );
      },
    });
    const dial = async (): Promise<WebSocket> => {
      const socket = new WebSocket(`ws://${front.authority}/chat`, { dispatcher });
      socket.binaryType = "arraybuffer";
      await new Promise<void>((resolve, reject) => {
        socket.addEventListener("open", () => resolve());
        socket.addEventListener("error", () => reject(new Error("no WebSocket")));
      });
      return socket;
    };
    const closing = (socket: WebSocket) =>
      new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
    const received: unknown[] = [];
    const socket = await dial();
    socket.addEventListener("message", ({ data }: { data: unknown }) => received.push(data));
    const [text, bytes] = ["x".repeat(MEGABYTE), Buffer.alloc(MEGABYTE, 7)];
    socket.send(text);
    socket.send(bytes);
    await soon(() => expect(received.length).toBe(2));
    expect([received[0] === text, Buffer.from(received[1] as ArrayBuffer).equals(bytes)]).toEqual([true, true]);
    const closed = closing(socket);
    socket.close(4_001, "enough");
    expect([await closed, seen.closeCode]).toEqual([4_001, 4_001]);
    const other = await dial();
    const closedByBackend = closing(other);
    other.send("close 4321");
    expect(await closedByBackend).toBe(4_321);
    await dispatcher.close();
  });
});
