/** How two versions of an object differ, in fields (structured-merge-diff's `TypedValue.Compare`). */
import { deepEqual } from "../deep-equal.ts";
import { isJsonObject, own, type JsonObject, type JsonValue } from "../json.ts";
import { itemsByElement, wholeNode } from "./field-set-of.ts";
import { LEAF, recursiveDifference, type FieldNode, type FieldSet } from "./field-set.ts";
import {
  divisionOf,
  itemShape,
  itemsOf,
  memberShape,
  membersOf,
  type AssociativeList,
  type FieldShape,
  type MessageShape,
} from "./field-shape.ts";
import { fieldElement, type PathElement } from "./path-element.ts";

/** No field is in more than one of them; the objects are equal when all are empty. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

interface Differences {
  readonly added: Map<PathElement, FieldNode>;
  readonly modified: Map<PathElement, FieldNode>;
  readonly removed: Map<PathElement, FieldNode>;
}

const none = (): Differences => ({ added: new Map(), modified: new Map(), removed: new Map() });

export function compare(message: MessageShape, before: JsonObject, after: JsonObject): Comparison {
  const differences = none();
  compareMembers({ type: "object", of: message }, before, after, differences);
  return differences;
}

export const isSame = ({ added, modified, removed }: Comparison): boolean =>
  added.size === 0 && modified.size === 0 && removed.size === 0;

/** The comparison without these fields and all below them. */
export const ignoring = ({ added, modified, removed }: Comparison, ignored: FieldSet): Comparison => ({
  added: recursiveDifference(added, ignored),
  modified: recursiveDifference(modified, ignored),
  removed: recursiveDifference(removed, ignored),
});

function compareMembers(shape: FieldShape, before: JsonValue, after: JsonValue, into: Differences): void {
  for (const [name, value] of membersOf(before)) {
    const other = isJsonObject(after) ? own(after, name) : undefined;
    compareField(memberShape(shape, name), fieldElement(name), value, other, into);
  }
  for (const [name, value] of membersOf(after)) {
    if (isJsonObject(before) && Object.hasOwn(before, name)) continue;
    into.added.set(fieldElement(name), wholeNode(memberShape(shape, name), value));
  }
}

function compareField(
  shape: FieldShape,
  element: PathElement,
  before: JsonValue,
  after: JsonValue | undefined,
  into: Differences,
): void {
  if (before === after) return;
  if (after === undefined) {
    into.removed.set(element, wholeNode(shape, before));
    return;
  }
  const [was, is] = [divisionOf(shape, before), divisionOf(shape, after)];
  const bothEmpty = isEmpty(before) && isEmpty(after);
  if (was === "leaf" || is === "leaf" || bothEmpty) {
    if (!deepEqual(before, after)) into.modified.set(element, LEAF);
    if (was === is || bothEmpty) return;
  }
  // Most lists are as they were: that is quicker found out than their keys.
  if (was === "items" && deepEqual(before, after)) return;
  const inner = none();
  if (was === "items") compareItems(shape as AssociativeList, itemsOf(before), itemsOf(after), inner);
  else compareMembers(shape, before, after, inner);
  attach(into.added, element, inner.added);
  attach(into.removed, element, inner.removed);
  attach(into.modified, element, inner.modified);
}

const isEmpty = (value: JsonValue): boolean =>
  Array.isArray(value)
    ? value.length === 0
    : value === null || (isJsonObject(value) && Object.keys(value).length === 0);

function attach(into: Map<PathElement, FieldNode>, element: PathElement, below: FieldSet): void {
  if (below.size > 0) into.set(element, { isMember: into.get(element)?.isMember ?? false, below });
}

/** Elements that cannot be told apart are compared as one value; when they become one or several, old and new do not match. */
function compareItems(
  shape: AssociativeList,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  into: Differences,
): void {
  const [were, are] = [itemsByElement(shape, before), itemsByElement(shape, after)];
  const items = itemShape(shape);
  for (const element of new Set([...were.keys(), ...are.keys()])) {
    const [old, now] = [were.get(element) ?? [], are.get(element) ?? []];
    if (old.length > 1 && now.length > 1) {
      if (!deepEqual(old, now)) into.modified.set(element, LEAF);
    } else if (old.length > 1) {
      if (now[0] !== undefined) into.added.set(element, wholeNode(items, now[0]));
      into.removed.set(element, LEAF);
    } else if (now.length > 1) {
      if (old[0] !== undefined) into.removed.set(element, wholeNode(items, old[0]));
      into.added.set(element, LEAF);
    } else if (old[0] === undefined) into.added.set(element, wholeNode(items, now[0] ?? null));
    else compareField(items, element, old[0], now[0], into);
  }
}
