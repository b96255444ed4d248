import { createServer, type Server, type Socket } from "node:net";
import type { PlainFront } from "../http/front.ts";
import type { DohClient } from "./doh-client.ts";

/** As CoreDNS: a connection's first message must be whole by then, however it trickles in, … */
const FIRST_MS = 3_000;
/** … and each further one this long after the last was answered (RFC 7766 §6.2.3). Answers that nobody reads are kept as long. */
const IDLE_MS = 10_000;
/** Of one connection; further ones wait to be read. */
const MAX_IN_FLIGHT = 64;
const MAX_CONNECTIONS = 1024;
const LENGTH_OCTETS = 2;

export function openTcp(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.maxConnections = MAX_CONNECTIONS;
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

/** Gives the open connections, for closing. */
export function serveTcp(server: Server, client: DohClient, http2: PlainFront): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on("connection", (socket) => {
    connections.add(socket);
    const giveUp = (): void => void socket.destroy();
    const first = setTimeout(giveUp, FIRST_MS);
    socket.on("close", () => {
      clearTimeout(first);
      connections.delete(socket);
    });
    socket.setTimeout(IDLE_MS, giveUp);
    socket.on("error", giveUp);
    untilKnown(socket, (isHttp2) => {
      if (!isHttp2) return new Connection(socket, client, first).start();
      clearTimeout(first);
      // Node's HTTP/2 reads past the socket, which would look idle; it has a timeout of its own.
      socket.setTimeout(0).off("timeout", giveUp);
      http2.accept(socket);
    });
  });
  return connections;
}

/** As a DNS message, an UPDATE of 20,562 octets with more to follow than fits: nobody sends such a one. */
const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Reads only as far as it takes to tell DNS from HTTP/2 (RFC 9113 §3.4), and puts back what it has read. */
function untilKnown(socket: Socket, known: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const take = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, HTTP2_PREFACE.length);
    const isPossible = seen.subarray(0, compared).equals(HTTP2_PREFACE.subarray(0, compared));
    if (isPossible && compared < HTTP2_PREFACE.length) return;
    finish(isPossible);
  };
  const ended = (): void => void socket.end();
  const finish = (isHttp2: boolean): void => {
    socket.off("data", take);
    socket.off("end", ended);
    socket.pause();
    if (seen.length > 0) socket.unshift(seen);
    known(isHttp2);
  };
  socket.on("data", take);
  socket.once("end", ended);
}

/** Queries are pipelined and answered as the answers come, in any order (RFC 7766 §6.2.1.1). */
class Connection {
  readonly #socket: Socket;
  readonly #client: DohClient;
  #unread: Buffer = Buffer.alloc(0);
  #inFlight = 0;
  /** Answers that are not all written yet, too. */
  #unsettled = 0;
  #ended = false;
  /** When the next message must be whole. */
  #deadline: NodeJS.Timeout;

  /** `first`: ends the connection if no message comes. */
  constructor(socket: Socket, client: DohClient, first: NodeJS.Timeout) {
    this.#socket = socket;
    this.#client = client;
    this.#deadline = first;
  }

  start(): void {
    const socket = this.#socket;
    socket.on("close", () => clearTimeout(this.#deadline));
    socket.on("drain", () => this.#proceed());
    socket.on("data", (chunk) => {
      this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
      this.#proceed();
    });
    socket.on("end", () => {
      this.#ended = true;
      this.#proceed();
    });
    socket.resume();
  }

  /** Takes as many messages as may be under way; stops reading while there are more. */
  #proceed(): void {
    while (this.#hasRoom() && this.#unread.length >= LENGTH_OCTETS) {
      const end = LENGTH_OCTETS + this.#unread.readUInt16BE(0);
      if (this.#unread.length < end) break;
      const message = this.#unread.subarray(LENGTH_OCTETS, end);
      this.#unread = this.#unread.subarray(end);
      void this.#answer(message);
    }
    if (!this.#hasRoom()) this.#socket.pause();
    else if (!this.#ended) this.#socket.resume();
    // After the client's last message nothing but answers is to come.
    else if (this.#inFlight === 0) this.#socket.end();
  }

  #hasRoom(): boolean {
    return this.#inFlight < MAX_IN_FLIGHT && !this.#socket.writableNeedDrain;
  }

  async #answer(message: Buffer): Promise<void> {
    this.#inFlight++;
    this.#unsettled++;
    clearTimeout(this.#deadline);
    const { remoteAddress: address = "", remotePort: port = 0 } = this.#socket;
    const framed = await this.#client.askFramed(message, { transport: "tcp", address, port });
    this.#inFlight--;
    if (this.#socket.destroyed) return;
    // What has no header has lost its framing: there is no telling where the next message starts.
    if (framed === null) return void this.#socket.destroy();
    this.#socket.write(framed, () => this.#settle());
    this.#proceed();
  }

  #settle(): void {
    this.#unsettled--;
    if (this.#unsettled > 0 || this.#socket.destroyed) return;
    this.#deadline = setTimeout(() => this.#socket.destroy(), IDLE_MS);
  }
}
