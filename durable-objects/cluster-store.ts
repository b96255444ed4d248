/** One cluster: its Namespaces and Nodes, its revisions and allocations, and every all-namespace read. Named `<cluster>`. */
import { DurableObject } from "cloudflare:workers";
import type { Result } from "../shared/api/meta-v1/status.ts";
import { notFound } from "../shared/apimachinery/status.ts";
import type { ClusterTableDelta } from "../shared/proxy/table.ts";
import type { Allocation, AllocationAnswer } from "../shared/registry/allocation/allocation.ts";
import { isTerminating, noNewContent } from "../shared/registry/core-v1/namespace/lifecycle.ts";
import { kindOf } from "../shared/registry/index.ts";
import type { ResourceKey } from "../shared/registry/resource-kind.ts";
import type { BeginAnswer, HeldAllocation, LedgerRpc, Membership, ReserveOrder } from "../shared/storage/ledger-rpc.ts";
import type { Answer, ListPage, ListQuery, Mutation, WatchQuery } from "../shared/storage/mutation.ts";
import { bookmarkLine, openWatch, readList, readObject } from "../shared/storage/reader.ts";
import type { ClusterStoreRpc } from "../shared/storage/store-rpc.ts";
import type { Version } from "../shared/storage/version-store.ts";
import type { Env } from "../workers/env.ts";
import { AllocationBook } from "./allocation-book.ts";
import { clusterConfig, type ClusterConfig } from "./cluster-config.ts";
import { ClusterState } from "./cluster-state.ts";
import { bootstrap, mutateClusterScoped, removeNamespace } from "./cluster-writes.ts";
import { COMPACTION_MILLISECONDS, compactionTick } from "./history.ts";
import { host } from "./host.ts";
import { namespaceStore } from "./stubs.ts";
import { Waiters } from "./waiters.ts";
import { watchStream, type WatchAnswer } from "./watch-stream.ts";

/** A transaction open for longer belongs to a store that has died, or to one that can say so. */
const SETTLE_AFTER_MILLISECONDS = 2_000;
const RETRY_MILLISECONDS = 1_000;
/** All-namespace reads wait this long for transactions that were open when they came. */
const QUIESCE_MILLISECONDS = 5_000;

export class ClusterStore extends DurableObject<Env> implements ClusterStoreRpc, LedgerRpc {
  readonly #config: ClusterConfig;
  readonly #book: AllocationBook;
  readonly #state: ClusterState;
  readonly #tableWaiters = new Waiters();
  readonly #frontierWaiters = new Waiters();
  #settling = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = clusterConfig(env);
    const { serviceRanges, podRanges, clusterDomain } = this.#config;
    this.#book = new AllocationBook(ctx.storage.sql, host, serviceRanges, podRanges);
    this.#state = new ClusterState(ctx.storage, clusterDomain, this.#book.podBlocks);
    const created = bootstrap(this.#state, this.#book, this.#config);
    this.#state.updateFacts(this.#book.podBlocks);
    ctx.waitUntil(this.#resume(created));
  }

  async mutate(mutation: Mutation): Promise<Answer> {
    const outcome = mutateClusterScoped(this.#state, this.#config, mutation);
    this.#changed(outcome.touched);
    for (const namespace of outcome.createdNamespaces) this.ctx.waitUntil(this.#startNamespace(namespace));
    if (this.#state.terminatingNamespaces().length > 0) this.ctx.waitUntil(this.#finishTerminating());
    return outcome.answer;
  }

  async get(resource: ResourceKey, namespace: string, name: string): Promise<Result<string>> {
    return readObject(this.#state, kindOf(resource), namespace, name);
  }

  async list(query: ListQuery): Promise<Result<ListPage>> {
    await this.#quiesce();
    return readList(this.#state, kindOf(query.resource), query);
  }

  async watch(query: WatchQuery): Promise<WatchAnswer> {
    await this.#quiesce();
    const kind = kindOf(query.resource);
    const bookmark = (): string => bookmarkLine(kind, this.#state.head(), false);
    return watchStream(query, (sink) => openWatch(this.#state, kind, query, sink), bookmark);
  }

  async tableChanges(since: number, waitMilliseconds: number): Promise<ClusterTableDelta> {
    const { table } = this.#state;
    await this.#tableWaiters.until(() => table.hasChangesSince(since), waitMilliseconds);
    return table.changesSince(since);
  }

  async join(namespace: string): Promise<Membership | null> {
    if (this.#state.namespace(namespace) === undefined) return null;
    const { serviceIPFamilies, info } = this.#config;
    return { cluster: info(this.#state), serviceIPFamilies, podBlocks: this.#book.blocksOf(namespace) };
  }

  async hold(namespace: string, held: readonly HeldAllocation[]): Promise<void> {
    this.#transaction(() => this.#book.repair(namespace, held));
  }

  async allocate(_namespace: string, orders: readonly ReserveOrder[]): Promise<readonly AllocationAnswer[]> {
    return this.#transaction(() => orders.map((order) => this.#book.allocate(order)));
  }

  async release(namespace: string, allocations: readonly Allocation[]): Promise<void> {
    this.#transaction(() => this.#book.release(namespace, allocations));
  }

  async addPodBlock(namespace: string): Promise<string | null> {
    const block = this.#transaction(() => this.#book.addPodBlock(namespace));
    this.#changed(true);
    return block;
  }

  async begin(namespace: string, revisions: number, creates: boolean): Promise<BeginAnswer> {
    const object = this.#state.namespace(namespace);
    if (creates && object === undefined)
      return { ok: false, status: notFound({ group: "", resource: "namespaces" }, namespace) };
    if (creates && object !== undefined && isTerminating(object)) return { ok: false, status: noNewContent(namespace) };
    const { ledger } = this.#state;
    if (revisions === 0) return { ok: true, first: ledger.last + 1 };
    const first = this.#transaction(() => ledger.open(namespace, revisions, host.now()));
    this.#settleLater();
    return { ok: true, first };
  }

  async close(
    namespace: string,
    first: number,
    versions: readonly Version[],
    released: readonly Allocation[],
  ): Promise<void> {
    if (!this.#state.ledger.isOpen(first)) return;
    this.#transaction(() => {
      this.#state.replicate(first, versions);
      this.#book.release(namespace, released);
    });
    this.#changed(this.#state.tabulate(versions));
  }

  override async alarm(): Promise<void> {
    this.#transaction(() => compactionTick(this.#state.versions, this.#state.head()));
    await this.ctx.storage.setAlarm(host.now() + COMPACTION_MILLISECONDS);
  }

  #transaction<T>(work: () => T): T {
    return this.ctx.storage.transactionSync(work);
  }

  #changed(factsTouched: boolean): void {
    if (factsTouched) this.#state.updateFacts(this.#book.podBlocks);
    this.#state.publish();
    this.#tableWaiters.wake();
    this.#frontierWaiters.wake();
  }

  /** What was under way when the last instance ended. */
  async #resume(created: readonly string[]): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(host.now() + COMPACTION_MILLISECONDS);
    await this.#settle(host.now());
    this.#settleLater();
    for (const namespace of created) await this.#startNamespace(namespace);
    await this.#finishTerminating();
  }

  /** The namespace's controllers make what every namespace has; should this be lost, the namespace's first use does it. */
  async #startNamespace(namespace: string): Promise<void> {
    await this.#namespaceStore(namespace)
      .start()
      .catch((error: unknown) => console.error(`namespace ${namespace} did not start`, error));
  }

  #namespaceStore(namespace: string) {
    return namespaceStore(this.env, this.ctx.id.name ?? "", namespace);
  }

  /** Empties namespaces that are being deleted, and removes those that are empty. */
  async #finishTerminating(): Promise<void> {
    for (const { metadata } of this.#state.terminatingNamespaces()) {
      const left = await this.#namespaceStore(metadata.name)
        .purge()
        .catch(() => Number.POSITIVE_INFINITY);
      if (left === 0) this.#changed(this.#transaction(() => removeNamespace(this.#state, this.#book, metadata.name)));
      else setTimeout(() => void this.#finishTerminating(), RETRY_MILLISECONDS);
    }
  }

  /** Resolves when everything that was open is closed. */
  async #quiesce(): Promise<void> {
    const target = this.#state.ledger.last;
    await this.#frontierWaiters.until(() => this.#state.head() >= target, QUIESCE_MILLISECONDS);
  }

  #settleLater(): void {
    if (this.#settling || !this.#state.ledger.hasOpen) return;
    this.#settling = true;
    setTimeout(() => {
      void this.#settle(host.now() - SETTLE_AFTER_MILLISECONDS).finally(() => {
        this.#settling = false;
        this.#settleLater();
      });
    }, SETTLE_AFTER_MILLISECONDS);
  }

  /** Asks the namespaces of transactions that were never closed what became of them. */
  async #settle(openedBefore: number): Promise<void> {
    for (const { first, revisions, namespace } of this.#state.ledger.openSinceBefore(openedBefore)) {
      const versions = await this.#namespaceStore(namespace)
        .settle(first, revisions)
        .catch(() => null);
      if (versions !== null) await this.close(namespace, first, versions, []);
    }
  }
}
