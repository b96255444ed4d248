/** The command line as a user starts, stops and mistreats it. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { httpStatus } from "../../local/answering.ts";
import { isAlive, type ProcessIdentity } from "../../local/process-identity.ts";
import { cleanUp, CLI, eventually, FREE_PORTS, temporaryDirectory, wherry, wherryUp, type Cli } from "./process.ts";

afterEach(cleanUp);

const create = (api: string, kind: "configmaps" | "namespaces", name: string) => {
  const path = kind === "namespaces" ? "/api/v1/namespaces" : "/api/v1/namespaces/default/configmaps";
  const object = { apiVersion: "v1", kind: kind === "namespaces" ? "Namespace" : "ConfigMap", metadata: { name } };
  return fetch(`${api}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(object),
  });
};
const namespaceStatus = (api: string, name: string) => httpStatus(`${api}/api/v1/namespaces/${name}`);
/** The workerd that the lock of this directory names. */
const workerdOf = (directory: string): ProcessIdentity =>
  (JSON.parse(readFileSync(join(directory, ".wherry/lock"), "utf8")) as { runtime: ProcessIdentity }).runtime;

describe("the command line", () => {
  test.each([
    ["--help is printed", ["--help"], 0, "Usage: wherry up"],
    ["--version is printed", ["--version"], 0, "wherry 0."],
    ["no command is misuse", [], 2, "wherry up"],
    ["an unknown flag is misuse", ["up", "--aip", ":0"], 2, "--aip"],
    ["a bad value is misuse", ["up", "--api", "nowhere"], 2, "--api takes HOST:PORT"],
  ])("%s", async (_name, args, code, words) => {
    const cli = wherry(args);
    expect(await cli.exit).toBe(code);
    expect(cli.stdout() + cli.stderr()).toContain(words);
  });
});

describe("a start", () => {
  test("writes where everything answers, for programs and for people, and a kubeconfig", async () => {
    const cli = wherryUp(FREE_PORTS);
    const addresses = await cli.ready();
    expect(addresses).toEqual({
      api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      doh: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/dns-query$/),
      dns: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      proxy: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      ingress: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      ingressTls: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      dohTls: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/dns-query$/),
      caFile: expect.stringMatching(/\/\.wherry\/tls\/ca\.crt$/),
      kubeconfig: expect.stringMatching(/\/\.wherry\/kubeconfig$/),
      pid: cli.child.pid,
    });
    expect(readFileSync(addresses.kubeconfig, "utf8")).toContain(`server: ${addresses.api}\n`);
    expect(statSync(addresses.kubeconfig).mode & 0o777).toBe(0o600);
    expect(await httpStatus(`${addresses.api}/readyz`)).toBe(200);
    expect(await httpStatus(addresses.ingress)).toBe(404);
    await eventually(() => {
      const { api, dns, proxy, ingress, doh, ingressTls, dohTls } = addresses;
      for (const address of [api, dns, proxy, ingress, doh, ingressTls, dohTls]) {
        expect(cli.stdout()).toContain(address);
      }
    });
    // What is said after a second of patience depends on the machine.
    expect(cli.stderr().replace("wherry: starting…\n", "")).toBe("");
  });

  test.runIf(process.platform === "linux")("keeps no memory of what only the start needed", async () => {
    const cli = wherryUp([...FREE_PORTS, "--ephemeral"]);
    const { pid } = await cli.ready();
    const megabytes = (): number =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
    await eventually(() => expect(megabytes()).toBeLessThan(170));
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "ends well at %s: sockets, workerd, lock and ready file are gone",
    async (signal) => {
      const cli = wherryUp(FREE_PORTS);
      const { api } = await cli.ready();
      const workerd = workerdOf(cli.directory);
      expect(isAlive(workerd)).toBe(true);
      cli.child.kill(signal);
      expect(await cli.exit).toBe(0);
      expect(isAlive(workerd)).toBe(false);
      await expect(httpStatus(api)).rejects.toThrow("ECONNREFUSED");
      expect([existsSync(cli.readyFile), existsSync(join(cli.directory, ".wherry/lock"))]).toEqual([false, false]);
    },
  );

  test.each(["--api", "--dns", "--dns-udp", "--proxy", "--ingress", "--ingress-tls", "--dns-tls"])(
    "on a port in use names %s and the port, and leaves nothing running",
    async (flag) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const cli = wherryUp([...FREE_PORTS.filter((_, i, all) => all[i - (i % 2)] !== flag), flag, address]);
      expect(await cli.exit).toBe(1);
      expect(cli.stderr()).toContain(`${address} is in use by another program`);
      expect(cli.stderr()).toContain(flag);
      expect(existsSync(join(cli.directory, ".wherry/lock"))).toBe(false);
      server.close();
    },
  );

  test("with one port for two flags is refused", async () => {
    const { port } = await new Promise<AddressInfo>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const address = server.address() as AddressInfo;
        server.close(() => resolve(address));
      });
    });
    const cli = wherryUp([...FREE_PORTS.slice(4), "--api", `:${port}`, "--dns", `:${port}`]);
    expect(await cli.exit).toBe(1);
    expect(cli.stderr()).toContain("--dns");
  });

  test("does not overwrite a kubeconfig that is somebody else's", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "config"), "apiVersion: v1\n");
    const cli = wherryUp([...FREE_PORTS, "--kubeconfig", "config"], directory);
    expect(await cli.exit).toBe(1);
    expect(readFileSync(join(directory, "config"), "utf8")).toBe("apiVersion: v1\n");
  });
});

describe("data", () => {
  test("survives a stop and a start", async () => {
    const first = wherryUp(FREE_PORTS);
    const created = await create((await first.ready()).api, "namespaces", "kept");
    expect(created.status).toBe(201);
    expect(await first.stop()).toBe(0);
    const second = wherryUp(FREE_PORTS, first.directory);
    expect(await namespaceStatus((await second.ready()).api, "kept")).toBe(200);
  });

  test("does not survive when the cluster is ephemeral", async () => {
    const first = wherryUp([...FREE_PORTS, "--ephemeral"]);
    expect((await create((await first.ready()).api, "namespaces", "lost")).status).toBe(201);
    await first.stop();
    const second = wherryUp([...FREE_PORTS, "--ephemeral"], first.directory);
    expect(await namespaceStatus((await second.ready()).api, "lost")).toBe(404);
  });

  test("is not shared by two: the second start is refused and the first goes on", async () => {
    const first = wherryUp(FREE_PORTS);
    const { api } = await first.ready();
    const second = wherryUp(FREE_PORTS, first.directory);
    expect(await second.exit).toBe(1);
    expect(second.stderr()).toContain(`pid ${first.child.pid}`);
    expect(await httpStatus(`${api}/readyz`)).toBe(200);
  });

  test("of two clusters in two directories is apart", async () => {
    const clusters = [wherryUp(FREE_PORTS), wherryUp(FREE_PORTS)];
    const [one, two] = await Promise.all(clusters.map((cli) => cli.ready()));
    expect((await create(one?.api ?? "", "namespaces", "one")).status).toBe(201);
    expect(await namespaceStatus(two?.api ?? "", "one")).toBe(404);
  });
});

async function kill(cli: Cli): Promise<void> {
  cli.child.kill("SIGKILL");
  await cli.exit;
}

const host = (url: string) => new URL(url).host;

describe("after kill -9", () => {
  test("workerd ends too, without anybody's help, and the same ports are free again", async () => {
    const first = wherryUp(FREE_PORTS);
    const { api, dns, proxy, ingress, doh } = await first.ready();
    const workerd = workerdOf(first.directory);
    await kill(first);
    await eventually(() => expect(isAlive(workerd)).toBe(false));
    const same = [
      "--api",
      host(api),
      "--dns",
      host(doh),
      "--dns-udp",
      dns,
      "--proxy",
      host(proxy),
      "--ingress",
      host(ingress),
    ];
    expect((await wherryUp(same, first.directory).ready()).api).toBe(api);
  });

  test("in the middle of 1,000 creates, the next start has every one that was acknowledged, in both stores", async () => {
    const first = wherryUp(FREE_PORTS);
    const { api } = await first.ready();
    const workerd = workerdOf(first.directory);
    const acknowledged: string[] = [];
    let next = 0;
    const client = async (): Promise<void> => {
      for (let i = next++; i < 1000; i = next++) {
        const response = await create(api, "configmaps", `c${i}`).catch(() => null);
        if (response === null) return;
        if (response.status === 201) acknowledged.push(`c${i}`);
        if (acknowledged.length === 300) {
          process.kill(workerd.pid, "SIGKILL");
          first.child.kill("SIGKILL");
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, client));
    await first.exit;
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);
    expect(acknowledged.length).toBeLessThan(1000);
    const second = await wherryUp(FREE_PORTS, first.directory).ready();
    for (const path of ["/api/v1/namespaces/default/configmaps", "/api/v1/configmaps"]) {
      const { items } = (await (await fetch(second.api + path)).json()) as { items: { metadata: { name: string } }[] };
      const names = new Set(items.map(({ metadata }) => metadata.name));
      expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
    }
  });

  test("a workerd that outlived the watchdog as well is ended by the next start", async () => {
    const first = wherryUp(FREE_PORTS);
    await first.ready();
    const workerd = workerdOf(first.directory);
    // The watchdog's only job is to notice our end, so it is stopped before; its folder is left to this test.
    const watchdog = await watchdogOf(first.child.pid ?? 0);
    process.kill(watchdog.pid, "SIGKILL");
    await kill(first);
    expect(isAlive(workerd)).toBe(true);
    await wherryUp(FREE_PORTS, first.directory).ready();
    expect(isAlive(workerd)).toBe(false);
    rmSync(watchdog.scratch, { recursive: true });
  });

  test("an ephemeral cluster's files are removed", async () => {
    const cli = wherryUp([...FREE_PORTS, "--ephemeral"]);
    const { pid } = await cli.ready();
    const { scratch } = await watchdogOf(pid);
    expect(existsSync(scratch)).toBe(true);
    await kill(cli);
    await eventually(() => expect(existsSync(scratch)).toBe(false));
  });
});

/** The watchdog of a process, and the folder that it removes when that process is killed. */
async function watchdogOf(parent: number): Promise<{ readonly pid: number; readonly scratch: string }> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "pid=,args=", "--ppid", String(parent)]);
  const found = /(\d+) \/bin\/sh -c [^]*? wherry-watchdog (\S+)/.exec(stdout);
  return { pid: Number(found?.[1]), scratch: found?.[2] ?? "" };
}

test("the command line starts without help from npm", () => {
  expect(readFileSync(CLI, "utf8").startsWith("#!/usr/bin/env node\n")).toBe(true);
  expect(statSync(CLI).mode & 0o111).not.toBe(0);
});
