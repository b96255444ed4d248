/** What a NamespaceStore asks of its ClusterStore to write: revisions, allocations, and the way back. Types only. */
import type { Status } from "../api/meta-v1/status.ts";
import type { ClusterInfo } from "../controllers/controller.ts";
import type { AllocationOrder } from "../registry/allocation/allocate.ts";
import type { Allocation, AllocationAnswer, IPFamily } from "../registry/allocation/allocation.ts";
import type { Version } from "./version-store.ts";

/** What a namespace learns when its store starts. */
export interface Membership {
  readonly cluster: ClusterInfo;
  readonly serviceIPFamilies: readonly IPFamily[];
  /** CIDRs whose addresses this namespace gives to its Pods. */
  readonly podBlocks: readonly string[];
}

/** One object's allocation requests; `dryRun` reserves nothing. */
export interface ReserveOrder extends AllocationOrder {
  readonly dryRun: boolean;
}

export interface HeldAllocation {
  /** `namespace/name` of the object. */
  readonly owner: string;
  readonly allocation: Allocation;
}

/** `revisions` numbers from `first` on are the caller's until it closes them. */
export type BeginAnswer =
  { readonly ok: true; readonly first: number } | { readonly ok: false; readonly status: Status };

export interface LedgerRpc {
  /** Null when there is no such namespace. */
  join(namespace: string): Promise<Membership | null>;
  /** What the namespace's objects hold, said once when its store starts: anything else recorded for it is released. */
  hold(namespace: string, held: readonly HeldAllocation[]): Promise<void>;
  allocate(namespace: string, orders: readonly ReserveOrder[]): Promise<readonly AllocationAnswer[]>;
  release(namespace: string, allocations: readonly Allocation[]): Promise<void>;
  /** One more block of pod addresses; null when the pod range is used up. */
  addPodBlock(namespace: string): Promise<string | null>;
  /**
   * Opens a transaction of `revisions` revisions. `creates`: it brings new objects, which a missing or terminating
   * namespace refuses. With 0 revisions nothing is opened and `first - 1` is the newest revision handed out so far.
   */
  begin(namespace: string, revisions: number, creates: boolean): Promise<BeginAnswer>;
  /** Ends the transaction: `versions` is what was written, `released` what no object holds any more. Idempotent. */
  close(namespace: string, first: number, versions: readonly Version[], released: readonly Allocation[]): Promise<void>;
}

/** What ClusterStore asks of a NamespaceStore. */
export interface NamespaceMemberRpc {
  /** Called after the namespace was created: its controllers make what every namespace has. */
  start(): Promise<void>;
  /**
   * What became of a transaction that was never closed: its versions, an empty list when it was never committed and never
   * will be, null while it is still under way.
   */
  settle(first: number, revisions: number): Promise<readonly Version[] | null>;
  /** Deletes everything in the namespace; gives how many objects are left (finalizers hold them). */
  purge(): Promise<number>;
}
