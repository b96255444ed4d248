/** Deletes the objects of definitions that are being deleted, in every namespace, and then lets the definitions go. */
import {
  CLEANUP_FINALIZER,
  type CustomResourceDefinition,
} from "../shared/api/apiextensions-v1/custom-resource-definition.ts";
import { omit } from "../shared/apimachinery/omit.ts";
import {
  withCondition,
  type DefinitionCondition,
} from "../shared/registry/apiextensions-v1/custom-resource-definition/conditions.ts";
import { CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES } from "../shared/registry/resource-keys.ts";
import type { ResourceKey } from "../shared/registry/resource-kind.ts";
import type { NamespaceMemberRpc } from "../shared/storage/ledger-rpc.ts";
import { createOverlay } from "../shared/storage/overlay.ts";
import type { ClusterState } from "./cluster-state.ts";
import { host } from "./host.ts";

const RETRY_MILLISECONDS = 1_000;
/** Namespaces that are asked at one time. */
const AT_ONCE = 16;

export interface DefinitionDeletionHost {
  readonly state: ClusterState;
  readonly storeOf: (namespace: string) => Pick<NamespaceMemberRpc, "clear">;
  /** Deletes the cluster-scoped objects of a resource; gives how many are left. */
  readonly clear: (resource: ResourceKey) => number;
  /** Runs after every write to a definition. */
  readonly changed: () => void;
}

const IN_PROGRESS: DefinitionCondition = {
  type: "Terminating",
  status: "True",
  reason: "InstanceDeletionInProgress",
  message: "CustomResource deletion is in progress",
};

const COMPLETED: DefinitionCondition = {
  type: "Terminating",
  status: "False",
  reason: "InstanceDeletionCompleted",
  message: "removed all instances",
};

/** Definitions whose objects are still to be deleted. */
export const terminatingDefinitions = ({ view }: Pick<ClusterState, "view">): readonly CustomResourceDefinition[] =>
  ([...view.list(CUSTOM_RESOURCE_DEFINITIONS)] as CustomResourceDefinition[]).filter(
    ({ metadata }) =>
      metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(CLEANUP_FINALIZER) === true,
  );

export class DefinitionDeletion {
  readonly #host: DefinitionDeletionHost;
  #round: Promise<void> | null = null;
  #again = false;

  constructor(host: DefinitionDeletionHost) {
    this.#host = host;
  }

  /** There may be something to do. Resolves when it is done, or waits for finalizers: then it is tried again by itself. */
  run(): Promise<void> {
    this.#again = this.#round !== null;
    this.#round ??= this.#rounds().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  async #rounds(): Promise<void> {
    do {
      this.#again = false;
      for (const { metadata } of terminatingDefinitions(this.#host.state)) await this.#empty(metadata.name);
    } while (this.#again);
    if (terminatingDefinitions(this.#host.state).length > 0) setTimeout(() => void this.run(), RETRY_MILLISECONDS);
  }

  async #empty(name: string): Promise<void> {
    // Its revision is what stores know it by: from here on they refuse to create.
    const definition = this.#update(name, (one) => withCondition(one, host.now(), IN_PROGRESS));
    if (definition === undefined) return;
    const left =
      definition.spec.scope === "Namespaced"
        ? await this.#clearNamespaces(definition)
        : this.#host.clear(name as ResourceKey);
    if (left === 0) this.#update(name, (one) => released(withCondition(one, host.now(), COMPLETED)));
  }

  /**
   * Every namespace is asked, also those that are not known to have objects of it: afterwards none of them takes new ones.
   * Gives how many are left; a namespace that does not answer counts as one.
   */
  async #clearNamespaces({ metadata }: CustomResourceDefinition): Promise<number> {
    const namespaces = [...this.#host.state.view.list(NAMESPACES)].map((object) => object.metadata.name);
    const revision = Number(metadata.resourceVersion);
    let left = 0;
    for (let i = 0; i < namespaces.length; i += AT_ONCE) {
      const counts = namespaces.slice(i, i + AT_ONCE).map((namespace) =>
        this.#host
          .storeOf(namespace)
          .clear(metadata.name as ResourceKey, revision)
          .catch((error: unknown) => {
            console.error(`${metadata.name} could not be cleared in namespace ${namespace}`, error);
            return 1;
          }),
      );
      for (const count of await Promise.all(counts)) left += count;
    }
    return left;
  }

  /** Undefined when the definition has gone meanwhile. */
  #update(
    name: string,
    change: (definition: CustomResourceDefinition) => CustomResourceDefinition,
  ): CustomResourceDefinition | undefined {
    const { state, changed } = this.#host;
    const current = (): CustomResourceDefinition | undefined =>
      state.view.get(CUSTOM_RESOURCE_DEFINITIONS, name) as CustomResourceDefinition | undefined;
    const before = current();
    if (before?.metadata.deletionTimestamp === undefined) return undefined;
    const overlay = createOverlay(state.view, host, "");
    overlay.apply({ kind: "put", resource: CUSTOM_RESOURCE_DEFINITIONS, object: change(before) });
    if (overlay.changes().length > 0) {
      state.commit(overlay.changes());
      changed();
    }
    return current();
  }
}

function released(definition: CustomResourceDefinition): CustomResourceDefinition {
  const finalizers = (definition.metadata.finalizers ?? []).filter((name) => name !== CLEANUP_FINALIZER);
  const metadata = omit(definition.metadata, "finalizers");
  return { ...definition, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } };
}
