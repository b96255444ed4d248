/** A message to a resolver and back: over HTTPS, over TCP, or, in a local process, by way of Node, which has UDP too. */
import { connect } from "cloudflare:sockets";
import { encodeBase64url } from "../../shared/dns/base64url.ts";
import type { Upstream, UpstreamStep } from "../../shared/dns/plugins/plugin.ts";
import { MAX_MESSAGE_OCTETS } from "../../shared/dns/wire/decode.ts";
import type { Env } from "../env.ts";
import { DNS_MESSAGE } from "./http.ts";
import { readOctets } from "./body.ts";

/** Cloudflare's public resolver, for a deployment that names none. */
const DEFAULT_UPSTREAM = "https://cloudflare-dns.com/dns-query";

/** `null` when there is no answer in time, whatever the reason. */
export async function exchangeUpstream(
  env: Env,
  { upstream, message, timeoutMilliseconds }: UpstreamStep,
  requestUrl: string,
): Promise<Uint8Array | null> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  try {
    return await ask({ env, message, signal, requestUrl }, upstream);
  } catch {
    // Refused, reset, too late, no such host: to the client it is all one.
    return null;
  }
}

interface Asking {
  readonly env: Env;
  readonly message: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  readonly requestUrl: string;
}

async function ask(asking: Asking, upstream: Upstream): Promise<Uint8Array | null> {
  const { env, message, signal } = asking;
  if (upstream.kind === "https") return askHttps(asking, upstream.url, upstream.method);
  if (env.RESOLVER !== undefined) {
    const parameters = new URLSearchParams(
      Object.entries(upstream).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])),
    );
    const url = `http://resolver/?${parameters.toString()}`;
    return octetsOf(await env.RESOLVER.fetch(url, { method: "POST", body: message, signal }));
  }
  if (upstream.kind === "resolvConf") return askHttps(asking, env.WHERRY_DNS_UPSTREAM ?? DEFAULT_UPSTREAM, "POST");
  return askTcp(upstream, message, signal);
}

async function askHttps(
  { env, message, signal, requestUrl }: Asking,
  address: string,
  method: "GET" | "POST",
): Promise<Uint8Array | null> {
  const url = new URL(address);
  // A loop: the question would come back here until its time is up.
  if (url.host === new URL(requestUrl).host) return null;
  const headers = { accept: DNS_MESSAGE };
  const send = async (init: RequestInit): Promise<Uint8Array | null> =>
    octetsOf(await (env.OUTBOUND?.fetch(url.href, init) ?? fetch(url.href, init)));
  if (method === "GET") {
    url.searchParams.set("dns", encodeBase64url(message));
    return send({ headers, signal });
  }
  return send({ method: "POST", headers: { ...headers, "content-type": DNS_MESSAGE }, body: message, signal });
}

async function octetsOf(response: Response): Promise<Uint8Array | null> {
  if (response.ok) return readOctets(response, MAX_MESSAGE_OCTETS);
  await response.body?.cancel();
  return null;
}

const LENGTH_OCTETS = 2;

/** RFC 1035 §4.2.2, RFC 7858. A message has its length before it. The edge opens no socket to Cloudflare's own addresses. */
async function askTcp(
  upstream: Extract<Upstream, { kind: "dns" | "tls" }>,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const { address, port } = upstream;
  const hostname = upstream.kind === "tls" && upstream.serverName !== null ? upstream.serverName : address;
  const socket = connect(
    { hostname, port },
    { secureTransport: upstream.kind === "tls" ? "on" : "off", allowHalfOpen: false },
  );
  const close = (): void => void socket.close().catch(() => {});
  signal.addEventListener("abort", close);
  try {
    const writer = socket.writable.getWriter();
    await writer.write(Uint8Array.of(message.length >> 8, message.length & 0xff, ...message));
    return await readMessage(socket.readable as ReadableStream<Uint8Array>);
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

async function readMessage(readable: ReadableStream<Uint8Array>): Promise<Uint8Array | null> {
  let octets = new Uint8Array();
  for await (const chunk of readable) {
    const longer = new Uint8Array(octets.length + chunk.length);
    longer.set(octets);
    longer.set(chunk, octets.length);
    octets = longer;
    const length = ((octets[0] ?? 0) << 8) | (octets[1] ?? 0);
    if (octets.length >= LENGTH_OCTETS + length) return octets.slice(LENGTH_OCTETS, LENGTH_OCTETS + length);
  }
  return null;
}
