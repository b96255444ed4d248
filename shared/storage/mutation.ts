/** Requests to a store and its answers. Plain data: they cross Durable Object RPC. */
import type { UserInfo } from "../api/authentication-v1/reviews.ts";
import type { Status } from "../api/meta-v1/status.ts";
import type { DefinitionReference, ResourceKey } from "../registry/resource-kind.ts";

/** `""` is the object itself. */
export type Subresource = "" | "status" | "scale" | "finalize";

export type PatchType = "json" | "merge" | "strategic" | "apply";

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: "Strict" | "Warn" | "Ignore";
  /** Server-side apply: take over fields that another manager owns. */
  readonly force: boolean;
}

/** What becomes of the objects that a deleted one owns. */
export type PropagationPolicy = "Orphan" | "Background" | "Foreground";

/** `metav1.DeleteOptions`, as far as stores act on it. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: PropagationPolicy;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** The selectors as the client wrote them; parsed by `apimachinery/selectors`. */
export interface Selectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

interface Target {
  readonly resource: ResourceKey;
  /** `""` for cluster-scoped resources. */
  readonly namespace: string;
  /** Who asks, where that is not the administrator: policies may look at it. */
  readonly user?: UserInfo;
  /** For custom resources: the definition that the caller goes by. The store goes by this one or a newer one. */
  readonly definition?: DefinitionReference;
}

/** A write. `object` and `patch` are JSON values as the client sent them, not yet checked against any schema. */
export type Mutation =
  | (Target & {
      readonly verb: "create";
      readonly name?: string;
      readonly object: unknown;
      readonly options: WriteOptions;
    })
  | (Target & {
      readonly verb: "update";
      readonly name: string;
      readonly subresource: Subresource;
      readonly object: unknown;
      readonly options: WriteOptions;
    })
  | (Target & {
      readonly verb: "patch";
      readonly name: string;
      readonly subresource: Subresource;
      readonly patchType: PatchType;
      readonly patch: unknown;
      /** What is wrong with the patch's text, strictly taken (fields that stand twice); none under other validation. */
      readonly strictProblems?: readonly string[];
      readonly options: WriteOptions;
    })
  | (Target & { readonly verb: "delete"; readonly name: string; readonly options: DeleteOptions })
  | (Target & {
      readonly verb: "deletecollection";
      readonly selectors: Selectors;
      readonly options: DeleteOptions;
      /** Goes on after the object of this name, which `next` of an earlier answer gave. */
      readonly after?: string;
    });

/** What a store says of a write: `body` is the JSON text to send (an object, a Scale or a Status); `code` the HTTP status. */
export type Answer =
  | {
      readonly ok: true;
      readonly code: 200 | 201;
      readonly body: string;
      readonly warnings: readonly string[];
      /** Of a deletecollection: there was more than one answer can carry, and it goes on `after` this name. */
      readonly next?: string;
    }
  | { readonly ok: false; readonly status: Status };

export interface ListQuery extends Selectors {
  readonly resource: ResourceKey;
  /** `""` = all namespaces, or a cluster-scoped resource. */
  readonly namespace: string;
  /** As a mutation's. */
  readonly definition?: DefinitionReference;
  /** 0 = no limit of the client's; a store may still answer in pages (see `ListPage.continue`). */
  readonly limit: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
}

/**
 * One page of a list, consistent at `revision`. `items` are JSON texts of whole objects (kind and apiVersion included),
 * ordered by namespace, then name. `continue` is set when there is more; `remaining` counts it where that is known.
 */
export interface ListPage {
  readonly revision: number;
  readonly items: readonly string[];
  readonly continue?: string;
  readonly remaining?: number;
}

export interface WatchQuery extends Selectors {
  readonly resource: ResourceKey;
  readonly namespace: string;
  /** As a mutation's. */
  readonly definition?: DefinitionReference;
  /** Absent or `"0"`: synthetic ADDED for what is there, then live. */
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  readonly sendInitialEvents?: boolean;
  readonly allowWatchBookmarks: boolean;
  /** The stream ends after this many seconds. */
  readonly timeoutSeconds: number;
}

export type WatchEventType = "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
