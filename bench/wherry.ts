/** A `wherry up` of its own for a benchmark, and the objects it is measured with. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { forEach, kubeApi } from "./kube.ts";

export interface Wherry {
  readonly addresses: Readonly<Record<"api" | "doh" | "dns" | "proxy" | "ingress", string>>;
  /** From starting the process until its ready file was there. */
  readonly readyMilliseconds: number;
  /** The pid of its workerd; null where the system does not tell. */
  readonly workerd: number | null;
  readonly stop: () => Promise<void>;
}

const CLI = resolve(import.meta.dirname, "../dist/cli.js");

/** Starts `wherry up` on free ports, with `more` flags. `dataDir` null: ephemeral. */
export async function startWherry(dataDir: string | null, more: readonly string[] = []): Promise<Wherry> {
  const folder = mkdtempSync(join(tmpdir(), "wherry-bench-"));
  const readyFile = join(folder, "ready.json");
  const anywhere = ["api", "dns", "dns-udp", "proxy", "ingress"].flatMap((flag) => [`--${flag}`, "127.0.0.1:0"]);
  const keep = dataDir === null ? ["--ephemeral"] : ["--data-dir", dataDir];
  const flags = ["--kubeconfig", join(folder, "kubeconfig"), "--ready-file", readyFile, ...more];
  const start = performance.now();
  const child = spawn(process.execPath, [CLI, "up", ...anywhere, ...keep, ...flags], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const addresses = await readyAddresses(child, readyFile);
  const readyMilliseconds = performance.now() - start;
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolved) => child.once("exit", resolved));
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { addresses, readyMilliseconds, workerd: workerdOf(child.pid ?? 0), stop };
}

async function readyAddresses(child: ChildProcess, path: string): Promise<Wherry["addresses"]> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`wherry up ended with exit code ${child.exitCode}`);
    try {
      return JSON.parse(readFileSync(path, "utf8")) as Wherry["addresses"];
    } catch {
      await new Promise((resolved) => setTimeout(resolved, 2));
    }
  }
}

/** The workerd that this process started; null where the system does not tell. */
export function workerdOf(parent: number): number | null {
  try {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const ppid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      if (ppid === parent && stat.includes("(workerd)")) return Number(pid);
    }
  } catch {
    // Not Linux, or a process that ended between two looks.
  }
  return null;
}

const NAMESPACES = 10;

/** Where service `i` lives. */
export const serviceHost = (i: number): string => `svc-${i}.bench-${i % NAMESPACES}`;

/** Creates `services` Services of `endpoints` endpoints each, all answered by `backend`; `api` may name a cluster. Gives how long that took, in ms. */
export async function seed(api: string, services: number, endpoints: number, backend: string): Promise<number> {
  const { send, close } = kubeApi(api, 16);
  const start = performance.now();
  for (let n = 0; n < NAMESPACES; n++) await send("POST", "/api/v1/namespaces", { metadata: { name: `bench-${n}` } });
  await forEach(services, 16, async (i) => {
    const namespace = `bench-${i % NAMESPACES}`;
    await send("POST", `/api/v1/namespaces/${namespace}/services`, service(i, backend));
    await send("POST", `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, slice(i, endpoints));
  });
  await close();
  return performance.now() - start;
}

const service = (i: number, backend: string): unknown => ({
  metadata: { name: `svc-${i}`, annotations: { "wherry.internal/backend": backend } },
  spec: { ports: [{ name: "http", port: 80, targetPort: 8080 }] },
});

const slice = (i: number, endpoints: number): unknown => ({
  metadata: { name: `svc-${i}`, labels: { "kubernetes.io/service-name": `svc-${i}` } },
  addressType: "IPv4",
  ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  endpoints: Array.from({ length: endpoints }, (_, e) => ({
    addresses: [`172.${16 + (i >> 12)}.${(i >> 4) & 255}.${((i & 15) * 16 + e) % 255}`],
    conditions: { ready: true },
    nodeName: `node-${e}`,
  })),
});
