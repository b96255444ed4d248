/** The one workerd of this process that all its test clusters live in. */
import type { Runtime } from "./runtime.ts";

export interface Lease {
  readonly runtime: Runtime;
  /** Whoever is last ends workerd, shortly after. */
  readonly release: () => void;
}

interface Shared {
  readonly runtime: Promise<Runtime>;
  users: number;
  retirement: NodeJS.Timeout | undefined;
}

/**
 * How long workerd stays after its last user: tests that run one after the other each start and stop a cluster, and
 * should not pay for a workerd each.
 */
const LINGER_MILLISECONDS = 300;
/** Test runners load this module once per test file, and the process must have one workerd all the same. */
const KEY = Symbol.for("wherry.testing.runtime");
const global = globalThis as { [KEY]?: Shared };

/** Takes part in the running workerd, or starts it. */
export async function leaseRuntime(): Promise<Lease> {
  const shared = (global[KEY] ??= { runtime: start(), users: 0, retirement: undefined });
  clearTimeout(shared.retirement);
  shared.users++;
  try {
    return { runtime: await shared.runtime, release: once(() => release(shared)) };
  } catch (error) {
    // The next one tries anew.
    if (global[KEY] === shared) delete global[KEY];
    throw error;
  }
}

function release(shared: Shared): void {
  shared.users--;
  if (shared.users === 0) shared.retirement = setTimeout(() => void retire(shared), LINGER_MILLISECONDS);
}

async function retire(shared: Shared): Promise<void> {
  delete global[KEY];
  await (await shared.runtime).stop();
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}

async function start(): Promise<Runtime> {
  const { startRuntime } = await import("./runtime.ts");
  const anywhere = { host: "127.0.0.1", port: 0 };
  return startRuntime({
    sockets: { api: anywhere, dns: anywhere, proxy: anywhere, ingress: anywhere },
    storage: null,
    serviceClusterIpRange: "10.96.0.0/12",
    podCidr: "10.244.0.0/16",
    nodes: "1",
    zones: "",
    clusterDomain: "cluster.local",
    adminToken: null,
    isPlainGuarded: false,
    externalZone: "",
    frontToken: "",
    ingressTlsPort: null,
    ownWorkers: [],
    log: (level, message) => level === "error" && process.stderr.write(`wherry: ${message.trimEnd()}\n`),
    onWorkerdStarted: () => {},
  });
}
