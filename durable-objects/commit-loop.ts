/**
 * The one writer of a namespace. Work that arrives while a commit is under way shares the next one: one exchange with ClusterStore gets
 * the whole batch its allocations and revisions, and no two transactions of a namespace overlap.
 */
import type { Status } from "../shared/api/meta-v1/status.ts";
import { entityTooLarge, internalError, serviceUnavailable } from "../shared/apimachinery/status.ts";
import { kindByResource } from "../shared/registry/index.ts";
import type { Allocation, AllocationAnswer } from "../shared/registry/allocation/allocation.ts";
import type { ReserveOrder } from "../shared/storage/ledger-rpc.ts";
import type { Answer } from "../shared/storage/mutation.ts";
import { releasedBy } from "../shared/storage/plan-mutation.ts";
import type { Change } from "../shared/storage/view.ts";
import {
  giveBack,
  grant,
  halfPlanned,
  orderOf,
  planBatch,
  type Batch,
  type Job,
  type PlanHost,
  type Planned,
  type Wanting,
} from "./batch.ts";
import { answerOf, NOTHING, type Task } from "./job-answer.ts";
import { ObjectTooLarge, type Committed } from "./namespace-state.ts";

const MAX_BATCH = 64;
/** Revisions reserved with the allocations of one write: a Service brings an EndpointSlice and Endpoints. Unused ones are skipped. */
const REVISIONS_PER_ORDER = 4;

/** What the loop needs from around it; `addPodBlock` gives false when there are no addresses left. */
export interface LoopHost extends PlanHost {
  readonly addPodBlock: () => Promise<boolean>;
  /** Runs after every commit. */
  readonly committed: (changes: readonly Change[]) => void;
}

/** Revisions that ClusterStore keeps open for this namespace. */
interface Reserved {
  readonly first: number;
  readonly revisions: number;
}

export class CommitLoop {
  readonly #host: LoopHost;
  #queue: Job[] = [];
  #running = false;
  /** The transaction that may still be committed. */
  #open: number | null = null;
  /** Transactions that ClusterStore was told will never be committed. */
  readonly #abandoned = new Set<number>();
  /** A create, or a server-side apply of what is not there yet. */
  readonly #isCreate = ({ work }: Job): boolean => {
    if (work.kind !== "mutation") return false;
    const { mutation } = work;
    if (mutation.verb !== "patch" || mutation.patchType !== "apply") return mutation.verb === "create";
    return this.#host.state.view.get(mutation.resource, mutation.name) === undefined;
  };

  constructor(host: LoopHost) {
    this.#host = host;
  }

  /** Does the work, alone or with others; resolves once it is durable. Never rejects. */
  submit(work: Task): Promise<Answer> {
    return new Promise((resolve) => {
      this.#queue.push({ work, attempts: 0, withoutAddresses: false, alone: false, written: false, resolve });
      if (!this.#running) void this.#drain();
    });
  }

  /** False while the transaction may still be committed; otherwise it never will be (`NamespaceMemberRpc.settle`). */
  abandon(first: number): boolean {
    if (this.#open === first) return false;
    this.#abandoned.add(first);
    return true;
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#queue.length > 0) {
      const jobs = this.#queue.splice(0, this.#queue[0]?.alone === true ? 1 : MAX_BATCH);
      try {
        this.#queue.unshift(...(await this.#process(jobs)));
      } catch (error) {
        console.error("a batch failed", error);
        // Whatever was reserved for it is settled as abandoned.
        this.#open = null;
        for (const job of jobs) if (!job.written) giveBack(job, this.#host.ledger);
        this.#refuseAll(jobs, serviceUnavailable(`the store is not available: ${String(error)}`));
      }
    }
    this.#running = false;
    this.#host.ledger.pause();
  }

  /** Gives the jobs that have to be done again. Rejects when ClusterStore does not answer; then nothing was written. */
  async #process(jobs: readonly Job[]): Promise<readonly Job[]> {
    const { ready, reserved, refused } = await this.#allocate(await this.#sync(jobs));
    if (refused !== null) return this.#refuseCreates(ready, refused);
    const batch = planBatch(ready, this.#host);
    if (batch.needsAddresses && !(await this.#host.addPodBlock())) {
      for (const job of batch.again) job.withoutAddresses = true;
    }
    const again = await this.#write(batch, reserved);
    return [...batch.again, ...again];
  }

  async #write(batch: Batch, reserved: Reserved | null): Promise<readonly Job[]> {
    const { planned, changes } = batch;
    if (reserved !== null && (changes.length === 0 || reserved.revisions < changes.length)) this.#skip(reserved.first);
    if (changes.length === 0) {
      this.#host.state.remember(batch);
      this.#answer(planned, new Map());
      return [];
    }
    if (reserved !== null && reserved.revisions >= changes.length) return this.#commit(batch, reserved.first);
    const begun = await this.#reserve(
      [],
      changes.length,
      planned.some(({ job }) => this.#isCreate(job)),
    );
    if (!begun.ok) {
      for (const { job } of planned) giveBack(job, this.#host.ledger);
      return this.#refuseCreates(
        planned.map(({ job }) => job),
        begun.status,
      );
    }
    return this.#commit(batch, begun.reserved.first);
  }

  /** Between two transactions, so everything up to the cluster's newest revision is known here. */
  async #sync(jobs: readonly Job[]): Promise<readonly Job[]> {
    const waiting = jobs.filter(({ work }) => work.kind === "sync");
    if (waiting.length === 0) return jobs;
    const answer = await this.#host.ledger.exchange({ orders: [], revisions: 0, creates: false });
    if (answer.ok) this.#host.state.caughtUpTo(answer.first - 1);
    for (const job of waiting) job.resolve(NOTHING);
    return jobs.filter(({ work }) => work.kind !== "sync");
  }

  /** Gets what the batch must be granted before it can be planned, and revisions with it. `refused`: the namespace takes nothing new. */
  async #allocate(
    jobs: readonly Job[],
  ): Promise<{ readonly ready: readonly Job[]; readonly reserved: Reserved | null; readonly refused: Status | null }> {
    const wanting = jobs.flatMap((job): readonly Wanting[] => {
      const half = halfPlanned(job, this.#host);
      return half === null ? [] : [[job, half]];
    });
    if (wanting.length === 0) return { ready: jobs, reserved: null, refused: null };
    const orders = wanting.flatMap(orderOf);
    const begun = await this.#reserve(orders, jobs.length * REVISIONS_PER_ORDER, jobs.some(this.#isCreate));
    if (!begun.ok) return { ready: jobs, reserved: null, refused: begun.status };
    const refusals = new Set<Job>();
    wanting.forEach((wants, i) => {
      if (!grant(wants, begun.grants[i])) refusals.add(wants[0]);
    });
    return { ready: jobs.filter((job) => !refusals.has(job)), reserved: begun.reserved, refused: null };
  }

  /** Opens a transaction; one that ClusterStore gave up on meanwhile is not used. */
  async #reserve(orders: readonly ReserveOrder[], revisions: number, creates: boolean) {
    let grants: readonly AllocationAnswer[] | null = null;
    for (;;) {
      const answer = await this.#host.ledger.exchange({ orders: grants === null ? orders : [], revisions, creates });
      if (!answer.ok) return answer;
      grants ??= answer.grants;
      if (this.#abandoned.has(answer.first)) continue;
      this.#open = answer.first;
      // Those were all handed out before this one, so none of them can still arrive.
      this.#abandoned.clear();
      return { ok: true, grants, reserved: { first: answer.first, revisions } } as const;
    }
  }

  /** Lets a transaction go unused. */
  #skip(first: number): void {
    this.#open = null;
    void this.#host.ledger.close({ first, versions: [] }, []);
  }

  /** Gives the jobs that have to be done again, each alone, because SQLite refused to write them together. */
  #commit(batch: Batch, first: number): readonly Job[] {
    const { planned, changes } = batch;
    const { state, ledger } = this.#host;
    let committed: Committed;
    try {
      committed = state.commit(changes, first);
    } catch (error) {
      return this.#commitFailed(planned, first, error);
    }
    const { stored, versions } = committed;
    this.#open = null;
    for (const { job } of planned) job.written = true;
    state.remember(batch);
    const released = changes.flatMap(releasedByChange);
    const heard = ledger.close({ first, versions }, released);
    // Who hears that an address is free may ask for it through another namespace: then ClusterStore has to know.
    if (released.length === 0) this.#answer(planned, stored);
    else void heard.then(() => this.#answer(planned, stored));
    this.#host.committed(changes);
    return [];
  }

  #commitFailed(planned: readonly Planned[], first: number, error: unknown): readonly Job[] {
    if (!(error instanceof ObjectTooLarge)) console.error("commit failed", error);
    this.#skip(first);
    const jobs = planned.map(({ job }) => job);
    for (const job of jobs) giveBack(job, this.#host.ledger);
    if (jobs.length > 1) {
      for (const job of jobs) job.alone = true;
      return jobs;
    }
    this.#refuseAll(
      jobs,
      error instanceof ObjectTooLarge
        ? entityTooLarge("the object is too large to be stored")
        : internalError(`could not write: ${String(error)}`),
    );
    return [];
  }

  #answer(planned: readonly Planned[], stored: Committed["stored"]): void {
    for (const { job, outcome } of planned) {
      const change = outcome.reply !== null && "change" in outcome.reply ? outcome.reply.change : null;
      if (change === null || !stored.has(change)) giveBack(job, this.#host.ledger);
      job.resolve(answerOf(job.work, outcome.reply, stored));
    }
  }

  #refuseAll(jobs: readonly Job[], status: Status): void {
    for (const job of jobs) job.resolve({ ok: false, status });
  }

  /** The namespace takes no new objects: creates hear so. Gives the rest, which goes on without them. */
  #refuseCreates(jobs: readonly Job[], status: Status): readonly Job[] {
    this.#refuseAll(jobs.filter(this.#isCreate), status);
    return jobs.filter((job) => !this.#isCreate(job));
  }
}

const releasedByChange = (change: Change): readonly Allocation[] => releasedBy(kindByResource(change.resource), change);
