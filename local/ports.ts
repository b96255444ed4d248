import { createSocket } from "node:dgram";
import { createServer, type Server } from "node:net";
import { formatAddress, type Address } from "./address.ts";
import { codeOf, messageOf, UserError } from "./errors.ts";

/** A flag and the address it asks for. `udp` where datagrams are received there as well. */
export interface Wanted {
  readonly flag: string;
  readonly address: Address;
  readonly udp?: boolean;
}

/**
 * Opens every address and closes them again, so that a port in use is told of by the flag's name and before anything
 * is started. All are open at the same time, so two flags that name the same port are found out too.
 */
export async function checkPorts(wanted: readonly Wanted[]): Promise<void> {
  const opened: (() => Promise<void>)[] = [];
  try {
    for (const { flag, address, udp = false } of wanted) {
      if (address.port === 0) continue;
      for (const open of udp ? [openTcp, openUdp] : [openTcp]) {
        opened.push(await open(address).catch((error: unknown) => Promise.reject(explain(flag, address, error))));
      }
    }
  } finally {
    await Promise.all(opened.map((close) => close()));
  }
}

/**
 * The address with the port that will be had there: a free one for 0, or where the port is taken and `mayYield`. For whoever must know
 * it before the socket is opened.
 */
export async function settlePort({ host, port }: Address, mayYield: boolean): Promise<Address> {
  const server = await listening({ host, port }).catch((error: unknown) => {
    if (!mayYield || codeOf(error) !== "EADDRINUSE") throw error;
    return listening({ host, port: 0 });
  });
  const bound = server.address();
  await closed(server);
  return { host, port: typeof bound === "object" && bound !== null ? bound.port : port };
}

function explain(flag: string, address: Address, error: unknown): UserError {
  const where = formatAddress(address);
  switch (codeOf(error) ?? "") {
    case "EADDRINUSE":
      return new UserError(
        `${where} is in use by another program: choose another port with ${flag} HOST:PORT (port 0 picks a free one)`,
      );
    case "EACCES":
      return new UserError(
        `${where} needs more rights than this user has: choose a port above 1023 with ${flag} HOST:PORT`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new UserError(`${where} is not an address of this machine: choose another one with ${flag} HOST:PORT`);
    default:
      return new UserError(`cannot listen on ${where} (${flag}): ${messageOf(error)}`);
  }
}

type Close = () => Promise<void>;

async function openTcp(address: Address): Promise<Close> {
  const server = await listening(address);
  return () => closed(server);
}

function listening({ host, port }: Address): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

const closed = (server: Server): Promise<void> => new Promise((done) => server.close(() => done()));

function openUdp({ host, port }: Address): Promise<Close> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.once("error", reject);
    socket.bind({ port, address: host, exclusive: true }, () =>
      resolve(() => new Promise((done) => socket.close(() => done()))),
    );
  });
}
