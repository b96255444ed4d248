import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { truncate, udpPayloadLimit } from "../../shared/dns/wire/truncate.ts";
import type { DohClient } from "./doh-client.ts";

/** What fits into one datagram over IPv4. */
const MAX_DATAGRAM_OCTETS = 65_507;
/** More than these at once are dropped: a client that gets no answer asks again. */
const MAX_IN_FLIGHT = 1024;
const HEADER_OCTETS = 12;
const FLAG_RESPONSE = 0x80;

export function openUdp(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.once("error", reject);
    socket.bind({ port, address: host, exclusive: true }, () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

export function serveUdp(socket: Socket, client: DohClient): void {
  let inFlight = 0;
  let isOpen = true;
  socket.on("close", () => {
    isOpen = false;
  });
  // A datagram that cannot be delivered concerns only its client.
  socket.on("error", () => {});
  const answer = async (query: Buffer, from: RemoteInfo): Promise<void> => {
    inFlight++;
    const response = await client.ask(query, { transport: "udp", address: from.address, port: from.port });
    inFlight--;
    if (response === null || !isOpen) return;
    const limit = Math.min(udpPayloadLimit(query), MAX_DATAGRAM_OCTETS);
    socket.send(truncate(response, limit), from.port, from.address, () => {});
  };
  socket.on("message", (query, from) => {
    if (inFlight < MAX_IN_FLIGHT && isQuery(query)) void answer(query, from);
  });
}

/** Responses are not answered: two servers would answer each other for ever. */
function isQuery(message: Buffer): boolean {
  return message.length >= HEADER_OCTETS && ((message[2] ?? 0) & FLAG_RESPONSE) === 0;
}
