/**
 * The one writer of a namespace. Work that arrives while a commit is under way shares the next one: one round trip to
 * ClusterStore for allocations and one for revisions serve the whole batch, and no two transactions of a namespace overlap.
 */
import type { KubeObject } from "../shared/api/meta-v1/object.ts";
import type { Status } from "../shared/api/meta-v1/status.ts";
import { internalError, invalidObject, refuse, serviceUnavailable } from "../shared/apimachinery/status.ts";
import { transact, type Outcome, type Surroundings, type Work } from "../shared/controllers/transact.ts";
import { kindOf } from "../shared/registry/index.ts";
import type { Allocation, AllocationRequest } from "../shared/registry/allocation/allocation.ts";
import type { LedgerRpc } from "../shared/storage/ledger-rpc.ts";
import type { Answer } from "../shared/storage/mutation.ts";
import { createOverlay } from "../shared/storage/overlay.ts";
import { nameOf, planMutation, releasedBy, toAnswer, type Reply } from "../shared/storage/plan-mutation.ts";
import type { Version } from "../shared/storage/version-store.ts";
import type { Change } from "../shared/storage/view.ts";
import type { NamespaceState } from "./namespace-state.ts";

const MAX_BATCH = 64;
const MAX_ATTEMPTS = 5;

/** What the loop needs from around it; `addPodBlock` gives false when there are no addresses left. */
export interface LoopHost {
  readonly state: NamespaceState;
  /** A new stub for each call: one whose object has ended stays broken. */
  readonly ledger: () => LedgerRpc;
  readonly surroundings: () => Surroundings;
  readonly addPodBlock: () => Promise<boolean>;
  /** Runs after every commit. */
  readonly committed: (changes: readonly Change[]) => void;
}

/** `sync` only learns how far the cluster is: it makes reads at a revision of elsewhere possible. */
export type Task = Work | { readonly kind: "sync" };

interface Job {
  work: Task;
  attempts: number;
  /** No more pod addresses are to be had: it has to do without. */
  withoutAddresses: boolean;
  readonly resolve: (answer: Answer) => void;
}

interface Planned {
  readonly job: Job;
  readonly outcome: Extract<Outcome, { kind: "done" }>;
}

const NOTHING: Answer = { ok: true, code: 200, body: "", warnings: [] };

export class CommitLoop {
  readonly #host: LoopHost;
  #queue: Job[] = [];
  #running = false;
  /** The transaction between `begin` and its commit. */
  #open: number | null = null;
  /** Transactions that ClusterStore was told will never be committed. */
  readonly #abandoned = new Set<number>();

  constructor(host: LoopHost) {
    this.#host = host;
  }

  /** Does the work, alone or with others; resolves once it is durable. Never rejects. */
  submit(work: Task): Promise<Answer> {
    return new Promise((resolve) => {
      this.#queue.push({ work, attempts: 0, withoutAddresses: false, resolve });
      if (!this.#running) void this.#drain();
    });
  }

  /** True while the transaction may still be committed; otherwise it never will be (see `NamespaceMemberRpc.settle`). */
  abandon(first: number): boolean {
    if (this.#open === first) return false;
    this.#abandoned.add(first);
    return true;
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#queue.length > 0) {
      const jobs = this.#queue.splice(0, MAX_BATCH);
      try {
        await this.#process(jobs);
      } catch (error) {
        console.error("commit failed", error);
        for (const job of jobs)
          job.resolve({ ok: false, status: serviceUnavailable(`the store is not available: ${String(error)}`) });
      }
    }
    this.#running = false;
  }

  async #process(jobs: readonly Job[]): Promise<void> {
    const ready = await this.#allocate(await this.#sync(jobs));
    const { planned, changes, again, needsAddresses } = this.#plan(ready);
    if (needsAddresses && !(await this.#host.addPodBlock())) for (const job of again) job.withoutAddresses = true;
    this.#queue.unshift(...again);
    if (changes.length === 0) return this.#answer(planned, new Map());
    const creates = planned.some(({ job }) => job.work.kind === "mutation" && job.work.mutation.verb === "create");
    const begun = await this.#begin(changes.length, creates);
    if (!begun.ok) return this.#refuseCreates(planned, begun.status);
    this.#commit(planned, changes, begun.value);
  }

  /** Between two transactions, so everything up to the cluster's newest revision is known here. */
  async #sync(jobs: readonly Job[]): Promise<readonly Job[]> {
    const waiting = jobs.filter(({ work }) => work.kind === "sync");
    if (waiting.length === 0) return jobs;
    const { state } = this.#host;
    const begun = await this.#ask((ledger) => ledger.begin(state.namespace, 0, false));
    if (begun.ok) state.caughtUpTo(begun.first - 1);
    for (const job of waiting) job.resolve(NOTHING);
    return jobs.filter(({ work }) => work.kind !== "sync");
  }

  /** Gets the whole batch's allocations in one call, so that planning finds them granted. */
  async #allocate(jobs: readonly Job[]): Promise<readonly Job[]> {
    const orders = jobs.flatMap((job) => {
      const requests = this.#requestsOf(job);
      if (requests.length === 0 || job.work.kind !== "mutation") return [];
      const { mutation } = job.work;
      const owner = `${mutation.namespace}/${nameOf(mutation)}`;
      return [{ job, order: { owner, requests, dryRun: mutation.options.dryRun } }];
    });
    if (orders.length === 0) return jobs;
    const answers = await this.#host.ledger().allocate(
      this.#host.state.namespace,
      orders.map((o) => o.order),
    );
    const refused = new Set<Job>();
    orders.forEach(({ job, order }, i) => {
      const answer = answers[i];
      if (answer?.ok === true && job.work.kind === "mutation") {
        job.work = { ...job.work, grants: { requests: order.requests, grants: answer.grants } };
        return;
      }
      refused.add(job);
      job.resolve({ ok: false, status: refusalOf(job, answer) });
    });
    return jobs.filter((job) => !refused.has(job));
  }

  #requestsOf({ work }: Job): readonly AllocationRequest[] {
    if (work.kind !== "mutation" || work.grants !== null) return [];
    const kind = kindOf(work.mutation.resource);
    if (kind.allocation === undefined || work.mutation.verb.startsWith("delete")) return [];
    const around = this.#host.surroundings();
    const overlay = createOverlay(this.#host.state.view, around.host, around.namespace);
    const planned = planMutation(kind, work.mutation, overlay, { ...around, grants: null });
    return planned.kind === "allocate" ? planned.requests : [];
  }

  #plan(jobs: readonly Job[]): { planned: Planned[]; changes: Change[]; again: Job[]; needsAddresses: boolean } {
    const around = this.#host.surroundings();
    const batch = createOverlay(this.#host.state.view, around.host, around.namespace);
    const planned: Planned[] = [];
    const again: Job[] = [];
    let needsAddresses = false;
    for (const job of jobs) {
      const outcome = this.#transact(job, batch.view, around);
      if (outcome.kind === "done") {
        const dry = job.work.kind === "mutation" && job.work.mutation.options.dryRun;
        if (!dry) outcome.changes.forEach(batch.record);
        planned.push({ job, outcome });
        continue;
      }
      // Another job of this batch changed what this one needs, or addresses ran out: it goes first in the next batch.
      if (outcome.kind === "pod-addresses") needsAddresses = true;
      else job.attempts++;
      this.#giveBack(job);
      if (job.attempts < MAX_ATTEMPTS) again.push(withoutGrants(job));
      else job.resolve({ ok: false, status: serviceUnavailable("too much contention; try again") });
    }
    return { planned, changes: [...batch.changes()], again, needsAddresses };
  }

  #transact(job: Job, view: Parameters<typeof transact>[1], around: Surroundings): Outcome {
    try {
      if (job.work.kind === "sync") throw new Error("a sync has nothing to plan");
      return transact(job.work, view, around, job);
    } catch (error) {
      console.error("transaction failed", error);
      const reply: Reply = { kind: "refused", status: internalError(String(error)) };
      return { kind: "done", reply, changes: [], timers: new Map() };
    }
  }

  /** Asks ClusterStore, once more when it has just gone away. */
  async #ask<T>(question: (ledger: LedgerRpc) => Promise<T>): Promise<T> {
    try {
      return await question(this.#host.ledger());
    } catch {
      return question(this.#host.ledger());
    }
  }

  /** Opens a transaction; one that ClusterStore gave up on meanwhile is not used. */
  async #begin(revisions: number, creates: boolean) {
    const { state } = this.#host;
    for (;;) {
      // A first question that was heard, but whose answer was lost, leaves a transaction open: it is settled as abandoned.
      const begun = await this.#ask((ledger) => ledger.begin(state.namespace, revisions, creates));
      if (!begun.ok) return refuse(begun.status);
      if (this.#abandoned.has(begun.first)) continue;
      this.#open = begun.first;
      return { ok: true, value: begun.first } as const;
    }
  }

  #commit(planned: readonly Planned[], changes: readonly Change[], first: number): void {
    const { state } = this.#host;
    try {
      const { stored, versions } = state.commit(changes, first);
      for (const { outcome } of planned) mergeTimers(state.timers, outcome.timers);
      const given = changes.flatMap(released);
      const closed = this.#close(first, versions, given);
      // Who hears that an address is free may ask for it through another namespace: then ClusterStore has to know.
      if (given.length === 0) this.#answer(planned, stored);
      else void closed.then(() => this.#answer(planned, stored));
      this.#host.committed(changes);
    } catch (error) {
      console.error("commit failed", error);
      void this.#close(first, [], []);
      for (const { job } of planned) this.#giveBack(job);
      this.#refuseAll(
        planned.map((p) => p.job),
        internalError(`could not write: ${String(error)}`),
      );
    } finally {
      this.#open = null;
    }
  }

  /** Tells ClusterStore, again and again until it has heard. */
  async #close(first: number, versions: readonly Version[], allocations: readonly Allocation[]): Promise<void> {
    const { ledger, state } = this.#host;
    for (let delay = 20; ; delay = Math.min(delay * 2, 5_000)) {
      try {
        return await ledger().close(state.namespace, first, versions, allocations);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }

  #answer(planned: readonly Planned[], stored: ReadonlyMap<Change, KubeObject>): void {
    for (const { job, outcome } of planned) {
      const change = outcome.reply !== null && "change" in outcome.reply ? outcome.reply.change : null;
      if (change === null || !stored.has(change)) this.#giveBack(job);
      job.resolve(answerOf(job, outcome.reply, stored));
    }
  }

  /** Releases what was granted to a write that did not happen. */
  #giveBack({ work }: Job): void {
    if (work.kind !== "mutation" || work.grants === null || work.mutation.options.dryRun) return;
    const { ledger, state } = this.#host;
    // A lost release is found again when this store next joins the cluster.
    ledger()
      .release(state.namespace, work.grants.grants)
      .catch((error: unknown) => console.error("release failed", error));
  }

  #refuseAll(jobs: readonly Job[], status: Status): void {
    for (const job of jobs) job.resolve({ ok: false, status });
  }

  /** The namespace takes no new objects: creates hear so, the rest goes on without them. */
  #refuseCreates(planned: readonly Planned[], status: Status): void {
    const isCreate = ({ job }: Planned): boolean => job.work.kind === "mutation" && job.work.mutation.verb === "create";
    for (const { job } of planned) this.#giveBack(job);
    this.#refuseAll(
      planned.filter(isCreate).map((p) => p.job),
      status,
    );
    this.#queue.unshift(...planned.filter((p) => !isCreate(p)).map((p) => withoutGrants(p.job)));
  }
}

function withoutGrants(job: Job): Job {
  if (job.work.kind === "mutation") job.work = { ...job.work, grants: null };
  return job;
}

const released = (change: Change): readonly Allocation[] => releasedBy(kindOf(change.resource), change);

function mergeTimers(timers: Map<string, number>, update: ReadonlyMap<string, number | null>): void {
  for (const [key, at] of update) {
    if (at === null) timers.delete(key);
    else timers.set(key, at);
  }
}

function answerOf(job: Job, reply: Reply | null, stored: ReadonlyMap<Change, KubeObject>): Answer {
  if (job.work.kind !== "mutation" || reply === null) return NOTHING;
  return toAnswer(kindOf(job.work.mutation.resource), reply, stored);
}

function refusalOf({ work }: Job, answer: Awaited<ReturnType<LedgerRpc["allocate"]>>[number] | undefined): Status {
  if (answer === undefined || answer.ok) return serviceUnavailable("the cluster store did not answer an allocation");
  if ("internal" in answer) return internalError(answer.internal);
  if (work.kind !== "mutation") return internalError("allocation refused");
  return invalidObject(kindOf(work.mutation.resource), nameOf(work.mutation), answer.errors);
}
