/** Informers of the official JavaScript client stay in step through thousands of changes and a restart of the whole process. */
import {
  CoreV1Api,
  KubeConfig,
  makeInformer,
  type Informer,
  type KubernetesObject,
  type ObjectCache,
} from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { random } from "../suites/random.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "./process.ts";

afterEach(cleanUp);

const CHANGES = 10_000;
const CONNECTIONS = 12;
const NAMESPACES = ["default", "kube-public"];
const NAMES = 200;

type Cache = Informer<KubernetesObject> & ObjectCache<KubernetesObject>;

/** An informer of ConfigMaps, all or of one namespace, started again whenever it stops, as the client's own examples do. */
function informerOf(
  config: KubeConfig,
  namespace: string | null,
): { readonly cache: Cache; readonly stop: () => void } {
  const api = config.makeApiClient(CoreV1Api);
  const path = namespace === null ? "/api/v1/configmaps" : `/api/v1/namespaces/${namespace}/configmaps`;
  const list = () =>
    namespace === null ? api.listConfigMapForAllNamespaces() : api.listNamespacedConfigMap({ namespace });
  const cache: Cache = makeInformer(config, path, list);
  let stopped = false;
  const start = (): void => {
    if (!stopped) cache.start().catch(() => setTimeout(start, 50));
  };
  cache.on("error", () => setTimeout(start, 50));
  start();
  return {
    cache,
    stop: () => {
      stopped = true;
      void cache.stop();
    },
  };
}

async function change(api: string, chance: () => number): Promise<void> {
  const namespace = NAMESPACES[Math.floor(chance() * NAMESPACES.length)] ?? "default";
  const name = `c${Math.floor(chance() * NAMES)}`;
  const url = `${api}/api/v1/namespaces/${namespace}/configmaps`;
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { value: String(chance()) } };
  const kind = chance();
  const send = (method: string, at: string, type = "application/json"): Promise<Response> =>
    fetch(at, {
      method,
      headers: { "content-type": type },
      ...(method === "DELETE" ? {} : { body: JSON.stringify(object) }),
    });
  const response = await (kind < 0.4
    ? send("POST", url)
    : kind < 0.8
      ? send("PATCH", `${url}/${name}`, "application/merge-patch+json")
      : send("DELETE", `${url}/${name}`));
  await response.arrayBuffer();
  expect([200, 201, 404, 409]).toContain(response.status);
}

async function makeChanges(api: string, count: number, chance: () => number): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) await change(api, chance);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
}

const shown = (objects: readonly KubernetesObject[]): string[] =>
  objects.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}@${metadata?.resourceVersion}`).sort();

test("informers end with exactly what the API server has", { timeout: 180_000 }, async () => {
  const chance = random(1);
  const first = wherryUp(FREE_PORTS);
  const addresses = await first.ready();
  const host = (url: string): string => new URL(url).host;
  const samePorts = [
    "--api",
    host(addresses.api),
    "--dns",
    host(addresses.doh),
    "--dns-udp",
    addresses.dns,
    "--proxy",
    host(addresses.proxy),
    "--ingress",
    host(addresses.ingress),
  ];
  const config = new KubeConfig();
  config.loadFromFile(addresses.kubeconfig);
  const informers = [null, "default", "kube-public"].map((namespace) => ({
    namespace,
    ...informerOf(config, namespace),
  }));

  await makeChanges(addresses.api, CHANGES / 2, chance);
  await first.stop();
  const second = wherryUp(samePorts, first.directory);
  await second.ready();
  await makeChanges(addresses.api, CHANGES / 2, chance);

  for (const { namespace, cache, stop } of informers) {
    const path = namespace === null ? "/api/v1/configmaps" : `/api/v1/namespaces/${namespace}/configmaps`;
    const list = (await (await fetch(addresses.api + path)).json()) as { items: KubernetesObject[] };
    const expected = shown(list.items);
    for (let waited = 0; waited < 10_000 && shown(cache.list()).join() !== expected.join(); waited += 50)
      await sleep(50);
    expect(shown(cache.list())).toEqual(expected);
    stop();
  }
});
