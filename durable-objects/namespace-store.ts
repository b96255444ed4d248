/** One namespace of one cluster: its objects, their history, its controllers, its table. Named `<cluster>/<namespace>`. */
import { DurableObject } from "cloudflare:workers";
import type { Result } from "../shared/api/meta-v1/status.ts";
import { notFound, refuse, unknownPath } from "../shared/apimachinery/status.ts";
import type { ClusterInfo } from "../shared/controllers/controller.ts";
import { controllers, nodeControllers } from "../shared/controllers/index.ts";
import { allTimers, type TimerKey } from "../shared/controllers/run.ts";
import type { Surroundings } from "../shared/controllers/transact.ts";
import type { ServedLine, ServedPage } from "../shared/kubelet/served-log.ts";
import type { NamespaceTableDelta } from "../shared/proxy/table.ts";
import { IMAGE_RULES_CONFIG_MAP } from "../shared/proxy/image-rules.ts";
import { podAddressPool, type PodAddressPool } from "../shared/registry/allocation/pod-address-pool.ts";
import type { NamespaceContent } from "../shared/registry/core-v1/namespace/deletion-conditions.ts";
import { kindOf } from "../shared/registry/index.ts";
import type { LeaseBody, Registration } from "../shared/registry/registration/registration.ts";
import { CONFIG_MAPS } from "../shared/registry/resource-keys.ts";
import type { DefinitionReference, ResourceKey } from "../shared/registry/resource-kind.ts";
import { partsOf, type Membership, type NamespaceMemberRpc, type Settled } from "../shared/storage/ledger-rpc.ts";
import { parseRevision } from "../shared/storage/list-options.ts";
import type { Answer, ListPage, ListQuery, Mutation, WatchQuery } from "../shared/storage/mutation.ts";
import { bookmarkLine, openWatch, readList, readObject } from "../shared/storage/reader.ts";
import type { NamespaceStoreRpc, Registered } from "../shared/storage/store-rpc.ts";
import type { Env } from "../workers/env.ts";
import { CommitLoop } from "./commit-loop.ts";
import { COMPACTION_MILLISECONDS, compactionTick } from "./history.ts";
import { HealthChecks, leasesWithHealth } from "./health-checks.ts";
import { host } from "./host.ts";
import { ImageRulesCache } from "./image-rules.ts";
import { LeaseBook } from "./lease-book.ts";
import { KindResolver, readDefinition } from "./kind-resolver.ts";
import { LedgerClient } from "./ledger-client.ts";
import { NamespaceState } from "./namespace-state.ts";
import { ProbeRunner } from "./probe-runner.ts";
import { forgetServices, leaseTimer, leaseTimers, Registrar } from "./registrar.ts";
import { clusterStore, namespaceStore, type ClusterStoreFace } from "./stubs.ts";
import { ServedRequests } from "./served-requests.ts";
import { TallyStore } from "./tally-store.ts";
import { Waiters } from "./waiters.ts";
import { watchStream, type WatchAnswer } from "./watch-stream.ts";

/** Work that could not be done is tried again after this. */
const RETRY_MILLISECONDS = 1_000;
/** An alarm that is this near is not moved: moved while it goes off, it would be reported as a mismatch by the runtime. */
const ALARM_SLACK_MILLISECONDS = 50;

/** A namespace that exists: what it holds and what works on it. */
interface Member {
  readonly state: NamespaceState;
  readonly loop: CommitLoop;
  readonly probes: ProbeRunner;
  readonly leases: LeaseBook;
  readonly registrar: Registrar;
}

/** What ClusterStore has said, which changes while the namespace is there. */
interface Joined extends Omit<Membership, "cluster"> {
  cluster: ClusterInfo;
  readonly podBlocks: string[];
}

export class NamespaceStore extends DurableObject<Env> implements NamespaceStoreRpc, NamespaceMemberRpc {
  readonly #waiters = new Waiters();
  readonly #kinds = new KindResolver((name) => readDefinition(this.#cluster, name));
  readonly #served = new ServedRequests();
  readonly #ledger = new LedgerClient(
    this.#namespace,
    () => this.#cluster,
    () => this.#stored().held(),
  );
  #joining: Promise<Member | null> | null = null;
  #state: NamespaceState | null = null;
  #loop: CommitLoop | null = null;
  #probes: ProbeRunner | null = null;
  #leases: LeaseBook | null = null;
  #health: HealthChecks | null = null;
  #membership: Joined | null = null;
  #alarm: number | null = null;
  #compactionDue: number | null = null;
  /** When what controllers have left undone goes on: at once, but for a failure. */
  #backlogDue = 0;

  async mutate(mutation: Mutation): Promise<Answer> {
    const member = await this.#member();
    if (member === null) return this.#refuse(mutation);
    const found = this.#kinds.resolve(mutation);
    const target = found instanceof Promise ? await found : found;
    if (target === undefined) return { ok: false, status: unknownPath() };
    return member.loop.submit({ kind: "mutation", target, mutation, grants: null });
  }

  async get(
    resource: ResourceKey,
    namespace: string,
    name: string,
    definition?: DefinitionReference,
  ): Promise<Result<string>> {
    const member = await this.#member();
    const kind = await this.#kinds.resolve({ resource, ...(definition === undefined ? {} : { definition }) });
    if (kind === undefined) return refuse(unknownPath());
    if (member === null) return refuse(notFound({ group: kind.group, resource: kind.plural }, name));
    return readObject(member.state, kind, namespace, name);
  }

  async list(query: ListQuery): Promise<Result<ListPage>> {
    const member = await this.#member();
    if (member === null) return this.#cluster.list(query);
    await this.#catchUp(member, query.resourceVersion);
    const kind = await this.#kinds.resolve(query);
    return kind === undefined ? refuse(unknownPath()) : readList(member.state, kind, query);
  }

  async watch(query: WatchQuery): Promise<WatchAnswer> {
    const kind = await this.#kinds.resolve(query);
    if (kind === undefined) return { ok: false, status: unknownPath() };
    const member = await this.#member();
    // A watch on a namespace that does not exist yet is legal: it waits in ClusterStore, which sees every namespace.
    if (member === null) return this.#cluster.watch(query);
    await this.#catchUp(member, query.resourceVersion);
    const bookmark = (): string => bookmarkLine(kind, member.state.head(), false);
    return watchStream(query, (sink) => openWatch(member.state, kind, query, sink), bookmark);
  }

  async tableChanges(since: number, waitMilliseconds: number): Promise<NamespaceTableDelta> {
    const member = await this.#member();
    if (member === null) {
      // Who knows already that there is nothing may wait for something.
      if (since === 0) await this.#waiters.until(() => this.#joining !== null, waitMilliseconds);
      return { revision: 0, full: true, upserted: [], removed: [] };
    }
    const { table } = member.state;
    await this.#waiters.until(() => table.hasChangesSince(since), waitMilliseconds);
    return table.changesSince(since);
  }

  async register(service: string, registration: Registration): Promise<Result<Registered>> {
    const member = await this.#member();
    return member === null ? this.#noNamespace() : member.registrar.register(service, registration);
  }

  async deregister(service: string, id: string | null): Promise<Result<null>> {
    const member = await this.#member();
    return member === null ? this.#noNamespace() : member.registrar.deregister(service, id);
  }

  async registrations(service: string): Promise<Result<readonly LeaseBody[]>> {
    const member = await this.#member();
    return member === null ? this.#noNamespace() : member.registrar.list(service);
  }

  async served(lines: readonly ServedLine[]): Promise<void> {
    const member = await this.#member();
    if (member === null) return;
    this.#served.take(lines, member.state.view);
  }

  async servedBy(uid: string, container: string, after: number, waitMilliseconds: number): Promise<ServedPage> {
    return this.#served.after(uid, container, after, waitMilliseconds);
  }

  async start(): Promise<void> {
    await this.#member();
  }

  async clusterChanged(cluster: ClusterInfo): Promise<void> {
    const member = await this.#member();
    if (member === null) return;
    this.#joined().cluster = cluster;
    await this.#reconcile(member, [...allTimers(member.state.view, nodeControllers)]);
    this.#schedule(member.state);
  }

  async settle(first: number, after: number, upTo: number): Promise<Settled | null> {
    // Not asked as a member: a namespace that has gone still knows what it wrote.
    if (this.#loop?.abandon(first) === false) return null;
    const [versions = [], ...more] = partsOf(this.#stored().versions.changes(after, upTo));
    return { versions, more: more.length > 0 };
  }

  async report(): Promise<void> {
    this.#ledger.flush();
  }

  async purge(force: boolean): Promise<NamespaceContent> {
    const member = await this.#member();
    if (member === null) return { resources: new Map(), finalizers: new Map() };
    await member.loop.submit({ kind: "purge", force });
    const content = member.state.content();
    // The namespace goes, and takes its pod addresses along: should it come again, it joins anew.
    if (content.resources.size === 0) this.#joining = null;
    return content;
  }

  async clear(resource: ResourceKey, revision: number): Promise<number> {
    const member = await this.#member();
    if (member === null) return 0;
    // From now on the definition is known to be on its way out.
    await this.#kinds.resolve({ resource, definition: { version: "", revision } });
    const left = (): number => [...member.state.view.list(resource)].length;
    if (left() > 0) await member.loop.submit({ kind: "clear", resource });
    return left();
  }

  override async alarm(): Promise<void> {
    this.#alarm = null;
    const member = await this.#member();
    if (member === null) return;
    const { state, probes, leases } = member;
    const now = host.now();
    probes.tick(now);
    this.#health?.tick(now);
    if (this.#compactionDue !== null && this.#compactionDue <= now) {
      this.#compactionDue = null;
      this.ctx.storage.transactionSync(() => compactionTick(state.versions, state.head()));
      this.#compactLater(state);
    }
    const due = state.timers.takeDue(now);
    const isDue = due.length > 0 || state.backlog.size > 0;
    if (isDue && (await this.#reconcile(member, due))) leases.prune(now);
    this.#schedule(state);
  }

  /** Does what is due; what cannot be done, because ClusterStore does not answer, stays due. */
  async #reconcile({ state, loop }: Pick<Member, "state" | "loop">, due: readonly TimerKey[]): Promise<boolean> {
    const answer = await loop.submit({ kind: "timers", due });
    this.#backlogDue = 0;
    if (answer.ok) return true;
    const again = host.now() + RETRY_MILLISECONDS;
    this.#backlogDue = again;
    state.timers.postpone(due, again);
    return false;
  }

  get #namespace(): string {
    const name = this.ctx.id.name ?? "";
    return name.slice(name.indexOf("/") + 1);
  }

  get #clusterName(): string {
    const name = this.ctx.id.name ?? "";
    return name.slice(0, name.indexOf("/"));
  }

  get #cluster(): ClusterStoreFace {
    return clusterStore(this.env, this.#clusterName);
  }

  /** Null while the namespace does not exist; asked again then, because it may be created. */
  #member(): Promise<Member | null> {
    this.#joining ??= this.#join().then(
      (member) => {
        if (member === null) this.#joining = null;
        return member;
      },
      (error: unknown) => {
        this.#joining = null;
        throw error;
      },
    );
    return this.#joining;
  }

  async #join(): Promise<Member | null> {
    const cluster = this.#cluster;
    const membership = await cluster.join(this.#namespace);
    if (membership === null) return null;
    const state = this.#stored();
    // It is about to go; controllers would only fill it again.
    if (membership.isTerminating && state.content().resources.size === 0) return null;
    state.timers.clear();
    state.backlog = new Set();
    await cluster.hold(this.#namespace, state.held());
    this.#kinds.learn(membership.cluster.customKinds);
    this.#membership = { ...membership, podBlocks: [...membership.podBlocks] };
    // One for good: a second would not know which transaction the first has open.
    const leases = (this.#leases ??= new LeaseBook(this.ctx.storage.sql));
    const loop = (this.#loop ??= this.#createLoop(state, leases));
    this.#health ??= this.#createHealthChecks(state, leases, loop);
    const registrar = new Registrar(state, loop, leases, () => this.#schedule(state));
    const probes = (this.#probes ??= this.#createProbes(state, loop));
    const member = { state, loop, leases, registrar, probes };
    // Timers are derived from the objects and leases, so nothing that was due is lost by a restart.
    const timers = new Set([...allTimers(state.view, controllers), ...leaseTimers(leases)]);
    if (await this.#reconcile(member, [...timers])) leases.publishAll();
    probes.start();
    this.#compactLater(state);
    this.#schedule(state);
    return member;
  }

  #joined() {
    if (this.#membership === null) throw new Error("the namespace has not been joined");
    return this.#membership;
  }

  /** Watchers hold on to the state of a namespace that has gone, and see it come again. */
  #stored(): NamespaceState {
    return (this.#state ??= new NamespaceState(this.ctx.storage, this.#namespace));
  }

  #noNamespace(): Extract<Answer, { ok: false }> {
    return { ok: false, status: notFound({ group: "", resource: "namespaces" }, this.#namespace) };
  }

  /** There is no such namespace, or it is going and has nothing in it. */
  async #refuse({ verb }: Mutation): Promise<Answer> {
    const { status } = this.#noNamespace();
    if (verb !== "create") return { ok: false, status };
    const asked = { closing: [], released: [], orders: [], revisions: 0, creates: true };
    const answer = await this.#cluster.exchange(this.#namespace, asked);
    return answer.ok ? { ok: false, status } : answer;
  }

  #createLoop(state: NamespaceState, leases: LeaseBook): CommitLoop {
    let pool: PodAddressPool | null = null;
    // Where the last pool stopped: an address that was just freed rests for a round, for clients that still remember it.
    let cursor = 0;
    const surroundings = (): Surroundings => {
      // A pool sees the Pods of one batch; most batches never ask for an address.
      cursor = pool?.cursor() ?? cursor;
      pool = null;
      const { serviceIPFamilies, podBlocks: blocks, ...joined } = this.#joined();
      const cluster = { ...joined.cluster, customKinds: this.#kinds.customKinds };
      const take = (): string | null =>
        (pool ??= podAddressPool({ blocks, used: state.podAddresses(), cursor })).take();
      return {
        namespace: this.#namespace,
        host,
        cluster,
        serviceIPFamilies,
        podAddresses: { take },
        leases: leasesWithHealth(leases, () => this.#health),
      };
    };
    return new CommitLoop({
      state,
      ledger: this.#ledger,
      surroundings,
      addPodBlock: async () => {
        const { block, cluster } = await this.#cluster.addPodBlock(this.#namespace);
        const membership = this.#joined();
        membership.cluster = cluster;
        if (block !== null) membership.podBlocks.push(block);
        return block !== null;
      },
      committed: (changes) => {
        forgetServices(leases, changes);
        this.#health?.committed(changes);
        this.#waiters.wake();
        this.#probes?.committed(changes);
        this.#served.committed(changes);
        this.#compactionDue ??= host.now() + COMPACTION_MILLISECONDS;
        this.#schedule(state);
      },
    });
  }

  #createProbes(state: NamespaceState, loop: CommitLoop): ProbeRunner {
    const { namespace, name } = IMAGE_RULES_CONFIG_MAP;
    const rules = new ImageRulesCache(() =>
      this.#namespace === namespace
        ? Promise.resolve(readObject(state, kindOf(CONFIG_MAPS), namespace, name))
        : namespaceStore(this.env, this.#clusterName, namespace).get(CONFIG_MAPS, namespace, name),
    );
    return new ProbeRunner({
      env: this.env,
      view: state.view,
      tallies: new TallyStore(this.ctx.storage.kv),
      imageRules: () => rules.get(),
      submit: (observations) => loop.submit({ kind: "observations", observations }),
      changed: () => this.#schedule(state),
    });
  }

  #createHealthChecks(state: NamespaceState, leases: LeaseBook, loop: CommitLoop): HealthChecks {
    return new HealthChecks({
      env: this.env,
      view: state.view,
      leases,
      changed: (service) => this.#reconcile({ state, loop }, [leaseTimer(service)]),
      schedule: () => this.#schedule(state),
    });
  }

  /** A revision that this namespace has not reached may still be the cluster's. */
  async #catchUp({ state, loop }: Member, resourceVersion: string | undefined): Promise<void> {
    const asked = parseRevision(resourceVersion);
    if (!asked.ok || asked.value === null || asked.value <= state.head()) return;
    await loop.submit({ kind: "sync" });
  }

  /** Once everything that can be forgotten is, a namespace in which nothing happens is left asleep. */
  #compactLater({ versions }: NamespaceState): void {
    if (versions.horizon < versions.lastRevision()) this.#compactionDue ??= host.now() + COMPACTION_MILLISECONDS;
  }

  #schedule(state: NamespaceState): void {
    let next = Math.min(
      this.#compactionDue ?? Number.POSITIVE_INFINITY,
      this.#probes?.nextDue() ?? Number.POSITIVE_INFINITY,
      this.#health?.nextDue() ?? Number.POSITIVE_INFINITY,
      state.timers.next(),
    );
    if (state.backlog.size > 0) next = Math.min(next, Math.max(this.#backlogDue, host.now()));
    if (next === Number.POSITIVE_INFINITY) return;
    if (this.#alarm !== null && this.#alarm <= next + ALARM_SLACK_MILLISECONDS) return;
    this.#alarm = next;
    void this.ctx.storage.setAlarm(next);
  }
}
