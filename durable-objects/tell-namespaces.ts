/** Tells namespaces what has become of the cluster around them. */
import type { ClusterInfo } from "../shared/controllers/controller.ts";
import { NODE_LEASE_NAMESPACE } from "../shared/controllers/node-lease.ts";
import { NAMESPACES } from "../shared/registry/resource-keys.ts";
import type { AdmissionBook } from "./admission-book.ts";
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
  return new Set(nodesChanged ? [NODE_LEASE_NAMESPACE, ...withPods] : []);
}

/** What the cluster is to its namespaces, and how they hear of it. */
export class NamespaceTeller {
  readonly #infoOf: () => ClusterInfo;
  readonly #admission: Pick<AdmissionBook, "forNamespace">;
  readonly #storeOf: StoreOf;

  constructor(infoOf: () => ClusterInfo, admission: Pick<AdmissionBook, "forNamespace">, storeOf: StoreOf) {
    this.#infoOf = infoOf;
    this.#admission = admission;
    this.#storeOf = storeOf;
  }

  /** What a namespace knows of the cluster around it. */
  infoFor(namespace: string): ClusterInfo {
    return { ...this.#infoOf(), ...this.#admission.forNamespace(namespace) };
  }

  tell(namespaces: ReadonlySet<string>): Telling {
    const info = this.#infoOf();
    const clusterOf = (namespace: string) => ({ ...info, ...this.#admission.forNamespace(namespace) });
    return tellNamespaces(namespaces, clusterOf, this.#storeOf);
  }
}

type StoreOf = (namespace: string) => { clusterChanged(cluster: ClusterInfo): Promise<void> };

/** Tells each what the cluster is to it. Nobody to tell: both resolve at once. */
function tellNamespaces(
  namespaces: ReadonlySet<string>,
  clusterOf: (namespace: string) => ClusterInfo,
  storeOf: StoreOf,
): Telling {
  const told = Array.from(namespaces, (namespace) =>
    storeOf(namespace)
      .clusterChanged(clusterOf(namespace))
      .catch((error: unknown) => console.error(`namespace ${namespace} did not hear of the cluster`, error)),
  );
  const all = Promise.all(told);
  if (namespaces.size === 0) return { all, inTime: all };
  return { all, inTime: Promise.race([all, new Promise((resolve) => setTimeout(resolve, TELL_MILLISECONDS))]) };
}
