/**
 * What a balancer remembers from one request to the next: whose turn it is, how much each endpoint has to do, and which
 * client was sent where. One an isolate, as every node's kube-proxy has its own.
 */
import { endpointKey } from "./endpoint-key.ts";
import type { Endpoint, ServiceEntry, ServicePortEntry } from "./table.ts";

/** A client's last endpoint. */
interface Affinity {
  readonly endpoint: string;
  readonly at: number;
}

/** What a port's round robin has come to. */
export interface Turn {
  index: number;
  weight: number;
}

/** The endpoints that requests to one address stay with (`lblc`, `lblcr`). */
export interface Servers {
  members: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  changedAt: number;
}

/** Those of the port that has been quiet longest go first. */
const MAX_PORTS = 20_000;
const MAX_CLIENTS = 100_000;

export class Balancer {
  readonly #turns = new Map<string, Turn>();
  readonly #loads = new Map<string, { active: number; served: number }>();
  readonly #clients = new Map<string, Affinity>();
  readonly #servers = new Map<string, Servers>();

  turn(port: string): Turn {
    let turn = this.#turns.get(port);
    if (turn === undefined) {
      forgetOldest(this.#turns, MAX_PORTS);
      this.#turns.set(port, (turn = { index: -1, weight: 0 }));
    }
    return turn;
  }

  /** `address`: of a scheduler, a port, and where its packets are sent to. */
  servers(address: string): Servers {
    let servers = this.#servers.get(address);
    if (servers === undefined) {
      forgetOldest(this.#servers, MAX_PORTS);
      this.#servers.set(address, (servers = { members: new Set(), changedAt: 0 }));
    }
    return servers;
  }

  /** Requests that an endpoint has at the moment, and those it has had. */
  load(port: string, endpoint: Endpoint): { readonly active: number; readonly served: number } {
    return this.#loads.get(`${port} ${endpointKey(endpoint)}`) ?? IDLE;
  }

  /** Counts a request to an endpoint, until the function that it gives is called. */
  begin(port: string, endpoint: Endpoint): () => void {
    const key = `${port} ${endpointKey(endpoint)}`;
    let load = this.#loads.get(key);
    if (load === undefined) {
      forgetOldest(this.#loads, MAX_PORTS);
      this.#loads.set(key, (load = { active: 0, served: 0 }));
    }
    load.active++;
    load.served++;
    const mine = load;
    let ended = false;
    return () => {
      if (!ended) mine.active--;
      ended = true;
    };
  }

  /** Where a client was sent: `undefined`: nowhere yet, `null`: too long ago. */
  lastOf(port: string, client: string, timeoutSeconds: number, now: number): string | null | undefined {
    const last = this.#clients.get(`${port} ${client}`);
    if (last === undefined) return undefined;
    return now - last.at < timeoutSeconds * 1000 ? last.endpoint : null;
  }

  /** The time begins anew with each request, as iptables' `recent --rcheck --reap` and IPVS' persistence have it. */
  remember(port: string, client: string, endpoint: Endpoint, now: number): void {
    const key = `${port} ${client}`;
    this.#clients.delete(key);
    forgetOldest(this.#clients, MAX_CLIENTS);
    this.#clients.set(key, { endpoint: endpointKey(endpoint), at: now });
  }
}

const IDLE = { active: 0, served: 0 } as const;

function forgetOldest(map: Map<string, unknown>, limit: number): void {
  const [oldest] = map.size < limit ? [] : map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

/** A ServicePort among all of the cluster's; the uid, so that a Service that is made anew starts without a past. */
export const portKey = ({ namespace, name, uid }: ServiceEntry, port: ServicePortEntry): string =>
  `${namespace}/${name}/${uid}:${port.name}`;
