/** Which Durable Object holds what a request is about. */
import type { ResourceKind } from "../../shared/registry/resource-kind.ts";
import type { ObjectStoreRpc } from "../../shared/storage/store-rpc.ts";
import type { Env } from "../env.ts";

/** `CLUSTER_STORE` for cluster-scoped kinds and reads over all namespaces (`namespace` `""`), `NAMESPACE_STORE` otherwise. */
export function storeFor(env: Env, cluster: string, kind: ResourceKind, namespace: string): ObjectStoreRpc {
  if (kind.scope === "Cluster" || namespace === "") return clusterStore(env, cluster);
  const { NAMESPACE_STORE } = env;
  return asStore(NAMESPACE_STORE.get(NAMESPACE_STORE.idFromName(`${cluster}/${namespace}`)));
}

export const clusterStore = ({ CLUSTER_STORE }: Env, cluster: string): ObjectStoreRpc =>
  asStore(CLUSTER_STORE.get(CLUSTER_STORE.idFromName(cluster)));

// The stub's type wraps every result for pipelining; what comes back once awaited is the plain data of ObjectStoreRpc.
const asStore = (stub: unknown): ObjectStoreRpc => stub as ObjectStoreRpc;

/**
 * Lets go of an RPC result that carries a stream: until then the runtime keeps the call open. The stream lives on without
 * it (measured in workerd).
 */
export const release = (result: object): void => (result as Partial<Disposable>)[Symbol.dispose]?.();
