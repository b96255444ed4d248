/**
 * `npm run bench [-- --services N] [--rounds N] [--seconds N]`: the promises of the design, as ratios within one run. Machines differ and
 * are shared; what is compared runs alternately, and each figure is the median of its rounds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startBackend, startBaseline } from "./baseline.ts";
import { run, type LoadRequest, type Measured } from "./load.ts";
import { seed, serviceHost, startWherry } from "./wherry.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "1000" },
    endpoints: { type: "string", default: "10" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
  },
});
const SERVICES = Number(values.services);
const ROUNDS = Number(values.rounds);
const SECONDS = Number(values.seconds);
const CONNECTIONS = 16;
const FEW = 10;

interface Candidate {
  readonly label: string;
  readonly origin: string;
  readonly request: (n: number) => LoadRequest;
  readonly pid: number | null;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const print = (line = ""): void => void process.stdout.write(`${line}\n`);

async function measure(candidates: readonly Candidate[]): Promise<readonly Measured[][]> {
  const rounds: Measured[][] = candidates.map(() => []);
  for (const candidate of candidates) await run({ ...candidate, connections: CONNECTIONS, seconds: 1 });
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, candidate] of candidates.entries()) {
      rounds[i]?.push(await run({ ...candidate, connections: CONNECTIONS, seconds: SECONDS }));
    }
  }
  return rounds;
}

function report(candidates: readonly Candidate[], rounds: readonly Measured[][]): void {
  candidates.forEach(({ label }, i) => {
    const all = rounds[i] ?? [];
    const of = (pick: (m: Measured) => number): number => median(all.map(pick));
    const cpu = of((m) => m.cpuMicroseconds ?? Number.NaN);
    const errors = all.reduce((sum, m) => sum + m.errors, 0);
    const figures = `${of((m) => m.requestsPerSecond).toFixed(0)}/s  p50 ${of((m) => m.p50).toFixed(2)} ms  p99 ${of((m) => m.p99).toFixed(2)} ms`;
    print(`  ${label.padEnd(34)} ${figures}  CPU ${cpu.toFixed(0)} µs/request  errors ${errors}`);
  });
}

/** The median over rounds of b's figure divided by a's of the same round. */
const ratio = (a: readonly Measured[] = [], b: readonly Measured[] = [], pick: (m: Measured) => number): number =>
  median(a.map((m, i) => pick(b[i] ?? m) / pick(m)));

const rate = (m: Measured): number => m.requestsPerSecond;
const p50 = (m: Measured): number => m.p50;

function promise(text: string, value: number, holds: boolean): void {
  print(`  ${holds ? "holds" : "BROKEN"}: ${text}: ${value.toFixed(3)}`);
}

async function benchStart(): Promise<void> {
  print("Start: from `wherry up` until every socket answers (ms)");
  const dataDir = mkdtempSync(join(tmpdir(), "wherry-bench-data-"));
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const wherry = await startWherry(dataDir);
    times.push(wherry.readyMilliseconds);
    await wherry.stop();
  }
  rmSync(dataDir, { recursive: true, force: true });
  const [cold = Number.NaN, ...warm] = times;
  print(`  first ${cold.toFixed(0)}, then ${warm.map((t) => t.toFixed(0)).join(", ")}`);
  promise("≤ 1000 ms warm (median)", median(warm), median(warm) <= 1000);
  print();
}

async function benchDataPlane(): Promise<void> {
  const backend = await startBackend();
  const baseline = await startBaseline(backend.url);
  const [few, many] = [await startWherry(null), await startWherry(null)];
  await seed(few.addresses.api, FEW, Number(values.endpoints), backend.url);
  const took = await seed(many.addresses.api, SERVICES, Number(values.endpoints), backend.url);
  print(
    `Seeded ${SERVICES} Services and as many EndpointSlices of ${values.endpoints} endpoints: ${((2000 * SERVICES) / took).toFixed(0)} creates/s`,
  );
  print();
  await benchRouter(baseline.passThrough, few, many);
  await benchDns(baseline.cannedDns, few, many);
  await Promise.all([few.stop(), many.stop(), baseline.stop()]);
  backend.stop();
}

type Started = Awaited<ReturnType<typeof startWherry>>;

async function benchRouter(bare: string, few: Started, many: Started): Promise<void> {
  print("Router, against a bare pass-through Worker");
  const routed = (services: number) => (n: number) => ({
    path: "/x",
    headers: { host: serviceHost((n * 7919) % services) },
  });
  const candidates: readonly Candidate[] = [
    { label: "bare pass-through", origin: bare, request: () => ({ path: "/x", headers: {} }), pid: null },
    { label: `router, ${FEW} Services`, origin: few.addresses.proxy, request: routed(FEW), pid: few.workerd },
    {
      label: `router, ${SERVICES} Services`,
      origin: many.addresses.proxy,
      request: routed(SERVICES),
      pid: many.workerd,
    },
  ];
  const rounds = await measure(candidates);
  report(candidates, rounds);
  const throughput = ratio(rounds[0], rounds[2], rate);
  promise("throughput ≥ 0.90 of the bare Worker", throughput, throughput >= 0.9);
  const latency = ratio(rounds[1], rounds[2], p50);
  promise(`p50 ≤ 1.05 of that with ${FEW} Services`, latency, latency <= 1.05);
  print();
}

async function benchDns(canned: string, few: Started, many: Started): Promise<void> {
  print("DNS over HTTPS (GET), against a Worker with one canned answer");
  const query = (name: string): LoadRequest => ({
    path: `/dns-query?dns=${encodeQuery(name)}`,
    headers: { accept: "application/dns-message" },
  });
  const asked = (services: number) => {
    const queries = Array.from({ length: services }, (_, i) => query(`${serviceHost(i)}.svc.cluster.local`));
    return (n: number): LoadRequest => queries[(n * 7919) % services] ?? query("kubernetes.default.svc.cluster.local");
  };
  const candidates: readonly Candidate[] = [
    { label: "canned answer", origin: canned, request: asked(FEW), pid: null },
    { label: `DNS, ${FEW} Services`, origin: new URL(few.addresses.doh).origin, request: asked(FEW), pid: few.workerd },
    {
      label: `DNS, ${SERVICES} Services`,
      origin: new URL(many.addresses.doh).origin,
      request: asked(SERVICES),
      pid: many.workerd,
    },
  ];
  const rounds = await measure(candidates);
  report(candidates, rounds);
  const throughput = ratio(rounds[0], rounds[2], rate);
  promise("throughput ≥ 0.85 of the canned answer", throughput, throughput >= 0.85);
  print();
}

function encodeQuery(name: string): string {
  const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]).toString("base64url");
}

const began = performance.now();
await benchStart();
await benchDataPlane();
print(`Done in ${((performance.now() - began) / 1000).toFixed(0)} s`);
