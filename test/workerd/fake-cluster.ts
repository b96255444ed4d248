/** Hand-written stores and a hand-written network behind the real router and its tables, in workerd. */
import { createExecutionContext, env as deployed } from "cloudflare:test";
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";
import type { Ingress as IngressObject } from "../../shared/api/networking-v1/ingress.ts";
import type { RouteTableDelta } from "../../shared/gateway/ir.ts";
import { createRouteTableSource } from "../../shared/gateway/route-table-source.ts";
import type { EndpointSlice } from "../../shared/api/discovery-v1/endpoint-slice.ts";
import { createEndpointIndexSource, type EndpointIndexDelta } from "../../shared/proxy/endpoint-index.ts";
import { createPodBlockIndex } from "../../shared/proxy/pod-block-index.ts";
import { createClusterTableSource } from "../../shared/proxy/cluster-table-source.ts";
import { createNamespaceTableSource } from "../../shared/proxy/namespace-table-source.ts";
import type { ClusterFacts, ClusterTableDelta, NamespaceTableDelta } from "../../shared/proxy/table.ts";
import type { Env } from "../../workers/env.ts";
import { Ingress } from "../../workers/ingress/index.ts";
import { Router } from "../../workers/router/index.ts";
import { CONTROLLERS } from "../unit/gateway/fixtures.ts";
import { change, FACTS } from "../unit/proxy/fixtures.ts";

interface Source<D> {
  readonly hasChangesSince: (since: number) => boolean;
  readonly changesSince: (since: number) => D;
}

/** A store's side of one table. Answers as the real ones do: at once, when something changes, or after the wait. */
export class FakeTableStore<D> {
  readonly asked: { readonly since: number; readonly wait: number }[] = [];
  /** What it does with questions from now on, and with those it is still pondering. */
  mood: "answers" | "throws" | "hangs" = "answers";
  readonly #source: Source<D>;
  readonly #waiting = new Set<() => void>();

  constructor(source: Source<D>) {
    this.#source = source;
  }

  /** Long questions that wait for something to change. */
  get outstanding(): number {
    return this.#waiting.size;
  }

  tableChanges(since: number, wait: number): Promise<D> {
    this.asked.push({ since, wait });
    if (this.mood === "throws") return Promise.reject(new Error("the store is out of order"));
    if (this.mood === "hangs") return new Promise(() => {});
    if (wait === 0 || this.#source.hasChangesSince(since)) return Promise.resolve(this.#source.changesSince(since));
    return new Promise((resolve) => {
      const answer = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(answer);
        if (this.mood === "answers") resolve(this.#source.changesSince(since));
      };
      const timer = setTimeout(answer, wait);
      this.#waiting.add(answer);
    });
  }

  /** Something has changed: whoever waits is answered. */
  tell(): void {
    for (const answer of this.#waiting) answer();
  }
}

type Handler = (request: Request) => Response | Promise<Response>;

/** Stands in for the way out: what is sent is kept, an origin that has no handler refuses the connection. */
export class FakeNetwork {
  readonly received: Request[] = [];
  readonly origins = new Map<string, Handler>();

  readonly fetch = async (url: string, init?: RequestInit): Promise<Response> => {
    const request = new Request(url, init);
    this.received.push(request);
    const handler = this.origins.get(new URL(url).origin);
    if (handler === undefined) throw new Error("connection refused");
    return handler(request);
  };
}

/** The router takes a binding for one by its class, as everything else in `env` answers to `fetch` too. */
class Fetcher {
  readonly fetch: FakeNetwork["fetch"];

  constructor(network: FakeNetwork) {
    this.fetch = network.fetch;
  }
}

interface Namespace {
  readonly source: ReturnType<typeof createNamespaceTableSource>;
  readonly store: FakeTableStore<NamespaceTableDelta>;
}

const podNamespace = createPodBlockIndex(FACTS.podBlocks);

let made = 0;

/** One cluster of its own: the tables are kept per isolate, by the cluster's name. */
export class FakeCluster {
  readonly name = `fake-${made++}`;
  readonly network = new FakeNetwork();
  /** Names of the Durable Objects that were opened. */
  readonly opened: string[] = [];
  /** What `ctx.waitUntil` was given. */
  readonly background: Promise<unknown>[] = [];
  readonly env: Env;
  readonly store: FakeTableStore<ClusterTableDelta>;
  /** The same store's other table. */
  readonly routes: FakeTableStore<RouteTableDelta>;
  readonly #routes = createRouteTableSource({
    controllerOf: (name) => CONTROLLERS.get(name),
    secret: () => undefined,
    configMap: () => undefined,
  });
  /** And its third. */
  readonly endpoints: FakeTableStore<EndpointIndexDelta>;
  readonly #source = createClusterTableSource();
  readonly #endpoints = createEndpointIndexSource({ slices: [], revision: 0, namespaceOfPodAddress: podNamespace });
  readonly #namespaces = new Map<string, Namespace>();
  readonly #objects = new Map<string, KubeObject>();
  #revision = 0;

  constructor(bindings: readonly string[] = []) {
    this.store = new FakeTableStore(this.#source);
    this.routes = new FakeTableStore(this.#routes);
    this.#routes.load([], 1);
    this.endpoints = new FakeTableStore(this.#endpoints);
    const clusterStore = {
      tableChanges: (since: number, wait: number) => this.store.tableChanges(since, wait),
      endpointChanges: (since: number, wait: number) => this.endpoints.tableChanges(since, wait),
      routeChanges: (since: number, wait: number) => this.routes.tableChanges(since, wait),
    };
    this.setFacts(FACTS);
    const namespaceOf = (open: (name: string) => unknown): unknown => ({
      idFromName: (name: string) => name,
      get: (name: string) => {
        this.opened.push(name);
        return open(name);
      },
    });
    this.env = {
      CLUSTER_STORE: namespaceOf(() => clusterStore),
      NAMESPACE_STORE: namespaceOf((name) => this.storeOf(name.split("/")[1] ?? "")),
      // The real one: what isolates share goes through it.
      ENDPOINT_HEALTH: (deployed as unknown as Env).ENDPOINT_HEALTH,
      OUTBOUND: this.network,
      CLUSTER_DOMAIN: "cluster.local",
      WHERRY_LOCAL: "true",
      TRUST_CLUSTER_HEADER: "true",
      ...Object.fromEntries(["API_SERVER", ...bindings].map((name) => [name, new Fetcher(this.network)])),
    } as unknown as Env;
  }

  get context(): ExecutionContext {
    const context = createExecutionContext();
    return Object.defineProperty(context, "waitUntil", {
      value: (promise: Promise<unknown>) => this.background.push(promise),
    });
  }

  storeOf(namespace: string): FakeTableStore<NamespaceTableDelta> {
    return this.#namespace(namespace).store;
  }

  setFacts(facts: ClusterFacts): void {
    this.#source.setFacts(facts, ++this.#revision);
    this.store.tell();
  }

  /** Creates or replaces objects, each with a revision of its own. */
  apply(...objects: readonly KubeObject[]): void {
    for (const object of objects) this.#change(object, this.#objects.get(keyOf(object)));
  }

  /** As `apply`, but whoever waits for news hears nothing of it yet. */
  applyQuietly(object: KubeObject): void {
    this.#change(object, this.#objects.get(keyOf(object)), false);
  }

  applyIngress(object: IngressObject): void {
    const { namespace, name } = object.metadata;
    this.#routes.applyIngress(`${namespace}/${name}`, object, ++this.#revision);
    this.routes.tell();
  }

  remove(...objects: readonly KubeObject[]): void {
    for (const object of objects) this.#change(undefined, object);
  }

  /** Sends a request to the router, as Workers do by the service binding. */
  async call(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("wherry-cluster", this.name);
    return this.callAs(new Request(url, { redirect: "manual", ...init, headers }));
  }

  /** The same, with the request just as it is. */
  async callAs(request: Request): Promise<Response> {
    return Router.fetch(request, this.env, this.context);
  }

  /** Sends a request to the ingress, as its own socket does: a path, and a Host. */
  async callIngress(host: string, path: string): Promise<Response> {
    const request = new Request(`http://${host}${path}`, { headers: { host, "wherry-cluster": this.name } });
    return Ingress.fetch(request, this.env, this.context);
  }

  #change(after: KubeObject | undefined, before: KubeObject | undefined, tells = true): void {
    const object = after ?? before;
    if (object === undefined) return;
    const { namespace = "default" } = object.metadata;
    const { source, store } = this.#namespace(namespace);
    const revision = ++this.#revision;
    source.apply([change(after, before)], revision);
    if (after === undefined) this.#objects.delete(keyOf(object));
    else this.#objects.set(keyOf(object), after);
    if (object.kind === "Service") {
      this.#source.applyService(namespace, before, after, revision);
      if (tells) this.store.tell();
    }
    if (object.kind === "EndpointSlice") {
      this.#endpoints.applySlice(namespace, object.metadata.name, after as EndpointSlice | undefined, revision);
      if (tells) this.endpoints.tell();
    }
    if (tells) store.tell();
  }

  #namespace(name: string): Namespace {
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    const source = createNamespaceTableSource(name);
    const namespace = { source, store: new FakeTableStore(source) };
    this.#namespaces.set(name, namespace);
    return namespace;
  }
}

const keyOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.namespace}/${metadata.name}`;
