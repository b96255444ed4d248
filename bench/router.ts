/** The router: against a bare pass-through Worker, with few and with many Services, and how few calls to Durable Objects it takes. */
import type { Baseline } from "./baseline.ts";
import type { Measure } from "./measure.ts";
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
  const before = await calls(router.origin);
  const [passThrough, many, direct] = await measure([
    { label: "bare pass-through", origin: baseline.passThrough, ...bare },
    { label: `router, ${services} Services`, ...router, request: routed(services, {}) },
    { label: "pass-through, the router's way out", origin: baseline.directPassThrough, ...bare },
  ]);
  const after = await calls(router.origin);
  // Latencies are close, so these two alternate alone.
  const [fewHere, manyHere] = await measure([
    {
      label: `router, a cluster of ${few.services}`,
      ...router,
      request: routed(few.services, { "wherry-cluster": few.cluster }),
    },
    {
      label: `router, a cluster of ${services}`,
      ...router,
      request: routed(services, { "wherry-cluster": "default" }),
    },
  ]);
  if (!passThrough || !many || !fewHere || !manyHere || !direct) return;
  promise("throughput ≥ 0.90 of the bare Worker", many.rate / passThrough.rate, many.rate >= 0.9 * passThrough.rate);
  inform("CPU of the bare Worker / of the router, per request", passThrough.cpu / many.cpu);
  inform("throughput / that of a pass-through with the router's own way out", many.rate / direct.rate);
  promise(
    `p50 with ${services} Services ≤ 1.05 of that with ${few.services}`,
    manyHere.p50 / fewHere.p50,
    manyHere.p50 <= 1.05 * fewHere.p50,
  );
  const perThousand = (1000 * (after.calls - before.calls)) / (after.requests - before.requests);
  promise("calls to Durable Objects per 1,000 requests ≤ 1", perThousand, perThousand <= 1);
  print();
}

/** As the Worker counts them: questions to stores, long and short, and what it routed. */
export async function calls(proxy: string): Promise<{ readonly calls: number; readonly requests: number }> {
  const text = await scrape(proxy, { host: "node-1:10249" });
  return {
    calls: sumOf(text, /^wherry_router_table_events\{event="(?:polls|refreshes)"\}$/),
    requests: sumOf(text, /^wherry_router_requests_total\{/),
  };
}
