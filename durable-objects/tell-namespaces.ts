/** Tells namespaces what has become of the cluster around them. */
import type { ClusterInfo } from "../shared/controllers/controller.ts";
import { NODE_EVENTS_NAMESPACE } from "../shared/controllers/node-events.ts";
import { NODE_LEASE_NAMESPACE } from "../shared/controllers/node-lease.ts";
import { NAMESPACES } from "../shared/registry/resource-keys.ts";
import type { AllocationBook } from "./allocation-book.ts";
import type { ClusterState } from "./cluster-state.ts";
import type { ClusterWrite } from "./cluster-writes.ts";

/** A change is answered after this at the latest, whoever has not heard of it. */
const TELL_MILLISECONDS = 2_000;

export interface Telling {
  /** Resolves when all have heard, or could not. */
  readonly all: Promise<unknown>;
  /** Resolves then, or when it takes too long: one that does not answer hears later, and holds nobody up. */
  readonly inTime: Promise<unknown>;
}

/** Namespaces that hear of a write before the client does, who may go on by what has changed. */
export function concernedBy(
  { nodesChanged, classesChanged }: Pick<ClusterWrite, "nodesChanged" | "classesChanged">,
  state: Pick<ClusterState, "view" | "namespacesWithPods">,
  { podBlocks }: Pick<AllocationBook, "podBlocks">,
): ReadonlySet<string> {
  // An Ingress may be made anywhere, and asks nobody.
  if (classesChanged) return new Set(Array.from(state.view.list(NAMESPACES), ({ metadata }) => metadata.name));
  // One without Pods hears of nodes when it asks for addresses.
  const withPods = [...state.namespacesWithPods(), ...podBlocks.map(({ namespace }) => namespace)];
  return new Set(nodesChanged ? [NODE_LEASE_NAMESPACE, NODE_EVENTS_NAMESPACE, ...withPods] : []);
}

/** Nobody to tell: both resolve at once. */
export function tellNamespaces(
  namespaces: ReadonlySet<string>,
  cluster: ClusterInfo,
  storeOf: (namespace: string) => { clusterChanged(cluster: ClusterInfo): Promise<void> },
): Telling {
  const told = Array.from(namespaces, (namespace) =>
    storeOf(namespace)
      .clusterChanged(cluster)
      .catch((error: unknown) => console.error(`namespace ${namespace} did not hear of the cluster`, error)),
  );
  const all = Promise.all(told);
  if (namespaces.size === 0) return { all, inTime: all };
  return { all, inTime: Promise.race([all, new Promise((resolve) => setTimeout(resolve, TELL_MILLISECONDS))]) };
}
