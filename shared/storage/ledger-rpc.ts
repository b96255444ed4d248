/** What a NamespaceStore asks of its ClusterStore to write: revisions, allocations, and the way back. */
import type { Status } from "../api/meta-v1/status.ts";
import type { ClusterInfo } from "../controllers/controller.ts";
import type { AllocationOrder } from "../registry/allocation/allocate.ts";
import type { Allocation, AllocationAnswer, IPFamily } from "../registry/allocation/allocation.ts";
import type { NamespaceContent } from "../registry/core-v1/namespace/deletion-conditions.ts";
import type { ResourceKey } from "../registry/resource-kind.ts";
import type { Version } from "./version-store.ts";

/** What a namespace learns when its store starts. */
export interface Membership {
  readonly cluster: ClusterInfo;
  readonly serviceIPFamilies: readonly IPFamily[];
  /** CIDRs whose addresses this namespace gives to its Pods. */
  readonly podBlocks: readonly string[];
  /** The namespace is being deleted. */
  readonly isTerminating: boolean;
}

/** Addresses for Pods, and what the cluster is like in which they are to run. */
export interface PodBlockGrant {
  /** Null when the pod range is used up. */
  readonly block: string | null;
  readonly cluster: ClusterInfo;
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

/** The end of a transaction: what was written at its revisions, which may be nothing. */
export interface Closing {
  readonly first: number;
  readonly versions: readonly Version[];
  /** The next versions follow in another message, as one call carries 32 MiB at most; until then the transaction stays open. */
  readonly more?: boolean;
}

/** A message's share of versions: far below the limit, also when each character takes two bytes. */
const PART_CHARACTERS = 4_000_000;

/** Cuts versions into parts that one call can carry; one empty part when there are none. */
export function partsOf(versions: Iterable<Version>): readonly (readonly Version[])[] {
  const parts: Version[][] = [[]];
  let room = PART_CHARACTERS;
  for (const version of versions) {
    if (room < version.object.length && room < PART_CHARACTERS) {
      parts.push([]);
      room = PART_CHARACTERS;
    }
    parts.at(-1)?.push(version);
    room -= version.object.length;
  }
  return parts;
}

/** Everything a namespace has to say and to ask at one time, in one call: each costs a round trip and a durable write. */
export interface ExchangeRequest {
  /** Transactions that are over. Saying so twice does nothing. */
  readonly closing: readonly Closing[];
  /** What no object holds any more, or what was granted for nothing. */
  readonly released: readonly Allocation[];
  readonly orders: readonly ReserveOrder[];
  /** How many revisions the next transaction takes at most; 0: none is opened. */
  readonly revisions: number;
  /** New objects are to come, which a missing or terminating namespace refuses: then nothing is granted or opened. */
  readonly creates: boolean;
}

/** Asks for nothing. */
export const EMPTY_EXCHANGE: ExchangeRequest = { closing: [], released: [], orders: [], revisions: 0, creates: false };

export type ExchangeAnswer =
  | {
      readonly ok: true;
      /** One for each order. */
      readonly grants: readonly AllocationAnswer[];
      /** `first`, `first + 1`, … are the caller's until it closes them. */
      readonly first: number;
    }
  | { readonly ok: false; readonly status: Status };

export interface LedgerRpc {
  /** Null when there is no such namespace. */
  join(namespace: string): Promise<Membership | null>;
  /** What the namespace's objects hold, said once when its store starts: anything else recorded for it is released. */
  hold(namespace: string, held: readonly HeldAllocation[]): Promise<void>;
  /** One more block of pod addresses. */
  addPodBlock(namespace: string): Promise<PodBlockGrant>;
  /** In the order of the request's fields. `first - 1` was the newest revision handed out before. */
  exchange(namespace: string, request: ExchangeRequest): Promise<ExchangeAnswer>;
}

export type Settled = Pick<Required<Closing>, "versions" | "more">;

/** What ClusterStore asks of a NamespaceStore. */
export interface NamespaceMemberRpc {
  /** Called after the namespace was created: its controllers make what every namespace has. */
  start(): Promise<void>;
  /** The cluster around it has changed, which may let Pods run or make them go. Resolves when they have been looked at. */
  clusterChanged(cluster: ClusterInfo): Promise<void>;
  /**
   * What became of a transaction that was never closed: its versions after revision `after` and not after `upTo`, as many
   * as one call carries (`more`: ask again); none when it was never committed and never will be; null while it is still
   * under way. Answers also when the namespace has gone.
   */
  settle(first: number, after: number, upTo: number): Promise<Settled | null>;
  /** Somebody waits for what this namespace has written and not yet closed: it says so at once, not with its next exchange. */
  report(): Promise<void>;
  /** Deletes everything in the namespace; gives what is left, because finalizers hold it. `force`: nothing is. */
  purge(force: boolean): Promise<NamespaceContent>;
  /**
   * Deletes the objects of a custom resource whose definition, since `revision`, is being deleted; no more are made. Gives
   * how many are left, because finalizers hold them.
   */
  clear(resource: ResourceKey, revision: number): Promise<number>;
}
