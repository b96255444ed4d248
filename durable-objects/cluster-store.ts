/** One cluster: its Namespaces and Nodes, its revisions and allocations, and every all-namespace read. Named `<cluster>`. */
import { DurableObject } from "cloudflare:workers";
import type { Result, Status } from "../shared/api/meta-v1/status.ts";
import type { IngressClass } from "../shared/api/networking-v1/ingress-class.ts";
import { notFound } from "../shared/apimachinery/status.ts";
import type { ClusterTableDelta } from "../shared/proxy/table.ts";
import { isTerminating, noNewContent } from "../shared/registry/core-v1/namespace/lifecycle.ts";
import { kindOf } from "../shared/registry/index.ts";
import { defaultIngressClasses } from "../shared/registry/networking-v1/ingress-class/default-class.ts";
import { INGRESS_CLASSES, IP_ADDRESSES } from "../shared/registry/resource-keys.ts";
import type { ResourceKey } from "../shared/registry/resource-kind.ts";
import type {
  ExchangeAnswer,
  ExchangeRequest,
  HeldAllocation,
  LedgerRpc,
  Membership,
} from "../shared/storage/ledger-rpc.ts";
import type { Answer, ListPage, ListQuery, Mutation, WatchQuery } from "../shared/storage/mutation.ts";
import { bookmarkLine, openWatch, readList, readObject } from "../shared/storage/reader.ts";
import type { ClusterStoreRpc } from "../shared/storage/store-rpc.ts";
import type { Env } from "../workers/env.ts";
import { AllocationBook } from "./allocation-book.ts";
import { clusterConfig, type ClusterConfig } from "./cluster-config.ts";
import { ClusterState } from "./cluster-state.ts";
import { bootstrap, mutateClusterScoped } from "./cluster-writes.ts";
import { COMPACTION_MILLISECONDS, compactionTick } from "./history.ts";
import { host } from "./host.ts";
import { NamespaceDeletion } from "./namespace-deletion.ts";
import { namespaceStore } from "./stubs.ts";
import { Waiters } from "./waiters.ts";
import { watchStream, type WatchAnswer } from "./watch-stream.ts";

/** A transaction open for longer belongs to a store that has died, or to one that can say so. */
const SETTLE_AFTER_MILLISECONDS = 2_000;
/** All-namespace reads wait this long for transactions that were open when they came. */
const QUIESCE_MILLISECONDS = 5_000;

export class ClusterStore extends DurableObject<Env> implements ClusterStoreRpc, LedgerRpc {
  readonly #config: ClusterConfig;
  readonly #book: AllocationBook;
  readonly #state: ClusterState;
  readonly #tableWaiters = new Waiters();
  readonly #frontierWaiters = new Waiters();
  readonly #namespaceDeletion: NamespaceDeletion;
  #settling = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = clusterConfig(env);
    const { serviceRanges, podRanges, clusterDomain } = this.#config;
    this.#book = new AllocationBook(ctx.storage.sql, host, serviceRanges, podRanges);
    this.#state = new ClusterState(ctx.storage, clusterDomain, this.#book.podBlocks);
    this.#namespaceDeletion = new NamespaceDeletion({
      state: this.#state,
      book: this.#book,
      storeOf: (namespace) => this.#namespaceStore(namespace),
      changed: (gone) => this.#changed(gone),
    });
    const created = bootstrap(this.#state, this.#book, this.#config);
    this.#state.updateFacts(this.#book.podBlocks);
    ctx.waitUntil(this.#resume(created));
  }

  async mutate(mutation: Mutation): Promise<Answer> {
    const outcome = mutateClusterScoped(this.#state, this.#config, mutation);
    this.#changed(outcome.touched);
    for (const namespace of outcome.createdNamespaces) this.ctx.waitUntil(this.#startNamespace(namespace));
    if (this.#state.terminatingNamespaces().length > 0) this.ctx.waitUntil(this.#namespaceDeletion.run());
    return outcome.answer;
  }

  async get(resource: ResourceKey, namespace: string, name: string): Promise<Result<string>> {
    // These follow from what namespaces have written: whoever has created a Service finds its address.
    if (resource === IP_ADDRESSES) await this.#quiesce();
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

  async addPodBlock(namespace: string): Promise<string | null> {
    const block = this.#transaction(() => this.#book.addPodBlock(namespace));
    this.#changed(true);
    return block;
  }

  async exchange(namespace: string, request: ExchangeRequest): Promise<ExchangeAnswer> {
    const { closing, released, orders, revisions, creates } = request;
    const { ledger } = this.#state;
    // What was closed already, by an earlier attempt or by settling, is no news.
    const news = closing.filter(({ first }) => ledger.isOpen(first)).flatMap(({ versions }) => versions);
    const answer = this.#transaction((): ExchangeAnswer => {
      for (const { first, versions } of closing) this.#state.replicate(first, versions);
      this.#book.release(namespace, released);
      const refusal = creates ? this.#refuseContent(namespace) : null;
      if (refusal !== null) return { ok: false, status: refusal };
      const classes = defaultIngressClasses(this.#state.view.list(INGRESS_CLASSES) as Iterable<IngressClass>);
      const grants = orders.map((order) => this.#book.allocate(order, classes));
      const first = revisions === 0 ? ledger.last + 1 : ledger.open(namespace, revisions, host.now());
      return { ok: true, grants, first };
    });
    if (closing.length > 0) this.#changed(this.#state.tabulate(news));
    this.#settleLater();
    return answer;
  }

  /** Why a namespace takes no new objects, or null. */
  #refuseContent(namespace: string): Status | null {
    const object = this.#state.namespace(namespace);
    if (object === undefined) return notFound({ group: "", resource: "namespaces" }, namespace);
    return isTerminating(object) ? noNewContent(namespace) : null;
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
    await this.#namespaceDeletion.run();
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
      if (versions === null) continue;
      await this.exchange(namespace, {
        closing: [{ first, versions }],
        released: [],
        orders: [],
        revisions: 0,
        creates: false,
      });
    }
  }
}
