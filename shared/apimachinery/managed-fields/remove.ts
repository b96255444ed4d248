/** Taking fields out of an object (structured-merge-diff's `TypedValue.RemoveItems`). */
import { type JsonObject, type JsonValue } from "../json.ts";
import { elementAt } from "./field-set-of.ts";
import { type FieldSet } from "./field-set.ts";
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
import { fieldElement } from "./path-element.ts";

/** `value` without the fields of `set` and all below them. */
export function removeFields(message: MessageShape, value: JsonObject, set: FieldSet): JsonObject {
  return Object.fromEntries(keptMembers({ type: "object", of: message }, value, set));
}

/** Null for a container of which nothing is left: whoever reads the object takes that for an absent field. */
function removeBelow(shape: FieldShape, value: JsonValue, set: FieldSet): JsonValue {
  const division = divisionOf(shape, value);
  switch (division) {
    case "leaf":
      return typeof value === "object" ? null : value;
    case "fields": {
      const kept = keptMembers(shape, value, set);
      return kept.length === 0 ? null : Object.fromEntries(kept);
    }
    case "items": {
      const kept = keptItems(shape as AssociativeList, value, set);
      return kept.length === 0 ? null : kept;
    }
    default:
      return division satisfies never;
  }
}

const keptMembers = (shape: FieldShape, value: JsonValue, set: FieldSet): readonly (readonly [string, JsonValue])[] =>
  [...membersOf(value)].flatMap(([name, member]) => {
    const node = set.get(fieldElement(name));
    if (node === undefined) return [[name, member] as const];
    return node.isMember ? [] : [[name, removeBelow(memberShape(shape, name), member, node.below)] as const];
  });

const keptItems = (shape: AssociativeList, value: JsonValue, set: FieldSet): readonly JsonValue[] =>
  itemsOf(value).flatMap((item, i) => {
    const node = set.get(elementAt(shape, item, i));
    if (node === undefined) return [item];
    return node.isMember ? [] : [removeBelow(itemShape(shape), item, node.below)];
  });
