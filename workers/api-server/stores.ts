/** Which Durable Object holds what a request is about. */
import { clusterStore, namespaceStore } from "../../durable-objects/stubs.ts";
import type { ResourceKind } from "../../shared/registry/resource-kind.ts";
import type { ObjectStoreRpc } from "../../shared/storage/store-rpc.ts";
import type { Env } from "../env.ts";

/** `CLUSTER_STORE` for cluster-scoped kinds and reads over all namespaces (`namespace` `""`), `NAMESPACE_STORE` otherwise. */
export function storeFor(env: Env, cluster: string, kind: ResourceKind, namespace: string): ObjectStoreRpc {
  const isWhole = kind.scope === "Cluster" || namespace === "";
  return isWhole ? clusterStore(env, cluster) : namespaceStore(env, cluster, namespace);
}

/**
 * Lets go of an RPC result that carries a stream: until then the runtime keeps the call open. The stream lives on without
 * it (measured in workerd).
 */
export const release = (result: object): void => (result as Partial<Disposable>)[Symbol.dispose]?.();
