/** What managed fields need to know of a type: how its lists and maps divide into fields with owners of their own. */
import { isJsonObject, type JsonValue } from "../json.ts";

export type ListShape =
  | { readonly type: "atomic" }
  | { readonly type: "set" }
  /** Elements are told apart by these fields (`x-kubernetes-list-map-keys`). */
  | { readonly type: "map"; readonly mapKeys: readonly string[] };

/** `FieldSchema` of the registry is one. `default` counts where the field is a key of its list. */
export type FieldShape =
  | { readonly type: "object"; readonly of: MessageShape; readonly default?: unknown }
  | { readonly type: "map"; readonly values: FieldShape; readonly atomic?: boolean; readonly default?: unknown }
  | { readonly type: "list"; readonly items: FieldShape; readonly merge: ListShape; readonly default?: unknown }
  | {
      readonly type: "string" | "integer" | "number" | "boolean" | "int-or-string" | "quantity" | "any";
      readonly default?: unknown;
    };

export interface MessageShape {
  /** Owned as a whole (`x-kubernetes-map-type: atomic`). */
  readonly atomic?: boolean;
  /** Fields that are not declared may be there. */
  readonly isOpen?: boolean;
  readonly fields: () => Readonly<Record<string, FieldShape>>;
}

export type AssociativeList = Extract<FieldShape, { type: "list" }>;

/** Of a value without a schema, objects divide into fields and lists are owned whole (structured-merge-diff's "deduced" type). */
const ANYTHING: FieldShape = { type: "any" };

/**
 * How a value divides: a `leaf` is owned as a whole, `fields` are owned one by one by their names, `items` by their keys
 * or values. Null goes with the shape: it is an empty object or list.
 */
export type Division = "leaf" | "fields" | "items";

export function divisionOf(shape: FieldShape, value: JsonValue): Division {
  switch (shape.type) {
    case "object":
      return shape.of.atomic === true ? "leaf" : "fields";
    case "map":
      return shape.atomic === true ? "leaf" : "fields";
    case "list":
      return shape.merge.type === "atomic" ? "leaf" : "items";
    case "any":
      return isJsonObject(value) || value === null ? "fields" : "leaf";
    case "string":
    case "integer":
    case "number":
    case "boolean":
    case "int-or-string":
    case "quantity":
      return "leaf";
    default:
      return shape satisfies never;
  }
}

/** The field that a message declares under this name; undefined for keys of maps, and for what no schema knows. */
export function declaredField(shape: FieldShape, name: string): FieldShape | undefined {
  if (shape.type !== "object") return undefined;
  const fields = shape.of.fields();
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The shape of the value under a name. */
export const memberShape = (shape: FieldShape, name: string): FieldShape =>
  shape.type === "map" ? shape.values : (declaredField(shape, name) ?? ANYTHING);

/** The shape of a list's elements. */
export const itemShape = (shape: FieldShape): FieldShape => (shape.type === "list" ? shape.items : ANYTHING);

/** The members of an object; none for null, or for a value that is no object at all. */
export const membersOf = (value: JsonValue): Iterable<readonly [string, JsonValue]> & { readonly length: number } =>
  isJsonObject(value) ? Object.entries(value) : [];

/** The elements of a list; none for null, or for a value that is no list at all. */
export const itemsOf = (value: JsonValue): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : [];
