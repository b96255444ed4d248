/** `wherry/testing`: emulated clusters for the tests of programs that live in one. See `testing-types.ts`. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitFor } from "./answering.ts";
import { exposeService, parseTarget } from "./expose.ts";
import { serveHandler, type HandlerServer } from "./handler-server.ts";
import { createKubeClient } from "./kube-client.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { applyManifest } from "./manifest.ts";
import { meshFetch } from "./mesh-fetch.ts";
import { leaseRuntime } from "./shared-runtime.ts";
import type * as types from "./testing-types.ts";

export const startCluster: typeof types.startCluster = async () => {
  const { runtime, release } = await leaseRuntime();
  const id = `t-${randomUUID()}`;
  const server = `${runtime.urls.api}/clusters/${id}`;
  const client = createKubeClient(server);
  const folder = mkdtempSync(join(tmpdir(), "wherry-kubeconfig-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeKubeconfig(kubeconfig, server);
  const agent = new Agent({ keepAlive: true });
  const handlers: HandlerServer[] = [];

  const through = (from: types.Source) => ({
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
      const revision = await exposeService(client, target, handler?.url ?? String(backend));
      await waitFor(`revision ${revision} of ${target.name}.${target.namespace}`, () => obeyed(through("default"), target, revision));
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

/** Throws while the router still goes by an older table. Asked for a name that no Service has: no backend is troubled. */
async function obeyed(
  through: Parameters<typeof meshFetch>[0],
  { namespace }: types.ServiceTarget,
  revision: number,
): Promise<void> {
  const response = await meshFetch(through, `http://wherry-probe.${namespace}.svc/`);
  await response.body?.cancel();
  const seen = Number(response.headers.get("wherry-revision") ?? 0);
  if (seen < revision) throw new Error(`the router is at revision ${seen}`);
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
