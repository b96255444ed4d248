/** One cluster: its Namespaces and Nodes, its revisions and allocations, and every all-namespace read. Named `<cluster>`. */
import { DurableObject } from "cloudflare:workers";
import type { CustomResourceDefinition } from "../shared/api/apiextensions-v1/custom-resource-definition.ts";
import type { Result, Status } from "../shared/api/meta-v1/status.ts";
import type { IngressClass } from "../shared/api/networking-v1/ingress-class.ts";
import type { RouteTableDelta } from "../shared/gateway/ir.ts";
import { notFound, refuse, unknownPath } from "../shared/apimachinery/status.ts";
import type { EndpointIndexDelta } from "../shared/proxy/endpoint-index.ts";
import type { ClusterTableDelta } from "../shared/proxy/table.ts";
import { isTerminating, noNewContent } from "../shared/registry/core-v1/namespace/lifecycle.ts";
import { defaultIngressClass } from "../shared/registry/networking-v1/ingress-class/default-class.ts";
import {
  CUSTOM_RESOURCE_DEFINITIONS,
  INGRESS_CLASSES,
  IP_ADDRESSES,
  SERVICE_CIDRS,
} from "../shared/registry/resource-keys.ts";
import type { DefinitionReference, ResourceKey, ResourceKind } from "../shared/registry/resource-kind.ts";
import type {
  ExchangeAnswer,
  ExchangeRequest,
  HeldAllocation,
  LedgerRpc,
  Membership,
  PodBlockGrant,
} from "../shared/storage/ledger-rpc.ts";
import type { Answer, ListPage, ListQuery, Mutation, WatchQuery } from "../shared/storage/mutation.ts";
import { putInBody } from "../shared/storage/mutation-body.ts";
import { bookmarkLine, openWatch, readList, readObject } from "../shared/storage/reader.ts";
import type { ClusterStoreRpc, DefinitionIndex } from "../shared/storage/store-rpc.ts";
import type { Overlay } from "../shared/storage/overlay.ts";
import { VersionStore, type Version } from "../shared/storage/version-store.ts";
import type { Env } from "../workers/env.ts";
import { AdmissionBook, POLICY_RESOURCES } from "./admission-book.ts";
import { AllocationBook } from "./allocation-book.ts";
import { clusterConfig, clusterZones, type ClusterConfig } from "./cluster-config.ts";
import { ClusterState } from "./cluster-state.ts";
import { bootstrap, clearClusterScoped, mutateClusterScoped, settleRanges, takeRanges } from "./cluster-writes.ts";
import { DefinitionDeletion, terminatingDefinitions } from "./definition-deletion.ts";
import { COMPACTION_MILLISECONDS, compactionTick } from "./history.ts";
import { host } from "./host.ts";
import { KindResolver, type KindRequest } from "./kind-resolver.ts";
import { NOTHING_ASKED } from "./ledger-client.ts";
import { NamespaceDeletion } from "./namespace-deletion.ts";
import { NO_TABLE_VERSION, noEndpoints, noRouteTable, noTable } from "./no-cluster.ts";
import { Settling } from "./settling.ts";
import { namespaceStore } from "./stubs.ts";
import { concernedBy, NamespaceTeller } from "./tell-namespaces.ts";
import { Waiters } from "./waiters.ts";
import { watchStream, type WatchAnswer } from "./watch-stream.ts";

/** All-namespace reads wait this long for transactions that were open when they came. */
const QUIESCE_MILLISECONDS = 5_000;
/** A table is asked for by the data plane, which would rather have the one of now than wait for long. */
const TABLE_QUIESCE_MILLISECONDS = 100;

/** Writes to these change what addresses there are to give. */
const RANGE_RESOURCES: ReadonlySet<ResourceKey> = new Set([SERVICE_CIDRS, IP_ADDRESSES]);

/** What a cluster consists of, once it exists. */
interface Cluster {
  readonly state: ClusterState;
  readonly book: AllocationBook;
  readonly settling: Settling;
  readonly namespaceDeletion: NamespaceDeletion;
  readonly definitionDeletion: DefinitionDeletion;
  readonly admission: AdmissionBook;
  readonly teller: NamespaceTeller;
}

type ChangeSource = Pick<ClusterState["table"], "hasChangesSince">;

export class ClusterStore extends DurableObject<Env> implements ClusterStoreRpc, LedgerRpc {
  readonly #config: ClusterConfig;
  readonly #kinds = new KindResolver(
    async (name) => this.#state.view.get(CUSTOM_RESOURCE_DEFINITIONS, name) as CustomResourceDefinition | undefined,
  );
  readonly #tableWaiters = new Waiters();
  /** Null for a cluster that nobody has used yet. */
  #cluster: Cluster | null = null;
  /** ServiceCIDRs or IPAddresses were written: the book has to look at them anew. */
  #rangesChanged = false;
  #isAlarmSet = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = clusterConfig(env);
    if (VersionStore.existsIn(ctx.storage.sql)) this.#opened();
  }

  async mutate(sent: Mutation, body?: string): Promise<Answer> {
    const mutation = putInBody(sent, body);
    const kind = await this.#kindFor(mutation);
    if (kind === undefined) return { ok: false, status: unknownPath() };
    const { state, book, admission, settling } = this.#opened();
    // A policy's parameters may have been written a moment ago.
    if (POLICY_RESOURCES.has(mutation.resource)) await settling.quiesce(QUIESCE_MILLISECONDS);
    const outcome = mutateClusterScoped(state, this.#config, kind, mutation, admission.own);
    this.#rangesChanged ||= RANGE_RESOURCES.has(mutation.resource);
    this.#changed(outcome.touched);
    await this.#tell(new Set([...concernedBy(outcome, state, book), ...admission.changed(outcome.changes)]));
    for (const namespace of outcome.createdNamespaces) this.ctx.waitUntil(this.#startNamespace(namespace));
    if (this.#state.terminatingNamespaces().length > 0) this.ctx.waitUntil(this.#opened().namespaceDeletion.run());
    if (terminatingDefinitions(this.#state).length > 0) this.ctx.waitUntil(this.#opened().definitionDeletion.run());
    return outcome.answer;
  }

  async get(
    resource: ResourceKey,
    namespace: string,
    name: string,
    definition?: DefinitionReference,
  ): Promise<Result<string>> {
    // These follow from what namespaces have written: whoever has created a Service finds its address.
    if (resource === IP_ADDRESSES) await this.#settling.quiesce(QUIESCE_MILLISECONDS);
    const kind = await this.#kindFor({ resource, ...(definition === undefined ? {} : { definition }) });
    return kind === undefined ? refuse(unknownPath()) : readObject(this.#state, kind, namespace, name);
  }

  async list(query: ListQuery): Promise<Result<ListPage>> {
    await this.#settling.quiesce(QUIESCE_MILLISECONDS);
    const kind = await this.#kindFor(query);
    return kind === undefined ? refuse(unknownPath()) : readList(this.#state, kind, query);
  }

  async watch(query: WatchQuery): Promise<WatchAnswer> {
    await this.#settling.quiesce(QUIESCE_MILLISECONDS);
    const kind = await this.#kindFor(query);
    if (kind === undefined) return { ok: false, status: unknownPath() };
    const bookmark = (): string => bookmarkLine(kind, this.#state.head(), false);
    return watchStream(query, (sink) => openWatch(this.#state, kind, query, sink), bookmark);
  }

  async definitions(since: number): Promise<DefinitionIndex | null> {
    const at = this.#state.definitionsChangedAt;
    return at === since ? null : { at, revisions: this.#state.definitions() };
  }

  /** Resolves when the namespaces have heard what the cluster is to them, or when that takes too long. */
  async #tell(namespaces: ReadonlySet<string>): Promise<void> {
    if (namespaces.size === 0) return;
    const told = this.#opened().teller.tell(namespaces);
    this.ctx.waitUntil(told.all);
    await told.inTime;
  }

  /** The definition as it is now, whatever the caller knew of it. */
  #kindFor({ resource, definition }: KindRequest): ResourceKind | undefined | Promise<ResourceKind | undefined> {
    if (definition === undefined) return this.#kinds.resolve({ resource });
    const current = this.#state.view.get(CUSTOM_RESOURCE_DEFINITIONS, resource);
    if (current === undefined) return undefined;
    const revision = Number(current.metadata.resourceVersion);
    return this.#kinds.resolve({ resource, definition: { ...definition, revision } });
  }

  async tableChanges(since: number, waitMilliseconds: number): Promise<ClusterTableDelta> {
    await this.#untilNews(({ table }) => table, since, waitMilliseconds);
    return this.#cluster?.state.table.changesSince(since) ?? noTable(clusterZones(this.#config));
  }

  async endpointChanges(since: number, waitMilliseconds: number): Promise<EndpointIndexDelta> {
    await this.#untilNews(({ endpoints }) => endpoints, since, waitMilliseconds);
    return this.#cluster?.state.endpoints.changesSince(since) ?? noEndpoints();
  }

  async routeChanges(since: number, waitMilliseconds: number): Promise<RouteTableDelta> {
    await this.#untilNews(({ routes }) => routes, since, waitMilliseconds);
    return this.#cluster?.state.routes.changesSince(since) ?? noRouteTable();
  }

  /** The questions that the outside may cause, by asking for a name: they bring no cluster into being. */
  async #untilNews(of: (state: ClusterState) => ChangeSource, since: number, waitMilliseconds: number): Promise<void> {
    // Who does not wait for changes has met with a refusal, perhaps of what was created a moment ago.
    if (waitMilliseconds === 0 && this.#cluster !== null) await this.#settling.quiesce(TABLE_QUIESCE_MILLISECONDS);
    const isNews = (): boolean =>
      this.#cluster === null ? since < NO_TABLE_VERSION : of(this.#cluster.state).hasChangesSince(since);
    await this.#tableWaiters.until(isNews, waitMilliseconds);
  }

  async join(namespace: string): Promise<Membership | null> {
    const object = this.#state.namespace(namespace);
    if (object === undefined) return null;
    const { serviceIPFamilies } = this.#config;
    return {
      cluster: this.#opened().teller.infoFor(namespace),
      serviceIPFamilies,
      podBlocks: this.#book.blocksOf(namespace),
      isTerminating: isTerminating(object),
    };
  }

  async hold(namespace: string, held: readonly HeldAllocation[]): Promise<void> {
    this.#transaction(() => this.#book.repair(namespace, held));
  }

  async addPodBlock(namespace: string): Promise<PodBlockGrant> {
    const block = this.#transaction(() => this.#book.addPodBlock(namespace));
    this.#changed(true);
    return { block, cluster: this.#opened().teller.infoFor(namespace) };
  }

  async exchange(namespace: string, request: ExchangeRequest): Promise<ExchangeAnswer> {
    const { closing, released, creates } = request;
    const { ledger } = this.#state;
    const news: Version[] = [];
    const answer = this.#transaction(() => {
      for (const one of closing) news.push(...this.#state.replicate(one));
      this.#book.release(namespace, released);
      const refusal = creates ? this.#refuseContent(namespace) : null;
      const granted = refusal === null ? this.#grant(namespace, request) : ({ ok: false, status: refusal } as const);
      ledger.write();
      return granted;
    });
    if (closing.length > 0) this.#changed(this.#state.tabulate(news));
    this.ctx.waitUntil(this.#tell(this.#opened().admission.written(news.map(({ resource }) => resource))));
    this.#settling.settleLater();
    return answer;
  }

  #grant(namespace: string, { orders, revisions }: ExchangeRequest): ExchangeAnswer {
    const { ledger, view } = this.#state;
    const defaultClass = defaultIngressClass(view.list(INGRESS_CLASSES) as Iterable<IngressClass>);
    const grants = orders.map((order) => this.#book.allocate(order, defaultClass));
    const first = revisions === 0 ? ledger.last + 1 : ledger.open(namespace, revisions, host.now());
    return { ok: true, grants, first };
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
    const isBusy =
      ledger.hasOpen ||
      this.#state.terminatingNamespaces().length > 0 ||
      terminatingDefinitions(this.#state).length > 0;
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

  get #settling(): Settling {
    return this.#opened().settling;
  }

  get #book(): AllocationBook {
    return this.#opened().book;
  }

  /** The cluster, which comes into being when it is first used. */
  #opened(): Cluster {
    if (this.#cluster !== null) return this.#cluster;
    const { serviceRanges, podRanges } = this.#config;
    const book = new AllocationBook(this.ctx.storage.sql, host, serviceRanges, podRanges);
    const settle = (overlay: Overlay): void => {
      settleRanges(overlay, this.#config);
      this.#rangesChanged = true;
    };
    const state = new ClusterState(this.ctx.storage, clusterZones(this.#config), book.podBlocks, settle);
    const storeOf = (namespace: string) => this.#namespaceStore(namespace);
    const settling = new Settling({
      ledger: state.ledger,
      storeOf,
      close: (namespace, closing) => this.exchange(namespace, { ...NOTHING_ASKED, closing: [closing], released: [] }),
      waitUntil: (promise) => this.ctx.waitUntil(promise),
    });
    const namespaceDeletion = new NamespaceDeletion({
      state,
      book,
      storeOf,
      transaction: (work) => this.#transaction(work),
      changed: (gone) => this.#changed(gone),
    });
    const definitionDeletion = new DefinitionDeletion({
      state,
      storeOf,
      clear: (resource) => {
        const left = clearClusterScoped(state, this.#config, resource);
        this.#changed(false);
        return left;
      },
      changed: () => this.#changed(false),
    });
    const created = bootstrap(state, this.#config);
    state.updateFacts(book.podBlocks);
    takeRanges(state, book);
    const admission = new AdmissionBook(state);
    const teller = new NamespaceTeller(() => this.#config.info(state), admission, storeOf);
    this.#cluster = { state, book, settling, namespaceDeletion, definitionDeletion, admission, teller };
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
    if (this.#rangesChanged) takeRanges(this.#state, this.#book);
    this.#rangesChanged = false;
    this.#setAlarm();
    if (factsTouched) this.#state.updateFacts(this.#book.podBlocks);
    this.#state.publish();
    this.#tableWaiters.wake();
    this.#settling.wake();
  }

  /** What was under way when the last instance ended. */
  async #resume(created: readonly string[]): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) this.#isAlarmSet = true;
    this.#setAlarm();
    await this.#settling.settleAll();
    for (const namespace of created) await this.#startNamespace(namespace);
    await this.#opened().namespaceDeletion.run();
    await this.#opened().definitionDeletion.run();
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
}
