/** Writes to cluster-scoped objects: each is one SQLite transaction of ClusterStore itself. */
import type { Namespace } from "../shared/api/core-v1/namespace.ts";
import { DEFAULT_SERVICE_CIDR, type ServiceCIDR } from "../shared/api/networking-v1/service-cidr.ts";
import { clusterGarbageCollector } from "../shared/controllers/garbage-collector.ts";
import { customResourceDefinitions } from "../shared/controllers/custom-resource-definition.ts";
import { nodeLifecycle } from "../shared/controllers/node-lifecycle.ts";
import { runControllers } from "../shared/controllers/run.ts";
import { internalError } from "../shared/apimachinery/status.ts";
import type { Admission } from "../shared/registry/admissionregistration-v1/admission/admission.ts";
import { SYSTEM_NAMESPACES, deletionRefusal, terminating } from "../shared/registry/core-v1/namespace/lifecycle.ts";
import { emulatedNode } from "../shared/registry/core-v1/node/emulated-node.ts";
import { kindOf } from "../shared/registry/index.ts";
import { defaultServiceCIDR } from "../shared/registry/networking-v1/service-cidr/default-service-cidr.ts";
import { bootstrapIngressClasses } from "../shared/registry/networking-v1/ingress-class/bootstrap-classes.ts";
import { settleServiceCIDRs } from "../shared/registry/networking-v1/service-cidr/settle.ts";
import { INGRESS_CLASSES, IP_ADDRESSES, NAMESPACES, NODES, SERVICE_CIDRS } from "../shared/registry/resource-keys.ts";
import type { ResourceKey, ResourceKind } from "../shared/registry/resource-kind.ts";
import { admitterOf, refusedDeletion } from "../shared/storage/admit.ts";
import type { Answer, Mutation } from "../shared/storage/mutation.ts";
import { createOverlay, type Overlay } from "../shared/storage/overlay.ts";
import { planMutation, toAnswer, type Reply } from "../shared/storage/plan-mutation.ts";
import type { Change } from "../shared/storage/view.ts";
import type { AllocationBook } from "./allocation-book.ts";
import type { ClusterConfig } from "./cluster-config.ts";
import type { ClusterState } from "./cluster-state.ts";
import { host } from "./host.ts";

export interface ClusterWrite {
  readonly answer: Answer;
  /** True when the cluster's facts may have changed. */
  readonly touched: boolean;
  readonly createdNamespaces: readonly string[];
  /** True when Pods may be placed otherwise now. */
  readonly nodesChanged: boolean;
  /** True when Ingresses may be others' now. */
  readonly classesChanged: boolean;
  /** Everything that was written. */
  readonly changes: readonly Change[];
}

/** Carries out a client's write to a cluster-scoped resource. */
export function mutateClusterScoped(
  state: ClusterState,
  config: ClusterConfig,
  kind: ResourceKind,
  mutation: Mutation,
  admission: Admission | null,
): ClusterWrite {
  const overlay = createOverlay(state.view, host, "");
  const reply = plan(overlay, { config, admission }, kind, mutation);
  if (!mutation.options.dryRun) {
    runClusterControllers(overlay, state, config);
    if (overlay.changes().some(({ resource }) => resource === SERVICE_CIDRS || resource === IP_ADDRESSES)) {
      state.repairAddresses(overlay);
      settleRanges(overlay, config);
    }
  }
  const changes = overlay.changes();
  if (mutation.options.dryRun || changes.length === 0) {
    return {
      answer: toAnswer(kind, reply, new Map()),
      touched: false,
      createdNamespaces: [],
      nodesChanged: false,
      classesChanged: false,
      changes: [],
    };
  }
  const stored = state.commit(changes);
  const createdNamespaces = changes
    .filter((c) => c.resource === NAMESPACES && c.before === undefined)
    .map((c) => c.name);
  return {
    answer: toAnswer(kind, reply, stored),
    touched: true,
    createdNamespaces,
    nodesChanged: changes.some((c) => c.resource === NODES),
    classesChanged: changes.some((c) => c.resource === INGRESS_CLASSES),
    changes,
  };
}

/** What the ServiceCIDRs have to say of themselves after a write to them or to an IPAddress. */
export function settleRanges(overlay: Overlay, config: ClusterConfig): void {
  settleServiceCIDRs(overlay.view, config.serviceRanges, host.now(), (object) => {
    overlay.apply({ kind: "put", resource: SERVICE_CIDRS, object });
  });
}

/**
 * The nodes' state, the names of definitions, and owners and dependents among cluster-scoped objects; what namespaces hold of
 * dependents is not looked at.
 */
function runClusterControllers(overlay: Overlay, state: ClusterState, config: ClusterConfig): void {
  const changes = overlay.changes();
  const around = {
    namespace: "",
    host,
    cluster: config.info(state),
    podAddresses: { take: () => null },
    leases: { of: () => [] },
    health: { failureOf: () => null },
  };
  const run = runControllers(changes, overlay.view, (view) => ({ ...around, view }), [
    customResourceDefinitions,
    nodeLifecycle,
    clusterGarbageCollector,
  ]);
  for (const { key, error } of run.failures) console.error(`${key} could not be reconciled`, error);
  run.changes.forEach(overlay.record);
}

interface Planning {
  readonly config: ClusterConfig;
  readonly admission: Admission | null;
}

function plan(overlay: Overlay, { config, admission }: Planning, kind: ResourceKind, mutation: Mutation): Reply {
  if (mutation.resource === NAMESPACES && mutation.verb === "delete") {
    const refusal = deletionRefusal(mutation.name);
    if (refusal !== null) return { kind: "refused", status: refusal };
    const namespace = overlay.view.get(NAMESPACES, mutation.name) as Namespace | undefined;
    if (namespace !== undefined) {
      const denied = refusedDeletion(admitterOf(admission, kind, mutation, overlay.view), namespace);
      return denied === null ? terminate(overlay, namespace) : { kind: "refused", status: denied };
    }
  }
  const context = { host, serviceIPFamilies: config.serviceIPFamilies, admission, grants: null };
  const planned = planMutation(kind, mutation, overlay, context);
  if (planned.kind === "planned") return planned.reply;
  return { kind: "refused", status: internalError(`${mutation.resource} cannot be allocated for`) };
}

/** Deletes every object of a cluster-scoped resource, and what goes with them. Gives how many are left, because finalizers hold them. */
export function clearClusterScoped(state: ClusterState, config: ClusterConfig, resource: ResourceKey): number {
  const overlay = createOverlay(state.view, host, "");
  for (const { metadata } of state.view.list(resource))
    overlay.apply({ kind: "delete", resource, name: metadata.name });
  if (overlay.changes().length > 0) {
    runClusterControllers(overlay, state, config);
    state.commit(overlay.changes());
  }
  return [...state.view.list(resource)].length;
}

/** A Namespace does not go at once: it empties first. */
function terminate(overlay: Overlay, namespace: Namespace): Reply {
  const after = terminating(namespace, host.now());
  if (after === namespace) return { kind: "object", code: 200, warnings: [], change: null, object: namespace };
  const change = { resource: NAMESPACES, name: namespace.metadata.name, before: namespace, after };
  overlay.record(change);
  return { kind: "object", code: 200, warnings: [], change, object: after };
}

/**
 * Gives a new cluster its namespaces, and any its nodes and its ServiceCIDR, whose ranges are those of today's settings.
 * The value: the namespaces that were created.
 */
export function bootstrap(state: ClusterState, config: ClusterConfig): readonly string[] {
  const isNew = state.ledger.last === 0;
  const overlay = createOverlay(state.view, host, "");
  const serviceCIDR = overlay.view.get(SERVICE_CIDRS, DEFAULT_SERVICE_CIDR) as ServiceCIDR | undefined;
  const object = defaultServiceCIDR(serviceCIDR, config.serviceRanges, host.now());
  overlay.apply({ kind: "put", resource: SERVICE_CIDRS, object });
  if (isNew) populate(overlay, config);
  registerNodes(overlay, state, config);
  if (overlay.changes().length > 0) state.commit(overlay.changes());
  return isNew ? SYSTEM_NAMESPACES : [];
}

function populate(overlay: Overlay, config: ClusterConfig): void {
  for (const object of bootstrapIngressClasses()) overlay.apply({ kind: "put", resource: INGRESS_CLASSES, object });
  const options = { dryRun: false, fieldManager: "wherry", fieldValidation: "Strict", force: false } as const;
  for (const name of SYSTEM_NAMESPACES) {
    plan(overlay, { config, admission: null }, kindOf(NAMESPACES), {
      verb: "create",
      resource: NAMESPACES,
      namespace: "",
      object: { metadata: { name } },
      options,
    });
  }
}

/** Nodes that the settings have come to ask for. One that was deleted does not come back by itself. */
function registerNodes(overlay: Overlay, state: ClusterState, { nodes }: ClusterConfig): void {
  for (const node of nodes.slice(state.registeredNodes)) {
    if (overlay.view.get(NODES, node.name) !== undefined) continue;
    overlay.apply({ kind: "put", resource: NODES, object: emulatedNode(node, host.now()) });
  }
  state.registeredNodes = Math.max(nodes.length, state.registeredNodes);
}

/** The book gives addresses of the ranges that there are now. */
export function takeRanges(state: ClusterState, book: Pick<AllocationBook, "setRanges">): void {
  const { ranges, foreign } = state.serviceRanges();
  book.setRanges(ranges, foreign);
}
