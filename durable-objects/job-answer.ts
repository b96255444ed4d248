/** What is said to those who wait for a job of the commit loop. */
import type { Status } from "../shared/api/meta-v1/status.ts";
import { internalError, invalidObject, serviceUnavailable } from "../shared/apimachinery/status.ts";
import type { Work } from "../shared/controllers/transact.ts";
import type { AllocationAnswer } from "../shared/registry/allocation/allocation.ts";
import type { Answer } from "../shared/storage/mutation.ts";
import { nameOf, toAnswer, type Reply } from "../shared/storage/plan-mutation.ts";
import type { StoredObject } from "../shared/storage/stamp.ts";
import type { Change } from "../shared/storage/view.ts";

/** `sync` only learns how far the cluster is: it makes reads at a revision of elsewhere possible. */
export type Task = Work | { readonly kind: "sync" };

/** The answer to work that nobody asks the result of. */
export const NOTHING: Answer = { ok: true, code: 200, body: "", warnings: [] };

/** What a client hears of work that was carried out. */
export function answerOf(work: Task, reply: Reply | null, stored: ReadonlyMap<Change, StoredObject>): Answer {
  if (work.kind !== "mutation" || reply === null) return NOTHING;
  return toAnswer(work.target, reply, stored);
}

/** What a client hears of work that did not get its allocation. */
export function refusalOf(work: Task, answer: AllocationAnswer | undefined): Status {
  if (answer === undefined || answer.ok) return serviceUnavailable("the cluster store did not answer an allocation");
  if ("internal" in answer) return internalError(answer.internal);
  if (work.kind !== "mutation") return internalError("allocation refused");
  const kind = work.target;
  return invalidObject(kind, nameOf(work.mutation), answer.errors);
}
