/** `metav1.FieldsV1`: a field set as JSON. A field is a key, what is below it is its value, `.` marks one that has both. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { EMPTY_SET, LEAF, sortedEntries, union, type FieldNode, type FieldSet } from "./field-set.ts";
import { readPathElement, type PathElement } from "./path-element.ts";

export const encodeFieldsV1 = (set: FieldSet): JsonObject => withFields({}, set);

const encodeNode = ({ isMember, below }: FieldNode): JsonObject =>
  withFields(isMember && below.size > 0 ? { ".": {} } : {}, below);

/** Keys are `.` or have a prefix, so that no name can mean a prototype. */
function withFields(json: Record<string, JsonValue>, set: FieldSet): JsonObject {
  if (set.size === 0) return json;
  for (const [element, node] of sortedEntries(set)) json[element] = encodeNode(node);
  return json;
}

export type DecodedFields =
  { readonly ok: true; readonly set: FieldSet } | { readonly ok: false; readonly message: string };

/** Total. Steps of unknown kinds are left out, as structured-merge-diff does. Absent fields are no fields. */
export function decodeFieldsV1(value: unknown): DecodedFields {
  if (value === undefined || value === null) return { ok: true, set: EMPTY_SET };
  const node = decodeNode(value as JsonValue);
  return node.ok ? { ok: true, set: node.node.below } : node;
}

type DecodedNode = { readonly ok: true; readonly node: FieldNode } | { readonly ok: false; readonly message: string };

function decodeNode(value: JsonValue): DecodedNode {
  if (!isJsonObject(value)) return { ok: false, message: `expected an object, got ${JSON.stringify(value)}` };
  let isMember = false;
  const below = new Map<PathElement, FieldNode>();
  for (const key of Object.keys(value)) {
    const inner = value[key] ?? null;
    if (key === ".") {
      isMember = true;
      continue;
    }
    const read = readPathElement(key);
    if (!read.ok) return read;
    if (read.element === null) continue;
    const node = decodeNode(inner);
    if (!node.ok) return node;
    below.set(read.element, joined(below.get(read.element), node.node));
  }
  return { ok: true, node: below.size === 0 ? LEAF : { isMember, below } };
}

/** Two spellings of one key. */
const joined = (a: FieldNode | undefined, b: FieldNode): FieldNode =>
  a === undefined ? b : { isMember: a.isMember || b.isMember, below: union(a.below, b.below) };
