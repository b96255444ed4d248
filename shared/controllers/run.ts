/** Runs controllers until nothing is left to do: the work queues of kube-controller-manager, inside one transaction. */
import { createOverlay, type Overlay } from "../storage/overlay.ts";
import type { Change, View } from "../storage/view.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { WorkQueues } from "./work-queues.ts";

/** `<controller>/<key>`: one thing to reconcile. Keys may hold slashes, names of controllers do not. */
export type TimerKey = string;

export interface ControllerRun {
  /** What the controllers changed, in order. The triggering changes are not among them. */
  readonly changes: readonly Change[];
  /** For everything reconciled: when it wants to be called again (ms since the epoch), or null. */
  readonly timers: ReadonlyMap<TimerKey, number | null>;
  /** What could not be reconciled because of a bug: it wrote nothing, and the caller tries it again later. */
  readonly failures: readonly ControllerFailure[];
  /** Left for a later run, which takes them as `due`. */
  readonly deferred: readonly TimerKey[];
}

/** A controller threw while it looked at one key; the rest of the work went on without it. */
export interface ControllerFailure {
  readonly key: TimerKey;
  readonly error: unknown;
}

export interface RunOptions {
  /** To reconcile whatever has changed. */
  readonly due?: Iterable<TimerKey>;
  /** How many changes controllers make before those that can wait do. Infinity by default; 0: they wait all. */
  readonly budget?: number;
}

/** A key that comes back this often in one run does so for ever: two controllers undo each other's work. */
const MAX_RECONCILES_OF_ONE_KEY = 10_000;

/**
 * Reconciles what `changes` and `due` touch, then what those writes touch, and so on. `base` already shows `changes`.
 * Controllers that stand first in the list go first, whenever they have work: so the later ones (which summarise, such as
 * EndpointSlices) see settled objects and write once.
 *
 * A rollout of a thousand Pods is not one transaction: beyond `budget` changes, controllers that can wait are left for
 * later runs. Whoever keeps the deferred keys lets such controllers run only together with all of them (`budget: 0`
 * otherwise), so that each still finds settled what those before it in the list look after.
 */
export function runControllers(
  changes: readonly Change[],
  base: View,
  makeContext: (view: View) => ControllerContext,
  controllers: readonly Controller[],
  { due = [], budget = Infinity }: RunOptions = {},
): ControllerRun {
  const queues = new WorkQueues(controllers);
  for (const timer of due) {
    const slash = timer.indexOf("/");
    queues.add(timer.slice(0, slash), timer.slice(slash + 1));
  }
  for (const change of changes) queues.enqueue(change, base);
  if (queues.isEmpty) return NOTHING_DONE;
  const { host, namespace } = makeContext(base);
  const overlay = createOverlay(base, host, namespace);
  return { ...settle(queues, overlay, makeContext(overlay.view), budget), changes: overlay.changes() };
}

const NOTHING_DONE: ControllerRun = { changes: [], timers: new Map(), failures: [], deferred: [] };

/** Everything the controllers look after: reconciled once when a store starts, so that timers come back. */
export function* allTimers(view: View, controllers: readonly Controller[]): Generator<TimerKey, void> {
  for (const controller of controllers) {
    for (const key of controller.allKeys(view)) yield `${controller.name}/${key}`;
  }
}

function settle(
  queues: WorkQueues,
  overlay: Overlay,
  context: ControllerContext,
  budget: number,
): Omit<ControllerRun, "changes"> {
  const timers = new Map<TimerKey, number | null>();
  const deferred = new Set<TimerKey>();
  const failures = new Map<TimerKey, ControllerFailure>();
  const counts = new Map<TimerKey, number>();
  for (let next = queues.take(); next !== undefined; next = queues.take()) {
    const { controller, key, keys } = next;
    const timer = `${controller.name}/${key}`;
    if (controller.canWait === true && overlay.changes().length >= budget) {
      deferred.add(timer);
      continue;
    }
    countReconcile(timer, counts);
    const result = attempt(() => controller.reconcile(key, context));
    if (!result.ok) {
      failures.set(timer, { key: timer, error: result.error });
      continue;
    }
    failures.delete(timer);
    timers.set(timer, result.value.requeueAt);
    for (const write of result.value.writes) {
      const change = overlay.apply(write);
      if (change !== null) queues.enqueue(change, overlay.view);
    }
    if (controller.settlesAtOnce === true) keys.delete(key);
  }
  return { timers, deferred: [...deferred], failures: [...failures.values()] };
}

function countReconcile(timer: TimerKey, counts: Map<TimerKey, number>): void {
  const count = (counts.get(timer) ?? 0) + 1;
  if (count > MAX_RECONCILES_OF_ONE_KEY)
    throw new Error(`controllers do not settle: ${timer} came back ${count} times`);
  counts.set(timer, count);
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** One controller's bug must not undo a client's write, nor keep the other controllers from their work. */
function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, error };
  }
}

const FIRST_RETRY_MILLISECONDS = 1_000;
const LAST_RETRY_MILLISECONDS = 1_000_000;

/** How long a key rests after it has failed for the `failures`th time in a row: longer each time, as a work queue's. */
export const retryDelay = (failures: number): number =>
  Math.min(FIRST_RETRY_MILLISECONDS * 2 ** (failures - 1), LAST_RETRY_MILLISECONDS);
