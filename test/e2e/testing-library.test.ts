/** `wherry/testing`, as it is published. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type * as testing from "../../local/testing-types.ts";
import { cleanUp, temporaryDirectory } from "./process.ts";

const ROOT = join(import.meta.dirname, "../..");
const LIBRARY = join(ROOT, "dist/testing.js");
const { startCluster } = (await import(LIBRARY)) as typeof testing;

let cluster: testing.Cluster;
/** Milliseconds. */
let firstStart: number;
beforeAll(async () => {
  const began = performance.now();
  cluster = await startCluster();
  firstStart = performance.now() - began;
});
afterAll(() => cluster.stop());
afterEach(cleanUp);

const SHOP = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: applied }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: applied }
`;

describe("apply", () => {
  test("creates objects, Namespaces first, and gives them as stored", async () => {
    const [namespace, service] = await cluster.apply(SHOP);
    expect([namespace?.kind, service?.kind]).toEqual(["Namespace", "Service"]);
    expect(service?.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("changes what is there and leaves the rest", async () => {
    await cluster.apply(SHOP);
    const labelled = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: applied, labels: {tier: front}}";
    const [service] = await cluster.apply(labelled);
    expect(service).toMatchObject({ metadata: { labels: { tier: "front" } }, spec: { selector: { app: "web" } } });
  });

  test("says which object the server refused, and why", async () => {
    const bad = SHOP.replace("port: 80", "port: 80000");
    await expect(cluster.apply(bad.replace("name: web", "name: bad"))).rejects.toThrow(
      /Service "bad"[^]*spec\.ports\[0\]\.port/,
    );
  });
});

describe("expose", () => {
  test("puts a handler behind a Service that it makes, and returns when it is obeyed", async () => {
    await cluster.expose("hello.fresh:8080", async (request) => new Response(`hello ${await request.text()}`));
    const response = await cluster.fetch("http://hello.fresh:8080/", { method: "POST", body: "wörld" });
    expect([response.status, await response.text()]).toEqual([200, "hello wörld"]);
  });

  test("replaces an earlier backend at once", async () => {
    for (const answer of ["one", "two", "three"]) {
      await cluster.expose("again.fresh:80", () => new Response(answer));
      expect(await (await cluster.fetch("http://again.fresh/")).text()).toBe(answer);
    }
  });

  test("keeps the ports and the selector of an existing Service", async () => {
    await cluster.apply(`
apiVersion: v1
kind: Namespace
metadata: { name: named }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: named }
spec: { selector: { tier: x }, ports: [{ name: http, port: 81, targetPort: http }] }
`);
    await cluster.expose("web.named:81", () => new Response("named"));
    expect(await (await cluster.fetch("http://web.named:81/")).text()).toBe("named");
  });

  test("takes the URL of a server that runs somewhere", async () => {
    const server = createServer((request, response) => response.end(`served ${request.url}`));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
    await cluster.expose({ namespace: "fresh", name: "url", port: 80 }, url);
    expect(await (await cluster.fetch("http://url.fresh/path?q=1")).text()).toBe("served /base/path?q=1");
    server.closeAllConnections();
    server.close();
  });

  test("gives a Service without selector an endpoint", async () => {
    await cluster.apply(`
apiVersion: v1
kind: Service
metadata: { name: bare }
spec: { ports: [{ port: 80 }] }
`);
    await cluster.expose("bare:80", () => new Response("bare"));
    expect(await (await cluster.fetch("http://bare/")).text()).toBe("bare");
  });

  test("says so when the Service has no such port", async () => {
    await cluster.expose("ports.fresh:80", () => new Response());
    await expect(cluster.expose("ports.fresh:81", () => new Response())).rejects.toThrow("has no port 81");
  });

  test("streams an answer as it comes", async () => {
    let send: ((text: string) => void) | undefined;
    await cluster.expose("stream.fresh:80", () => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          send = (text) => (text === "" ? controller.close() : controller.enqueue(new TextEncoder().encode(text)));
          send("first");
        },
      });
      return new Response(body);
    });
    const reader = (await cluster.fetch("http://stream.fresh/")).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first");
    send?.("second");
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("second");
    send?.("");
    expect((await reader?.read())?.done).toBe(true);
  });
});

test("fetch completes short names as its source would", async () => {
  await cluster.expose("short.here:80", () => new Response("here"));
  await cluster.expose("short.there:80", () => new Response("there"));
  const answer = async (from: string) => (await cluster.fetch("http://short/", { from })).text();
  expect([await answer("here"), await answer("there/some-pod")]).toEqual(["here", "there"]);
});

test("dig answers as DNS does", async () => {
  await cluster.expose("name.dug:80", () => new Response());
  const found = await cluster.dig("name.dug.svc.cluster.local");
  expect(found).toMatchObject({ Status: 0, Answer: [{ type: 1, TTL: 5, data: expect.stringMatching(/^10\./) }] });
  const missing = await cluster.dig("nothing.dug.svc.cluster.local");
  expect(missing).toMatchObject({ Status: 3, Answer: [], Authority: [{ type: 6 }] });
});

test("the kubeconfig leads to this cluster", async () => {
  expect(readFileSync(cluster.kubeconfig, "utf8")).toContain(`server: ${cluster.server}\n`);
  expect((await cluster.api("/readyz")).status).toBe(200);
});

test("clusters do not see each other", async () => {
  const other = await startCluster();
  await other.expose("only.other:80", () => new Response("other"));
  expect(await (await other.fetch("http://only.other/")).text()).toBe("other");
  expect((await cluster.fetch("http://only.other/")).ok).toBe(false);
  expect((await cluster.api("/api/v1/namespaces/other")).status).toBe(404);
  expect((await cluster.dig("only.other.svc.cluster.local")).Status).toBe(3);
  await other.stop();
});

test("a further cluster costs a small part of the first", async () => {
  const times: number[] = [];
  for (let i = 0; i < 10; i++) {
    const began = performance.now();
    const further = await startCluster();
    expect((await further.api("/api/v1/namespaces/default")).status).toBe(200);
    times.push(performance.now() - began);
    await further.stop();
  }
  // A ratio, as both slow down on a busy machine; about 1 : 20 on an idle one.
  expect(times.sort((a, b) => a - b)[5]).toBeLessThan(firstStart / 4);
});

/** Runs a module that imports the library, in a process of its own. */
function script(text: string, timeout = 20_000) {
  return promisify(execFile)(process.execPath, ["--input-type=module", "-e", text], { timeout });
}

describe("a process", () => {
  test("ends by itself when its last cluster has stopped, and leaves no workerd", async () => {
    const { stdout } = await script(`
      import { execFileSync } from "node:child_process";
      import { startCluster } from ${JSON.stringify(LIBRARY)};
      const clusters = await Promise.all([startCluster(), startCluster()]);
      const children = execFileSync("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)], { encoding: "utf8" });
      console.log(JSON.stringify(children.split("\\n").filter((line) => line.includes("workerd")).map((line) => parseInt(line))));
      await Promise.all(clusters.map((cluster) => cluster.stop()));
    `);
    const pids = JSON.parse(stdout) as number[];
    expect(pids).toHaveLength(1);
    expect(existsSync(`/proc/${pids[0]}`)).toBe(false);
  });

  test("that is killed leaves no workerd either", async () => {
    const child = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      `
      import { execFileSync } from "node:child_process";
      import { startCluster } from ${JSON.stringify(LIBRARY)};
      await startCluster();
      console.log(execFileSync("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)], { encoding: "utf8" }).match(/(\\d+) workerd/)[1]);
    `,
    ]);
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(() => existsSync(`/proc/${String(said).trim()}`), { timeout: 5000 }).toBe(false);
  });
});

test("the example project passes with the published package", async () => {
  const directory = join(temporaryDirectory(), "example");
  cpSync(join(ROOT, "examples/vitest"), directory, { recursive: true });
  mkdirSync(join(directory, "node_modules"));
  symlinkSync(ROOT, join(directory, "node_modules/wherry"));
  symlinkSync(join(ROOT, "node_modules/vitest"), join(directory, "node_modules/vitest"));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, "node_modules/vitest/vitest.mjs"), "run"],
    {
      cwd: directory,
      env: { ...process.env, VITEST: "", NO_COLOR: "1" },
    },
  );
  expect(stdout).toMatch(/4 passed/);
});
