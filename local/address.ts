/** `host:port` of a socket that is opened, as the command line has it. */
export interface Address {
  readonly host: string;
  /** 0 asks for a free one. */
  readonly port: number;
}

const SHAPE = /^(?:\[(?<six>[0-9A-Fa-f:.]+)\]|(?<host>[A-Za-z0-9._-]*)):(?<port>\d{1,5})$/;

/** Reads `127.0.0.1:6443`, `[::1]:6443`, `localhost:0` or `:6443` (this machine only); null when it is none of them. */
export function parseAddress(text: string): Address | null {
  const parts = SHAPE.exec(text)?.groups;
  const port = Number(parts?.["port"] ?? Number.NaN);
  if (!(port <= 65535)) return null;
  const host = parts?.["six"] ?? parts?.["host"] ?? "";
  return { host: host === "" ? "127.0.0.1" : host, port };
}

export function formatAddress({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** True for addresses that no other machine can reach. */
export function isLoopback({ host }: Address): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

/** True for a socket on every address of this machine. */
export const isWildcard = ({ host }: Address): boolean => WILDCARDS.has(host);

/** Where this machine itself reaches what listens at `address`. */
export const fromHere = ({ host, port }: Address): Address => ({ host: WILDCARDS.get(host) ?? host, port });
