/** Tells namespaces what has become of the cluster around them. */
import type { ClusterInfo } from "../shared/controllers/controller.ts";

/** A change is answered after this at the latest, whoever has not heard of it. */
const TELL_MILLISECONDS = 2_000;

export interface Telling {
  /** Resolves when all have heard, or could not. */
  readonly all: Promise<unknown>;
  /** Resolves then, or when it takes too long: one that does not answer hears later, and holds nobody up. */
  readonly inTime: Promise<unknown>;
}

export function tellNamespaces(
  namespaces: Iterable<string>,
  cluster: ClusterInfo,
  storeOf: (namespace: string) => { clusterChanged(cluster: ClusterInfo): Promise<void> },
): Telling {
  const told = Array.from(namespaces, (namespace) =>
    storeOf(namespace)
      .clusterChanged(cluster)
      .catch((error: unknown) => console.error(`namespace ${namespace} did not hear of the cluster`, error)),
  );
  const all = Promise.all(told);
  return { all, inTime: Promise.race([all, new Promise((resolve) => setTimeout(resolve, TELL_MILLISECONDS))]) };
}
