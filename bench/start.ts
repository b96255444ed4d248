/** How long it takes to start: the whole process, and one more cluster in it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "undici";
import { inform, print, promise } from "./report.ts";
import { startWherry } from "./wherry.ts";

const STARTS = 6;
const CLUSTERS = 30;

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** `wherry up` six times in one data directory, then thirty clusters in one process. */
export async function benchStart(): Promise<void> {
  await benchProcess();
  await benchClusters();
  print();
}

async function benchProcess(): Promise<void> {
  print("Start: from `wherry up` until every socket answers (ms)");
  const dataDir = mkdtempSync(join(tmpdir(), "wherry-bench-data-"));
  const times: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const wherry = await startWherry(dataDir);
    times.push(wherry.readyMilliseconds);
    await wherry.stop();
  }
  rmSync(dataDir, { recursive: true, force: true });
  const [cold = Number.NaN, ...warm] = times;
  print(`  first ${cold.toFixed(0)}, then ${warm.map((t) => t.toFixed(0)).join(", ")}`);
  const start = median(warm);
  promise("≤ 1000 ms warm (median)", start, start <= 1000);
}

async function benchClusters(): Promise<void> {
  const wherry = await startWherry(null);
  const client = new Client(wherry.addresses.api);
  const answers: number[] = [];
  const services: number[] = [];
  for (let i = 0; i < CLUSTERS; i++) {
    const began = performance.now();
    await ask(client, "GET", `/clusters/c${i}/api/v1/namespaces/default`);
    answers.push(performance.now() - began);
    await ask(client, "POST", `/clusters/c${i}/api/v1/namespaces/default/services`);
    services.push(performance.now() - began);
  }
  await client.close();
  await wherry.stop();
  const answer = median(answers);
  promise(`a new cluster's first answer ≤ 20 ms (median of ${CLUSTERS})`, answer, answer <= 20);
  inform("until its first Service is stored (ms)", median(services));
}

async function ask(client: Client, method: "GET" | "POST", path: string): Promise<void> {
  const service = { metadata: { name: "web" }, spec: { ports: [{ port: 80 }] } };
  const sent = method === "GET" ? {} : { body: JSON.stringify(service) };
  const { statusCode, body } = await client.request({ method, path, ...sent });
  await body.dump();
  if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode}`);
}
