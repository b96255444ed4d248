/**
 * One step of a path to a field, spelled as FieldsV1 spells it: `f:<name>`, `k:<keys of the list element, as JSON>`,
 * `v:<the element of a set, as JSON>`, `i:<index>`. The JSON is canonical, so equal steps are equal strings.
 */
import { canonicalJson } from "../hash.ts";
import { isJsonObject, own, type JsonObject, type JsonValue } from "../json.ts";
import type { AssociativeList } from "./field-shape.ts";

export type PathElement = string;

const KNOWN_FIELDS = new Map<string, PathElement>();
const MAX_KNOWN_FIELDS = 4096;

/** Of the names met first, nearly all of them from schemas, the same string each time: it is a key in every set. */
export function fieldElement(name: string): PathElement {
  const known = KNOWN_FIELDS.get(name);
  if (known !== undefined) return known;
  const element = `f:${name}`;
  if (KNOWN_FIELDS.size < MAX_KNOWN_FIELDS) KNOWN_FIELDS.set(name, element);
  return element;
}

/** The name in `f:<name>`; undefined for the other kinds. */
export const fieldNameOf = (element: PathElement): string | undefined =>
  element.startsWith("f:") ? element.slice(2) : undefined;

export type ItemElement =
  { readonly ok: true; readonly element: PathElement } | { readonly ok: false; readonly message: string };

const problem = (message: string): ItemElement => ({ ok: false, message });

/** How an element of a keyed list or a set is known. A key that the element lacks takes its default, as `protocol` of a port. */
export function itemElement({ merge, items }: AssociativeList, item: JsonValue): ItemElement {
  return merge.type === "map" ? keyElement(merge.mapKeys, items, item) : valueElement(item);
}

function keyElement(mapKeys: readonly string[], items: AssociativeList["items"], item: JsonValue): ItemElement {
  if (item === null) return problem("associative list with keys may not have a null element");
  if (!isJsonObject(item)) return problem("associative list with keys may not have non-map elements");
  const shapes = items.type === "object" ? items.of.fields() : {};
  const keys: string[] = [];
  for (const { name, text } of inOrder(mapKeys)) {
    const value = own(item, name) ?? (shapes[name]?.default as JsonValue | undefined);
    if (value !== undefined) keys.push(`${text}:${keyText(value)}`);
  }
  if (keys.length > 0) return { ok: true, element: `k:{${keys.join(",")}}` };
  const names = mapKeys.map((name) => JSON.stringify(name)).join(" ");
  return problem(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  );
}

interface MapKey {
  readonly name: string;
  /** As JSON. */
  readonly text: string;
}

const IN_ORDER = new WeakMap<readonly string[], readonly MapKey[]>();

/** The keys of a list as they stand in its elements' path elements. */
function inOrder(mapKeys: readonly string[]): readonly MapKey[] {
  const known = IN_ORDER.get(mapKeys);
  if (known !== undefined) return known;
  const keys = mapKeys.toSorted().map((name) => ({ name, text: JSON.stringify(name) }));
  IN_ORDER.set(mapKeys, keys);
  return keys;
}

/** Keys are scalars; what a hostile body has in their place must still give one text for one value. */
const keyText = (value: JsonValue): string =>
  typeof value === "object" ? canonicalJson(value) : JSON.stringify(value);

function valueElement(item: JsonValue): ItemElement {
  if (item === null) return problem("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) return problem("not supported: associative list with lists as elements");
  if (isJsonObject(item)) return problem("associative list without keys has an element that's a map type");
  return { ok: true, element: `v:${JSON.stringify(item)}` };
}

export type ReadElement =
  /** Null: of a kind that a later version may know; the field is left out. */
  { readonly ok: true; readonly element: PathElement | null } | { readonly ok: false; readonly message: string };

/** Reads a step that a client wrote. */
export function readPathElement(text: string): ReadElement {
  if (text.length < 2) return { ok: false, message: "key must be 2 characters long:" };
  if (text[1] !== ":") return { ok: false, message: `missing colon: ${text}` };
  switch (text.slice(0, 1)) {
    case "f":
      return { ok: true, element: text };
    case "i":
      return /^[-+]?\d+$/.test(text.slice(2))
        ? { ok: true, element: text }
        : { ok: false, message: `invalid index: ${text}` };
    case "k":
    case "v": {
      const value = parsed(text);
      if (value === undefined || (text[0] === "k" && !isJsonObject(value))) {
        return { ok: false, message: `invalid JSON: ${text}` };
      }
      return { ok: true, element: `${text[0]}:${canonicalJson(value)}` };
    }
    default:
      return { ok: true, element: null };
  }
}

function parsed(element: PathElement): JsonValue | undefined {
  try {
    return JSON.parse(element.slice(2)) as JsonValue;
  } catch {
    return undefined;
  }
}

const KINDS = "fkvi";

/** The order of structured-merge-diff: names, then keys, then values, then indices; numbers by their size. */
export function comparePathElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  const kind = a[0] ?? "";
  if (kind !== b[0]) return KINDS.indexOf(kind) - KINDS.indexOf(b[0] ?? "");
  if (kind === "f") return compareStrings(a, b);
  return compareValues(parsed(a) ?? null, parsed(b) ?? null);
}

const compareStrings = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const RANKS: readonly string[] = ["number", "string", "boolean", "object"];

function compareValues(a: JsonValue, b: JsonValue): number {
  if (isJsonObject(a) && isJsonObject(b)) return compareKeys(a, b);
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  const ranks = RANKS.indexOf(typeof a) - RANKS.indexOf(typeof b);
  return ranks === 0 ? compareStrings(canonicalJson(a), canonicalJson(b)) : ranks;
}

/** Both have their names sorted. */
function compareKeys(a: JsonObject, b: JsonObject): number {
  const others = Object.entries(b);
  for (const [i, [name, value]] of Object.entries(a).entries()) {
    const other = others[i];
    if (other === undefined) return 1;
    const order = compareStrings(name, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return Object.keys(a).length - others.length;
}

/** As messages show it: `.spec`, `[port=80,protocol="TCP"]`, `[="a"]`. */
export function printPathElement(element: PathElement): string {
  const name = fieldNameOf(element);
  if (name !== undefined) return `.${name}`;
  if (element.startsWith("i:")) return `[${element.slice(2)}]`;
  if (element.startsWith("v:")) return `[=${element.slice(2)}]`;
  const keys = parsed(element);
  if (!isJsonObject(keys ?? null)) return `[${element.slice(2)}]`;
  return `[${Object.entries(keys as JsonObject)
    .map(([key, value]) => `${key}=${canonicalJson(value)}`)
    .join(",")}]`;
}
