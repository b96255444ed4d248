/**
 * The one writer of a namespace. Work that arrives while a commit is under way shares the next one: one exchange with ClusterStore gets
 * the whole batch its allocations and revisions, and no two transactions of a namespace overlap.
 */
import type { Status } from "../shared/api/meta-v1/status.ts";
import { entityTooLarge, internalError, serviceUnavailable } from "../shared/apimachinery/status.ts";
import type { TimerKey } from "../shared/controllers/run.ts";
import { transact, type Outcome, type Surroundings } from "../shared/controllers/transact.ts";
import { kindByResource } from "../shared/registry/index.ts";
import type { Allocation, AllocationAnswer } from "../shared/registry/allocation/allocation.ts";
import type { ReserveOrder } from "../shared/storage/ledger-rpc.ts";
import type { HalfDecided } from "../shared/storage/decide.ts";
import type { Answer } from "../shared/storage/mutation.ts";
import { createOverlay } from "../shared/storage/overlay.ts";
import { nameOf, planMutation, releasedBy, type Reply } from "../shared/storage/plan-mutation.ts";
import type { Change, View } from "../shared/storage/view.ts";
import { answerOf, NOTHING, refusalOf, type Task } from "./job-answer.ts";
import type { LedgerClient } from "./ledger-client.ts";
import { ObjectTooLarge, type Committed, type NamespaceState } from "./namespace-state.ts";

const MAX_BATCH = 64;
const MAX_ATTEMPTS = 5;
/** Revisions reserved with the allocations of one write: a Service brings an EndpointSlice and Endpoints. Unused ones are skipped. */
const REVISIONS_PER_ORDER = 4;

/** What the loop needs from around it; `addPodBlock` gives false when there are no addresses left. */
export interface LoopHost {
  readonly state: NamespaceState;
  readonly ledger: LedgerClient;
  readonly surroundings: () => Surroundings;
  readonly addPodBlock: () => Promise<boolean>;
  /** Runs after every commit. */
  readonly committed: (changes: readonly Change[]) => void;
}

interface Job {
  work: Task;
  attempts: number;
  /** No more pod addresses are to be had: it has to do without. */
  withoutAddresses: boolean;
  readonly resolve: (answer: Answer) => void;
  /** SQLite refused the transaction it was in: which of the jobs it meant shows when each is alone. */
  alone: boolean;
  /** Its transaction is durable, so what it was granted is held. */
  written: boolean;
}

/** A job that must be granted something before it can be planned whole. */
type Wanting = readonly [job: Job, half: HalfDecided];

/** A job, and what is to be written for it. */
interface Planned {
  readonly job: Job;
  readonly outcome: Extract<Outcome, { kind: "done" }>;
}

interface Batch {
  readonly planned: readonly Planned[];
  readonly changes: readonly Change[];
  /** What controllers leave for later, once the changes are written. */
  readonly backlog: ReadonlySet<TimerKey>;
  /** Jobs that could not be planned this time. */
  readonly again: readonly Job[];
  readonly needsAddresses: boolean;
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
        for (const job of jobs) if (!job.written) this.#giveBack(job);
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
    const batch = this.#plan(ready);
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
      for (const { job } of planned) this.#giveBack(job);
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
      const half = this.#halfPlanned(job);
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

  /** How far the job can be planned before it is granted anything. Null when it needs nothing. */
  #halfPlanned({ work }: Job): HalfDecided | null {
    if (work.kind !== "mutation" || work.grants !== null) return null;
    const kind = work.target;
    if (kind.allocation === undefined || work.mutation.verb.startsWith("delete")) return null;
    const around = this.#host.surroundings();
    const overlay = createOverlay(this.#host.state.view, around.host, around.namespace);
    try {
      const planned = planMutation(kind, work.mutation, overlay, { ...around, grants: null });
      return planned.kind === "allocate" ? planned : null;
    } catch {
      // A bug that this job alone has met; it meets it again, and hears so, when it is planned with the rest.
      return null;
    }
  }

  #plan(jobs: readonly Job[]): Batch {
    const around = this.#host.surroundings();
    const batch = createOverlay(this.#host.state.view, around.host, around.namespace);
    const planned: Planned[] = [];
    const again: Job[] = [];
    let needsAddresses = false;
    let { backlog } = this.#host.state;
    for (const job of jobs) {
      const outcome = this.#transact(job, batch.view, around, backlog);
      if (outcome.kind === "done") {
        ({ backlog } = outcome);
        const dry = job.work.kind === "mutation" && job.work.mutation.options.dryRun;
        if (!dry) outcome.changes.forEach(batch.record);
        planned.push({ job, outcome });
        continue;
      }
      // Another job of this batch changed what this one needs, or addresses ran out: it goes first in the next batch.
      if (outcome.kind === "pod-addresses") needsAddresses = true;
      else job.attempts++;
      this.#giveBack(job);
      if (job.attempts < MAX_ATTEMPTS) again.push(job);
      else job.resolve({ ok: false, status: serviceUnavailable("too much contention; try again") });
    }
    return { planned, changes: [...batch.changes()], backlog, again, needsAddresses };
  }

  #transact(job: Job, view: View, around: Surroundings, backlog: ReadonlySet<TimerKey>): Outcome {
    try {
      if (job.work.kind === "sync") throw new Error("a sync has nothing to plan");
      return transact(job.work, view, around, { withoutAddresses: job.withoutAddresses, backlog });
    } catch (error) {
      console.error("transaction failed", error);
      const reply: Reply = { kind: "refused", status: internalError(String(error)) };
      return { kind: "done", reply, changes: [], timers: new Map(), failures: [], backlog };
    }
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
    for (const job of jobs) this.#giveBack(job);
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
      if (change === null || !stored.has(change)) this.#giveBack(job);
      job.resolve(answerOf(job.work, outcome.reply, stored));
    }
  }

  /** Releases what was granted to a write that does not happen, or not with these grants. */
  #giveBack(job: Job): void {
    const { work } = job;
    if (work.kind !== "mutation" || work.grants === null) return;
    if (!work.mutation.options.dryRun) this.#host.ledger.release(work.grants.grants);
    job.work = { ...work, grants: null };
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

function orderOf([{ work }, { requests }]: Wanting): readonly ReserveOrder[] {
  if (work.kind !== "mutation") return [];
  const { mutation } = work;
  return [{ owner: `${mutation.namespace}/${nameOf(mutation)}`, requests, dryRun: mutation.options.dryRun }];
}

/** Gives a job its grant, or its refusal; true for a grant. */
function grant([job, half]: Wanting, answer: AllocationAnswer | undefined): boolean {
  if (answer?.ok === true && job.work.kind === "mutation") {
    job.work = { ...job.work, grants: { half, grants: answer.grants } };
    return true;
  }
  job.resolve({ ok: false, status: refusalOf(job.work, answer) });
  return false;
}

const releasedByChange = (change: Change): readonly Allocation[] => releasedBy(kindByResource(change.resource), change);
