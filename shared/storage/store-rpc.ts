/** The RPC faces of the Durable Objects, as Workers and each other see them. Types only. */
import type { Result, Status } from "../api/meta-v1/status.ts";
import type { RouteTableDelta } from "../gateway/ir.ts";
import type { EndpointIndexDelta } from "../proxy/endpoint-index.ts";
import type { ClusterTableDelta, NamespaceTableDelta } from "../proxy/table.ts";
import type { ServedLine, ServedPage } from "../kubelet/served-log.ts";
import type { LeaseBody, Registration } from "../registry/registration/registration.ts";
import type { DefinitionReference, ResourceKey } from "../registry/resource-kind.ts";
import type { Answer, ListPage, ListQuery, Mutation, WatchQuery } from "./mutation.ts";

/** What both stores serve to the API server. `get` gives the object's JSON text. */
export interface ObjectStoreRpc {
  /** `body`: the mutation's JSON value as text, when it is not in the mutation (see `takeOutBody`). */
  mutate(mutation: Mutation, body?: string): Promise<Answer>;
  get(
    resource: ResourceKey,
    namespace: string,
    name: string,
    definition?: DefinitionReference,
  ): Promise<Result<string>>;
  list(query: ListQuery): Promise<Result<ListPage>>;
  /** Newline-delimited watch events in UTF-8, each `{"type":…,"object":…}` with whole objects, ready to send. */
  watch(query: WatchQuery): Promise<{ ok: true; stream: ReadableStream<Uint8Array> } | { ok: false; status: Status }>;
}

/** `NamespaceStore`: one per namespace and cluster, named `<cluster>/<namespace>`. */
export interface NamespaceStoreRpc extends ObjectStoreRpc {
  /**
   * What changed in the namespace's table after `since`; waits up to `waitMilliseconds` for something to change.
   * A reader that has no table yet says -1, and gets a full one.
   */
  tableChanges(since: number, waitMilliseconds: number): Promise<NamespaceTableDelta>;
  /** Grants or renews a lease, once the endpoint is in the Service's slices. 404 where there is no such Service. */
  register(service: string, registration: Registration): Promise<Result<Registered>>;
  /** Ends one lease, or all of a Service (`id` null), and takes the endpoints out. */
  deregister(service: string, id: string | null): Promise<Result<null>>;
  /** The leases of a Service that hold, in order of id. */
  registrations(service: string): Promise<Result<readonly LeaseBody[]>>;
  /** Built-in backends have served these requests. */
  served(lines: readonly ServedLine[]): Promise<void>;
  /** What a container has served after the first `after` lines; waits up to `waitMilliseconds` for there to be some. */
  servedBy(uid: string, container: string, after: number, waitMilliseconds: number): Promise<ServedPage>;
}

/** `isNew`: it was not registered before, or its time was up. */
export interface Registered {
  readonly lease: LeaseBody;
  readonly isNew: boolean;
}

/** The definitions of a cluster by name, each with its revision; `at` is that of their last change. */
export interface DefinitionIndex {
  readonly at: number;
  readonly revisions: ReadonlyMap<string, number>;
}

/** `ClusterStore`: one per cluster, named `<cluster>`. Serves cluster-scoped resources and all-namespace reads. */
export interface ClusterStoreRpc extends ObjectStoreRpc {
  tableChanges(since: number, waitMilliseconds: number): Promise<ClusterTableDelta>;
  /** Which CustomResourceDefinitions there are now; null when none has changed since `since`, an earlier answer's `at`. */
  definitions(since: number): Promise<DefinitionIndex | null>;
  routeChanges(since: number, waitMilliseconds: number): Promise<RouteTableDelta>;
  endpointChanges(since: number, waitMilliseconds: number): Promise<EndpointIndexDelta>;
}
