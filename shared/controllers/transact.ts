/**
 * One unit of a namespace's work, carried out whole: a client's write or a due timer, and everything the controllers make
 * of it. Pure: the caller commits the changes, or throws them away.
 */
import type { IPFamily } from "../registry/allocation/allocation.ts";
import type { ResourceKey, ResourceKind } from "../registry/resource-kind.ts";
import type { EndpointHealth } from "../registry/registration/health-check.ts";
import type { Leases } from "../registry/registration/registration.ts";
import type { Host } from "../runtime/host.ts";
import type { DecideContext, HalfDecided } from "../storage/decide.ts";
import type { Mutation } from "../storage/mutation.ts";
import { createOverlay } from "../storage/overlay.ts";
import { planMutation, type Reply } from "../storage/plan-mutation.ts";
import type { Change, View, Write } from "../storage/view.ts";
import type { ClusterInfo, ControllerContext, PodAddresses } from "./controller.ts";
import { garbageCollector } from "./garbage-collector.ts";
import { controllers } from "./index.ts";
import { observe, type Observation } from "./kubelet/observations.ts";
import { allTimers, runControllers, type ControllerFailure, type TimerKey } from "./run.ts";

/** What a namespace works with. */
export interface Surroundings {
  readonly namespace: string;
  readonly host: Host;
  readonly cluster: ClusterInfo;
  readonly serviceIPFamilies: readonly IPFamily[];
  readonly podAddresses: PodAddresses;
  readonly leases: Leases;
  readonly health: EndpointHealth;
}

export interface TransactOptions {
  /** The cluster has no pod addresses left, so Pods without one stay Pending. Otherwise work that runs out of them is not done. */
  readonly withoutAddresses: boolean;
  /** Work that earlier transactions have left: only due work takes it up, and until then controllers that can wait do. */
  readonly backlog: ReadonlySet<TimerKey>;
}

/**
 * Changes that controllers make in one transaction, before those that can wait do: some hundred Pods. It bounds how long a
 * namespace's other writers wait, as the bursts of kube-controller-manager's controllers do.
 */
const BUDGET = 1000;

export type Work =
  | {
      readonly kind: "mutation";
      /** The kind of the mutation's resource. */
      readonly target: ResourceKind;
      readonly mutation: Mutation;
      readonly grants: DecideContext["grants"];
    }
  /** Reconcile these, because their time has come or because the store has just started. */
  | { readonly kind: "timers"; readonly due: readonly TimerKey[] }
  /** What the prober has seen. */
  | { readonly kind: "observations"; readonly observations: readonly Observation[] }
  /** Delete everything there is: the namespace is going. `force`: whatever finalizers say. */
  | { readonly kind: "purge"; readonly force: boolean }
  /** Delete every object of a resource: its definition is going. */
  | { readonly kind: "clear"; readonly resource: ResourceKey };

export type Outcome =
  | HalfDecided
  /** The pod addresses are used up: get another block and try again. */
  | { readonly kind: "pod-addresses" }
  | {
      readonly kind: "done";
      /** Null for work that nobody waits for an answer to. */
      readonly reply: Reply | null;
      readonly changes: readonly Change[];
      readonly timers: ReadonlyMap<TimerKey, number | null>;
      /** Keys whose controllers threw: what else there was to do is done. */
      readonly failures: readonly ControllerFailure[];
      /** What is left for later transactions: the backlog, from now on. */
      readonly backlog: ReadonlySet<TimerKey>;
    };

/** Plans `work` over `base`. Throws only for bugs (a controller that does not settle). */
export function transact(work: Work, base: View, around: Surroundings, options: TransactOptions): Outcome {
  const overlay = createOverlay(base, around.host, around.namespace);
  let reply: Reply | null = null;
  let due: Iterable<TimerKey> = [];
  switch (work.kind) {
    case "mutation": {
      const planned = planMutation(work.target, work.mutation, overlay, { ...around, grants: work.grants });
      if (planned.kind === "allocate") return planned;
      reply = planned.reply;
      break;
    }
    case "timers":
      due = [...work.due, ...options.backlog];
      break;
    case "observations":
      for (const observation of work.observations) {
        // Each sees what the one before it has changed.
        for (const write of observe(observation, { ...around, view: overlay.view })) overlay.apply(write);
      }
      break;
    case "purge":
      for (const write of everything(base, work.force)) overlay.apply(write);
      due = allTimers(base, [garbageCollector]);
      break;
    case "clear":
      for (const write of deletions(base, work.resource)) overlay.apply(write);
      break;
    default:
      return work satisfies never;
  }
  // A dry run shows what would be stored, not what controllers would make of it: as in a real cluster.
  const dry = work.kind === "mutation" && work.mutation.options.dryRun;
  const first = overlay.changes();
  if (dry || (first.length === 0 && (work.kind === "mutation" || work.kind === "observations")))
    return { kind: "done", reply, changes: first, timers: new Map(), failures: [], backlog: options.backlog };
  const guarded = guardAddresses(around.podAddresses);
  const context = (view: View): ControllerContext => ({ ...around, podAddresses: guarded, view });
  const run = runControllers(first, overlay.view, context, work.kind === "purge" ? [garbageCollector] : controllers, {
    due,
    budget: work.kind === "timers" || options.backlog.size === 0 ? BUDGET : 0,
  });
  if (guarded.exhausted() && !options.withoutAddresses) return { kind: "pod-addresses" };
  const left = work.kind === "timers" ? [] : options.backlog;
  const backlog = new Set([...left, ...run.deferred]);
  const { timers, failures } = run;
  return { kind: "done", reply, changes: [...first, ...run.changes], timers, failures, backlog };
}

function guardAddresses(pool: PodAddresses): PodAddresses & { readonly exhausted: () => boolean } {
  let exhausted = false;
  return {
    take: () => {
      const address = pool.take();
      if (address === null) exhausted = true;
      return address;
    },
    exhausted: () => exhausted,
  };
}

function* deletions(view: View, resource: ResourceKey): Generator<Write, void> {
  for (const { metadata } of view.list(resource)) yield { kind: "delete", resource, name: metadata.name };
}

function* everything(view: View, force: boolean): Generator<Write, void> {
  for (const resource of view.resources()) {
    for (const object of view.list(resource)) {
      const { name } = object.metadata;
      yield force ? { kind: "remove", resource, name } : { kind: "delete", resource, name, gracePeriodSeconds: 0 };
    }
  }
}
