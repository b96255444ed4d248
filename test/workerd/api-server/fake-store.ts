/** A hand-written store behind the real API server, in workerd. */
import { createExecutionContext } from "cloudflare:test";
import { beforeEach } from "vitest";
import type { Mutation } from "../../../shared/storage/mutation.ts";
import { putInBody } from "../../../shared/storage/mutation-body.ts";
import type { ObjectStoreRpc } from "../../../shared/storage/store-rpc.ts";
import { notFound } from "../../../shared/apimachinery/status.ts";
import { ApiServer } from "../../../workers/api-server/index.ts";
import type { Env } from "../../../workers/env.ts";

export const service = (name: string, resourceVersion: string): object => ({
  kind: "Service",
  apiVersion: "v1",
  metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion, creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: {
    type: "ClusterIP",
    clusterIP: "10.96.0.9",
    ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 80 }],
  },
  status: { loadBalancer: {} },
});

/** Holds three Services, gives them two a page, and remembers what it was asked. */
export class FakeStore implements ObjectStoreRpc {
  readonly asked: object[] = [];
  readonly #names = ["a", "b", "c"];
  failure: Error | null = null;
  events: readonly object[] = [];

  mutate(bare: Mutation, text?: string): ReturnType<ObjectStoreRpc["mutate"]> {
    const mutation = putInBody(bare, text);
    this.asked.push(mutation);
    if (this.failure !== null) return Promise.reject(this.failure);
    const body = JSON.stringify(service("a", "9"));
    return Promise.resolve({ ok: true, code: mutation.verb === "create" ? 201 : 200, body, warnings: ["be careful"] });
  }

  get(resource: string, namespace: string, name: string): ReturnType<ObjectStoreRpc["get"]> {
    this.asked.push({ resource, namespace, name });
    if (this.failure !== null) return Promise.reject(this.failure);
    if (this.#names.includes(name)) return Promise.resolve({ ok: true, value: JSON.stringify(service(name, "5")) });
    return Promise.resolve({ ok: false, status: notFound({ group: "", resource }, name) });
  }

  list(query: Parameters<ObjectStoreRpc["list"]>[0]): ReturnType<ObjectStoreRpc["list"]> {
    this.asked.push(query);
    const from = Number(query.continue ?? "0");
    const items = this.#names.slice(from, from + (query.limit || 2)).map((name) => JSON.stringify(service(name, "5")));
    const next = from + items.length;
    const more = next < this.#names.length ? { continue: String(next), remaining: this.#names.length - next } : {};
    return Promise.resolve({ ok: true, value: { revision: 7, items, ...more } });
  }

  watch(query: Parameters<ObjectStoreRpc["watch"]>[0]): ReturnType<ObjectStoreRpc["watch"]> {
    this.asked.push(query);
    const bytes = new TextEncoder().encode(this.events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        // In pieces that end anywhere.
        for (let at = 0; at < bytes.length; at += 100) controller.enqueue(bytes.slice(at, at + 100));
        controller.close();
      },
    });
    return Promise.resolve({ ok: true, stream });
  }

  /** Nobody has defined anything. */
  definitions() {
    return Promise.resolve({ at: 1, revisions: new Map<string, number>() });
  }
}

/** Anew for each test: the store, the stores' names that were opened, and the requests that reached the mesh. */
export const seen = { store: new FakeStore(), opened: [] as string[], proxied: [] as Request[] };

beforeEach(() => {
  seen.store = new FakeStore();
  seen.opened = [];
  seen.proxied = [];
});

export const SERVICES = "/api/v1/namespaces/shop/services";

const namespaceOf = (binding: string): unknown => ({
  idFromName: (name: string) => `${binding} ${name}`,
  get: (id: string) => {
    seen.opened.push(id);
    return seen.store;
  },
});

/** Sends a request to the API server; `bindings` replace those of a local process. */
export function call(path: string, init: RequestInit = {}, bindings: Partial<Env> = {}): Promise<Response> {
  const env = {
    CLUSTER_STORE: namespaceOf("cluster"),
    NAMESPACE_STORE: namespaceOf("namespace"),
    MESH: {
      fetch: (request: Request) => {
        seen.proxied.push(request);
        return Promise.resolve(new Response("from the mesh"));
      },
    },
    CLUSTER_DOMAIN: "cluster.local",
    WHERRY_LOCAL: "true",
    ...bindings,
  } as unknown as Env;
  const request = new Request(`http://127.0.0.1:6443${path}`, init);
  return Promise.resolve(ApiServer.fetch(request, env, createExecutionContext()));
}
