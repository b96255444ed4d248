/** A JSON document that may be changed in place. Objects are Maps: no key is special, and a change costs the same at any size. */
import type { JsonValue } from "../json.ts";

export type Node = null | boolean | number | string | Node[] | Map<string, Node>;

export function toNode(value: JsonValue): Node {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(toNode);
  return new Map(Object.entries(value).map(([key, item]) => [key, toNode(item)]));
}

export function toValue(node: Node): JsonValue {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map(toValue);
  return Object.fromEntries([...node].map(([key, item]) => [key, toValue(item)]));
}

/** Equality of JSON values; key order does not count. Recurses no deeper than the shallower one. */
export function sameNode(a: Node, b: Node): boolean {
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameNode(item, b[i] ?? null));
  if (!(a instanceof Map) || !(b instanceof Map) || a.size !== b.size) return false;
  return [...a].every(([key, item]) => {
    const other = b.get(key);
    return other !== undefined && sameNode(item, other);
  });
}

export interface NodeExtent {
  /** About as many characters as the JSON text has. */
  readonly size: number;
  /** How deep lists and objects nest. */
  readonly depth: number;
}

/** Measures a node, level by level; stops early once `size` exceeds `maxSize`. */
export function extentOf(node: Node, maxSize: number): NodeExtent {
  let size = 0;
  let depth = 0;
  for (let level: readonly Node[] = [node]; level.length > 0 && size <= maxSize;) {
    const next: Node[] = [];
    for (const item of level) {
      size += 2;
      if (typeof item === "string") size += item.length;
      else if (Array.isArray(item)) for (const child of item) next.push(child);
      else if (item instanceof Map) {
        for (const [key, child] of item) {
          size += key.length + 3;
          next.push(child);
        }
      }
    }
    if (level.some((item) => typeof item === "object" && item !== null)) depth++;
    level = next;
  }
  return { size, depth };
}
