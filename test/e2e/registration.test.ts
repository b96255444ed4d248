/** Programs of their own that register with the published client, and what becomes of them when they are killed. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";
import { closeBackends, backend } from "./backends.ts";
import { eventually } from "./process.ts";

const ROOT = join(import.meta.dirname, "../..");
/** A third of it is no whole number of milliseconds. */
const TTL_SECONDS = 4;
/** As the examples' program, with a shorter time to live; prints its id when it is registered. */
const PROGRAM = `
import { createServer } from "node:http";
import { register } from "wherry/registration";
const server = createServer((request, response) => response.end(process.argv[2]));
server.listen(0, "127.0.0.1", async () => {
  const url = "http://127.0.0.1:" + server.address().port;
  const registration = await register({ server: process.argv[1], service: "web", url, id: process.argv[2], ttlSeconds: ${TTL_SECONDS} });
  process.once("SIGTERM", () => registration.stop().then(() => process.exit(0)));
  console.log(registration.id);
});
`;

const started: ChildProcess[] = [];
let cluster: Cluster;

async function startProgram(id: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM, cluster.server, id], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  const [printed] = (await once(child.stdout ?? child, "data")) as [Buffer];
  expect(String(printed).trim()).toBe(id);
  return child;
}

interface Slices {
  readonly items: readonly { readonly endpoints: readonly { readonly targetRef: { readonly name: string } }[] }[];
}

async function registered(): Promise<readonly string[]> {
  const path =
    "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name=web";
  const { items } = (await (await fetch(cluster.server + path)).json()) as Slices;
  return items.flatMap((slice) => slice.endpoints.map(({ targetRef }) => targetRef.name)).sort();
}

const answers = async (count: number): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for (let i = 0; i < count; i++) found.add(await (await cluster.fetch("http://web.default/")).text());
  return found;
};

beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  await cluster.apply(
    JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { ports: [{ port: 80 }] } }),
  );
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await fetch(`${cluster.server}/api/v1/namespaces/default/services/web`, { method: "DELETE" });
  await closeBackends();
});

describe("a program that registers itself", () => {
  test("shares the requests, stays for longer than its time to live, and is out soon after it is killed", async () => {
    await startProgram("stays");
    const victim = await startProgram("victim");
    expect([...(await answers(40))].sort()).toEqual(["stays", "victim"]);
    await new Promise((resolve) => setTimeout(resolve, TTL_SECONDS * 1000 + 500));
    expect(await registered()).toEqual(["stays", "victim"]);
    victim.kill("SIGKILL");
    const killedAt = performance.now();
    // Killed, and still in the slices: what cannot reach it goes to the other.
    expect(await answers(20)).toEqual(new Set(["stays"]));
    while ((await registered()).includes("victim")) await new Promise((resolve) => setTimeout(resolve, 10));
    const seconds = (performance.now() - killedAt) / 1000;
    process.stderr.write(`out ${seconds.toFixed(2)} s after the kill, at a time to live of ${TTL_SECONDS} s\n`);
    // One time to live and a second are promised; the rest is for a machine that does other things as well.
    expect(seconds).toBeLessThan(TTL_SECONDS + 1 + 5);
    expect(await registered()).toEqual(["stays"]);
  });

  test("takes itself out when it ends well", async () => {
    const child = await startProgram("polite");
    child.kill("SIGTERM");
    await once(child, "exit");
    expect(await registered()).toEqual([]);
    expect((await cluster.fetch("http://web.default/")).status).toBe(503);
  });

  test("waits for a Service that does not exist yet, and is told what it did wrong", async () => {
    const { register, registerOnce } = await import("../../local/registration.ts");
    const options = {
      server: cluster.server,
      service: "later",
      url: "http://127.0.0.1:9",
      ttlSeconds: 1,
      onError: () => {},
    };
    const errors: string[] = [];
    const waiting = register({ ...options, onError: ({ message }) => errors.push(message) });
    await eventually(() => expect(errors[0]).toBe('services "later" not found'));
    const later = { apiVersion: "v1", kind: "Service", metadata: { name: "later" }, spec: { ports: [{ port: 80 }] } };
    await cluster.apply(JSON.stringify(later));
    const registration = await waiting;
    expect(registration.id).toMatch(/^127-0-0-1-9-[0-9a-f]{8}$/);
    await registration.stop();
    await expect(register({ ...options, url: "ftp://host", weight: 0 })).rejects.toThrow(
      /is invalid: \[url: Invalid value: "ftp:\/\/host": must start with http.*, weight: Invalid value: 0/,
    );
    await expect(registerOnce({ ...options, service: "nope" })).rejects.toThrow('services "nope" not found');
  });

  test("gets no requests while its health check fails, and gets them again after", async () => {
    let isWell = true;
    const asked: string[] = [];
    const sick = await backend((request, response) => {
      asked.push(request.url ?? "");
      response.statusCode = request.url === "/base/healthz" && !isWell ? 503 : 200;
      response.end("sick");
    });
    const fine = await backend((_, response) => response.end("fine"));
    const annotations = {
      "wherry.internal/health-check": "/healthz",
      "wherry.internal/health-check-period-seconds": "1",
      "wherry.internal/health-check-failure-threshold": "2",
    };
    const metadata = { name: "web", annotations };
    await cluster.apply(
      JSON.stringify({ apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 80 }] } }),
    );
    const { registerOnce } = await import("../../local/registration.ts");
    const options = { server: cluster.server, service: "web", ttlSeconds: 300 };
    await registerOnce({ ...options, url: `${sick.url}/base` });
    await registerOnce({ ...options, url: fine.url });
    await expect.poll(() => asked, { timeout: 20_000 }).toContain("/base/healthz");
    expect([...(await answers(40))].sort()).toEqual(["fine", "sick"]);
    isWell = false;
    await expect.poll(async () => [...(await answers(20))], { timeout: 20_000 }).toEqual(["fine"]);
    isWell = true;
    await expect.poll(async () => (await answers(20)).size, { timeout: 20_000 }).toBe(2);
  });

  test("is called below its base path, as often as its weight says", async () => {
    const light = await backend((_, response) => response.end("light"));
    const heavy = await backend((request, response) => response.end(`heavy ${request.url}`));
    const { registerOnce } = await import("../../local/registration.ts");
    await registerOnce({ server: cluster.server, service: "web", url: light.url, weight: 1 });
    await registerOnce({ server: cluster.server, service: "web", url: `${heavy.url}/base/`, weight: 1000 });
    const bodies: string[] = [];
    for (let i = 0; i < 30; i++) bodies.push(await (await cluster.fetch("http://web.default/cart?x=1")).text());
    expect(bodies.filter((body) => body === "heavy /base/cart?x=1").length).toBeGreaterThanOrEqual(25);
  });
});

test("the API refuses what is none of its paths or methods, in the words of Kubernetes", async () => {
  const at = `${cluster.server}/registry/v1/namespaces/default/services/web/endpoints`;
  const status = async (url: string, init?: RequestInit) => {
    const response = await fetch(url, init);
    return [response.status, ((await response.json()) as { readonly reason?: string }).reason];
  };
  const json = { "content-type": "application/json" };
  const put = (url: string, body: string, headers: Record<string, string> = json) =>
    status(url, { method: "PUT", body, headers });
  expect(
    await Promise.all([
      put(at, '{"url":"http://a"}'),
      put(`${at}/a`, "{"),
      put(`${at}/a`, "[]"),
      put(`${at}/a`, '{"url":"http://a","url":"http://b"}'),
      put(`${at}/a`, "url=a", { "content-type": "text/plain" }),
      put(`${at}/A%20b`, '{"url":"http://a"}'),
      put(`${at}/a`, `{"url":"http://${"a".repeat(4_000_000)}"}`),
      status(`${at}/a`, { method: "POST" }),
      status(`${at}/a`),
      status(`${at}/a/b`),
      status(`${cluster.server}/registry/v1`),
      status(at.replace("/default/", "/Nowhere!/")),
    ]),
  ).toEqual([
    [405, "MethodNotAllowed"],
    [400, "BadRequest"],
    [400, "BadRequest"],
    [400, "BadRequest"],
    [415, "UnsupportedMediaType"],
    [422, "Invalid"],
    [413, "RequestEntityTooLarge"],
    [405, "MethodNotAllowed"],
    [404, "NotFound"],
    [404, "NotFound"],
    [404, "NotFound"],
    [404, "NotFound"],
  ]);
});
