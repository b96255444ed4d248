/** The sockets of the nodes: opened and closed as Services come and go. */
import { Agent, type Server } from "node:http";
import { socketKey, type WantedSocket } from "../../shared/proxy/node-sockets.ts";
import { formatAddress } from "../address.ts";
import { codeOf, messageOf } from "../errors.ts";
import { createFront } from "./front.ts";

export interface NodeSocketsOptions {
  /** URL of the router's socket. */
  readonly router: string;
  /** Told when a socket cannot be had, once for each reason. */
  readonly onRefused: (socket: WantedSocket, why: string) => void;
}

/** A port that somebody else has may become free. */
const RETRY_MILLISECONDS = 5_000;

export class NodeSockets {
  readonly #options: NodeSocketsOptions;
  /** workerd closes connections that were quiet for five seconds; ours are given up before it does. */
  readonly #agent = new Agent({ keepAlive: true, timeout: 4_000 });
  readonly #open = new Map<string, Server>();
  /** Why a socket could not be had, as it was told. */
  readonly #refused = new Map<string, string>();
  #wanted: ReadonlyMap<string, WantedSocket> = new Map();
  #working: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | null = null;

  constructor(options: NodeSocketsOptions) {
    this.#options = options;
  }

  /** Makes it so. Changes that come meanwhile wait, and only the last of them counts. */
  want(wanted: ReadonlyMap<string, WantedSocket>): Promise<void> {
    this.#wanted = wanted;
    this.#working = this.#working.then(() => (this.#wanted === wanted ? this.#reconcile() : undefined));
    return this.#working;
  }

  /**
   * Opens one that nobody has wanted yet, so that its address can be promised. Null when it is open; else why not.
   */
  async tryOpen(socket: WantedSocket): Promise<string | null> {
    const key = socketKey(socket);
    if (this.#open.has(key)) return null;
    try {
      this.#open.set(key, await this.#listen(socket));
      return null;
    } catch (error) {
      return codeOf(error) ?? messageOf(error);
    }
  }

  closeOne(socket: WantedSocket): void {
    const key = socketKey(socket);
    const server = this.#open.get(key);
    this.#open.delete(key);
    if (server !== undefined) void close(server, false);
  }

  async close(): Promise<void> {
    this.#wanted = new Map();
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#working;
    const servers = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(servers.map((server) => close(server, true)));
    this.#agent.destroy();
  }

  async #reconcile(): Promise<void> {
    const wanted = this.#wanted;
    for (const [key, server] of this.#open) {
      if (wanted.has(key)) continue;
      this.#open.delete(key);
      // Requests under way go on; nobody new comes in.
      void close(server, false);
    }
    for (const key of this.#refused.keys()) if (!wanted.has(key)) this.#refused.delete(key);
    const missing = [...wanted].filter(([key]) => !this.#open.has(key));
    await Promise.all(missing.map(([key, socket]) => this.#openOne(key, socket)));
    if (this.#refused.size > 0 && wanted === this.#wanted) this.#retryLater();
  }

  async #openOne(key: string, socket: WantedSocket): Promise<void> {
    try {
      this.#open.set(key, await this.#listen(socket));
      this.#refused.delete(key);
    } catch (error) {
      const why = explain(socket, error);
      if (this.#refused.get(key) === why) return;
      this.#refused.set(key, why);
      this.#options.onRefused(socket, why);
    }
  }

  #retryLater(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.want(this.#wanted), RETRY_MILLISECONDS);
    this.#retry.unref();
  }

  #listen({ address, port, kind }: WantedSocket): Promise<Server> {
    const destination = formatAddress({ host: address, port });
    const server = createFront({
      router: this.#options.router,
      agent: this.#agent,
      destination,
      isExternal: kind !== "ClusterIP",
    });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: address, port, exclusive: true }, () => {
        server.off("error", reject);
        resolve(server);
      });
    });
  }
}

function close(server: Server, now: boolean): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if (now) server.closeAllConnections();
    else server.closeIdleConnections();
  });
}

/** In the words of whoever runs `kubectl describe service`. */
function explain({ address, port, kind }: WantedSocket, error: unknown): string {
  const where = `${kind} ${formatAddress({ host: address, port })}`;
  switch (codeOf(error) ?? "") {
    case "EADDRINUSE":
      return `cannot open ${where}: the port is in use by another program`;
    case "EACCES":
      return `cannot open ${where}: ports below 1024 need more rights than this user has`;
    case "EADDRNOTAVAIL":
      return `cannot open ${where}: this machine does not have the address (on macOS: sudo ifconfig lo0 alias ${address})`;
    default:
      return `cannot open ${where}: ${messageOf(error)}`;
  }
}
