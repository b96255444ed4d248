/** Registered endpoints: how soon one that died is out, and what renewals cost. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { Pool } from "undici";
import { inform, print, promise } from "./report.ts";
import { startWherry, type Wherry } from "./wherry.ts";

const ROUNDS = 5;
const TTL_SECONDS = 1;
const RENEWALS = 3_000;
const PROGRAM = `
import { register } from "wherry/registration";
const [, server, id] = process.argv;
await register({ server, service: "web", url: "http://127.0.0.1:9", id, ttlSeconds: ${TTL_SECONDS} });
console.log(id);
setInterval(() => {}, 1000);
`;

const ENDPOINTS = "/registry/v1/namespaces/default/services/web/endpoints";
const SLICES =
  "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name=web";
const json = { "content-type": "application/json" };

type Ask = (method: "GET" | "PUT" | "POST", path: string, body?: unknown) => Promise<string>;

const asking =
  (pool: Pool): Ask =>
  async (method, path, body) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await pool.request({ method, path, headers: json, ...sent });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return text;
  };

/** From SIGKILL until no slice has the endpoint, in seconds. */
async function secondsUntilOut(ask: Ask, wherry: Wherry, id: string): Promise<number> {
  const args = ["--input-type=module", "-e", PROGRAM, wherry.addresses.api, id];
  const child = spawn(process.execPath, args, {
    cwd: resolve(import.meta.dirname, ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  // It may die at any point between two renewals.
  await new Promise((done) => setTimeout(done, Math.random() * TTL_SECONDS * 1000));
  child.kill("SIGKILL");
  const killed = performance.now();
  while ((await ask("GET", SLICES)).includes(`"name":"${id}"`)) await new Promise((done) => setTimeout(done, 2));
  return (performance.now() - killed) / 1000;
}

/** Renewals a second, of a hundred endpoints by sixteen connections. */
async function renewalsPerSecond(ask: Ask): Promise<number> {
  const renew = (n: number) =>
    ask("PUT", `${ENDPOINTS}/b-${n % 100}`, { url: `https://b-${n % 100}.example`, ttlSeconds: 600 });
  for (let n = 0; n < 100; n++) await renew(n);
  const start = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < RENEWALS; n = next++) await renew(n);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return RENEWALS / ((performance.now() - start) / 1000);
}

export async function benchRegistration(): Promise<void> {
  print(`Registration, time to live ${TTL_SECONDS} s`);
  const wherry = await startWherry(null);
  const pool = new Pool(wherry.addresses.api, { connections: 16 });
  const ask = asking(pool);
  const spec = { ports: [{ port: 80 }] };
  await ask("POST", "/api/v1/namespaces/default/services", { metadata: { name: "web" }, spec });
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) seconds.push(await secondsUntilOut(ask, wherry, `victim-${round}`));
  const slowest = Math.max(...seconds);
  const limit = TTL_SECONDS + 1;
  promise(`seconds from a kill until out of the slices ≤ ${limit} (slowest of ${ROUNDS})`, slowest, slowest <= limit);
  inform("renewals a second", await renewalsPerSecond(ask));
  await pool.close();
  await wherry.stop();
  print();
}
