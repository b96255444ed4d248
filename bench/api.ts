/** The Kubernetes API: how fast it takes objects, how fast it lists many, and what they cost in memory. */
import { readFileSync } from "node:fs";
import { inform, print, promise } from "./report.ts";
import { seed, startWherry, type Wherry } from "./wherry.ts";

const SERVICES = 10_000;
const ENDPOINTS = 10;
const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/** Creates 10,000 Services and as many EndpointSlices over 16 connections, then lists them. */
export async function benchApi(): Promise<void> {
  print(`API: ${SERVICES} Services and as many EndpointSlices of ${ENDPOINTS} endpoints, in 10 namespaces`);
  const wherry = await startWherry(null);
  const milliseconds = await seed(wherry.addresses.api, SERVICES, ENDPOINTS, "http://127.0.0.1:1");
  const rate = (2_000 * SERVICES) / milliseconds;
  promise("creates/s over 16 connections ≥ 1000", rate, rate >= 1_000);
  const list = await fastest(() => listOnce(wherry, "application/json"));
  promise("list of all Services ≤ 1000 ms (fastest of 5)", list, list <= 1_000);
  inform("the same as a Table, as kubectl asks for it (ms)", await fastest(() => listOnce(wherry, TABLE)));
  const { pid } = wherry.addresses as unknown as { readonly pid: number };
  const memory = megabytes(pid) + megabytes(wherry.workerd);
  promise("resident memory of all processes < 512 MB", memory, memory < 512);
  inform("of it workerd (MB)", megabytes(wherry.workerd));
  await wherry.stop();
  print();
}

async function listOnce({ addresses }: Wherry, accept: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${addresses.api}/api/v1/services`, { headers: { accept } });
  await response.arrayBuffer();
  return performance.now() - start;
}

async function fastest(measure: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) best = Math.min(best, await measure());
  return best;
}

/** Resident memory as Linux tells it; NaN elsewhere, which no promise survives. */
function megabytes(pid: number | null): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
  } catch {
    return Number.NaN;
  }
}
