/** What a scheduler is told of a request, and what it reckons from the endpoints' loads and weights. */
import type { Balancer } from "./balancer.ts";
import type { Pick } from "./choose-endpoint.ts";
import type { Endpoint } from "./table.ts";
import { weightOf } from "./weighted.ts";

export interface Flow {
  /** Of the ServicePort. */
  readonly key: string;
  /** Null where nobody knows: those that hash it then choose by chance. */
  readonly client: string | null;
  /** The address that the packet was sent to; for a Service's name its ClusterIP, as a Pod's resolver would have it. */
  readonly destination: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly pick: Pick;
  readonly balancer: Balancer;
}

/** Requests that an endpoint has at the moment. */
export const active = (endpoint: Endpoint, { balancer, key }: Flow): number => balancer.load(key, endpoint).active;

/** `ip_vs_dest_conn_overhead`: an active connection counts as 256 that are over; here those are all that were ever served. */
export function overhead(endpoint: Endpoint, { balancer, key }: Flow): number {
  const load = balancer.load(key, endpoint);
  return load.active * 256 + Math.min(load.served, 1e12) / 1e6;
}

export const weightedOverhead = (endpoint: Endpoint, flow: Flow): number =>
  overhead(endpoint, flow) / weightOf(endpoint);

/** The first of those with the least cost. */
export function least(candidates: readonly Endpoint[], costOf: (endpoint: Endpoint) => number): Endpoint | undefined {
  let best: Endpoint | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const endpoint of candidates) {
    const cost = costOf(endpoint);
    if (cost >= lowest) continue;
    best = endpoint;
    lowest = cost;
  }
  return best;
}
