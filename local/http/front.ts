/**
 * HTTP/2 in front of workerd, whose own sockets speak HTTP/1.1: with TLS on a socket of its own (`startTlsFront`), and without for
 * connections that somebody else has accepted (`createPlainFront`).
 */
import { Agent, type ServerOptions } from "node:http";
import { createSecureServer, createServer, type Http2Session, type Settings } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { formatAddress, type Address } from "../address.ts";
import { codeOf, messageOf, UserError } from "../errors.ts";
import type { KeyPair } from "../tls/certificates.ts";
import { acceptRequests, HEAD_LIMIT } from "./accept.ts";
import { forward, type Upstream } from "./forward.ts";
import type { SmallBodies } from "./small-bodies.ts";

/** Which certificate a client gets that asks for `hostname` (SNI, in lower case); `null`: the socket's own. */
export type CertificateFor = (hostname: string) => KeyPair | null | Promise<KeyPair | null>;

export interface TlsFrontOptions extends Address {
  /** `http://127.0.0.1:8053`: the Worker's socket. */
  readonly upstream: string;
  readonly certificate: KeyPair;
  readonly certificateFor?: CertificateFor;
  /** How many requests may be under way; more of them wait. 256 by default. */
  readonly maxSockets?: number;
  /** Where all bodies are small: slow clients are cut off. */
  readonly small?: SmallBodies;
  /** Proves to the Worker that what is said about the connection comes from here; see `workers/arrival.ts`. */
  readonly token: string;
}

export interface Front {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** HTTP/2 connections that are quiet are closed, as browsers expect. */
const IDLE_MS = 120_000;
/** workerd closes connections that were quiet for five seconds; ours are given up before it does. */
const KEPT_MS = 4_000;
const MAX_SOCKETS = 256;
/** How often HTTP/1.1 connections are looked at for being late. */
const CHECKING_INTERVAL_MS = 1_000;
const SETTINGS: Settings = { maxConcurrentStreams: 128, enablePush: false };

/** @throws UserError when the address cannot be had */
export async function startTlsFront(options: TlsFrontOptions): Promise<Front> {
  const { token, maxSockets, small } = options;
  const upstream = {
    ...upstreamOf(options.upstream, (remote) => frontHeaders(token, "https", remote), maxSockets),
    ...(small === undefined ? null : { small }),
  };
  const server = createSecureServer({
    ...HEAD_LIMIT,
    allowHTTP1: true,
    ...(small === undefined ? null : http1Timeouts(small)),
    cert: options.certificate.certificate,
    key: options.certificate.key,
    minVersion: "TLSv1.2",
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    settings: SETTINGS,
    SNICallback: sniCallback(options.certificateFor ?? (() => null)),
  });
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    // A handshake that fails concerns its client alone.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => connections.delete(socket));
  });
  server.on("session", watchSession);
  acceptRequests(server, "secureConnection", upstream);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explain(options, error)));
    server.listen({ host: options.host, port: options.port, exclusive: true }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.destroy();
      await closed;
      upstream.agent.destroy();
    },
  };
}

/** For HTTP/1.1, whose heads and bodies Node itself gives so long. */
const http1Timeouts = ({ readMilliseconds }: SmallBodies): ServerOptions => ({
  headersTimeout: readMilliseconds,
  // A body that is late is told so by `forward`, before this comes.
  requestTimeout: readMilliseconds + CHECKING_INTERVAL_MS,
  connectionsCheckingInterval: CHECKING_INTERVAL_MS,
});

export interface PlainFront {
  /** Takes over a connection whose client has begun with the HTTP/2 preface; what was read of it must have been put back. */
  readonly accept: (socket: Socket) => void;
  readonly close: () => void;
}

/** HTTP/2 without TLS, for clients that know beforehand that it is spoken (RFC 9113 §3.3). */
export function createPlainFront(worker: string, token: string, small: SmallBodies): PlainFront {
  const upstream = { ...upstreamOf(worker, (remote) => frontHeaders(token, "http", remote)), small };
  const server = createServer({ settings: SETTINGS });
  server.on("session", watchSession);
  server.on("request", (request, response) => forward(upstream, request, response));
  return { accept: (socket) => void server.emit("connection", socket), close: () => upstream.agent.destroy() };
}

function upstreamOf(url: string, headersFor: Upstream["headersFor"], maxSockets = MAX_SOCKETS): Upstream {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const agent = new Agent({ keepAlive: true, maxSockets, timeout: KEPT_MS });
  return { host, port: Number(port === "" ? 80 : port), agent, headersFor };
}

/** What the Worker cannot see itself. The client's own headers of these names are replaced. */
const frontHeaders = (token: string, scheme: "http" | "https", remote: string): Readonly<Record<string, string>> => ({
  "wherry-front": token,
  "x-forwarded-proto": scheme,
  "x-forwarded-for": remote.replace(/^::ffff:/, ""),
});

function watchSession(session: Http2Session): void {
  session.on("error", () => session.destroy());
  session.setTimeout(IDLE_MS, () => session.close());
}

type SniCallback = (hostname: string, done: (error: Error | null, context?: SecureContext) => void) => void;

/** A certificate is parsed once, however many connections it is for. */
function sniCallback(certificateFor: CertificateFor): SniCallback {
  const contexts = new WeakMap<KeyPair, SecureContext>();
  const contextFor = async (hostname: string): Promise<SecureContext | null> => {
    const pair = await certificateFor(hostname);
    if (pair === null) return null;
    const context = contexts.get(pair) ?? createSecureContext({ cert: pair.certificate, key: pair.key });
    contexts.set(pair, context);
    return context;
  };
  return (hostname, done) => {
    void contextFor(hostname.toLowerCase()).then(
      (context) => (context === null ? done(null) : done(null, context)),
      // A pair that does not fit together: better the socket's own certificate than none.
      () => done(null),
    );
  };
}

function explain(address: Address, error: Error): UserError {
  const reason = codeOf(error) === "EADDRINUSE" ? "it is in use by another program" : messageOf(error);
  return new UserError(`cannot serve TLS on ${formatAddress(address)}: ${reason}`, { cause: error });
}
