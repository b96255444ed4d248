/**
 * Server-side apply (KEP-555): who owns which field after a write, and what an applied configuration makes of an object. The rules are
 * structured-merge-diff's `Updater` and the managers that apimachinery's `managedfields` wraps round it.
 */
import type { JsonObject } from "../json.ts";
import { compare, ignoring, isSame, type Comparison } from "./compare.ts";
import { fieldSetOf } from "./field-set-of.ts";
import {
  difference,
  EMPTY_SET,
  intersection,
  paths,
  recursiveDifference,
  setOf,
  union,
  type FieldPath,
  type FieldSet,
} from "./field-set.ts";
import type { MessageShape } from "./field-shape.ts";
import { capUpdaters, managerKey, type Manager, type ManagerIdentity, type Managers, type Writer } from "./managers.ts";
import { mergeApplied } from "./merge.ts";
import { fieldElement } from "./path-element.ts";
import { prune } from "./prune.ts";

/** What the server itself fills in, or what names the object: nobody manages these. */
const UNMANAGED: FieldSet = setOf(
  ...["apiVersion", "kind", "metadata"].map((name) => [fieldElement(name)]),
  ...[
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
  ].map((name) => [fieldElement("metadata"), fieldElement(name)]),
);

interface Tracked {
  readonly shape: MessageShape;
  readonly managers: Managers;
  readonly writer: Writer;
  /** Fields that this write cannot change, as `status` in a write to the object itself: nobody gets or loses them by it. */
  readonly ignored: FieldSet;
}

/**
 * The managers after a write that is no apply. The writer owns what it added or changed, with what it had before, and the others
 * no longer do. What was removed nobody owns.
 */
export function trackUpdate(
  { shape, managers, writer, ignored }: Tracked,
  before: JsonObject,
  after: JsonObject,
): Managers {
  const comparison = ignoring(compare(shape, before, after), ignored);
  if (isSame(comparison)) return managers;
  const changed = union(comparison.added, comparison.modified);
  const tracked = new Map<string, Manager>();
  for (const [key, manager] of managers) {
    const fields = difference(difference(manager.fields, changed), comparison.removed);
    if (fields.size > 0) tracked.set(key, { ...manager, fields });
  }
  const own = difference(changed, UNMANAGED);
  if (own.size === 0) return tracked;
  const key = managerKey(writer);
  const fields = union(tracked.get(key)?.fields ?? EMPTY_SET, own);
  return capUpdaters(tracked.set(key, { ...writer, fields }));
}

export interface Conflict {
  readonly manager: ManagerIdentity;
  readonly path: FieldPath;
}

export type Applied =
  | { readonly ok: true; readonly object: JsonObject; readonly managers: Managers }
  | { readonly ok: false; readonly conflicts: readonly Conflict[] };

export interface Application extends Tracked {
  readonly live: JsonObject;
  /** As the client wrote it, checked by `problemsOfApplied`. */
  readonly config: JsonObject;
  /** Whether to go on although this changes what others own: the writer then owns it instead. */
  readonly takesOver: (conflicts: readonly Conflict[]) => boolean;
}

/**
 * Applies a configuration: `live` with the values of `config`, without what the writer applied before and nobody owns any more. The
 * writer owns exactly what it applies. To change what others own is a conflict, unless it takes over.
 */
export function applyConfiguration(application: Application): Applied {
  const { shape, live, config, managers, writer, ignored } = application;
  const key = managerKey(writer);
  const last = managers.get(key)?.fields ?? EMPTY_SET;
  const set = recursiveDifference(fieldSetOf(shape, config), ignored);
  const others = new Map([...managers].filter(([other]) => other !== key));
  const owned = [...others.values()].reduce((all, { fields }) => union(all, fields), set);
  const object = prune(shape, mergeApplied(shape, live, config), last, owned);
  const comparison = ignoring(compare(shape, live, object), ignored);
  const conflicts = conflictsOf(others, comparison);
  if (conflicts.length > 0 && !application.takesOver(conflicts)) return { ok: false, conflicts };
  return { ok: true, object, managers: withApplier(application, others, comparison, difference(set, UNMANAGED)) };
}

function conflictsOf(others: Managers, { added, modified }: Comparison): readonly Conflict[] {
  const changed = union(added, modified);
  return [...others]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, manager]) => paths(intersection(manager.fields, changed)).map((path) => ({ manager, path })));
}

/** The time moves only with the applier's fields or their values: to apply the same again changes nothing. */
function withApplier(
  { managers, writer }: Application,
  others: Managers,
  comparison: Comparison,
  fields: FieldSet,
): Managers {
  const gone = union(union(comparison.added, comparison.modified), comparison.removed);
  const tracked = new Map<string, Manager>();
  for (const [key, manager] of others) {
    const left = difference(manager.fields, gone);
    if (left.size > 0) tracked.set(key, { ...manager, fields: left });
  }
  if (fields.size === 0) return tracked;
  const key = managerKey(writer);
  const old = managers.get(key);
  const isUnchanged = isSame(comparison) && old !== undefined && sameFields(old.fields, fields);
  return tracked.set(key, { ...writer, fields, time: isUnchanged ? old.time : writer.time });
}

const sameFields = (a: FieldSet, b: FieldSet): boolean => difference(a, b).size === 0 && difference(b, a).size === 0;

/**
 * The fields of `config` whose values are still those of `live`: what client-side apply may be said to own, by its annotation
 * `kubectl.kubernetes.io/last-applied-configuration`.
 */
export function unchangedFields(shape: MessageShape, config: JsonObject, live: JsonObject): FieldSet {
  const { added, modified, removed } = compare(shape, config, live);
  return difference(fieldSetOf(shape, config), union(union(added, modified), removed));
}
