/** What waits for one commit, and what is to be written for it: planned one after the other, each on top of those before it. */
import { internalError, serviceUnavailable } from "../shared/apimachinery/status.ts";
import type { TimerKey } from "../shared/controllers/run.ts";
import { transact, type Outcome, type Surroundings } from "../shared/controllers/transact.ts";
import type { AllocationAnswer } from "../shared/registry/allocation/allocation.ts";
import type { HalfDecided } from "../shared/storage/decide.ts";
import type { ReserveOrder } from "../shared/storage/ledger-rpc.ts";
import type { Answer } from "../shared/storage/mutation.ts";
import { createOverlay } from "../shared/storage/overlay.ts";
import { nameOf, planMutation, type Reply } from "../shared/storage/plan-mutation.ts";
import type { Change, View } from "../shared/storage/view.ts";
import { refusalOf, type Task } from "./job-answer.ts";
import type { LedgerClient } from "./ledger-client.ts";
import type { NamespaceState } from "./namespace-state.ts";

const MAX_ATTEMPTS = 5;

export interface PlanHost {
  readonly state: NamespaceState;
  readonly ledger: LedgerClient;
  readonly surroundings: () => Surroundings;
}

export interface Job {
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
export type Wanting = readonly [job: Job, half: HalfDecided];

/** A job, and what is to be written for it. */
export interface Planned {
  readonly job: Job;
  readonly outcome: Extract<Outcome, { kind: "done" }>;
}

export interface Batch {
  readonly planned: readonly Planned[];
  readonly changes: readonly Change[];
  /** What controllers leave for later, once the changes are written. */
  readonly backlog: ReadonlySet<TimerKey>;
  /** Jobs that could not be planned this time. */
  readonly again: readonly Job[];
  readonly needsAddresses: boolean;
}

/** How far the job can be planned before it is granted anything. Null when it needs nothing. */
export function halfPlanned({ work }: Job, { state, surroundings }: PlanHost): HalfDecided | null {
  if (work.kind !== "mutation" || work.grants !== null) return null;
  const kind = work.target;
  if (kind.allocation === undefined || work.mutation.verb.startsWith("delete")) return null;
  const around = surroundings();
  const overlay = createOverlay(state.view, around.host, around.namespace);
  try {
    const planned = planMutation(kind, work.mutation, overlay, { ...around, grants: null });
    return planned.kind === "allocate" ? planned : null;
  } catch {
    // A bug that this job alone has met; it meets it again, and hears so, when it is planned with the rest.
    return null;
  }
}

/** What a job that was planned so far asks ClusterStore for. */
export function orderOf([{ work }, { requests }]: Wanting): readonly ReserveOrder[] {
  if (work.kind !== "mutation") return [];
  const { mutation } = work;
  return [{ owner: `${mutation.namespace}/${nameOf(mutation)}`, requests, dryRun: mutation.options.dryRun }];
}

/** Gives a job its grant, or its refusal; true for a grant. */
export function grant([job, half]: Wanting, answer: AllocationAnswer | undefined): boolean {
  if (answer?.ok === true && job.work.kind === "mutation") {
    job.work = { ...job.work, grants: { half, grants: answer.grants } };
    return true;
  }
  job.resolve({ ok: false, status: refusalOf(job.work, answer) });
  return false;
}

/** Releases what was granted to a write that does not happen, or not with these grants. */
export function giveBack(job: Job, ledger: LedgerClient): void {
  const { work } = job;
  if (work.kind !== "mutation" || work.grants === null) return;
  if (!work.mutation.options.dryRun) ledger.release(work.grants.grants);
  job.work = { ...work, grants: null };
}

/** Plans the jobs. One that has been tried too often is refused. */
export function planBatch(jobs: readonly Job[], { state, ledger, surroundings }: PlanHost): Batch {
  const around = surroundings();
  const batch = createOverlay(state.view, around.host, around.namespace);
  const planned: Planned[] = [];
  const again: Job[] = [];
  let needsAddresses = false;
  let { backlog } = state;
  for (const job of jobs) {
    const outcome = planOne(job, batch.view, around, backlog);
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
    giveBack(job, ledger);
    if (job.attempts < MAX_ATTEMPTS) again.push(job);
    else job.resolve({ ok: false, status: serviceUnavailable("too much contention; try again") });
  }
  return { planned, changes: [...batch.changes()], backlog, again, needsAddresses };
}

function planOne(job: Job, view: View, around: Surroundings, backlog: ReadonlySet<TimerKey>): Outcome {
  try {
    if (job.work.kind === "sync") throw new Error("a sync has nothing to plan");
    return transact(job.work, view, around, { withoutAddresses: job.withoutAddresses, backlog });
  } catch (error) {
    console.error("transaction failed", error);
    const reply: Reply = { kind: "refused", status: internalError(String(error)) };
    return { kind: "done", reply, changes: [], timers: new Map(), failures: [], backlog };
  }
}
