/** The router: against a bare pass-through Worker, with few and with many Services, and how few calls to Durable Objects it takes. */
import type { Baseline } from "./baseline.ts";
import { run, type LoadRequest } from "./load.ts";
import { FINER, pairedRatio, type Measure } from "./measure.ts";
import { scrape, sumOf } from "./metrics.ts";
import { inform, print, promise } from "./report.ts";
import { serviceHost, type Wherry } from "./wherry.ts";

export interface RouterBench {
  readonly measure: Measure;
  /** In the default cluster. */
  readonly services: number;
  /** Another cluster of the same process, so that nothing but the number of Services differs. */
  readonly few: { readonly cluster: string; readonly services: number };
}

export async function benchRouter(
  baseline: Baseline,
  wherry: Wherry,
  { measure, services, few }: RouterBench,
): Promise<void> {
  print("Router, against a bare pass-through Worker");
  const routed = (count: number, headers: Readonly<Record<string, string>>) => (n: number) => ({
    path: "/x",
    headers: { ...headers, host: serviceHost((n * 7919) % count) },
  });
  const router = { origin: wherry.addresses.proxy, pid: wherry.workerd };
  const bare = { request: () => ({ path: "/x", headers: {} }), pid: baseline.workerd };
  const [passThrough, many, direct] = await measure(
    [
      { label: "bare pass-through", origin: baseline.passThrough, ...bare },
      { label: `router, ${services} Services`, ...router, request: routed(services, {}) },
      { label: "pass-through, the router's way out", origin: baseline.directPassThrough, ...bare },
    ],
    FINER,
  );
  const perThousand = await callsPerThousand(router.origin, routed(services, {}));
  // Latencies are close, so these alternate alone; the first comes twice, to show what the measure is worth.
  const inFew = { ...router, request: routed(few.services, { "wherry-cluster": few.cluster }) };
  const inMany = { ...router, request: routed(services, { "wherry-cluster": "default" }) };
  const [fewHere, manyHere, fewAgain] = await measure(
    [
      { label: `router, a cluster of ${few.services}`, ...inFew },
      { label: `router, a cluster of ${services}`, ...inMany },
      { label: `router, a cluster of ${few.services} again`, ...inFew },
    ],
    FINER,
  );
  if (!passThrough || !many || !fewHere || !manyHere || !fewAgain || !direct) return;
  promise("throughput ≥ 0.90 of the bare Worker", many.rate / passThrough.rate, many.rate >= 0.9 * passThrough.rate);
  inform("CPU of the bare Worker / of the router, per request", passThrough.cpu / many.cpu);
  inform("throughput / that of a pass-through with the router's own way out", many.rate / direct.rate);
  const ratio = pairedRatio(manyHere, fewHere);
  promise(`p50 with ${services} Services ≤ 1.05 of that with ${few.services}`, ratio, ratio <= 1.05);
  inform(`p50 with ${few.services} Services / of the same again`, pairedRatio(fewAgain, fewHere));
  promise("calls to Durable Objects per 1,000 requests ≤ 1", perThousand, perThousand <= 1);
  print();
}

/** In a stretch of steady load that is longer than a question to a store takes, which all tables must then have renewed. */
async function callsPerThousand(origin: string, request: (n: number) => LoadRequest): Promise<number> {
  const before = await calls(origin);
  await run({ origin, request, connections: 16, seconds: 25, pid: null });
  const after = await calls(origin);
  return (1000 * (after.calls - before.calls)) / (after.requests - before.requests);
}

/** As the Worker counts them: questions to stores, long and short, and what it routed. */
export async function calls(proxy: string): Promise<{ readonly calls: number; readonly requests: number }> {
  const text = await scrape(proxy, { host: "node-1:10249" });
  return {
    calls: sumOf(text, /^wherry_router_table_events_total\{event="(?:polls|refreshes)"\}$/),
    requests: sumOf(text, /^wherry_router_requests_total\{/),
  };
}
