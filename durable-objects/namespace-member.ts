/**
 * A namespace that exists: what it holds, what works on it, and when that is due. One for the life of its Durable Object, also when
 * the namespace goes and comes again: a second commit loop would not know which transaction the first has open.
 */
import type { ClusterInfo } from "../shared/controllers/controller.ts";
import { endpointHealth } from "../shared/controllers/endpoint-health.ts";
import { clusterControllers, controllers } from "../shared/controllers/index.ts";
import { allTimers, type TimerKey } from "../shared/controllers/run.ts";
import type { Surroundings } from "../shared/controllers/transact.ts";
import { IMAGE_RULES_CONFIG_MAP } from "../shared/proxy/image-rules.ts";
import { podAddressPool, type PodAddressPool } from "../shared/registry/allocation/pod-address-pool.ts";
import { kindOf } from "../shared/registry/index.ts";
import { CONFIG_MAPS } from "../shared/registry/resource-keys.ts";
import type { Membership } from "../shared/storage/ledger-rpc.ts";
import { readObject } from "../shared/storage/reader.ts";
import type { Change } from "../shared/storage/view.ts";
import type { Env } from "../workers/env.ts";
import { CommitLoop } from "./commit-loop.ts";
import { HealthChecks } from "./health-checks.ts";
import { COMPACTION_MILLISECONDS, compactionTick } from "./history.ts";
import { host } from "./host.ts";
import { ImageRulesCache } from "./image-rules.ts";
import type { KindResolver } from "./kind-resolver.ts";
import { LeaseBook } from "./lease-book.ts";
import type { LedgerClient } from "./ledger-client.ts";
import type { NamespaceState } from "./namespace-state.ts";
import { ProbeQueue } from "./probe-queue.ts";
import { ProbeRunner } from "./probe-runner.ts";
import { forgetServices, leaseTimer, leaseTimers, Registrar } from "./registrar.ts";
import { clusterStore, namespaceStore, type Place } from "./stubs.ts";
import { TallyStore } from "./tally-store.ts";

/** What to reconcile when health checks have found something about a Service. */
const healthTimer = (service: string): TimerKey => `${endpointHealth.name}/${service}`;
/** Work that could not be done is tried again after this. */
const RETRY_MILLISECONDS = 1_000;
/** An alarm that is this near is not moved: moved while it goes off, it would be reported as a mismatch by the runtime. */
const ALARM_SLACK_MILLISECONDS = 50;

export interface MemberOptions {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  readonly place: Place;
  readonly state: NamespaceState;
  readonly ledger: LedgerClient;
  readonly kinds: KindResolver;
  /** Runs after each commit, once the namespace's own parts have heard of it. */
  readonly committed: (changes: readonly Change[]) => void;
}

/** What ClusterStore has said, which changes while the namespace is there. */
interface Joined extends Omit<Membership, "cluster"> {
  cluster: ClusterInfo;
  readonly podBlocks: string[];
}

export class NamespaceMember {
  readonly state: NamespaceState;
  readonly loop: CommitLoop;
  readonly registrar: Registrar;
  readonly #options: MemberOptions;
  readonly #leases: LeaseBook;
  readonly #probes: ProbeRunner;
  readonly #health: HealthChecks;
  readonly #queue: ProbeQueue;
  #joined: Joined | null = null;
  #alarm: number | null = null;
  #compactionDue: number | null = null;
  /** When what controllers have left undone goes on: at once, but for a failure. */
  #backlogDue = 0;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.state = options.state;
    this.#leases = new LeaseBook(options.ctx.storage.sql);
    this.loop = this.#createLoop();
    const tallies = new TallyStore(options.ctx.storage.kv);
    this.#health = this.#createHealthChecks(tallies);
    this.#probes = this.#createProbes(tallies);
    const { env } = options;
    this.#queue = new ProbeQueue({ env, sources: [this.#probes, this.#health], changed: () => this.#schedule() });
    this.registrar = new Registrar(this.state, this.loop, this.#leases, () => this.#schedule());
  }

  /** Takes up work, on what ClusterStore says of the cluster. Timers are derived from objects and leases, so none is lost by a restart. */
  async join(membership: Membership): Promise<void> {
    const { kinds } = this.#options;
    kinds.learn(membership.cluster.customKinds);
    this.#joined = { ...membership, podBlocks: [...membership.podBlocks] };
    this.state.timers.clear();
    this.state.backlog = new Set();
    const timers = new Set([...allTimers(this.state.view, controllers), ...leaseTimers(this.#leases)]);
    if (await this.#reconcile([...timers])) this.#leases.publishAll();
    this.#probes.start();
    this.#compactLater();
    this.#schedule();
  }

  async clusterChanged(cluster: ClusterInfo): Promise<void> {
    this.#membership().cluster = cluster;
    await this.#reconcile([...allTimers(this.state.view, clusterControllers)]);
    this.#schedule();
  }

  /** Does what is due. Nothing here waits for a backend. */
  async alarm(): Promise<void> {
    this.#alarm = null;
    const { state } = this;
    const now = host.now();
    this.#queue.tick(now);
    if (this.#compactionDue !== null && this.#compactionDue <= now) {
      this.#compactionDue = null;
      this.#options.ctx.storage.transactionSync(() => compactionTick(state.versions, state.head()));
      this.#compactLater();
    }
    const due = state.timers.takeDue(now);
    const isDue = due.length > 0 || state.backlog.size > 0;
    if (isDue && (await this.#reconcile(due))) this.#leases.prune(now);
    this.#schedule();
  }

  /** Does what is due; what cannot be done, because ClusterStore does not answer, stays due. */
  async #reconcile(due: readonly TimerKey[]): Promise<boolean> {
    const answer = await this.loop.submit({ kind: "timers", due });
    this.#backlogDue = 0;
    if (answer.ok) return true;
    this.#backlogDue = host.now() + RETRY_MILLISECONDS;
    this.state.timers.postpone(due, this.#backlogDue);
    return false;
  }

  #membership(): Joined {
    if (this.#joined === null) throw new Error("the namespace has not been joined");
    return this.#joined;
  }

  #createLoop(): CommitLoop {
    const { env, place, ledger } = this.#options;
    return new CommitLoop({
      state: this.state,
      ledger,
      surroundings: this.#surroundings(),
      addPodBlock: async () => {
        const { block, cluster } = await clusterStore(env, place.cluster).addPodBlock(place.namespace);
        const membership = this.#membership();
        membership.cluster = cluster;
        if (block !== null) membership.podBlocks.push(block);
        return block !== null;
      },
      committed: (changes) => {
        forgetServices(this.#leases, changes);
        this.#health.committed(changes);
        this.#probes.committed(changes);
        this.#options.committed(changes);
        this.#compactionDue ??= host.now() + COMPACTION_MILLISECONDS;
        this.#schedule();
      },
    });
  }

  /** What a batch works with; asked for anew for each. */
  #surroundings(): () => Surroundings {
    let pool: PodAddressPool | null = null;
    // Where the last pool stopped: an address that was just freed rests for a round, for clients that still remember it.
    let cursor = 0;
    return () => {
      // A pool sees the Pods of one batch; most batches never ask for an address.
      cursor = pool?.cursor() ?? cursor;
      pool = null;
      const { serviceIPFamilies, podBlocks: blocks, cluster } = this.#membership();
      const take = (): string | null =>
        (pool ??= podAddressPool({ blocks, used: this.state.podAddresses(), cursor })).take();
      return {
        namespace: this.#options.place.namespace,
        host,
        cluster: { ...cluster, customKinds: this.#options.kinds.customKinds },
        serviceIPFamilies,
        podAddresses: { take },
        leases: this.#leases,
        health: this.#health,
      };
    };
  }

  #createProbes(tallies: TallyStore): ProbeRunner {
    const { env, place } = this.#options;
    const { namespace, name } = IMAGE_RULES_CONFIG_MAP;
    const rules = new ImageRulesCache(() =>
      place.namespace === namespace
        ? Promise.resolve(readObject(this.state, kindOf(CONFIG_MAPS), namespace, name))
        : namespaceStore(env, place.cluster, namespace).get(CONFIG_MAPS, namespace, name),
    );
    return new ProbeRunner({
      env,
      view: this.state.view,
      tallies,
      imageRules: () => rules.get(),
      submit: (observations) => this.loop.submit({ kind: "observations", observations }),
    });
  }

  #createHealthChecks(tallies: TallyStore): HealthChecks {
    return new HealthChecks({
      env: this.#options.env,
      view: this.state.view,
      leases: this.#leases,
      tallies,
      changed: (service) => this.#reconcile([leaseTimer(service), healthTimer(service)]),
    });
  }

  /** Once everything that can be forgotten is, a namespace in which nothing happens is left asleep. */
  #compactLater(): void {
    const { versions } = this.state;
    if (versions.horizon < versions.lastRevision()) this.#compactionDue ??= host.now() + COMPACTION_MILLISECONDS;
  }

  #schedule(): void {
    let next = Math.min(
      this.#compactionDue ?? Number.POSITIVE_INFINITY,
      this.#queue.nextDue(),
      this.state.timers.next(),
    );
    if (this.state.backlog.size > 0) next = Math.min(next, Math.max(this.#backlogDue, host.now()));
    if (next === Number.POSITIVE_INFINITY) return;
    if (this.#alarm !== null && this.#alarm <= next + ALARM_SLACK_MILLISECONDS) return;
    this.#alarm = next;
    void this.#options.ctx.storage.setAlarm(next);
  }
}
