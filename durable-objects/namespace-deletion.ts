/** Empties namespaces that are being deleted, says what is left in them, and removes those that nothing holds any more. */
import { NAMESPACE_FINALIZER, type Namespace } from "../shared/api/core-v1/namespace.ts";
import {
  withDeletionConditions,
  type NamespaceContent,
} from "../shared/registry/core-v1/namespace/deletion-conditions.ts";
import { createOverlay } from "../shared/storage/overlay.ts";
import type { NamespaceMemberRpc } from "../shared/storage/ledger-rpc.ts";
import type { AllocationBook } from "./allocation-book.ts";
import type { ClusterState } from "./cluster-state.ts";
import { host } from "./host.ts";
import { NAMESPACES } from "../shared/registry/resource-keys.ts";

const RETRY_MILLISECONDS = 1_000;

export interface NamespaceDeletionHost {
  readonly state: ClusterState;
  readonly book: AllocationBook;
  readonly storeOf: (namespace: string) => Pick<NamespaceMemberRpc, "purge">;
  /** Runs after every write; true when a namespace has gone. */
  readonly changed: (gone: boolean) => void;
}

export class NamespaceDeletion {
  readonly #host: NamespaceDeletionHost;
  #round: Promise<void> | null = null;
  #again = false;

  constructor(host: NamespaceDeletionHost) {
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
      for (const { metadata } of this.#host.state.terminatingNamespaces()) await this.#empty(metadata.name);
    } while (this.#again);
    if (this.#host.state.terminatingNamespaces().length > 0) setTimeout(() => void this.run(), RETRY_MILLISECONDS);
  }

  async #empty(name: string): Promise<void> {
    const asked = this.#host.state.namespace(name);
    if (asked === undefined) return;
    // Nobody but a person, through `/finalize`, takes the last finalizer away while there is content: it is to go as it is.
    const force = (asked.spec.finalizers ?? []).length === 0;
    const content = await this.#host
      .storeOf(name)
      .purge(force)
      .catch((error: unknown) => console.error(`namespace ${name} could not be emptied`, error));
    const namespace = this.#host.state.namespace(name);
    if (content === undefined || namespace?.metadata.deletionTimestamp === undefined) return;
    const after = next(namespace, content);
    if (after === undefined) this.#remove(name);
    else this.#put(after);
  }

  #put(namespace: Namespace): void {
    const overlay = createOverlay(this.#host.state.view, host, "");
    overlay.apply({ kind: "put", resource: NAMESPACES, object: namespace });
    const changes = overlay.changes();
    if (changes.length === 0) return;
    this.#host.state.commit(changes);
    this.#host.changed(false);
  }

  #remove(name: string): void {
    const { state, book, changed } = this.#host;
    const before = state.namespace(name);
    state.commit([{ resource: NAMESPACES, name, before, after: undefined }]);
    book.forgetNamespace(name);
    changed(true);
  }
}

/** The namespace as it is to be stored; undefined when it goes. */
function next(namespace: Namespace, content: NamespaceContent): Namespace | undefined {
  if (content.resources.size > 0) return withDeletionConditions(namespace, content, host.now());
  const finalizers = (namespace.spec.finalizers ?? []).filter((name) => name !== NAMESPACE_FINALIZER);
  if (finalizers.length === 0 && (namespace.metadata.finalizers ?? []).length === 0) return undefined;
  return withDeletionConditions({ ...namespace, spec: { finalizers } }, content, host.now());
}
