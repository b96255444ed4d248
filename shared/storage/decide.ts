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
import { decodeObject, type Decoded } from "./decode-object.ts";
import { applyPatch } from "./apply-patch.ts";
import type { Mutation } from "./mutation.ts";
import { applyScale } from "./scale.ts";
import type { DraftObject } from "./view.ts";

export type CreateOrChange = Extract<Mutation, { verb: "create" | "update" | "patch" }>;

export interface DecideContext extends StrategyContext {
  /** What ClusterStore granted for the requests of an earlier decision about the same write. */
  readonly grants: { readonly requests: readonly AllocationRequest[]; readonly grants: readonly Allocation[] } | null;
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
  | { readonly kind: "allocate"; readonly requests: readonly AllocationRequest[] }
  | { readonly kind: "refuse"; readonly status: Status };

const refuse = (s: Status): Decision => ({ kind: "refuse", status: s });

/** Decides a create, update or patch against the object as it is now. Deletion is `decide-delete.ts`. */
export function decide(
  kind: ResourceKind,
  mutation: CreateOrChange,
  old: KubeObject | undefined,
  context: DecideContext,
): Decision {
  if (mutation.verb === "create") return decideCreate(kind, mutation, old, context);
  if (old === undefined) return refuse(status.notFound(resourceOf(kind), mutation.name));
  const wanted = wantedObject(kind, mutation, old);
  if (!wanted.ok) return refuse(wanted.status);
  const decoded = decodeObject(kind, wanted.value, mutation.options.fieldValidation, {
    namespace: mutation.namespace,
    name: mutation.name,
  });
  if (!decoded.ok) return refuse(decoded.status);
  return decideUpdate(kind, mutation, decoded.value, old, context);
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
  mutation: Extract<Mutation, { verb: "create" }>,
  old: KubeObject | undefined,
  context: DecideContext,
): Decision {
  const decoded = decodeObject(kind, mutation.object, mutation.options.fieldValidation, {
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
  const errors = [...validateObjectMeta(prepared.metadata, kind), ...kind.strategy.validate(prepared, context)];
  if (errors.length > 0) return invalid(kind, prepared, errors);
  if (old !== undefined) return refuse(status.alreadyExists(resourceOf(kind), named.name));
  return complete(kind, prepared, undefined, decoded.value, context);
}

function decideUpdate(
  kind: ResourceKind,
  mutation: Exclude<CreateOrChange, { verb: "create" }>,
  decoded: Decoded,
  old: KubeObject,
  context: DecideContext,
): Decision {
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
  const prepared = toStatus
    ? kind.strategy.prepareForStatusUpdate(object, old)
    : kind.strategy.prepareForUpdate(object, old, context);
  const errors = [
    ...validateObjectMeta(prepared.metadata, kind),
    ...validateObjectMetaUpdate(prepared.metadata, old.metadata),
    ...kind.strategy.validate(prepared, context),
    ...(toStatus ? [] : kind.strategy.validateUpdate(prepared, old, context)),
  ];
  if (errors.length > 0) return invalid(kind, prepared, errors);
  return complete(kind, prepared, old, decoded, context);
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

/** Asks for what must be allocated, or writes the grants in and gives the finished object. */
function complete(
  kind: ResourceKind,
  prepared: KubeObject,
  old: KubeObject | undefined,
  decoded: Decoded,
  context: DecideContext,
): Decision {
  const warnings = [...decoded.warnings, ...kind.strategy.warnings(prepared, old)];
  const requests = kind.allocation?.needs(prepared, old) ?? [];
  if (kind.allocation === undefined || requests.length === 0) {
    return { kind: "put", object: prepared, created: old === undefined, warnings };
  }
  if (context.grants === null || !sameRequests(context.grants.requests, requests))
    return { kind: "allocate", requests };
  const object = kind.allocation.assign(prepared, requests, context.grants.grants);
  const errors = kind.strategy.validate(object, context);
  if (errors.length > 0) return invalid(kind, object, errors);
  return { kind: "put", object, created: old === undefined, warnings };
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
