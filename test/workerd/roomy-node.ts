/** A node that takes more Pods than a kubelet would, for tests that need many and have one node. */
import { env } from "cloudflare:test";
import { clusterStore } from "../../durable-objects/stubs.ts";
import { NODES } from "../../shared/registry/resource-keys.ts";
import type { Env } from "../../workers/env.ts";

const stores = env as unknown as Env;

export async function makeRoom(cluster: string): Promise<void> {
  const store = clusterStore(stores, cluster);
  // A cluster comes into being when it is first used.
  await store.list({ resource: NODES, namespace: "", limit: 1 });
  const answer = await store.mutate({
    verb: "patch",
    patchType: "merge",
    subresource: "status",
    resource: NODES,
    namespace: "",
    name: "node-1",
    patch: { status: { allocatable: { pods: "10000" } } },
    options: { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false },
  });
  if (!answer.ok) throw new Error(answer.status.message);
}
