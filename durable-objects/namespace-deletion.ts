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
  readonly book: Pick<AllocationBook, "forgetNamespace">;
  readonly storeOf: (namespace: string) => Pick<NamespaceMemberRpc, "purge">;
  /** What `work` writes is durable as one, or not at all. */
  readonly transaction: (work: () => void) => void;
  /** Runs after every write; true when a namespace has gone. */
  readonly changed: (gone: boolean) => void;
}

export class NamespaceDeletion {
  readonly #host: NamespaceDeletionHost;
  /** Whose emptying is under way, and whether they are to be looked at again after it. */
  readonly #busy = new Map<string, { again: boolean; done: Promise<void> }>();
  /** Those that something holds: each is tried again by a timer of its own. */
  readonly #held = new Set<string>();

  constructor(host: NamespaceDeletionHost) {
    this.#host = host;
  }

  /**
   * There may be something to do. Each namespace goes at its own pace: one that takes long, or does not answer, keeps no other waiting.
   * Resolves when all are gone, or wait for finalizers: then they are tried again by themselves.
   */
  async run(): Promise<void> {
    await Promise.all(this.#host.state.terminatingNamespaces().map(({ metadata }) => this.#drive(metadata.name)));
  }

  /** One emptying at a time for each; whoever comes meanwhile has something new to say, so there is another after it. */
  #drive(name: string): Promise<void> {
    const busy = this.#busy.get(name);
    if (busy !== undefined) {
      busy.again = true;
      return busy.done;
    }
    const entry = { again: false, done: Promise.resolve() };
    entry.done = this.#rounds(name, entry).finally(() => {
      this.#busy.delete(name);
      this.#tryLater(name);
    });
    this.#busy.set(name, entry);
    return entry.done;
  }

  #tryLater(name: string): void {
    const isGoing = this.#host.state.namespace(name)?.metadata.deletionTimestamp !== undefined;
    if (!isGoing || this.#held.has(name)) return;
    this.#held.add(name);
    setTimeout(() => {
      this.#held.delete(name);
      void this.#drive(name);
    }, RETRY_MILLISECONDS);
  }

  async #rounds(name: string, entry: { again: boolean }): Promise<void> {
    do {
      entry.again = false;
      await this.#empty(name);
    } while (entry.again);
  }

  async #empty(name: string): Promise<void> {
    const asked = this.#host.state.namespace(name);
    if (asked?.metadata.deletionTimestamp === undefined) return;
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

  /** With everything it held: a crash between the two would leak its addresses for good. */
  #remove(name: string): void {
    const { state, book, transaction, changed } = this.#host;
    const before = state.namespace(name);
    transaction(() => {
      state.commit([{ resource: NAMESPACES, name, before, after: undefined }]);
      book.forgetNamespace(name);
    });
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
