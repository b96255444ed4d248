/**
 * IPVS' schedulers (Linux `net/netfilter/ipvs`), and kube-proxy's random choice. They are given the candidates in the
 * table's order, which is the same everywhere, so that hashing schedulers agree over isolates.
 */
import type { Balancer } from "./balancer.ts";
import type { Pick } from "./choose-endpoint.ts";
import { hashText, maglevTable } from "./maglev.ts";
import type { Endpoint, SchedulerName } from "./table.ts";
import { pickWeighted, weightOf } from "./weighted.ts";

export interface Flow {
  /** Of the ServicePort. */
  readonly key: string;
  /** Null where nobody knows: those that hash it then choose by chance. */
  readonly client: string | null;
  /** The host that the packet was sent to. */
  readonly destination: string;
  readonly pick: Pick;
  readonly balancer: Balancer;
}

export function schedule(name: SchedulerName, candidates: readonly Endpoint[], flow: Flow): Endpoint | undefined {
  if (candidates.length <= 1) return candidates[0];
  switch (name) {
    case "random":
      return pickWeighted(candidates, flow.pick);
    case "rr":
      return roundRobin(candidates, flow);
    case "wrr":
      return weightedRoundRobin(candidates, flow);
    case "lc":
      return least(candidates, (endpoint) => overhead(endpoint, flow));
    case "wlc":
      return least(candidates, (endpoint) => overhead(endpoint, flow) / weightOf(endpoint));
    case "sed":
      return leastDelay(candidates, flow);
    case "nq":
      return candidates.find((endpoint) => active(endpoint, flow) === 0) ?? leastDelay(candidates, flow);
    case "sh":
      return hashed(candidates, flow, flow.client);
    case "dh":
      return hashed(candidates, flow, flow.destination);
    case "mh":
      return flow.client === null
        ? pickWeighted(candidates, flow.pick)
        : candidates[maglevTable(candidates)[hashText(flow.client) % maglevTable(candidates).length] ?? 0];
    default:
      return name satisfies never;
  }
}

function roundRobin(candidates: readonly Endpoint[], { balancer, key }: Flow): Endpoint | undefined {
  const turn = balancer.turn(key);
  turn.index = (turn.index + 1) % candidates.length;
  return candidates[turn.index];
}

/** `ip_vs_wrr.c`: rounds in which the weight that is asked for sinks from the greatest by the greatest common divisor. */
function weightedRoundRobin(candidates: readonly Endpoint[], { balancer, key }: Flow): Endpoint | undefined {
  const turn = balancer.turn(key);
  const weights = candidates.map(weightOf);
  const step = weights.reduce(greatestCommonDivisor);
  const greatest = Math.max(...weights);
  // Each round of all candidates lowers the weight by a step, so one is found within `greatest / step` rounds.
  for (let left = candidates.length * Math.ceil(greatest / step) + 1; left > 0; left--) {
    turn.index = (turn.index + 1) % candidates.length;
    if (turn.index === 0 || turn.weight > greatest) turn.weight = turn.weight > step ? turn.weight - step : greatest;
    if (turn.weight > greatest) turn.weight = greatest;
    const endpoint = candidates[turn.index];
    if (endpoint !== undefined && weightOf(endpoint) >= turn.weight) return endpoint;
  }
  return candidates[0];
}

const greatestCommonDivisor = (a: number, b: number): number => (b < 1e-9 ? a : greatestCommonDivisor(b, a % b));

const active = (endpoint: Endpoint, { balancer, key }: Flow): number => balancer.load(key, endpoint).active;

/** `ip_vs_dest_conn_overhead`: an active connection counts as 256 that are over; here those are all that were ever served. */
function overhead(endpoint: Endpoint, { balancer, key }: Flow): number {
  const load = balancer.load(key, endpoint);
  return load.active * 256 + Math.min(load.served, 1e12) / 1e6;
}

const leastDelay = (candidates: readonly Endpoint[], flow: Flow): Endpoint | undefined =>
  least(candidates, (endpoint) => (active(endpoint, flow) + 1) / weightOf(endpoint));

/** The first of those with the least cost. */
function least(candidates: readonly Endpoint[], costOf: (endpoint: Endpoint) => number): Endpoint | undefined {
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

const BUCKETS = 256;

/** `ip_vs_sh.c`, `ip_vs_dh.c`: 256 buckets, dealt out in turn by weight. */
function hashed(candidates: readonly Endpoint[], flow: Flow, text: string | null): Endpoint | undefined {
  if (text === null) return pickWeighted(candidates, flow.pick);
  const total = candidates.reduce((sum, endpoint) => sum + weightOf(endpoint), 0);
  let place = (hashText(text) % BUCKETS) % total;
  return candidates.find((endpoint) => (place -= weightOf(endpoint)) < 0) ?? candidates[0];
}
