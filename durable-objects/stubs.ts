/** The stores as their callers see them: typed by the RPC contracts instead of the runtime's mapped stub types. */
import type { LedgerRpc, NamespaceMemberRpc } from "../shared/storage/ledger-rpc.ts";
import type { ClusterStoreRpc, NamespaceStoreRpc } from "../shared/storage/store-rpc.ts";
import { proxyDurable } from "itty-durable/proxy-durable.js";
import type { EndpointHealthRpc } from "./endpoint-health.ts";
import type { Env } from "../workers/env.ts";

export type ClusterStoreFace = ClusterStoreRpc & LedgerRpc;
export type NamespaceStoreFace = NamespaceStoreRpc & NamespaceMemberRpc;

type Stores = Pick<Env, "CLUSTER_STORE" | "NAMESPACE_STORE">;

export const clusterStore = (env: Stores, cluster: string): ClusterStoreFace =>
  env.CLUSTER_STORE.get(env.CLUSTER_STORE.idFromName(cluster));

export const namespaceStore = (env: Stores, cluster: string, namespace: string): NamespaceStoreFace =>
  env.NAMESPACE_STORE.get(env.NAMESPACE_STORE.idFromName(`${cluster}/${namespace}`));

/** `name`: `<cluster>/<namespace>/<service>`. */
export const endpointHealth = (env: Pick<Env, "ENDPOINT_HEALTH">, name: string): EndpointHealthRpc =>
  proxyDurable(env.ENDPOINT_HEALTH, { name: "ENDPOINT_HEALTH", parse: true }).get(name) as EndpointHealthRpc;
