/** workerd with every Worker of this project, each on a socket of its own, in a child process run by Miniflare. */
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { accessSync, constants, mkdtempSync, readFileSync, realpathSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { V4MiniflareOptions } from "miniflare";
import type { Address } from "./address.ts";
import { answerFromResolver } from "./dns/resolver.ts";
import { startWatchdog } from "./watchdog.ts";

export interface RuntimeOptions {
  readonly sockets: { readonly [socket in SocketName]: Address };
  /** Folder that the Durable Objects' databases are kept in; null: nothing is kept. */
  readonly storage: string | null;
  readonly serviceClusterIpRange: string;
  readonly podCidr: string;
  readonly clusterDomain: string;
  /** What the API asks for over TLS; null: it speaks none. */
  readonly adminToken: string | null;
  /** Whether the API's plain socket asks for the token as well. */
  readonly isPlainGuarded: boolean;
  readonly nodes: string;
  readonly zones: string;
  readonly externalZone: string;
  /** See `workers/arrival.ts`. */
  readonly frontToken: string;
  /** Where redirects to https lead; null: to port 443. */
  readonly ingressTlsPort: number | null;
  /** What the Workers and workerd say. */
  readonly log: (level: "error" | "info", message: string) => void;
  /** Called with the pid of workerd whenever it has been started: at first, and again should it have crashed. */
  readonly onWorkerdStarted: (pid: number) => void;
}

export type SocketName = keyof typeof ENTRYPOINTS;

const ENTRYPOINTS = { api: "ApiServer", dns: "Dns", proxy: "Router", ingress: "Ingress" } as const;

export interface Runtime {
  /** `http://127.0.0.1:6443`, without a slash at the end. */
  readonly urls: { readonly [socket in SocketName]: string };
  /** A folder for what must not outlive this process. */
  readonly scratch: string;
  /** Ends workerd and removes what must not be kept. */
  stop(): Promise<void>;
}

/** Ready when workerd listens on all four sockets. Throws Miniflare's error when it does not come to that. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { convertV4MiniflareOptions, Miniflare } = await loadMiniflare();
  const scratch = mkdtempSync(join(scratchRoot(), "wherry-"));
  const watchdog = startWatchdog(scratch);
  const unwatch = onWorkerdSpawned((pid) => {
    watchdog.guard(pid);
    options.onWorkerdStarted(pid);
  });
  const settings = convertV4MiniflareOptions(miniflareOptions(options, options.storage ?? join(scratch, "state")));
  const miniflare = withoutSignalHandlers(() => inTemporaryFolder(scratch, () => new Miniflare(settings)));
  const stop = async () => {
    await miniflare.dispose();
    unwatch();
    watchdog.release();
    rmSync(scratch, { recursive: true, force: true });
  };
  try {
    await miniflare.ready;
    const url = async (socket: SocketName) => {
      const { origin } = await miniflare.unsafeGetDirectURL("wherry", ENTRYPOINTS[socket]);
      return origin;
    };
    const [api, dns, proxy, ingress] = await Promise.all([url("api"), url("dns"), url("proxy"), url("ingress")]);
    return { urls: { api, dns, proxy, ingress }, scratch, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function miniflareOptions(options: RuntimeOptions, storage: string): V4MiniflareOptions {
  return {
    name: "wherry",
    modules: [{ type: "ESModule", path: "worker.js", contents: readFileSync(workerPath(), "utf8") }],
    compatibilityDate: "2026-10-01",
    durableObjects: {
      CLUSTER_STORE: { className: "ClusterStore", useSQLite: true },
      NAMESPACE_STORE: { className: "NamespaceStore", useSQLite: true },
      ENDPOINT_HEALTH: { className: "EndpointHealth", useSQLite: true },
    },
    serviceBindings: {
      API_SERVER: { name: "wherry", entrypoint: "ApiServer" },
      MESH: { name: "wherry", entrypoint: "Router" },
      // Workers have no UDP, and know nothing of this machine's resolvers.
      RESOLVER: answerFromResolver,
      OUTBOUND: { network: { allow: ["public", "private"], tlsOptions: trust() } },
    },
    bindings: {
      SERVICE_CLUSTER_IP_RANGE: options.serviceClusterIpRange,
      POD_CIDR: options.podCidr,
      CLUSTER_DOMAIN: options.clusterDomain,
      WHERRY_LOCAL: String(!options.isPlainGuarded),
      ...(options.adminToken === null ? {} : { WHERRY_ADMIN_TOKEN: options.adminToken }),
      NODES: options.nodes,
      ZONES: options.zones,
      EXTERNAL_ZONE: options.externalZone,
      WHERRY_FRONT_TOKEN: options.frontToken,
      ...(options.ingressTlsPort === null ? {} : { INGRESS_TLS_PORT: String(options.ingressTlsPort) }),
    },
    unsafeDirectSockets: (["api", "dns", "proxy", "ingress"] as const).map((socket) => ({
      ...options.sockets[socket],
      entrypoint: ENTRYPOINTS[socket],
      // In the style of an HTTP proxy a request line may carry a whole URL, which then names the destination: also of an origin server
      // it is the URL that counts, and not the Host (RFC 9112 §3.2.2).
      proxy: socket === "proxy" || socket === "ingress",
    })),
    resourcePersistencePath: resolve(storage),
    stripCfConnectingIp: false,
    cf: false,
    logRequests: false,
    handleStructuredLogs: ({ level, message }) =>
      options.log(level === "error" || level === "warn" ? "error" : "info", message),
  };
}

/** Room for a few thousand Durable Objects' databases. */
const SCRATCH_BYTES = 512 * 1024 * 1024;

/**
 * SQLite waits for the disk at each commit, and what is not kept need not be on one: Linux has a folder in memory, though
 * a small one in most containers. There a commit takes a fifth of the time.
 */
function scratchRoot(): string {
  const memory = "/dev/shm";
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize >= SCRATCH_BYTES) return memory;
  } catch {
    // No such folder, or not for us.
  }
  return tmpdir();
}

/** Certificates that backends are trusted by: the usual authorities, and those that Node is told of by `NODE_EXTRA_CA_CERTS`. */
function trust(): { trustBrowserCas: true; trustedCertificates?: string[] } {
  const extra = process.env["NODE_EXTRA_CA_CERTS"];
  if (extra === undefined || extra === "" || isSystemList(extra)) return { trustBrowserCas: true };
  const certificates = readFileSync(extra, "utf8").match(
    /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g,
  );
  return { trustBrowserCas: true, trustedCertificates: [...(certificates ?? [])] };
}

/** Miniflare reads the variable when it is loaded, for a way out of its own. */
async function loadMiniflare(): Promise<typeof import("miniflare")> {
  const extra = process.env["NODE_EXTRA_CA_CERTS"];
  if (extra === undefined || !isSystemList(extra)) return import("miniflare");
  delete process.env["NODE_EXTRA_CA_CERTS"];
  try {
    return await import("miniflare");
  } finally {
    process.env["NODE_EXTRA_CA_CERTS"] = extra;
  }
}

/** Where Debian, Alpine and others keep all authorities in one file; workerd reads the folder that it is in. */
const SYSTEM_LIST = "/etc/ssl/certs/ca-certificates.crt";

/**
 * The list that workerd reads by itself (`SSL_CERT_FILE` is OpenSSL's word for it) need not be told: Miniflare copies the whole
 * configuration for each certificate in it, which costs 80 MB with the usual hundred and fifty.
 */
function isSystemList(path: string): boolean {
  const list = process.env["SSL_CERT_FILE"] ?? SYSTEM_LIST;
  try {
    return realpathSync(path) === realpathSync(list);
  } catch {
    return false;
  }
}

/** `dist/worker.js`: beside this file once bundled, otherwise in the folder that the build fills. */
function workerPath(): string {
  const here = fileURLToPath(new URL(".", import.meta.url));
  return basename(here) === "dist" ? join(here, "worker.js") : join(here, "../dist/worker.js");
}

/** Miniflare does not tell its child's pid, nor that it replaced a crashed one; Node tells of every child it starts. */
function onWorkerdSpawned(tell: (pid: number) => void): () => void {
  const listen = (message: unknown) => {
    const { process: child } = message as { readonly process: ChildProcess };
    child.once("spawn", () => {
      if (child.pid !== undefined && /^workerd(\.exe)?$/.test(basename(child.spawnfile))) tell(child.pid);
    });
  };
  subscribe("child_process", listen);
  return () => void unsubscribe("child_process", listen);
}

/** Miniflare exits the process at once on SIGINT and SIGTERM; a caller that stops in good order cannot have that. */
function withoutSignalHandlers<T>(create: () => T): T {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  const created = create();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (before.get(signal)?.includes(listener) !== true) process.removeListener(signal, listener);
    }
  }
  return created;
}

/** Miniflare takes a folder of its own choice for what it keeps for the moment; so it is found when it must be removed. */
function inTemporaryFolder<T>(folder: string, create: () => T): T {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    return create();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}
