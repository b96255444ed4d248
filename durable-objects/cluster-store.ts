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
import { VersionStore } from "../shared/storage/version-store.ts";
import type { Env } from "../workers/env.ts";
import { AllocationBook } from "./allocation-book.ts";
import { clusterConfig, type ClusterConfig } from "./cluster-config.ts";
import { ClusterState, type ClusterZones } from "./cluster-state.ts";
import { bootstrap, mutateClusterScoped } from "./cluster-writes.ts";
import { COMPACTION_MILLISECONDS, compactionTick } from "./history.ts";
import { host } from "./host.ts";
import type { OpenTransaction } from "./ledger.ts";
import { NamespaceDeletion } from "./namespace-deletion.ts";
import { namespaceStore } from "./stubs.ts";
import { Waiters } from "./waiters.ts";
import { watchStream, type WatchAnswer } from "./watch-stream.ts";

/** A transaction open for longer belongs to a store that has died, or to one that can say so. */
const SETTLE_AFTER_MILLISECONDS = 2_000;
/** All-namespace reads wait this long for transactions that were open when they came. */
const QUIESCE_MILLISECONDS = 5_000;

/** What a cluster consists of, once it exists. */
interface Cluster {
  readonly state: ClusterState;
  readonly book: AllocationBook;
  readonly namespaceDeletion: NamespaceDeletion;
}

/** The version of the table of a cluster that does not exist. */
const NO_TABLE_VERSION = 0;

const zonesOf = ({ clusterDomain, externalZone }: ClusterConfig): ClusterZones =>
  externalZone === undefined ? { clusterDomain } : { clusterDomain, externalZone };

const noTable = (config: ClusterConfig): ClusterTableDelta => ({
  revision: NO_TABLE_VERSION,
  full: true,
  facts: { ...zonesOf(config), namespaces: [], nodes: [], imageRules: {}, podBlocks: [] },
  upserted: [],
  removed: [],
});

export class ClusterStore extends DurableObject<Env> implements ClusterStoreRpc, LedgerRpc {
  readonly #config: ClusterConfig;
  readonly #tableWaiters = new Waiters();
  readonly #frontierWaiters = new Waiters();
  /** Null for a cluster that nobody has used yet. */
  #cluster: Cluster | null = null;
  #settling = false;
  #isAlarmSet = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = clusterConfig(env);
    if (VersionStore.existsIn(ctx.storage.sql)) this.#opened();
  }

  async mutate(mutation: Mutation): Promise<Answer> {
    const outcome = mutateClusterScoped(this.#state, this.#config, mutation);
    this.#changed(outcome.touched);
    for (const namespace of outcome.createdNamespaces) this.ctx.waitUntil(this.#startNamespace(namespace));
    if (this.#state.terminatingNamespaces().length > 0) this.ctx.waitUntil(this.#opened().namespaceDeletion.run());
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

  /** The one question that the outside may cause, by asking DNS for a name: it brings no cluster into being. */
  async tableChanges(since: number, waitMilliseconds: number): Promise<ClusterTableDelta> {
    const changed = (): boolean => this.#cluster?.state.table.hasChangesSince(since) ?? since < NO_TABLE_VERSION;
    await this.#tableWaiters.until(changed, waitMilliseconds);
    return this.#cluster?.state.table.changesSince(since) ?? noTable(this.#config);
  }

  async join(namespace: string): Promise<Membership | null> {
    const object = this.#state.namespace(namespace);
    if (object === undefined) return null;
    const { serviceIPFamilies, info } = this.#config;
    return {
      cluster: info(this.#state),
      serviceIPFamilies,
      podBlocks: this.#book.blocksOf(namespace),
      isTerminating: isTerminating(object),
    };
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
      for (const one of closing) this.#state.replicate(one);
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
    this.#isAlarmSet = false;
    const { versions, ledger, head } = this.#state;
    this.#transaction(() => compactionTick(versions, head()));
    // A cluster in which nothing happens is left asleep; what is under way goes on when the alarm wakes it.
    const isBusy = ledger.hasOpen || this.#state.terminatingNamespaces().length > 0;
    if (versions.horizon < head() || isBusy) this.#setAlarm();
  }

  #setAlarm(): void {
    if (this.#isAlarmSet) return;
    this.#isAlarmSet = true;
    void this.ctx.storage.setAlarm(host.now() + COMPACTION_MILLISECONDS);
  }

  get #state(): ClusterState {
    return this.#opened().state;
  }

  get #book(): AllocationBook {
    return this.#opened().book;
  }

  /** The cluster, which comes into being when it is first used. */
  #opened(): Cluster {
    if (this.#cluster !== null) return this.#cluster;
    const { serviceRanges, podRanges } = this.#config;
    const book = new AllocationBook(this.ctx.storage.sql, host, serviceRanges, podRanges);
    const state = new ClusterState(this.ctx.storage, zonesOf(this.#config), book.podBlocks);
    const namespaceDeletion = new NamespaceDeletion({
      state,
      book,
      storeOf: (namespace) => this.#namespaceStore(namespace),
      transaction: (work) => this.#transaction(work),
      changed: (gone) => this.#changed(gone),
    });
    const created = bootstrap(state, this.#config);
    state.updateFacts(book.podBlocks);
    this.#cluster = { state, book, namespaceDeletion };
    this.#tableWaiters.wake();
    this.ctx.waitUntil(this.#resume(created));
    return this.#cluster;
  }

  #transaction<T>(work: () => T): T {
    try {
      return this.ctx.storage.transactionSync(work);
    } catch (error) {
      // The rows are as they were before, and what is in memory may not be: the next instance reads it from the rows.
      this.ctx.abort(`a transaction failed: ${String(error)}`);
      throw error;
    }
  }

  #changed(factsTouched: boolean): void {
    this.#setAlarm();
    if (factsTouched) this.#state.updateFacts(this.#book.podBlocks);
    this.#state.publish();
    this.#tableWaiters.wake();
    this.#frontierWaiters.wake();
  }

  /** What was under way when the last instance ended. */
  async #resume(created: readonly string[]): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) this.#isAlarmSet = true;
    this.#setAlarm();
    await this.#settle(host.now());
    this.#settleLater();
    for (const namespace of created) await this.#startNamespace(namespace);
    await this.#opened().namespaceDeletion.run();
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
    for (const open of this.#state.ledger.openSinceBefore(openedBefore)) await this.#settleOne(open);
  }

  async #settleOne({ first, revisions, namespace }: OpenTransaction): Promise<void> {
    const upTo = first + revisions - 1;
    const nothing = { released: [], orders: [], revisions: 0, creates: false };
    let after = first - 1;
    for (let more = true; more;) {
      const settled = await this.#namespaceStore(namespace)
        .settle(first, after, upTo)
        .catch(() => null);
      if (settled === null) return;
      await this.exchange(namespace, { ...nothing, closing: [{ first, ...settled }] });
      after = settled.versions.at(-1)?.revision ?? upTo;
      ({ more } = settled);
    }
  }
}
