/** One client's write, carried out on an overlay: what it changes, and what the client will be told once that is stored. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Status } from "../api/meta-v1/status.ts";
import { conflict, deleted, notFound, unknownPath } from "../apimachinery/status.ts";
import type { Allocation } from "../registry/allocation/allocation.ts";
import { apiVersionOf, listKindOf, type ResourceKind } from "../registry/resource-kind.ts";
import type { Admission } from "../registry/admissionregistration-v1/admission/admission.ts";
import { admitterOf, refusedDeletion, type Admit } from "./admit.ts";
import { decide, resourceOf, type DecideContext, type HalfDecided } from "./decide.ts";
import type { Answer, DeleteOptions, Mutation } from "./mutation.ts";
import type { Overlay } from "./overlay.ts";
import { toScale } from "./scale.ts";
import { selectionOf } from "./selection.ts";
import type { StoredObject } from "./stamp.ts";
import type { Change, DraftObject } from "./view.ts";

export type Planned =
  /** Nothing is written before these are granted; then plan again with the grants. */
  | HalfDecided
  /** `reply` turns the changes, as stored, into the answer. */
  | { readonly kind: "planned"; readonly reply: Reply };

/** What was asked for, to be written out with the revisions of the commit. */
export type Reply =
  | { readonly kind: "refused"; readonly status: Status }
  | {
      readonly kind: "object" | "scale" | "deleted";
      readonly code: 200 | 201;
      readonly warnings: readonly string[];
      /** The client's own change; null when the write changed nothing, and `object` is what is stored. */
      readonly change: Change | null;
      readonly object: KubeObject;
    }
  | {
      readonly kind: "collection";
      readonly changes: readonly Change[];
      readonly next: string | null;
      /** A policy has refused the next one: that is what the client hears. */
      readonly refused?: Status;
    };

/** How much text one answer carries of what was deleted: two bytes a character stay well below the 32 MiB of a call. */
const MAX_COLLECTION_CHARACTERS = 8 * 1024 * 1024;

/** What planning goes by. `admission`: the policies in force, or null. */
export interface PlanContext extends Omit<DecideContext, "admit"> {
  readonly admission: Admission | null;
}

/** Applies a mutation to the overlay. `kind` is the mutation's resource. */
export function planMutation(kind: ResourceKind, mutation: Mutation, overlay: Overlay, context: PlanContext): Planned {
  const admit = admitterOf(context.admission, kind, mutation, overlay.view);
  switch (mutation.verb) {
    case "create":
    case "update":
    case "patch":
      return planPut(kind, mutation, overlay, { ...context, admit });
    case "delete":
      return planned(planDelete(kind, mutation, overlay, admit));
    case "deletecollection":
      return planned(planDeleteCollection(kind, mutation, overlay, admit));
    default:
      return mutation satisfies never;
  }
}

const planned = (reply: Reply): Planned => ({ kind: "planned", reply });

function planPut(
  kind: ResourceKind,
  mutation: Extract<Mutation, { verb: "create" | "update" | "patch" }>,
  overlay: Overlay,
  context: DecideContext,
): Planned {
  const name = nameOf(mutation);
  const stored = overlay.view.get(mutation.resource, name);
  const old = stored === undefined ? undefined : (kind.custom?.fromStored(stored) ?? stored);
  const decision = decide(kind, mutation, old, context);
  switch (decision.kind) {
    case "refuse":
      return planned({ kind: "refused", status: decision.status });
    case "allocate":
      return decision;
    case "put": {
      const { strategy } = kind;
      const object = toStored(kind, decision.object);
      const change = overlay.apply({ kind: "put", resource: mutation.resource, object, strategy });
      const shown = change?.after ?? change?.before ?? stored;
      if (shown === undefined) throw new Error(`a put of ${mutation.resource} ${name} left no object`);
      const form = mutation.verb !== "create" && mutation.subresource === "scale" ? "scale" : "object";
      const code = decision.created ? 201 : 200;
      return planned({ kind: form, code, warnings: decision.warnings, change, object: shown });
    }
    default:
      return decision satisfies never;
  }
}

/** Custom resources are stored in one version, whichever they are written in. */
const toStored = ({ custom }: ResourceKind, object: DraftObject): DraftObject =>
  custom === undefined ? object : { ...object, apiVersion: custom.storageAPIVersion };

/** The name a write is about. Of a create, what the body says; what is wrong with a body, `decide` reports. */
export function nameOf(mutation: Mutation): string {
  if (mutation.verb === "deletecollection") return "";
  if (mutation.verb !== "create" || mutation.name !== undefined) return mutation.name ?? "";
  const { metadata } = (mutation.object ?? {}) as { metadata?: { name?: unknown } | null };
  return typeof metadata?.name === "string" ? metadata.name : "";
}

function planDelete(
  kind: ResourceKind,
  mutation: Extract<Mutation, { verb: "delete" }>,
  overlay: Overlay,
  admit: Admit | null,
): Reply {
  const { resource, name, options } = mutation;
  const old = overlay.view.get(resource, name);
  if (old === undefined) return { kind: "refused", status: notFound(resourceOf(kind), name) };
  const why = failedPrecondition(old, options.preconditions ?? {});
  if (why !== null) return { kind: "refused", status: conflict(resourceOf(kind), name, why) };
  const { denied = null, warnings = [] } = admit?.({ object: null, old }) ?? {};
  if (denied !== null) return { kind: "refused", status: denied };
  const change = overlay.apply({ kind: "delete", resource, name, ...mannerOf(options) });
  const gone = change !== null && change.after === undefined;
  const form = gone && !kind.deleteReturnsObject ? "deleted" : "object";
  return { kind: form, code: 200, warnings, change, object: change?.after ?? old };
}

const mannerOf = ({ gracePeriodSeconds, propagationPolicy }: DeleteOptions) => ({
  ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
});

function failedPrecondition(
  old: KubeObject,
  { uid, resourceVersion }: { readonly uid?: string; readonly resourceVersion?: string },
): string | null {
  const has = old.metadata;
  if (uid !== undefined && uid !== has.uid) {
    return `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${has.uid}`;
  }
  if (resourceVersion !== undefined && resourceVersion !== has.resourceVersion) {
    return `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${has.resourceVersion}`;
  }
  return null;
}

function planDeleteCollection(
  kind: ResourceKind,
  mutation: Extract<Mutation, { verb: "deletecollection" }>,
  overlay: Overlay,
  admit: Admit | null,
): Reply {
  const selection = selectionOf(kind, mutation.selectors);
  if (!selection.ok) return { kind: "refused", status: selection.status };
  const { resource, after = "", options } = mutation;
  const selected = [...overlay.view.list(resource)]
    .filter((object) => object.metadata.name > after && (selection.value?.(object) ?? true))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const changes: Change[] = [];
  let characters = 0;
  for (const [i, object] of selected.entries()) {
    const { name } = object.metadata;
    const denied = refusedDeletion(admit, object);
    // What went before it is gone, as where each is a deletion of its own.
    if (denied !== null) return { kind: "collection", changes, refused: denied, next: null };
    const change = overlay.apply({ kind: "delete", resource, name, ...mannerOf(options) });
    if (change !== null) changes.push(change);
    characters += change === null ? 0 : JSON.stringify(object).length;
    if (characters > MAX_COLLECTION_CHARACTERS && i + 1 < selected.length) {
      return { kind: "collection", changes, next: name };
    }
  }
  return { kind: "collection", changes, next: null };
}

/**
 * The answer to the client. `stored` has each change's object and its text, with its revision (for a deletion: the last state); what is not in it was
 * a dry run, and is shown as it would have been stored.
 */
export function toAnswer(kind: ResourceKind, reply: Reply, stored: ReadonlyMap<Change, StoredObject>): Answer {
  const shownAs = (change: Change): KubeObject => stored.get(change)?.object ?? unstored(change);
  switch (reply.kind) {
    case "refused":
      return { ok: false, status: reply.status };
    case "collection": {
      if (reply.refused !== undefined) return { ok: false, status: reply.refused };
      const items = reply.changes.map(shownAs);
      const list = { kind: listKindOf(kind), apiVersion: apiVersionOf(kind), metadata: {}, items };
      const next = reply.next === null ? {} : { next: reply.next };
      return { ok: true, code: 200, body: JSON.stringify(list), warnings: [], ...next };
    }
    case "deleted": {
      const { name, uid } = reply.object.metadata;
      return {
        ok: true,
        code: 200,
        body: JSON.stringify(deleted(resourceOf(kind), name, uid)),
        warnings: reply.warnings,
      };
    }
    case "object":
    case "scale": {
      const { change } = reply;
      const text = change === null ? undefined : stored.get(change)?.text;
      if (text !== undefined && reply.kind === "object")
        return { ok: true, code: reply.code, body: text, warnings: reply.warnings };
      const object = change === null ? reply.object : shownAs(change);
      const shown = reply.kind === "scale" ? toScale(kind, object) : object;
      if (shown === null) return { ok: false, status: unknownPath() };
      return { ok: true, code: reply.code, body: JSON.stringify(shown), warnings: reply.warnings };
    }
    default:
      return reply satisfies never;
  }
}

/** A dry run's object: at the revision of what is stored, or at none. */
function unstored({ before, after }: Change): KubeObject {
  const object = after ?? before;
  if (object === undefined) throw new Error("a change has neither a before nor an after");
  return { ...object, metadata: { ...object.metadata, resourceVersion: before?.metadata.resourceVersion ?? "" } };
}

/** What a change gave up: held before, not held after. */
export function releasedBy(kind: ResourceKind | undefined, change: Change): readonly Allocation[] {
  if (kind?.allocation === undefined || change.before === undefined) return [];
  const kept = change.after === undefined ? [] : kind.allocation.held(change.after).map(allocationKey);
  return kind.allocation.held(change.before).filter((a) => !kept.includes(allocationKey(a)));
}

/** An allocation's identity within a cluster. */
export const allocationKey = (a: Allocation): string =>
  a.kind === "NodePort" ? `${a.kind}/${a.value}/${a.protocol}` : `${a.kind}/${a.value}`;
