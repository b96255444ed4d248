import { isJsonObject, type JsonObject, type JsonValue } from "../../apimachinery/json.ts";
import type { FieldSchema, ObjectSchema } from "./schema.ts";

/**
 * Fills in the static defaults that the schema declares, at every depth. An absent object stays absent unless a default is
 * declared for it, and a default object takes the defaults of its own fields. Expects what `checkFields` accepted;
 * gives `value` itself when there is nothing to fill in.
 */
export function applyDefaults(schema: ObjectSchema, value: JsonObject): JsonObject {
  const fields = fillable(schema);
  if (fields.length === 0) return value;
  const filled = new Map<string, JsonValue>();
  for (const [name, field] of fields) {
    const present = Object.hasOwn(value, name);
    if (!present && field.default === undefined) continue;
    const old = present ? value[name] : undefined;
    const next = defaultField(field, old ?? (field.default as JsonValue));
    if (next !== old) filled.set(name, next);
  }
  return filled.size === 0 ? value : { ...value, ...Object.fromEntries(filled) };
}

const FILLABLE = new WeakMap<ObjectSchema, readonly (readonly [name: string, field: FieldSchema])[]>();

/** The fields in which something may be filled in. Most have no default, and nothing below them has. */
function fillable(schema: ObjectSchema): readonly (readonly [name: string, field: FieldSchema])[] {
  const known = FILLABLE.get(schema);
  if (known !== undefined) return known;
  const fields = Object.entries(schema.fields()).filter(([, field]) => hasDefault(field, new Set()));
  FILLABLE.set(schema, fields);
  return fields;
}

/** Whether the field or anything below it has a default; `seen`: messages that are being looked through, since types recurse. */
function hasDefault(field: FieldSchema, seen: Set<ObjectSchema>): boolean {
  if (field.default !== undefined) return true;
  switch (field.type) {
    case "list":
      return hasDefault(field.items, seen);
    case "map":
      return hasDefault(field.values, seen);
    case "object":
      if (seen.has(field.of)) return false;
      seen.add(field.of);
      return Object.values(field.of.fields()).some((inner) => hasDefault(inner, seen));
    case "string":
    case "integer":
    case "number":
    case "boolean":
    case "int-or-string":
    case "quantity":
    case "any":
      return false;
    default:
      return field satisfies never;
  }
}

function defaultField(field: FieldSchema, value: JsonValue): JsonValue {
  switch (field.type) {
    case "object":
      return isJsonObject(value) ? applyDefaults(field.of, value) : value;
    case "list":
      return Array.isArray(value) ? defaultItems(field.items, value as readonly JsonValue[]) : value;
    case "map":
      return isJsonObject(value) ? defaultValues(field.values, value) : value;
    case "string":
    case "integer":
    case "number":
    case "boolean":
    case "int-or-string":
    case "quantity":
    case "any":
      return value;
    default:
      return field satisfies never;
  }
}

function defaultItems(items: FieldSchema, list: readonly JsonValue[]): readonly JsonValue[] {
  if (!holdsObjects(items)) return list;
  const filled = list.map((item) => defaultField(items, item));
  return filled.some((item, i) => item !== list[i]) ? filled : list;
}

function defaultValues(values: FieldSchema, map: JsonObject): JsonObject {
  if (!holdsObjects(values)) return map;
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, defaultField(values, value)]));
}

const holdsObjects = (field: FieldSchema): boolean =>
  field.type === "object" || field.type === "list" || field.type === "map";
