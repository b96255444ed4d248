/** `wherry/testing`: emulated clusters for the tests of programs that live in one. See `testing-types.ts`. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitFor } from "./answering.ts";
import { exposeService, parseTarget, type Exposed } from "./expose.ts";
import { serveHandler, type HandlerServer } from "./handler-server.ts";
import { createKubeClient } from "./kube-client.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { applyManifest } from "./manifest.ts";
import { meshFetch, type MeshOptions } from "./mesh-fetch.ts";
import { leaseRuntime } from "./shared-runtime.ts";
import type * as types from "./testing-types.ts";

export const startCluster: typeof types.startCluster = async () => {
  const { runtime, release } = await leaseRuntime();
  const id = `t-${randomUUID()}`;
  const server = `${runtime.urls.api}/clusters/${id}`;
  const client = createKubeClient(server);
  // A cluster comes into being when its API is first used: from here on its names resolve.
  await client.get("/api/v1/namespaces/default");
  const folder = mkdtempSync(join(tmpdir(), "wherry-kubeconfig-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeKubeconfig(kubeconfig, { server, token: null, authority: null });
  const agent = new Agent({ keepAlive: true });
  const handlers: HandlerServer[] = [];

  const through = (from: types.Source): MeshOptions => ({
    proxy: runtime.urls.proxy,
    agent,
    headers: { "wherry-cluster": id, "wherry-source": from },
  });

  return {
    id,
    kubeconfig,
    server,
    apply: async (manifest) =>
      applyManifest(client, typeof manifest === "string" ? manifest : await readFile(fileURLToPath(manifest), "utf8")),
    fetch: (url, { from = "default", ...init } = {}) => meshFetch(through(from), url, init),
    dig: (name, type = "A", { from } = {}) => dig(`${runtime.urls.dns}/clusters/${id}`, name, type, from),
    expose: async (service, backend) => {
      const target = parseTarget(service);
      const handler = typeof backend === "function" ? await serveHandler(backend) : null;
      if (handler !== null) handlers.push(handler);
      const exposed = await exposeService(client, target, handler?.url ?? String(backend));
      const what = `the router to see ${target.namespace}/${target.name}`;
      await waitFor(what, () => obeyed(through("default"), target, exposed));
    },
    api: (path, init) => fetch(`${server}${path}`, init),
    stop: async () => {
      agent.destroy();
      rmSync(folder, { recursive: true, force: true });
      await Promise.all(handlers.splice(0).map((handler) => handler.close()));
      release();
    },
  };
};

/** Throws while the router does not know the Service, or goes by an older table. */
async function obeyed(through: MeshOptions, { name, namespace }: types.ServiceTarget, exposed: Exposed): Promise<void> {
  const response = await meshFetch(through, `http://${name}.${namespace}.svc:${exposed.unusedPort}/`);
  const text = await response.text();
  const revision = Number(response.headers.get("wherry-revision") ?? 0);
  if (revision < exposed.revision) throw new Error(`at revision ${revision} the router says: ${text}`);
}

async function dig(base: string, name: string, type: string, from: types.Source | undefined): Promise<types.DnsAnswer> {
  const namespace = from === undefined ? "" : `/${encodeURIComponent(from.split("/", 1)[0] ?? from)}`;
  const query = new URLSearchParams({ name, type });
  const response = await fetch(`${base}/dns-query${namespace}?${query.toString()}`, {
    headers: { accept: "application/dns-json" },
  });
  if (!response.ok) throw new Error(`dig ${name} ${type}: ${response.status} ${await response.text()}`);
  const answer = (await response.json()) as Partial<types.DnsAnswer> & { readonly Status: number };
  return { TC: false, Answer: [], Authority: [], ...answer };
}
