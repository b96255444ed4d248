/** HTTP/1.1 by the byte: a client that sends whatever it is given, and a backend that keeps what arrives as it arrived. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";

/** One message as it stood on the wire; text is latin1, so that every byte is one character. */
export interface RawMessage {
  readonly line: string;
  /** Names in lower case, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
}

type Parsed =
  | { readonly kind: "message"; readonly message: RawMessage; readonly length: number }
  | { readonly kind: "incomplete" }
  /** Text that a strict reader cannot take for one message: framed twice, or with bytes that the grammar has no room for. */
  | { readonly kind: "bad"; readonly why: string };

const INCOMPLETE = { kind: "incomplete" } as const;
const bad = (why: string): Parsed => ({ kind: "bad", why });
// RFC 9110 §5.1 and §5.5: what a name and a value may be made of.
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n\0]*?)[ \t]*$/;

/** The first message of `text`, by RFC 9112 and no more leniently. `untilClose`: a response whose end is the connection's. */
function parse(text: string, isResponse: boolean, isClosed: boolean): Parsed {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return INCOMPLETE;
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  if (/[\r\n\0]/.test(text.slice(0, end).replaceAll("\r\n", ""))) return bad("a bare CR, LF or NUL in the head");
  const headers = parseFields(fields);
  if (headers === null) return bad("a header line that is none");
  const said = (name: string): string[] => headers.filter(([key]) => key === name).map(([, value]) => value);
  const [lengths, codings] = [said("content-length"), said("transfer-encoding")];
  if (lengths.length + codings.length > 1) return bad("framed twice");
  const start = end + 4;
  if (codings[0] !== undefined) {
    return codings[0] === "chunked" ? chunked(text, start, { line, headers }) : bad(`coded as ${codings[0]}`);
  }
  const status = Number(line.split(" ", 2)[1]);
  const isBodyless = !isResponse || status < 200 || status === 204 || status === 304;
  if (lengths[0] === undefined && !isBodyless) {
    const message = { line, headers, body: text.slice(start), trailers: [] };
    return isClosed ? { kind: "message", message, length: text.length } : INCOMPLETE;
  }
  if (lengths[0] !== undefined && !/^\d+$/.test(lengths[0])) return bad(`of length ${lengths[0]}`);
  const length = start + Number(lengths[0] ?? 0);
  if (text.length < length) return INCOMPLETE;
  return { kind: "message", message: { line, headers, body: text.slice(start, length), trailers: [] }, length };
}

function parseFields(lines: readonly string[]): [string, string][] | null {
  const fields: [string, string][] = [];
  for (const one of lines) {
    const [, name, value] = FIELD.exec(one) ?? [];
    if (name === undefined || value === undefined) return null;
    fields.push([name.toLowerCase(), value]);
  }
  return fields;
}

function chunked(text: string, start: number, head: Pick<RawMessage, "line" | "headers">): Parsed {
  let body = "";
  for (let at = start; ;) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) return INCOMPLETE;
    const size = /^([0-9A-Fa-f]+)(?:;.*)?$/.exec(text.slice(at, end))?.[1];
    if (size === undefined) return bad(`a chunk of size ${text.slice(at, end)}`);
    const [from, length] = [end + 2, Number.parseInt(size, 16)];
    if (length === 0) return withTrailers(text, from, { ...head, body });
    if (text.length < from + length + 2) return INCOMPLETE;
    if (text.slice(from + length, from + length + 2) !== "\r\n") return bad("a chunk that does not end");
    body += text.slice(from, from + length);
    at = from + length + 2;
  }
}

function withTrailers(text: string, from: number, message: Omit<RawMessage, "trailers">): Parsed {
  if (text.startsWith("\r\n", from)) {
    return { kind: "message", message: { ...message, trailers: [] }, length: from + 2 };
  }
  const end = text.indexOf("\r\n\r\n", from);
  if (end < 0) return INCOMPLETE;
  const trailers = parseFields(text.slice(from, end).split("\r\n"));
  if (trailers === null) return bad("a trailer line that is none");
  return { kind: "message", message: { ...message, trailers }, length: end + 4 };
}

export interface RawBackend {
  readonly url: string;
  /** Whole requests, in the order in which they arrived, of all connections. */
  readonly requests: RawMessage[];
  /** What arrived besides, and why it is no request. */
  readonly strays: string[];
  readonly close: () => Promise<void>;
}

/** Answers each request with 200 and its number of body bytes, on connections that stay open. */
export async function rawBackend(): Promise<RawBackend> {
  const requests: RawMessage[] = [];
  const strays: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let unread = "";
    socket.setEncoding("latin1").on("data", (data: string) => {
      unread += data;
      for (let next = parse(unread, false, false); next.kind !== "incomplete"; next = parse(unread, false, false)) {
        if (next.kind === "bad") {
          strays.push(`${next.why}: ${JSON.stringify(unread.slice(0, 500))}`);
          socket.destroy();
          return;
        }
        unread = unread.slice(next.length);
        requests.push(next.message);
        const body = `got ${next.message.body.length}`;
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      }
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      if (unread !== "") strays.push(`cut short: ${JSON.stringify(unread.slice(0, 500))}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: urlOf(server), requests, strays, close: () => close(server, sockets) };
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
}

export function open({ host, port, tls = false }: Place): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options = { host, port, ALPNProtocols: ["http/1.1"], rejectUnauthorized: false };
    const socket: Socket = tls
      ? connectTls(options, () => resolve(socket))
      : connect(port, host, () => resolve(socket));
    socket.once("error", reject);
  });
}

export interface Heard {
  /** Final responses, in order; interim ones (1xx) are counted apart. */
  readonly responses: readonly RawMessage[];
  readonly interim: number;
  /** The other side ended the connection by itself. */
  readonly isClosed: boolean;
}

/** How long a server may say nothing at all before it counts as one that waits for more. */
const SILENCE_MS = 1_500;
/** After an answer, how long another one may take that nobody has asked for. */
const AFTER_MS = 100;

/** Sends bytes, and hears out what comes back: until the connection ends, or nothing more comes after an answer. */
export async function say(place: Place, bytes: string): Promise<Heard> {
  const socket = await open(place);
  const responses: RawMessage[] = [];
  let interim = 0;
  let unread = "";
  let isClosed = false;
  let pieces = 0;
  let heard: () => void = () => undefined;
  const take = (): void => {
    pieces++;
    for (let next = parse(unread, true, isClosed); next.kind === "message"; next = parse(unread, true, isClosed)) {
      unread = unread.slice(next.length);
      if (/^HTTP\/1\.1 1\d\d /.test(next.message.line)) interim++;
      else responses.push(next.message);
    }
    heard();
  };
  socket.setEncoding("latin1").on("data", (data: string) => {
    unread += data;
    take();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    isClosed = true;
    take();
  });
  // A server that refuses while we still send may reset the connection: that is an answer too.
  socket.write(bytes, "latin1");
  for (let isQuiet = false; !isQuiet;) {
    const before = pieces;
    const changed = new Promise<void>((resolve) => (heard = resolve));
    await Promise.race([changed, sleep(responses.length > 0 ? AFTER_MS : SILENCE_MS)]);
    isQuiet = pieces === before || isClosed;
  }
  const closedBefore = isClosed;
  socket.destroy();
  return { responses, interim, isClosed: closedBefore };
}

export const statusOf = ({ line }: RawMessage): number => Number(line.split(" ", 2)[1]);
