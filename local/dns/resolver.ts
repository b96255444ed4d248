/**
 * Asks resolvers on behalf of the DNS Worker, which has no UDP: `forward . 1.1.1.1` and `forward . /etc/resolv.conf` of a
 * Corefile come here. It is a service binding of the Worker's, not a socket: nobody else can ask.
 */
import { createSocket } from "node:dgram";
import { getServers } from "node:dns";
import { randomInt } from "node:crypto";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Response, type Request } from "miniflare";

const HEADER_OCTETS = 12;
const LENGTH_OCTETS = 2;
const FLAG_TRUNCATED = 0x02;
/** Of a machine's resolvers each gets so long before the next is asked; the Worker's own limit is for all of them. */
const EACH_MILLISECONDS = 1_000;
/** For the others; the Worker mostly gives up before. */
const TIMEOUT_MILLISECONDS = 5_000;

interface Server {
  readonly address: string;
  readonly port: number;
}

/** Sockets of our own DNS: a question sent there would come back here until its time is up. */
const own = new Set<string>();

const keyOf = ({ address, port }: Server): string => `${address} ${port}`;

/** Never asks this address; undone by what it returns. */
export function neverAsk(server: Server): () => void {
  own.add(keyOf(server));
  return () => void own.delete(keyOf(server));
}

/** The body is a DNS message, the URL's parameters are an `Upstream`. 502 when no resolver answers. */
export async function answerFromResolver(request: Request): Promise<Response> {
  const message = Buffer.from(await request.arrayBuffer());
  const parameters = new URL(request.url).searchParams;
  const octets = await ask(message, parameters).catch(() => null);
  return octets === null ? new Response(null, { status: 502 }) : new Response(octets);
}

async function ask(message: Buffer, parameters: URLSearchParams): Promise<Buffer | null> {
  if (message.length < HEADER_OCTETS) return null;
  if (parameters.get("kind") === "resolvConf") return askFirst(message, getServers().map(serverOf));
  const server = { address: parameters.get("address") ?? "", port: Number(parameters.get("port")) };
  if (isIP(server.address) === 0 || own.has(keyOf(server))) return null;
  const ours = withId(message);
  if (parameters.get("kind") === "tls") {
    const servername = parameters.get("serverName") ?? undefined;
    const { address: host, port } = server;
    return askStream(ours, connectTls({ host, port, ...(servername === undefined ? {} : { servername }) }));
  }
  if (parameters.get("forceTcp") === "true") return askTcp(ours, server);
  return askUdp(ours, server);
}

/** As `dns.getServers` writes them: `1.1.1.1`, `1.1.1.1:5353`, `[::1]:53`. */
function serverOf(text: string): Server {
  const parts = /^(?:\[(.+)\]|([^:]+))(?::([0-9]+))?$/.exec(text);
  return { address: parts?.[1] ?? parts?.[2] ?? text, port: Number(parts?.[3] ?? 53) };
}

async function askFirst(message: Buffer, servers: readonly Server[]): Promise<Buffer | null> {
  for (const server of servers.filter((one) => !own.has(keyOf(one)))) {
    const octets = await askUdp(withId(message), server, EACH_MILLISECONDS).catch(() => null);
    if (octets !== null) return octets;
  }
  return null;
}

/** An ID that nobody can guess keeps strangers' answers out (RFC 5452 §4.3). */
function withId(message: Buffer): Buffer {
  const ours = Buffer.from(message);
  ours.writeUInt16BE(randomInt(65_536), 0);
  return ours;
}

function isAnswerTo(message: Buffer, octets: Buffer): boolean {
  return (
    octets.length >= HEADER_OCTETS && octets.readUInt16BE(0) === message.readUInt16BE(0) && (octets[2] ?? 0) >= 0x80
  );
}

/** What did not fit into a datagram is asked for again over TCP. */
async function askUdp(message: Buffer, server: Server, milliseconds = TIMEOUT_MILLISECONDS): Promise<Buffer> {
  const octets = await new Promise<Buffer>((resolve, reject) => {
    const socket = createSocket(isIP(server.address) === 6 ? "udp6" : "udp4");
    const end = (act: () => void): void => {
      clearTimeout(timer);
      socket.close();
      act();
    };
    const timer = setTimeout(() => end(() => reject(new Error("no answer in time"))), milliseconds);
    socket.on("error", (error) => end(() => reject(error)));
    socket.on("message", (answer) => {
      if (isAnswerTo(message, answer)) end(() => resolve(answer));
    });
    // Connected, so that datagrams of others are not taken, and a closed port is told at once.
    socket.connect(server.port, server.address, () => socket.send(message));
  });
  return ((octets[2] ?? 0) & FLAG_TRUNCATED) === 0 ? octets : askTcp(message, server);
}

function askTcp(message: Buffer, { address, port }: Server): Promise<Buffer> {
  return askStream(message, connectTcp({ host: address, port }));
}

function askStream(message: Buffer, socket: Socket): Promise<Buffer> {
  const framed = Buffer.alloc(LENGTH_OCTETS + message.length);
  framed.writeUInt16BE(message.length, 0);
  message.copy(framed, LENGTH_OCTETS);
  return new Promise<Buffer>((resolve, reject) => {
    let unread = Buffer.alloc(0);
    socket.setTimeout(TIMEOUT_MILLISECONDS, () => socket.destroy(new Error("no answer in time")));
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed before it answered")));
    socket.on("data", (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk]);
      const end = unread.length < LENGTH_OCTETS ? Infinity : LENGTH_OCTETS + unread.readUInt16BE(0);
      if (unread.length < end) return;
      const answer = unread.subarray(LENGTH_OCTETS, end);
      socket.destroy();
      if (isAnswerTo(message, answer)) resolve(answer);
      else reject(new Error("an answer to another question"));
    });
    socket.write(framed);
  });
}
