/**
 * IPVS' schedulers (Linux `net/netfilter/ipvs`), and kube-proxy's random choice. They are given the candidates in the
 * table's order, which is the same everywhere, so that hashing schedulers agree over isolates.
 */
import { active, least, overhead, weightedOverhead, type Flow } from "./flow.ts";
import { localityBased } from "./locality.ts";
import { hashText, maglevTable } from "./maglev.ts";
import type { Endpoint, SchedulerName } from "./table.ts";
import { pickWeighted, weightOf } from "./weighted.ts";

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
      return least(candidates, (endpoint) => weightedOverhead(endpoint, flow));
    case "sed":
      return leastDelay(candidates, flow);
    case "nq":
      return candidates.find((endpoint) => active(endpoint, flow) === 0) ?? leastDelay(candidates, flow);
    case "lblc":
    case "lblcr":
      return localityBased(name, candidates, flow);
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
  const { step, greatest } = weightsOf(candidates);
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

const leastDelay = (candidates: readonly Endpoint[], flow: Flow): Endpoint | undefined =>
  least(candidates, (endpoint) => (active(endpoint, flow) + 1) / weightOf(endpoint));

const BUCKETS = 256;

/** `ip_vs_sh.c`, `ip_vs_dh.c`: 256 buckets, dealt out in turn by weight. */
function hashed(candidates: readonly Endpoint[], flow: Flow, text: string | null): Endpoint | undefined {
  if (text === null) return pickWeighted(candidates, flow.pick);
  let place = (hashText(text) % BUCKETS) % weightsOf(candidates).total;
  return candidates.find((endpoint) => (place -= weightOf(endpoint)) < 0) ?? candidates[0];
}

interface Weights {
  readonly total: number;
  readonly greatest: number;
  /** Their greatest common divisor. */
  readonly step: number;
}

/** Lists of candidates never change. */
const weights = new WeakMap<readonly Endpoint[], Weights>();

function weightsOf(candidates: readonly Endpoint[]): Weights {
  let found = weights.get(candidates);
  if (found === undefined) {
    const all = candidates.map(weightOf);
    found = {
      total: all.reduce((sum, weight) => sum + weight, 0),
      greatest: all.reduce((a, b) => Math.max(a, b), 0),
      step: all.reduce(greatestCommonDivisor),
    };
    weights.set(candidates, found);
  }
  return found;
}
