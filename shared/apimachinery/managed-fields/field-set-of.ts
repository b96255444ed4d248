/** The fields that a value has. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { EMPTY_SET, LEAF, type FieldNode, type FieldSet } from "./field-set.ts";
import {
  declaredField,
  divisionOf,
  itemShape,
  itemsOf,
  memberShape,
  membersOf,
  type AssociativeList,
  type FieldShape,
  type MessageShape,
} from "./field-shape.ts";
import { fieldElement, itemElement, type PathElement } from "./path-element.ts";

/**
 * The fields that an applied configuration sets (`TypedValue.ToFieldSet`): its leaves, the elements of its lists, the keys of
 * its maps. An object that only leads to them is not one.
 */
export const fieldSetOf = (message: MessageShape, value: JsonObject): FieldSet =>
  nodeOf({ type: "object", of: message }, value, false).below;

/** A value that has appeared or gone as a whole: every step in it is a field. */
export const wholeNode = (shape: FieldShape, value: JsonValue): FieldNode => nodeOf(shape, value, true);

/** With `every`, what leads to other fields is a field as well. A node that is no member and has none is no field. */
function nodeOf(shape: FieldShape, value: JsonValue, every: boolean): FieldNode {
  const division = divisionOf(shape, value);
  switch (division) {
    case "leaf":
      return LEAF;
    case "fields":
      return nodeWith(every, fieldsOf(shape, value, every));
    case "items":
      return nodeWith(every, listItemsOf(shape as AssociativeList, value, every));
    default:
      return division satisfies never;
  }
}

const nodeWith = (isMember: boolean, below: FieldSet): FieldNode =>
  isMember && below.size === 0 ? LEAF : { isMember, below };

function fieldsOf(shape: FieldShape, value: JsonValue, every: boolean): FieldSet {
  const members = membersOf(value);
  if (members.length === 0) return EMPTY_SET;
  const fields = new Map<PathElement, FieldNode>();
  for (const [name, member] of members) {
    const node = nodeOf(memberShape(shape, name), member, every);
    if (node.isMember || isEmptyObject(member) || declaredField(shape, name) === undefined) {
      fields.set(fieldElement(name), nodeWith(true, node.below));
    } else if (node.below.size > 0) fields.set(fieldElement(name), node);
  }
  return fields;
}

/** Null counts as one: to apply `labels: null` is to own the labels as a whole. */
const isEmptyObject = (value: JsonValue): boolean =>
  value === null || (isJsonObject(value) && Object.keys(value).length === 0);

/** Elements with the same key cannot be told apart: they are one field, and nothing below it is. */
function listItemsOf(shape: AssociativeList, value: JsonValue, every: boolean): FieldSet {
  const fields = new Map<PathElement, FieldNode>();
  for (const [element, items] of itemsByElement(shape, itemsOf(value))) {
    const [item, duplicate] = items;
    if (item === undefined) continue;
    fields.set(element, duplicate === undefined ? nodeWith(true, nodeOf(itemShape(shape), item, every).below) : LEAF);
  }
  return fields;
}

/** The list's elements by their path element. One that has none (no client can write it) goes by its index. */
export function itemsByElement(
  shape: AssociativeList,
  list: readonly JsonValue[],
): ReadonlyMap<PathElement, readonly JsonValue[]> {
  const byElement = new Map<PathElement, JsonValue[]>();
  for (const [i, item] of list.entries()) {
    const element = elementAt(shape, item, i);
    const same = byElement.get(element);
    if (same === undefined) byElement.set(element, [item]);
    else same.push(item);
  }
  return byElement;
}

export function elementAt(shape: AssociativeList, item: JsonValue, index: number): PathElement {
  const known = itemElement(shape, item);
  return known.ok ? known.element : `i:${index}`;
}
