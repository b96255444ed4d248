/** A namespace in memory, on a virtual clock: writes go through overlay and controllers, timers fire as time advances. */
import type { EndpointSlice, SliceEndpoint } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import type { ClusterInfo, Controller, ControllerContext } from "../../../shared/controllers/controller.ts";
import { controllers as allControllers } from "../../../shared/controllers/index.ts";
import { endpointSlices, type Resource } from "../../../shared/controllers/resources.ts";
import { observe, type Observation } from "../../../shared/controllers/kubelet/observations.ts";
import { allTimers, runControllers, type TimerKey } from "../../../shared/controllers/run.ts";
import type { EndpointHealth } from "../../../shared/registry/registration/health-check.ts";
import type { Leases } from "../../../shared/registry/registration/registration.ts";
import type { Host } from "../../../shared/runtime/host.ts";
import type { ResourceKey } from "../../../shared/registry/resource-kind.ts";
import { ObjectMemory } from "../../../shared/storage/object-memory.ts";
import { createOverlay } from "../../../shared/storage/overlay.ts";
import type { Change, View, Write } from "../../../shared/storage/view.ts";
import { randomIntegers } from "../../suites/random.ts";

export const START = Date.parse("2026-01-01T00:00:00Z");

export interface HarnessOptions {
  readonly namespace?: string;
  readonly nodes?: ClusterInfo["nodes"];
  readonly addresses?: number;
  readonly customKinds?: ClusterInfo["customKinds"];
  readonly controllers?: readonly Controller[];
  /** Changes a transaction, beyond which controllers that can wait do. Without it they never wait. */
  readonly budget?: number;
  readonly leases?: Leases;
  readonly health?: EndpointHealth;
}

export interface Harness {
  readonly view: View;
  readonly host: Host;
  /** One transaction; gives what it changed, in order. */
  readonly write: (...writes: readonly Write[]) => readonly Change[];
  readonly update: <T extends KubeObject>(of: Resource<T>, name: string, change: (object: T) => T) => readonly Change[];
  readonly get: <T extends KubeObject>(of: Resource<T>, name: string) => T;
  readonly list: <T extends KubeObject>(of: Resource<T>) => readonly T[];
  /** What the prober has seen, in one transaction. */
  readonly observe: (...observations: readonly Observation[]) => readonly Change[];
  /** Goes on with what controllers have left undone; gives what that changed. */
  readonly turn: () => readonly Change[];
  /** Lets time pass; what is left undone is done, and due timers fire in order. */
  readonly advance: (milliseconds: number) => void;
  readonly timers: () => ReadonlyMap<TimerKey, number>;
  /** Forgets timers and derives them from the objects, as a store does when it starts. */
  readonly restart: () => readonly Change[];
  /** Reconciles these, as a store does when something besides the objects has changed. */
  readonly reconcile: (...due: readonly TimerKey[]) => readonly Change[];
  /** Everything that was ever committed, in order. */
  readonly log: readonly Change[];
  /** When each change of the log was committed, in ms since the epoch. */
  readonly times: readonly number[];
  /** Whether controllers have left something undone. */
  readonly isPending: () => boolean;
}

export function createHarness(options: HarnessOptions = {}): Harness {
  const { namespace = "shop", controllers = allControllers, budget = Infinity } = options;
  const stored = new ObjectMemory();
  const timers = new Map<TimerKey, number>();
  let backlog: readonly TimerKey[] = [];
  const log: Change[] = [];
  const times: number[] = [];
  let now = START;
  let revision = 0;
  const host = fakeHost(() => now);
  const { view } = stored;
  const around = {
    namespace,
    host,
    cluster: cluster(options),
    podAddresses: addresses(options.addresses ?? 60_000),
    leases: options.leases ?? { of: () => [] },
    health: options.health ?? { failureOf: () => null },
  };
  const context = (v: View): ControllerContext => ({ ...around, view: v });

  const commit = (changes: readonly Change[]): void => {
    for (const change of changes) {
      revision++;
      const { resource, name, after } = change;
      const metadata = { ...after?.metadata, resourceVersion: String(revision) } as KubeObject["metadata"];
      if (after === undefined) stored.delete(resource, name);
      else stored.put(resource, { ...after, metadata });
      log.push(change);
      times.push(now);
    }
  };

  const transact = (
    writes: readonly Write[],
    due: readonly TimerKey[] | null,
    observations: readonly Observation[] = [],
  ): readonly Change[] => {
    const overlay = createOverlay(view, host, namespace);
    for (const write of writes) overlay.apply(write);
    for (const observation of observations) {
      for (const write of observe(observation, { ...around, view: overlay.view })) overlay.apply(write);
    }
    const turn = due === null ? [] : [...due, ...backlog];
    const left = due === null ? backlog : [];
    const run = runControllers(overlay.changes(), overlay.view, context, controllers, {
      due: turn,
      budget: left.length > 0 ? 0 : budget,
    });
    // A store goes on without a controller that throws; a test must not.
    for (const { error } of run.failures) throw error;
    const changes = [...overlay.changes(), ...run.changes];
    commit(changes);
    backlog = [...new Set([...left, ...run.deferred])];
    for (const [key, at] of run.timers) {
      if (at === null) timers.delete(key);
      else timers.set(key, at);
    }
    return changes;
  };

  const advance = (milliseconds: number): void => {
    const until = now + milliseconds;
    for (;;) {
      while (backlog.length > 0) transact([], []);
      const next = Math.min(...timers.values());
      if (next > until) break;
      now = Math.max(now, next);
      const due = [...timers].filter(([, at]) => at <= now).map(([key]) => key);
      for (const key of due) timers.delete(key);
      transact([], due);
    }
    now = until;
  };

  const get = <T extends KubeObject>(of: Resource<T>, name: string): T => {
    const object = of.get(view, name);
    if (object === undefined) throw new Error(`no ${of.key} ${name}`);
    return object;
  };

  return {
    view,
    host,
    write: (...writes) => transact(writes, null),
    update: (of, name, change) => transact([of.put(change(get(of, name)))], null),
    observe: (...observations) => transact([], null, observations),
    get,
    list: (of) => [...of.list(view)],
    advance,
    timers: () => timers,
    reconcile: (...due) => transact([], due),
    restart: () => {
      timers.clear();
      backlog = [];
      return transact([], [...allTimers(view, controllers)]);
    },
    turn: () => (backlog.length === 0 ? [] : transact([], [])),
    log,
    times,
    isPending: () => backlog.length > 0,
  };
}

/** Counts instead of chance: every run of a test is the same. */
function fakeHost(now: () => number): Host {
  let uids = 0;
  const pick = randomIntegers(1);
  return {
    now,
    uid: () => `00000000-0000-4000-8000-${String(++uids).padStart(12, "0")}`,
    pick,
  };
}

const cluster = ({ nodes, customKinds }: HarnessOptions): ClusterInfo => ({
  customKinds: customKinds ?? new Map(),
  clusterDomain: "cluster.local",
  nodes: nodes ?? [{ name: "node-1", zone: "zone-a", address: "192.168.0.1" }],
  apiServer: { address: "192.168.0.100", port: 6443 },
  kubernetesServiceIP: "10.96.0.1",
  ingressClasses: new Map([["wherry", "wherry.internal/ingress-controller"]]),
  ingressAddress: "127.0.0.1",
});

function addresses(limit: number): ControllerContext["podAddresses"] {
  let taken = 0;
  return { take: () => (taken++ < limit ? `10.244.${taken >> 8}.${taken & 255}` : null) };
}

/** The endpoints of all slices of a Service. */
export const endpointsOf = (view: View, service: string): readonly SliceEndpoint[] =>
  slicesOf(view, service).flatMap((s) => s.endpoints);

export const slicesOf = (view: View, service: string): readonly EndpointSlice[] =>
  [...endpointSlices.list(view)].filter((s) => s.metadata.labels?.["kubernetes.io/service-name"] === service);

/** The changes to one resource. */
export const changesTo = (changes: readonly Change[], of: { readonly key: ResourceKey }): readonly Change[] =>
  changes.filter((c) => c.resource === of.key);
