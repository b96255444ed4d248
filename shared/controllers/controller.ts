/**
 * The contract of a controller: pure functions that run in the transaction of the write that triggers them.
 * The store feeds every change to the `keysFor` of the controllers that watch its resource, reconciles each key, applies the writes, feeds those
 * changes back, and repeats until nothing is left (level-triggered, as a Kubernetes work queue).
 */
import type { Taint } from "../api/core-v1/node.ts";
import type { EndpointHealth } from "../registry/registration/health-check.ts";
import type { Admission, AdmissionConfiguration } from "../registry/admissionregistration-v1/admission/admission.ts";
import type { Leases } from "../registry/registration/registration.ts";
import type { ResourceKey, ResourceKind } from "../registry/resource-kind.ts";
import type { Host } from "../runtime/host.ts";
import type { Change, View, Write } from "../storage/view.ts";

/** A node, as far as Pods are placed by it. What is absent there is none of. */
export interface ClusterNode {
  readonly name: string;
  readonly zone: string | null;
  readonly address: string;
  /** Allocatable CPU in thousandths, 0 where it says nothing; absent: not ready or a control plane, which hints do not count. */
  readonly cpuMillis?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** What it can give to Pods, by resource; absent: nobody has said, so anything. */
  readonly allocatable?: Readonly<Record<string, string>>;
  /** When it was created, in ms since the epoch. */
  readonly createdAt?: number;
  /** What its `Ready` condition says; absent: nothing does. */
  readonly ready?: string;
  /** Cordoned. */
  readonly unschedulable?: boolean;
}

/** What owner references need to know of a custom resource; none of it can change once there are objects. */
export interface CustomKind {
  readonly resource: ResourceKey;
  readonly scope: ResourceKind["scope"];
}

/** The key of `ClusterInfo.customKinds`. */
export const customKindKey = (group: string, kind: string): string => `${group}/${kind}`;

/** What controllers know of the cluster around the namespace; a snapshot taken from ClusterStore. */
export interface ClusterInfo {
  readonly clusterDomain: string;
  readonly nodes: readonly ClusterNode[];
  /** Addresses that `default/kubernetes` has for endpoints: where the API server answers. */
  readonly apiServer: { readonly address: string; readonly port: number };
  /** Custom resources as owner references name them: by `apiVersion`'s group and kind, `stable.example.com/CronTab`. */
  readonly customKinds: ReadonlyMap<string, CustomKind>;
  /** The cluster IP of Service `default/kubernetes`: the first address of the service range. */
  readonly kubernetesServiceIP: string;
  /** IngressClasses by name, with their controllers. */
  readonly ingressClasses: ReadonlyMap<string, string>;
  /** The policies in force, as the namespace that hears of them needs them; absent when there are none. */
  readonly admission?: AdmissionConfiguration;
  /** Where the ingress is reached from outside: an address or a name. */
  readonly ingressAddress: string;
}

/** Pod addresses of this namespace. `take` gives a free one, or null when the namespace's blocks are used up. */
export interface PodAddresses {
  readonly take: () => string | null;
}

export interface ControllerContext {
  readonly namespace: string;
  readonly view: View;
  readonly host: Host;
  readonly cluster: ClusterInfo;
  readonly podAddresses: PodAddresses;
  /** The policies in force; absent or null when there are none. */
  readonly admission?: Admission | null;
  /** Backends that have registered themselves for Services of this namespace. */
  readonly leases: Leases;
  readonly health: EndpointHealth;
}

export interface Reconciliation {
  readonly writes: readonly Write[];
  /** Ask to be called again for this key at this time (ms since epoch), because something is due then. Null: nothing is. */
  readonly requeueAt: number | null;
}

export interface Controller {
  readonly name: string;
  /** The resources whose changes `keysFor` is asked about; absent: all. For a change of any other it would give nothing. */
  readonly watches?: readonly ResourceKey[];
  /** The keys (usually object names) whose state this change may affect. Cheap: it runs for every change that it watches. */
  readonly keysFor: (change: Change, view: View) => Iterable<string>;
  readonly reconcile: (key: string, context: ControllerContext) => Reconciliation;
  /**
   * True when a key, once reconciled, has nothing more to do because of its own writes: the loop does not call it again
   * for those. (A ReplicaSet's status follows from the Pods it has just made, so it does not say so.)
   */
  readonly settlesAtOnce?: boolean;
  /** True when its work may go on in a later transaction: it brings objects step by step to where they are to be. */
  readonly canWait?: boolean;
  /** All keys, for the first run after a store starts: timers are derived from objects and survive a restart so. */
  readonly allKeys: (view: View) => Iterable<string>;
}
