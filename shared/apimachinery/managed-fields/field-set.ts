/**
 * Sets of fields, as trees of path elements (structured-merge-diff's `fieldpath.Set`). That a field is in a set says nothing of
 * the fields above or below it. Sets are never changed once made, and share what they have in common.
 */
import { comparePathElements, printPathElement, type PathElement } from "./path-element.ts";

export type FieldSet = ReadonlyMap<PathElement, FieldNode>;

/** One that is no member has members below it. */
export interface FieldNode {
  readonly isMember: boolean;
  readonly below: FieldSet;
}

export const EMPTY_SET: FieldSet = new Map();
export const LEAF: FieldNode = { isMember: true, below: EMPTY_SET };

/** A path from the root of the object. */
export type FieldPath = readonly PathElement[];

export const printPath = (path: FieldPath): string => path.map(printPathElement).join("");

export function setOf(...paths: readonly FieldPath[]): FieldSet {
  return paths.reduce<FieldSet>((set, path) => union(set, single(path)), EMPTY_SET);
}

function single([first, ...rest]: FieldPath): FieldSet {
  if (first === undefined) return EMPTY_SET;
  return new Map([[first, rest.length === 0 ? LEAF : { isMember: false, below: single(rest) }]]);
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0 || a === b) return b;
  if (b.size === 0) return a;
  const all = new Map(a);
  for (const [element, node] of b) {
    const other = all.get(element);
    all.set(
      element,
      other === undefined ? node : { isMember: node.isMember || other.isMember, below: union(other.below, node.below) },
    );
  }
  return all;
}

/** The fields that are in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0 || b.size === 0) return EMPTY_SET;
  const common = new Map<PathElement, FieldNode>();
  for (const [element, node] of a) {
    const other = b.get(element);
    if (other === undefined) continue;
    put(common, element, node.isMember && other.isMember, intersection(node.below, other.below));
  }
  return common;
}

/** `a` without the fields of `b`; what is below them stays. Gives `a` itself when that takes nothing away. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet => without(a, b, false);

/** `a` without the fields of `b` and everything below them. */
export const recursiveDifference = (a: FieldSet, b: FieldSet): FieldSet => without(a, b, true);

function without(a: FieldSet, b: FieldSet, recursive: boolean): FieldSet {
  if (a.size === 0 || b.size === 0) return a;
  const kept = new Map<PathElement, FieldNode>();
  let same = true;
  for (const [element, node] of a) {
    const other = b.get(element);
    if (other === undefined) {
      kept.set(element, node);
      continue;
    }
    const isMember = node.isMember && !other.isMember;
    const below = recursive && other.isMember ? EMPTY_SET : without(node.below, other.below, recursive);
    if (isMember === node.isMember && below === node.below) {
      kept.set(element, node);
      continue;
    }
    same = false;
    put(kept, element, isMember, below);
  }
  return same ? a : kept;
}

function put(into: Map<PathElement, FieldNode>, element: PathElement, isMember: boolean, below: FieldSet): void {
  if (below.size > 0) into.set(element, { isMember, below });
  else if (isMember) into.set(element, LEAF);
}

export function has(set: FieldSet, path: FieldPath): boolean {
  let level = set;
  for (const [i, element] of path.entries()) {
    const node = level.get(element);
    if (node === undefined) return false;
    if (i === path.length - 1) return node.isMember;
    level = node.below;
  }
  return false;
}

export function sortedEntries(set: FieldSet): readonly (readonly [PathElement, FieldNode])[] {
  const entries = [...set];
  return entries.length < 2 ? entries : entries.sort(([a], [b]) => comparePathElements(a, b));
}

/** The fields of a set: at each level its members first, then what is below. */
export function paths(set: FieldSet, prefix: FieldPath = []): readonly FieldPath[] {
  const nodes = sortedEntries(set);
  return [
    ...nodes.filter(([, node]) => node.isMember).map(([element]) => [...prefix, element]),
    ...nodes.flatMap(([element, node]) => paths(node.below, [...prefix, element])),
  ];
}
