/** The stores as their callers see them: typed by the RPC contracts instead of the runtime's mapped stub types. */
import type { LedgerRpc, NamespaceMemberRpc } from "../shared/storage/ledger-rpc.ts";
import type { ClusterStoreRpc, NamespaceStoreRpc } from "../shared/storage/store-rpc.ts";
import { proxyDurable } from "itty-durable/proxy-durable.js";
import type { EndpointHealthRpc } from "./endpoint-health.ts";
import type { Env } from "../workers/env.ts";

export type ClusterStoreFace = ClusterStoreRpc & LedgerRpc;
export type NamespaceStoreFace = NamespaceStoreRpc & NamespaceMemberRpc;

/** Which namespace of which cluster. */
export interface Place {
  readonly cluster: string;
  readonly namespace: string;
}

/** Whose store this is, by the name that `namespaceStore` has found it by. */
export function placeOf({ name = "" }: Pick<DurableObjectId, "name">): Place {
  const slash = name.indexOf("/");
  return { cluster: name.slice(0, slash), namespace: name.slice(slash + 1) };
}

type Stores = Pick<Env, "CLUSTER_STORE" | "NAMESPACE_STORE">;

export const clusterStore = (env: Stores, cluster: string): ClusterStoreFace =>
  env.CLUSTER_STORE.get(idOf(env.CLUSTER_STORE, cluster));

export const namespaceStore = (env: Stores, cluster: string, namespace: string): NamespaceStoreFace =>
  env.NAMESPACE_STORE.get(idOf(env.NAMESPACE_STORE, `${cluster}/${namespace}`));

/** `name`: `<cluster>/<namespace>/<service>`. */
export const endpointHealth = (env: Pick<Env, "ENDPOINT_HEALTH">, name: string): EndpointHealthRpc =>
  proxyDurable(env.ENDPOINT_HEALTH, { name: "ENDPOINT_HEALTH", parse: true }).get(name) as EndpointHealthRpc;

/** Names are hashed for each id, and the same few are asked for again and again. */
const MAX_IDS = 1_000;
const ids = new WeakMap<object, Map<string, DurableObjectId>>();

function idOf(
  binding: Pick<Env["CLUSTER_STORE"] | Env["NAMESPACE_STORE"], "idFromName">,
  name: string,
): DurableObjectId {
  let known = ids.get(binding);
  if (known === undefined) ids.set(binding, (known = new Map()));
  const found = known.get(name);
  if (found !== undefined) return found;
  if (known.size >= MAX_IDS) known.clear();
  const id = binding.idFromName(name);
  known.set(name, id);
  return id;
}
