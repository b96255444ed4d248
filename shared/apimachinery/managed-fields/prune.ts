/** Taking away what a manager applied before and applies no longer (structured-merge-diff's `Updater.prune`). */
import type { JsonObject } from "../json.ts";
import { fieldSetOf } from "./field-set-of.ts";
import { difference, intersection, union, type FieldNode, type FieldSet } from "./field-set.ts";
import { declaredField, itemShape, memberShape, type FieldShape, type MessageShape } from "./field-shape.ts";
import { fieldNameOf, type PathElement } from "./path-element.ts";
import { removeFields } from "./remove.ts";

/**
 * `merged` without the fields of `last` that nobody owns any more. `owned` is what all managers own, the applying one by its
 * new configuration. Three steps: take all of `last` out; put back what is owned; put back what fell with its container
 * but was never in `last`, so is not this manager's to remove.
 */
export function prune(message: MessageShape, merged: JsonObject, last: FieldSet, owned: FieldSet): JsonObject {
  const named = (set: FieldSet): FieldSet => withContainers({ type: "object", of: message }, set);
  const dropped = named(last);
  if (difference(dropped, named(owned)).size === 0) return merged;
  const before = named(fieldSetOf(message, merged));
  const left = named(fieldSetOf(message, removeFields(message, merged, dropped)));
  const unowned = difference(before, union(left, named(owned)));
  const kept = named(fieldSetOf(message, removeFields(message, merged, unowned)));
  return removeFields(message, merged, intersection(difference(before, kept), dropped));
}

/** The set with the declared fields on the way to its members: to remove the last field of an object is to remove the object. */
function withContainers(shape: FieldShape, set: FieldSet): FieldSet {
  const nodes = new Map<PathElement, FieldNode>();
  for (const [element, node] of set) {
    const name = fieldNameOf(element);
    const isDeclared = name !== undefined && declaredField(shape, name) !== undefined;
    const below = node.below.size === 0 ? node.below : withContainers(inner(shape, name), node.below);
    nodes.set(element, { isMember: node.isMember || isDeclared, below });
  }
  return nodes;
}

const inner = (shape: FieldShape, name: string | undefined): FieldShape =>
  name === undefined ? itemShape(shape) : memberShape(shape, name);
