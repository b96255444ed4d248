/**
 * The declaration of a resource kind. From it come discovery, OpenAPI, defaulting, validation, patches, Table output.
 * Adding a kind is a folder under `registry/` and one line in `registry/index.ts`.
 */
import type { UserInfo } from "../api/authentication-v1/reviews.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { FieldError } from "../apimachinery/field-error.ts";
import type { JsonObject } from "../apimachinery/json.ts";
import type { Host } from "../runtime/host.ts";
import type { AllocationBinding, IPFamily } from "./allocation/allocation.ts";
import type { CheckedFields } from "./schema/check-fields.ts";
import type { ObjectSchema } from "./schema/schema.ts";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/** What nearly every resource can do. */
export const ALL_VERBS: readonly Verb[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];

/** What a strategy may ask of the world. Allocation happens outside (`registry/allocation/allocation.ts`). */
export interface StrategyContext {
  readonly host: Host;
  /** The families of `--service-cluster-ip-range`, the primary one first. */
  readonly serviceIPFamilies: readonly IPFamily[];
}

/**
 * The four verbs of a kind (kube's `rest.RESTCreateUpdateStrategy`), pure.
 * Metadata (name, uid, generation, deletion) is handled once for all kinds in `storage/decide.ts`; a strategy sees only
 * what is particular to its kind. Values are plain JSON and never mutated: return a new object.
 */
export interface Strategy<T extends KubeObject = KubeObject> {
  /** Drop what a client may not set (status), fill in what depends on other fields. Runs after schema defaulting. */
  readonly prepareForCreate: (object: T, context: StrategyContext) => T;
  /** As above for a write to the main resource: keeps `old.status`, patches allocated values, drops type-dependent fields. */
  readonly prepareForUpdate: (object: T, old: T, context: StrategyContext) => T;
  /** For a write to `/status`: everything but `status` comes from `old`. */
  readonly prepareForStatusUpdate: (object: T, old: T) => T;
  /** Every problem, with its path; `[]` when there is none. Object metadata is checked generically. */
  readonly validate: (object: T, context: StrategyContext) => readonly FieldError[];
  readonly validateUpdate: (object: T, old: T, context: StrategyContext) => readonly FieldError[];
  /** What only a new object may not be, beside what `validate` says. */
  readonly validateCreate?: (object: T) => readonly FieldError[];
  /**
   * Rules that look at the whole object and at what it was, whichever way it is written; `found` is what is wrong with it already. What it
   * says of an object is kept for `warnings`.
   */
  readonly validateRules?: (object: T, old: T | undefined, found: readonly FieldError[]) => readonly FieldError[];
  /** Kinds with a `/finalize` subresource: what of a write to it counts. */
  readonly prepareForFinalize?: (object: T, old: T) => T;
  /** Lines for `Warning:` headers. */
  readonly warnings: (object: T, old: T | undefined) => readonly string[];
  /** True when the change asks for a new `metadata.generation` (usually: spec changed). Kinds without generation say `null`. */
  readonly bumpsGeneration: ((object: T, old: T) => boolean) | null;
  /** Seconds of grace that a deletion gets when the client names none; null = the object goes at once. Only Pods have one. */
  readonly gracePeriodSeconds: ((object: T) => number) | null;
  /** What a DELETE leaves on an object before it takes its course: finalizers of the kind's own. `now` in ms. */
  readonly prepareForDelete?: (object: T, now: number) => T;
  /** True for kinds whose objects do not go when finalizers and grace are over, but when somebody removes them: Namespaces. */
  readonly outlivesDeletion?: boolean;
}

/** One column of `kubectl get`; a `priority` over 0 appears only with `-o wide`. `cell` gets the time to compute ages from. */
export interface PrinterColumn<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly type: "string" | "integer" | "date" | "number" | "boolean";
  readonly format?: string;
  readonly priority?: number;
  readonly description: string;
  /** Null: there is nothing to show. */
  readonly cell: (object: T, now: number) => string | number | boolean | null;
}

/** `metav1.TableRowCondition`. */
export interface RowCondition {
  readonly type: "Completed";
  readonly status: "True";
  readonly reason: string;
  readonly message: string;
}

/** `autoscaling/v1 Scale` in terms of the object it scales. */
export interface ScaleBinding<T extends KubeObject = KubeObject> {
  readonly get: (object: T) => {
    readonly replicas: number;
    readonly statusReplicas: number;
    readonly selector: string;
  };
  readonly set: (object: T, replicas: number) => T;
}

/** Who asks, and whose the token is that a review asks about (null: nobody's). */
export interface ReviewContext {
  readonly user: UserInfo;
  readonly tokenUser: UserInfo | null;
}

/** A kind that is asked and answered, never stored: a create answers with the object completed. */
export interface ReviewBinding<T extends KubeObject = KubeObject> {
  /** The token that the question is about, for reviews of tokens. */
  readonly token?: (object: T) => string;
  readonly answer: (object: T, context: ReviewContext) => T;
}

/** Which definition a kind was made from: a version of it, and the revision at which the definition was read. */
export interface DefinitionReference {
  readonly version: string;
  readonly revision: number;
}

/** How objects of a kind are read that a CustomResourceDefinition declares: its `schema` alone cannot say it. */
export interface CustomBinding {
  readonly definition: DefinitionReference;
  /** The definition is being deleted: nothing new is taken. */
  readonly isTerminating: boolean;
  /** The versions in which the resource is served. */
  readonly servedVersions: readonly string[];
  /** The `apiVersion` of stored objects. */
  readonly storageAPIVersion: string;
  /** The object without what the schema does not declare. `kind` is for messages. */
  readonly decode: (value: JsonObject, kind: string) => CheckedFields;
  readonly applyDefaults: (value: JsonObject) => JsonObject;
  /** A stored object as this version shows it: with its `apiVersion`, pruned and defaulted by its schema. */
  readonly fromStored: (stored: KubeObject) => KubeObject;
  /** The schema as OpenAPI publishes it. */
  readonly openAPI: JsonObject;
}

export interface ResourceKind<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The kind of a list, where it is not the kind with `List` behind it. */
  readonly listKind?: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly scope: "Namespaced" | "Cluster";
  readonly verbs: readonly Verb[];
  /** True when `/status` is served. */
  readonly hasStatus: boolean;
  /** What every request for the kind is warned of, as `APILifecycleDeprecated` makes apiserver do. */
  readonly deprecation?: string;
  readonly scale?: ScaleBinding<T>;
  /** The kind is virtual: the API server itself answers. */
  readonly review?: ReviewBinding<T>;
  readonly schema: ObjectSchema;
  /** For the kinds of custom resources. */
  readonly custom?: CustomBinding;
  readonly strategy: Strategy<T>;
  readonly allocation?: AllocationBinding<T>;
  readonly columns: readonly PrinterColumn<T>[];
  /** `TableRow.conditions`: `Completed` on rows of Pods that have run to their end. */
  readonly rowConditions?: (object: T) => readonly RowCondition[];
  /** Field selectors beyond `metadata.name` and `metadata.namespace`: path → value as a string. */
  readonly selectableFields: Readonly<Record<string, (object: T) => string>>;
  /** DELETE answers with the object instead of a Success `Status` (pods, services, serviceaccounts… per the OpenAPI). */
  readonly deleteReturnsObject: boolean;
  /** A `metadata.name` check: DNS subdomain for most kinds, DNS label for Services. Returns complaints without a path. */
  readonly validateName: (name: string) => readonly string[];
}

/** The key of a resource in storage and in messages: `services`, `deployments.apps`. Unique over all kinds. */
export type ResourceKey = string & { readonly __resourceKey: never };

export const resourceKey = (kind: { readonly group: string; readonly plural: string }): ResourceKey =>
  (kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`) as ResourceKey;

export const listKindOf = (kind: { readonly kind: string; readonly listKind?: string }): string =>
  kind.listKind ?? `${kind.kind}List`;

/** `apiVersion` as objects carry it: `v1`, `apps/v1`. */
export const apiVersionOf = (kind: { readonly group: string; readonly version: string }): string =>
  kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
