import type { Socket as UdpSocket } from "node:dgram";
import type { AddressInfo, Server } from "node:net";
import { formatAddress, type Address } from "./address.ts";
import { createDohClient } from "./dns/doh-client.ts";
import { openTcp, serveTcp } from "./dns/tcp.ts";
import { openUdp, serveUdp } from "./dns/udp.ts";
import { createPlainFront } from "./http/front.ts";
import { DNS_BODIES } from "./dns/bodies.ts";
import { codeOf, messageOf, UserError } from "./errors.ts";

export interface DnsServerOptions extends Address {
  /** The DNS-over-HTTPS socket that answers, e.g. `http://127.0.0.1:8053/dns-query`. */
  readonly upstream: string | URL;
  /** Proves to the Worker that what is said of a client comes from here; see `workers/arrival.ts`. */
  readonly frontToken: string;
}

export interface DnsServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * DNS on UDP and TCP, on the same port, for programs that know no DNS over HTTPS. Each message is passed on as it is;
 * answers that are too large for a client's datagrams are truncated, and asked for again over TCP by the client.
 * A TCP client may as well speak HTTP/2 from its first octet on (`dig +http-plain`): no DNS message begins so.
 *
 * @throws UserError when the address cannot be had
 */
export async function startDnsServer({ host, port, upstream, frontToken }: DnsServerOptions): Promise<DnsServer> {
  const { udp, tcp } = await open(host, port);
  const client = createDohClient(new URL(upstream), frontToken);
  const http2 = createPlainFront(new URL(upstream).origin, frontToken, DNS_BODIES);
  serveUdp(udp, client);
  const connections = serveTcp(tcp, client, http2);
  return {
    port: udp.address().port,
    close: async () => {
      const closed = [
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ];
      for (const connection of connections) connection.destroy();
      await Promise.all(closed);
      client.close();
      http2.close();
    },
  };
}

interface Sockets {
  readonly udp: UdpSocket;
  readonly tcp: Server;
}

/** A port that is free for UDP may be taken for TCP, so a free one for both may need some trying. */
const MAX_TRIES = 20;

async function open(host: string, port: number): Promise<Sockets> {
  for (let tries = 1; ; tries++) {
    try {
      return await openBoth(host, port);
    } catch (error) {
      const isWorthTrying = port === 0 && codeOf(error) === "EADDRINUSE" && tries < MAX_TRIES;
      if (!isWorthTrying) throw explain({ host, port }, error);
    }
  }
}

/** The UDP socket decides which address a name such as `localhost` is, and which free port is taken. */
async function openBoth(host: string, port: number): Promise<Sockets> {
  const udp = await openUdp(host, port);
  const { address, port: chosen }: AddressInfo = udp.address();
  try {
    return { udp, tcp: await openTcp(address, chosen) };
  } catch (error) {
    udp.close();
    throw error;
  }
}

function explain(address: Address, error: unknown): UserError {
  const where = formatAddress(address);
  const reason = codeOf(error) === "EADDRINUSE" ? "it is in use by another program" : messageOf(error);
  return new UserError(`cannot serve DNS on ${where}: ${reason}`);
}
