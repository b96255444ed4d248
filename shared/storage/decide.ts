/**
 * What a write makes of an object: decode → merge → default → strategy → validate, as apiserver's generic registry store.
 * Pure: the same inputs give the same decision, so a store may ask twice, once to learn what must be allocated.
 */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Result, Status } from "../api/meta-v1/status.ts";
import type { FieldError } from "../apimachinery/field-error.ts";
import { generateName } from "../apimachinery/generate-name.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../apimachinery/object-meta-validation.ts";
import * as status from "../apimachinery/status.ts";
import type { Allocation, AllocationRequest } from "../registry/allocation/allocation.ts";
import type { ResourceKind, StrategyContext } from "../registry/resource-kind.ts";
import type { Admit } from "./admit.ts";
import { decodeObject, type Decoded } from "./decode-object.ts";
import { applyPatch, undecodablePatch } from "./apply-patch.ts";
import { applyServerSide, entriesOfNew, entriesOfUpdate, settleTimes, type Entries } from "./managed-fields.ts";
import type { Mutation, Subresource } from "./mutation.ts";
import { applyScale, applyScaleServerSide } from "./scale.ts";
import type { DraftObject } from "./view.ts";

export type CreateOrChange = Extract<Mutation, { verb: "create" | "update" | "patch" }>;

/** A decision that waits for allocations: the object that it was made about, and how it goes on once these are granted. */
export interface HalfDecided {
  readonly kind: "allocate";
  readonly requests: readonly AllocationRequest[];
  readonly old: KubeObject | undefined;
  readonly finish: (grants: readonly Allocation[]) => Decision;
}

export interface DecideContext extends StrategyContext {
  /** Holds the write against the policies in force; null when there are none. */
  readonly admit: Admit | null;
  /** What ClusterStore granted for the requests of an earlier decision about the same write. */
  readonly grants: { readonly half: HalfDecided; readonly grants: readonly Allocation[] } | null;
}

export type Decision =
  /** Store this object. */
  | {
      readonly kind: "put";
      readonly object: DraftObject;
      readonly created: boolean;
      readonly warnings: readonly string[];
    }
  /** The object cannot be completed before these are granted. */
  | HalfDecided
  | { readonly kind: "refuse"; readonly status: Status };

const refuse = (s: Status): Decision => ({ kind: "refuse", status: s });

/** Decides a create, update or patch against the object as it is now. Deletion is `decide-delete.ts`. */
export function decide(
  kind: ResourceKind,
  mutation: CreateOrChange,
  old: KubeObject | undefined,
  context: DecideContext,
): Decision {
  const { grants } = context;
  // Nothing has changed since the earlier decision, so it still holds.
  if (grants !== null && grants.half.old === old) return grants.half.finish(grants.grants);
  const isNew = mutation.verb === "create" || (isApply(mutation) && old === undefined);
  if (isNew && kind.custom?.isTerminating === true)
    return refuse(status.definitionTerminating(resourceOf(kind), "create"));
  if (mutation.verb === "create") {
    const entriesOf = (created: KubeObject): Entries => entriesOfNew(kind, created, mutation.options, context.host);
    return decideCreate(kind, mutation, { object: mutation.object, old, entriesOf }, context);
  }
  if (isApply(mutation)) return decideApply(kind, mutation, old, context);
  if (old === undefined) return refuse(status.notFound(resourceOf(kind), mutation.name));
  const wanted = wantedObject(kind, mutation, old);
  if (!wanted.ok) return refuse(wanted.status);
  const entriesOf = (updated: KubeObject): Entries =>
    entriesOfUpdate(kind, mutation, wanted.value, old, updated, context.host);
  return decideUpdate(kind, mutation, { object: wanted.value, old, entriesOf }, context);
}

/** What a write asks for, not yet decoded, and whose the fields of the prepared object are. */
interface Wanted<Old> {
  readonly object: unknown;
  readonly old: Old;
  readonly entriesOf: (prepared: KubeObject) => Entries;
}

type Patch = Extract<Mutation, { verb: "patch" }>;

const isApply = (mutation: CreateOrChange): mutation is Patch =>
  mutation.verb === "patch" && mutation.patchType === "apply";

/** A patch of the object itself that is no apply: what is decoded is no body of the client's, but what the patch made. */
const isMerged = (mutation: CreateOrChange): mutation is Patch =>
  mutation.verb === "patch" && mutation.patchType !== "apply" && mutation.subresource !== "scale";

/** Server-side apply makes the object when there is none (not so through a subresource). */
function decideApply(
  kind: ResourceKind,
  mutation: Patch,
  old: KubeObject | undefined,
  context: DecideContext,
): Decision {
  if (old === undefined && mutation.subresource !== "") {
    return refuse(status.notFound(resourceOf(kind), mutation.name));
  }
  const applied =
    old !== undefined && mutation.subresource === "scale"
      ? applyScaleServerSide(kind, mutation, old, context.host)
      : applyServerSide(kind, mutation, old, context.host);
  if (!applied.ok) return refuse(applied.status);
  const { object, entries } = applied.value;
  const entriesOf = (): Entries => entries;
  return old === undefined
    ? decideCreate(kind, mutation, { object, old, entriesOf }, context)
    : decideUpdate(kind, mutation, { object, old, entriesOf }, context);
}

export const resourceOf = (kind: ResourceKind): status.GroupResource => ({ group: kind.group, resource: kind.plural });

/** The whole object that an update or patch asks for, not yet decoded. */
function wantedObject(
  kind: ResourceKind,
  mutation: Exclude<CreateOrChange, { verb: "create" }>,
  old: KubeObject,
): Result<unknown> {
  if (mutation.subresource === "scale") return applyScale(kind, mutation, old);
  if (mutation.verb === "update") return { ok: true, value: mutation.object };
  return applyPatch(kind, mutation, old);
}

function decideCreate(
  kind: ResourceKind,
  mutation: Extract<Mutation, { verb: "create" }> | Patch,
  { object: asked, old, entriesOf }: Wanted<KubeObject | undefined>,
  context: DecideContext,
): Decision {
  const decoded = decodeObject(kind, asked, mutation.options.fieldValidation, {
    namespace: mutation.namespace,
    name: mutation.name ?? null,
  });
  if (!decoded.ok) return refuse(decoded.status);
  const { metadata } = decoded.value.object;
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== "") {
    return refuse(status.badRequest("resourceVersion should not be set on objects to be created"));
  }
  const {
    uid: _uid,
    creationTimestamp: _created,
    deletionTimestamp: _gone,
    resourceVersion: _version,
    ...kept
  } = metadata;
  const { generation: _generation, deletionGracePeriodSeconds: _grace, managedFields: _managed, ...meta } = kept;
  const named =
    meta.name === "" && meta.generateName
      ? { ...meta, name: generateName(meta.generateName, context.host.pick) }
      : meta;
  const object = asStored({ ...decoded.value.object, metadata: named });
  const prepared = kind.strategy.prepareForCreate(object, context);
  const errors = withRules(kind, prepared, undefined, [
    ...validateObjectMeta(prepared.metadata, kind),
    ...kind.strategy.validate(prepared, context),
    ...(kind.strategy.validateCreate?.(prepared) ?? []),
  ]);
  if (errors.length > 0) return invalid(kind, prepared, errors);
  if (old !== undefined) return refuse(status.alreadyExists(resourceOf(kind), named.name));
  return complete(kind, { prepared, old: undefined, entriesOf }, decoded.value, context);
}

function decideUpdate(
  kind: ResourceKind,
  mutation: Exclude<CreateOrChange, { verb: "create" }>,
  { object: asked, old, entriesOf }: Wanted<KubeObject>,
  context: DecideContext,
): Decision {
  const { namespace, name, options } = mutation;
  const merged = isMerged(mutation) ? undecodablePatch(mutation, asked) : null;
  const decoding = decodeObject(kind, asked, options.fieldValidation, { namespace, name }, merged?.refusal);
  if (!decoding.ok) return refuse(decoding.status);
  if (merged !== null && merged.notStrict !== null) return refuse(merged.notStrict);
  const decoded = decoding.value;
  const { metadata } = decoded.object;
  const stale = staleness(kind, metadata, old);
  if (stale !== null) return refuse(stale);
  const { generation, deletionTimestamp, deletionGracePeriodSeconds, managedFields } = old.metadata;
  const { generation: _g, deletionTimestamp: _d, deletionGracePeriodSeconds: _s, managedFields: _m, ...own } = metadata;
  const object = asStored({
    ...decoded.object,
    metadata: {
      ...own,
      uid: old.metadata.uid,
      resourceVersion: old.metadata.resourceVersion,
      creationTimestamp: old.metadata.creationTimestamp,
      ...(generation === undefined ? {} : { generation }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
      ...(managedFields === undefined ? {} : { managedFields }),
    },
  });
  const toStatus = mutation.subresource === "status";
  const prepared = prepareUpdate(kind, mutation.subresource, { object, old }, context);
  const errors = withRules(kind, prepared, old, [
    ...validateObjectMeta(prepared.metadata, kind),
    ...validateObjectMetaUpdate(prepared.metadata, old.metadata),
    ...kind.strategy.validate(prepared, context),
    ...(toStatus ? [] : kind.strategy.validateUpdate(prepared, old, context)),
  ]);
  if (errors.length > 0) return invalid(kind, prepared, errors);
  return complete(kind, { prepared, old, entriesOf }, decoded, context);
}

const withRules = (
  { strategy }: ResourceKind,
  object: KubeObject,
  old: KubeObject | undefined,
  found: readonly FieldError[],
): readonly FieldError[] => [...found, ...(strategy.validateRules?.(object, old, found) ?? [])];

function prepareUpdate(
  { strategy }: ResourceKind,
  subresource: Subresource,
  { object, old }: { readonly object: KubeObject; readonly old: KubeObject },
  context: DecideContext,
): KubeObject {
  switch (subresource) {
    case "status":
      return strategy.prepareForStatusUpdate(object, old);
    case "finalize":
      return strategy.prepareForFinalize?.(object, old) ?? old;
    case "":
    case "scale":
      return strategy.prepareForUpdate(object, old, context);
    default:
      return subresource satisfies never;
  }
}

/** A write against a version that is no longer the newest, or against another object of the same name. */
function staleness(kind: ResourceKind, metadata: Decoded["object"]["metadata"], old: KubeObject): Status | null {
  const { resourceVersion = "", uid = "" } = metadata;
  if (uid !== "" && uid !== old.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    return status.conflict(resourceOf(kind), old.metadata.name, why);
  }
  if (resourceVersion !== "" && resourceVersion !== "0" && resourceVersion !== old.metadata.resourceVersion) {
    return status.conflict(resourceOf(kind), old.metadata.name);
  }
  return null;
}

/** An object that has passed its strategy and validation. */
interface Prepared {
  readonly prepared: KubeObject;
  readonly old: KubeObject | undefined;
  readonly entriesOf: Wanted<never>["entriesOf"];
}

/** Asks for what must be allocated, or writes the grants in and gives the finished object. What is granted is nobody's field. */
function complete(
  kind: ResourceKind,
  { prepared, old, entriesOf }: Prepared,
  decoded: Decoded,
  context: DecideContext,
): Decision {
  const warnings = [...decoded.warnings, ...kind.strategy.warnings(prepared, old)];
  const put = (object: KubeObject): Decision => {
    const managed = withEntries(object, old, entriesOf(prepared));
    const review = context.admit?.({ object: managed, old: old ?? null }) ?? null;
    if (review !== null && review.denied !== null) return refuse(review.denied);
    const warned = review === null ? warnings : [...warnings, ...review.warnings];
    return { kind: "put", object: managed, created: old === undefined, warnings: warned };
  };
  const { allocation } = kind;
  const requests = allocation?.needs(prepared, old) ?? [];
  if (allocation === undefined || requests.length === 0) return put(prepared);
  const finish = (grants: readonly Allocation[]): Decision => {
    const object = allocation.assign(prepared, requests, grants);
    const errors = kind.strategy.validate(object, context);
    return errors.length > 0 ? invalid(kind, object, errors) : put(object);
  };
  if (context.grants !== null && sameRequests(context.grants.half.requests, requests))
    return finish(context.grants.grants);
  return { kind: "allocate", requests, old, finish };
}

function withEntries(object: KubeObject, old: KubeObject | undefined, managedFields: Entries): KubeObject {
  if (managedFields.length === 0 && object.metadata.managedFields === undefined) return object;
  const managed = { ...object, metadata: { ...object.metadata, managedFields } };
  return old === undefined ? managed : settleTimes(managed, old);
}

const sameRequests = (a: readonly AllocationRequest[], b: readonly AllocationRequest[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const invalid = (kind: ResourceKind, object: KubeObject, errors: readonly FieldError[]): Decision =>
  refuse(status.invalidObject(kind, object.metadata.name, errors));

/**
 * Strategies read objects as stored; a new one has no uid, revision or time yet, and none of them looks there: the store
 * stamps these when it commits.
 */
const asStored = (draft: DraftObject): KubeObject => draft as KubeObject;
