/** A namespace's objects in memory and in SQLite, and who is told of their changes. One synchronous commit keeps them equal. */
import type { Pod } from "../shared/api/core-v1/pod.ts";
import type { KubeObject } from "../shared/api/meta-v1/object.ts";
import type { ControllerRun, TimerKey } from "../shared/controllers/run.ts";
import { Timers } from "../shared/controllers/timers.ts";
import { createNamespaceTableSource } from "../shared/proxy/namespace-table-source.ts";
import type { NamespaceContent } from "../shared/registry/core-v1/namespace/deletion-conditions.ts";
import { kindByResource } from "../shared/registry/index.ts";
import { PODS } from "../shared/registry/resource-keys.ts";
import type { ResourceKey } from "../shared/registry/resource-kind.ts";
import type { HeldAllocation } from "../shared/storage/ledger-rpc.ts";
import { ObjectMemory } from "../shared/storage/object-memory.ts";
import { stampChanges, storedObjects, type StoredObject } from "../shared/storage/stamp.ts";
import type { Change, View } from "../shared/storage/view.ts";
import { VersionStore, type Version } from "../shared/storage/version-store.ts";
import { WatchHub } from "../shared/storage/watch-hub.ts";
import { host } from "./host.ts";

/** What a commit gives: each change's object as stored, and the rows that were written. */
export interface Committed {
  readonly stored: ReadonlyMap<Change, StoredObject>;
  readonly versions: readonly Version[];
}

/** What a batch wants done later: when its keys are due, and what its controllers have left. */
export interface Deferred {
  readonly planned: readonly { readonly outcome: Pick<ControllerRun, "timers" | "failures"> }[];
  readonly backlog: ReadonlySet<TimerKey>;
}

/** The platform keeps 2 MB a row; a tenth is left for the row's other columns. */
const MAX_OBJECT_BYTES = 1_800_000;

/** An object that a row cannot hold. */
export class ObjectTooLarge extends Error {}

export class NamespaceState {
  readonly namespace: string;
  readonly versions: VersionStore;
  readonly hub = new WatchHub();
  readonly timers = new Timers();
  /** What controllers have left for later transactions. Like the timers it follows from the objects. */
  backlog: ReadonlySet<TimerKey> = new Set();
  readonly table: ReturnType<typeof createNamespaceTableSource>;
  readonly #storage: DurableObjectStorage;
  readonly #objects = new ObjectMemory();
  #head: number;

  constructor(storage: DurableObjectStorage, namespace: string) {
    this.#storage = storage;
    this.namespace = namespace;
    this.versions = new VersionStore(storage.sql);
    // The horizon may be further: it goes with the cluster's revisions, also while nothing is written here.
    this.#head = Math.max(this.versions.lastRevision(), this.versions.horizon);
    for (const { resource, object } of this.versions.allCurrent()) {
      this.#objects.put(resource as ResourceKey, JSON.parse(object) as KubeObject);
    }
    this.table = createNamespaceTableSource(namespace);
    this.table.load(this.view, this.#head);
  }

  readonly view: View = this.#objects.view;

  /** The newest revision at which everything of this namespace is known. */
  readonly head = (): number => this.#head;

  /** The cluster has reached `revision`, and this namespace has no transaction open at or before it. */
  caughtUpTo(revision: number): void {
    this.#head = Math.max(this.#head, revision);
  }

  /** What is to be done later. Null: nothing of that key is any more. */
  remember({ planned, backlog }: Deferred): void {
    for (const { outcome } of planned) {
      this.timers.note(outcome, host.now());
      for (const { key, error } of outcome.failures) console.error(`${key} could not be reconciled`, error);
    }
    this.backlog = backlog;
  }

  /** What there is, and the finalizers on it. */
  content(): NamespaceContent {
    const resources = new Map<string, number>();
    const finalizers = new Map<string, number>();
    for (const [resource, objects] of this.#objects.entries()) {
      if (objects.size > 0) resources.set(resource, objects.size);
      for (const { metadata } of objects.values()) {
        for (const name of metadata.finalizers ?? []) finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
      }
    }
    return { resources, finalizers };
  }

  held(): readonly HeldAllocation[] {
    const held: HeldAllocation[] = [];
    for (const [resource, objects] of this.#objects.entries()) {
      const allocation = kindByResource(resource)?.allocation;
      if (allocation === undefined) continue;
      for (const object of objects.values()) {
        const owner = `${this.namespace}/${object.metadata.name}`;
        held.push(...allocation.held(object).map((one) => ({ owner, allocation: one })));
      }
    }
    return held;
  }

  /** The addresses that Pods have. */
  *podAddresses(): Generator<string, void> {
    for (const pod of this.view.list(PODS)) {
      for (const { ip } of (pod as Pod).status?.podIPs ?? []) yield ip;
    }
  }

  /** Writes the changes at `first`, `first + 1`, … in one transaction, then tells watchers. Throws when SQLite refuses, or would. */
  commit(changes: readonly Change[], first: number): Committed {
    const rows = stampChanges(changes, first, this.namespace, this.view);
    if (rows.some(({ version }) => isTooLarge(version.object))) throw new ObjectTooLarge();
    const append = (): void => {
      for (const { version } of rows) this.versions.append(version);
    };
    // One statement is a transaction of its own.
    if (rows.length === 1 && rows[0]?.version.previous === null) append();
    else this.#storage.transactionSync(append);
    this.#head = Math.max(this.#head, first + changes.length - 1);
    for (const { change, after } of rows) {
      if (after === undefined) this.#objects.delete(change.resource, change.name);
      else this.#objects.put(change.resource, after);
    }
    this.table.apply(
      rows.map(({ change, before, after }) => ({ ...change, before, after })),
      this.#head,
    );
    for (const row of rows) this.hub.publish(row);
    return { stored: storedObjects(rows), versions: rows.map((r) => r.version) };
  }
}

/** A character is three bytes at most, so most objects need not be measured. */
const isTooLarge = (text: string): boolean =>
  text.length * 3 > MAX_OBJECT_BYTES && new TextEncoder().encode(text).byteLength > MAX_OBJECT_BYTES;
