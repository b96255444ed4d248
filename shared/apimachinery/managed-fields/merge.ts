/** What applying a configuration makes of an object, before anything is taken away (structured-merge-diff's `TypedValue.Merge`). */
import { isJsonObject, own, type JsonObject, type JsonValue } from "../json.ts";
import { elementAt } from "./field-set-of.ts";
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
import type { PathElement } from "./path-element.ts";

/** Every leaf that `config` has is as there; everything else as in `live`. A null empties nothing: it only owns. */
export const mergeApplied = (message: MessageShape, live: JsonObject, config: JsonObject): JsonObject =>
  mergeMembers({ type: "object", of: message }, live, config);

function mergeValue(shape: FieldShape, live: JsonValue | undefined, config: JsonValue): JsonValue {
  if (live === undefined) return config;
  const division = divisionOf(shape, config);
  switch (division) {
    case "leaf":
      return config;
    case "fields":
      if (membersOf(live).length === 0 && membersOf(config).length === 0) return config;
      return mergeMembers(shape, live, config);
    case "items":
      if (itemsOf(live).length === 0 && itemsOf(config).length === 0) return config;
      return mergeItems(shape as AssociativeList, itemsOf(live), itemsOf(config));
    default:
      return division satisfies never;
  }
}

function mergeMembers(shape: FieldShape, live: JsonValue, config: JsonValue): JsonObject {
  const merged = new Map(membersOf(live));
  for (const [name, value] of membersOf(config)) {
    const old = isJsonObject(live) ? own(live, name) : undefined;
    merged.set(name, mergeValue(memberShape(shape, name), old, value));
  }
  return Object.fromEntries(merged);
}

interface Indexed {
  readonly elements: readonly PathElement[];
  /** Null for several that cannot be told apart: nothing is merged into those. */
  readonly values: ReadonlyMap<PathElement, JsonValue>;
}

function indexed(shape: AssociativeList, list: readonly JsonValue[]): Indexed {
  const elements = list.map((item, i) => elementAt(shape, item, i));
  const values = new Map<PathElement, JsonValue>();
  for (const [i, element] of elements.entries()) values.set(element, values.has(element) ? null : (list[i] ?? null));
  return { elements, values };
}

/**
 * The elements of both in one order: those of `config` in its order, and between them those that only `live` has, each where
 * it stood before the next common element.
 */
function mergeItems(shape: AssociativeList, live: readonly JsonValue[], config: readonly JsonValue[]): JsonValue {
  const [left, right] = [indexed(shape, live), indexed(shape, config)];
  const common = right.elements.filter((element) => left.values.has(element)).values();
  let nextCommon = common.next().value;
  const merged: JsonValue[] = [];
  const done = new Set<PathElement>();
  for (let l = 0, r = 0; l < left.elements.length || r < right.elements.length;) {
    const [ours, theirs] = [left.elements[l], right.elements[r]];
    if (ours !== undefined && !right.values.has(ours)) {
      merged.push(live[l++] ?? null);
      continue;
    }
    const isOutOfTurn = theirs !== undefined && ours !== theirs && nextCommon !== undefined && ours !== nextCommon;
    if (ours !== undefined && (isOutOfTurn || ours === theirs || done.has(ours))) l++;
    if (theirs === undefined || (isOutOfTurn && ours !== undefined)) continue;
    merged.push(mergeValue(itemShape(shape), left.values.get(theirs) ?? undefined, right.values.get(theirs) ?? null));
    done.add(theirs);
    if (theirs === nextCommon) nextCommon = common.next().value;
    r++;
  }
  return merged;
}
