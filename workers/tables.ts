/**
 * The tables of the data plane, cached per isolate: what router, DNS and ingress look things up in.
 *
 * ```ts
 * const found = tablesFor(this.env, this.ctx, cluster);
 * const tables = found instanceof Promise ? await found : found; // synchronous in steady state
 * if (tables === null) return unavailable();
 * for (;;) {
 *   const verdict = resolve(tables, packet, pick);
 *   if (verdict.kind !== "load") return act(verdict);
 *   if (!(await tables.load(verdict.namespace))) return unavailable();
 * }
 * ```
 */
import { clusterStore, namespaceStore } from "../durable-objects/stubs.ts";
import type { RouteTableDelta } from "../shared/gateway/ir.ts";
import type { RouteTable } from "../shared/gateway/match/find-route.ts";
import { createRouteTable } from "../shared/gateway/route-table.ts";
import { createEndpointIndex, type EndpointIndex, type EndpointIndexDelta } from "../shared/proxy/endpoint-index.ts";
import { createClusterTable } from "../shared/proxy/cluster-table.ts";
import { createNamespaceTable } from "../shared/proxy/namespace-table.ts";
import type { ClusterTable, NamespaceTable, Tables } from "../shared/proxy/tables.ts";
import type { ClusterTableDelta, NamespaceTableDelta } from "../shared/proxy/table.ts";
import { CachedTable } from "./cached-table.ts";
import type { Env } from "./env.ts";
import { countChanges, countSync } from "./sync-metrics.ts";

export { isClusterName } from "../shared/proxy/origin.ts";
export { counters } from "./cached-table.ts";

/** The tables as one request sees them. Namespaces that do not exist are never asked for. */
export interface LiveTables extends Tables {
  /**
   * Brings the table of a namespace into the isolate, or up to date. False when it was never seen and its store does not
   * answer, or when there is no such namespace. `null`: the index of endpoints' addresses.
   */
  readonly load: (namespace: string | null) => Promise<boolean>;
  /** Brings the tables of all namespaces into the isolate. False when one of them cannot be had. */
  readonly loadAll: () => Promise<boolean>;
  /**
   * Brings the tables to where the stores are now. For answers that would be a refusal: a client that has just created
   * what it asks for gets to see it. Costs at most 100 calls a second, however many refusals there are.
   */
  readonly recheck: (namespace: string | null) => Promise<void>;
}

/** The routes of a cluster as one request sees them. */
export interface LiveRoutes {
  readonly table: RouteTable;
  /** As `LiveTables.recheck`. */
  readonly recheck: () => Promise<void>;
}

interface CachedNamespace {
  readonly table: NamespaceTable;
  readonly cached: CachedTable<NamespaceTableDelta>;
}

interface CachedCluster {
  readonly name: string;
  readonly table: ClusterTable;
  readonly cached: CachedTable<ClusterTableDelta>;
  readonly namespaces: Map<string, CachedNamespace>;
  /** Asked for by who looks for an endpoint by its address; null until then. */
  endpoints: { readonly index: EndpointIndex; readonly cached: CachedTable<EndpointIndexDelta> } | null;
  /** Only the ingress asks for it; null until it does. */
  routes: { readonly table: RouteTable; readonly cached: CachedTable<RouteTableDelta> } | null;
}

/** Clusters come and go (tests use one each); the least recently used one is forgotten first. */
const MAX_CLUSTERS = 100;
const clusters = new Map<string, CachedCluster>();
let latest: CachedCluster | undefined;

/** Null when this cluster was never seen and its store does not answer. A Promise only when a store must be asked. */
export function tablesFor(
  env: Env,
  ctx: ExecutionContext,
  clusterName: string,
): LiveTables | Promise<LiveTables | null> {
  const cluster = clusterNamed(clusterName);
  const tables = new RequestTables(cluster, env, ctx);
  if (cluster.cached.isFresh(Date.now(), env, ctx)) return tables;
  return cluster.cached.refresh(env, ctx).then((usable) => (usable ? tables : null));
}

/** As `tablesFor`, the routes of Ingresses. */
export function routesFor(
  env: Env,
  ctx: ExecutionContext,
  clusterName: string,
): LiveRoutes | Promise<LiveRoutes | null> {
  const cluster = clusterNamed(clusterName);
  const { table, cached } = (cluster.routes ??= newRoutes(clusterName));
  const routes = { table, recheck: () => cached.recheck(env, ctx) };
  if (cached.isFresh(Date.now(), env, ctx)) return routes;
  return cached.refresh(env, ctx).then((usable) => (usable ? routes : null));
}

function newRoutes(cluster: string): NonNullable<CachedCluster["routes"]> {
  const { table, apply } = createRouteTable();
  const ask = (env: Env, since: number, wait: number): Promise<RouteTableDelta> =>
    clusterStore(env, cluster).routeChanges(since, wait);
  return { table, cached: new CachedTable({ name: `routes of cluster ${quoted(cluster)}`, ask, apply }) };
}

const quoted = (name: string): string => JSON.stringify(name);

function clusterNamed(name: string): CachedCluster {
  if (latest?.name === name) return latest;
  const cluster = clusters.get(name) ?? newCluster(name);
  // Insertion order is the order of use: the first key is the one that has waited longest.
  clusters.delete(name);
  clusters.set(name, cluster);
  if (clusters.size > MAX_CLUSTERS) clusters.delete(clusters.keys().next().value ?? name);
  latest = cluster;
  return cluster;
}

function newCluster(name: string): CachedCluster {
  const { table, apply } = createClusterTable();
  const namespaces = new Map<string, CachedNamespace>();
  const ask = (env: Env, since: number, wait: number): Promise<ClusterTableDelta> =>
    clusterStore(env, name).tableChanges(since, wait);
  const applyAndForget = (delta: ClusterTableDelta): void => {
    apply(delta);
    // A namespace that is gone, and may come back as another, leaves no table behind.
    if (delta.facts === null) return;
    for (const namespace of namespaces.keys()) if (!table.hasNamespace(namespace)) namespaces.delete(namespace);
  };
  return {
    name,
    table,
    namespaces,
    routes: null,
    endpoints: null,
    cached: new CachedTable({ name: `cluster ${quoted(name)}`, ask, apply: applyAndForget }),
  };
}

function newEndpoints(cluster: string): NonNullable<CachedCluster["endpoints"]> {
  const { index, apply } = createEndpointIndex();
  const ask = (env: Env, since: number, wait: number): Promise<EndpointIndexDelta> =>
    clusterStore(env, cluster).endpointChanges(since, wait);
  return { index, cached: new CachedTable({ name: `endpoints of cluster ${quoted(cluster)}`, ask, apply }) };
}

function newNamespace(cluster: string, name: string): CachedNamespace {
  const { table, apply } = createNamespaceTable();
  const ask = (env: Env, since: number, wait: number): Promise<NamespaceTableDelta> =>
    namespaceStore(env, cluster, name).tableChanges(since, wait);
  const applyAndCount = (delta: NamespaceTableDelta): void => {
    const startedAt = performance.now();
    countChanges(delta, table);
    apply(delta);
    countSync(performance.now() - startedAt);
  };
  return {
    table,
    cached: new CachedTable({ name: `namespace ${quoted(`${cluster}/${name}`)}`, ask, apply: applyAndCount }),
  };
}

/** Of all namespaces' tables so many are asked for at a time. */
const LOADS_AT_ONCE = 8;

class RequestTables implements LiveTables {
  readonly #cluster: CachedCluster;
  readonly #env: Env;
  readonly #ctx: ExecutionContext;

  constructor(cluster: CachedCluster, env: Env, ctx: ExecutionContext) {
    this.#cluster = cluster;
    this.#env = env;
    this.#ctx = ctx;
  }

  get cluster(): ClusterTable {
    return this.#cluster.table;
  }

  namespace(name: string): NamespaceTable | undefined {
    const known = this.#cluster.namespaces.get(name);
    return known?.cached.isFresh(Date.now(), this.#env, this.#ctx) === true ? known.table : undefined;
  }

  endpointIndex(): EndpointIndex | undefined {
    const { endpoints } = this.#cluster;
    return endpoints?.cached.isFresh(Date.now(), this.#env, this.#ctx) === true ? endpoints.index : undefined;
  }

  async load(name: string | null): Promise<boolean> {
    if (name === null)
      return (this.#cluster.endpoints ??= newEndpoints(this.#cluster.name)).cached.refresh(this.#env, this.#ctx);
    if (!this.#cluster.table.hasNamespace(name)) return false;
    let known = this.#cluster.namespaces.get(name);
    if (known === undefined) {
      known = newNamespace(this.#cluster.name, name);
      this.#cluster.namespaces.set(name, known);
    }
    return known.cached.refresh(this.#env, this.#ctx);
  }

  async loadAll(): Promise<boolean> {
    const { table } = this.#cluster;
    const waiting = [...table.facts.namespaces];
    let complete = true;
    const worker = async (): Promise<void> => {
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        // One that has gone meanwhile is not missed.
        if (!(await this.load(name)) && table.hasNamespace(name)) complete = false;
      }
    };
    await Promise.all(Array.from({ length: LOADS_AT_ONCE }, worker));
    return complete;
  }

  async recheck(name: string | null): Promise<void> {
    const { cached, endpoints, namespaces } = this.#cluster;
    const known = name === null ? undefined : namespaces.get(name);
    const tables = [cached, known?.cached, endpoints?.cached].filter((one) => one !== undefined);
    await Promise.all(tables.map((one) => one.recheck(this.#env, this.#ctx)));
  }
}
