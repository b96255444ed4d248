/** Servers behind EndpointSlices that are written by hand: what becomes of them when they crash, fail, and come back. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";
import { explain } from "../../local/ingress-commands.ts";
import { backend, closeBackends } from "./backends.ts";

const PERIOD_SECONDS = 1;
const FAILURE_THRESHOLD = 2;
const CHECK = {
  "wherry.internal/health-check": "/healthz",
  "wherry.internal/health-check-period-seconds": String(PERIOD_SECONDS),
  "wherry.internal/health-check-failure-threshold": String(FAILURE_THRESHOLD),
};
const GENEROUS = { timeout: 30_000, interval: 20 };
/** Answers with its second argument on the port that is its first (0: a free one), which it prints. */
const PROGRAM = `
const server = require("node:http").createServer((request, response) => response.end(process.argv[2]));
server.listen(Number(process.argv[1]), "127.0.0.1", () => console.log(server.address().port));
`;

const started: ChildProcess[] = [];
let cluster: Cluster;

async function startProgram(name: string, port = 0): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = spawn(process.execPath, ["-e", PROGRAM, String(port), name], { stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  const [printed] = (await once(child.stdout ?? child, "data")) as [Buffer];
  return { child, port: Number(String(printed)) };
}

const portOf = (url: string): number => Number(new URL(url).port);

/** Each server has a slice of its own: they differ in their ports. Addresses of type IPv4 may not be of this machine. */
const slice = (service: string, port: number, more: object = {}): object => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: `${service}-${port}`, labels: { "kubernetes.io/service-name": service } },
  addressType: "FQDN",
  ports: [{ name: "", port, protocol: "TCP" }],
  endpoints: [{ addresses: ["127.0.0.1"], ...more }],
});

const apply = (...objects: readonly object[]): Promise<unknown> =>
  cluster.apply(objects.map((object) => JSON.stringify(object)).join("\n---\n"));

const service = (name: string, annotations: object = CHECK): object => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, annotations },
  spec: { clusterIP: "None", ports: [{ port: 80 }] },
});

async function get<T>(path: string): Promise<readonly T[]> {
  const response = await fetch(cluster.server + path);
  return ((await response.json()) as { readonly items: readonly T[] }).items;
}

interface Said {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string };
}

const said = async (name: string): Promise<readonly string[]> => {
  const query = `fieldSelector=involvedObject.name=${name}`;
  const events = await get<Said>(`/api/v1/namespaces/default/events?${query}`);
  return events.map(({ reason, message, involvedObject }) => `${involvedObject.kind} ${reason}: ${message}`).sort();
};

const slicesOf = async (name: string): Promise<readonly unknown[]> =>
  get(`/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name=${name}`);

async function answers(name: string, port = 80): Promise<readonly string[]> {
  const found = new Set<string>();
  for (let i = 0; i < 20; i++) {
    const response = await cluster.fetch(`http://${name}.default:${port}/`);
    found.add(response.ok ? await response.text() : String(response.status));
  }
  return [...found].sort();
}

beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());
afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await closeBackends();
});

const withClusterIP = (object: object): object => ({ ...object, spec: { ports: [{ port: 80 }] } });

describe("a server behind a slice written by hand", () => {
  test("is out soon after it crashes, and back soon after it is started again", async () => {
    const stays = await startProgram("stays");
    const victim = await startProgram("victim");
    await apply(withClusterIP(service("crash")), slice("crash", stays.port), slice("crash", victim.port));
    await expect.poll(() => answers("crash"), GENEROUS).toEqual(["stays", "victim"]);
    const before = await slicesOf("crash");
    victim.child.kill("SIGKILL");
    await once(victim.child, "exit");
    const killedAt = performance.now();
    await expect
      .poll(() => said("crash"), GENEROUS)
      .toEqual([
        `Service EndpointUnhealthy: Endpoint 127.0.0.1:${victim.port} is unhealthy: Get "http://127.0.0.1:${victim.port}/healthz": dial tcp 127.0.0.1:${victim.port}: connect: connection refused`,
      ]);
    const seconds = (performance.now() - killedAt) / 1000;
    process.stderr.write(
      `out ${seconds.toFixed(2)} s after the crash, at ${FAILURE_THRESHOLD} failures every ${PERIOD_SECONDS} s\n`,
    );
    expect(await answers("crash")).toEqual(["stays"]);
    expect(await slicesOf("crash")).toEqual(before);
    await startProgram("victim", victim.port);
    await expect.poll(() => answers("crash"), GENEROUS).toEqual(["stays", "victim"]);
    await expect
      .poll(() => said("crash"), GENEROUS)
      .toContain(`Service EndpointHealthy: Endpoint 127.0.0.1:${victim.port} is healthy again`);
  });

  test("that all fail leave the Service refusing, and saying why; without the annotation they are used again", async () => {
    const sick = await backend((request, response) => {
      response.statusCode = request.url === "/healthz" ? 500 : 200;
      response.end("sick");
    });
    await apply(withClusterIP(service("none")), slice("none", portOf(sick.url)));
    await expect.poll(() => answers("none"), GENEROUS).toEqual(["503"]);
    const refused = await (await cluster.fetch("http://none.default/")).text();
    expect(refused).toContain("its endpoints fail their health check");
    expect(await said("none")).toEqual([
      `Service EndpointUnhealthy: Endpoint 127.0.0.1:${portOf(sick.url)} is unhealthy: HTTP probe failed with statuscode: 500`,
      "Service NoHealthyEndpoints: The one endpoint fails its health check /healthz: requests are refused until one passes",
    ]);
    await apply(withClusterIP(service("none", { ...CHECK, "wherry.internal/health-check": "" })));
    await expect.poll(() => answers("none"), GENEROUS).toEqual(["sick"]);
  });

  test("is not in the answers of DNS while it fails, and the explanations say why", async () => {
    let isWell = true;
    const moody = await backend((request, response) => {
      response.statusCode = request.url === "/healthz" && !isWell ? 503 : 200;
      response.end("moody");
    });
    const fine = await backend((_, response) => response.end("fine"));
    const named = (url: string, hostname: string) => slice("named", portOf(url), { hostname });
    await apply(service("named"), named(moody.url, "moody"), named(fine.url, "fine"));
    const srv = async () =>
      ((await cluster.dig("named.default.svc.cluster.local", "SRV")).Answer ?? []).map(
        ({ data }) => data.split(" ")[3],
      );
    await expect.poll(async () => (await srv()).length, GENEROUS).toBe(2);
    isWell = false;
    await expect.poll(async () => (await srv()).length, GENEROUS).toBe(1);
    const ingress = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "named" },
      spec: { defaultBackend: { service: { name: "named", port: { number: 80 } } } },
    };
    await apply(ingress);
    const url = new URL("http://any.example/");
    const text = await explain({
      server: cluster.server,
      url,
      method: "GET",
      headers: new Map(),
      json: false,
      help: false,
    });
    expect(text).toContain("endpoint  127.0.0.1 (fails its health check)");
    expect(text).toContain("endpoint  127.0.0.1 (ready)");
    isWell = true;
    await expect.poll(async () => (await srv()).length, GENEROUS).toBe(2);
  });
});
