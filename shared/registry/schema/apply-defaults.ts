import { isJsonObject, type JsonObject, type JsonValue } from "../../apimachinery/json.ts";
import type { FieldSchema, ObjectSchema } from "./schema.ts";

/**
 * Fills in the static defaults that the schema declares, at every depth. An absent object stays absent unless a default is
 * declared for it, and a default object takes the defaults of its own fields. Expects what `checkFields` accepted;
 * gives `value` itself when there is nothing to fill in.
 */
export function applyDefaults(schema: ObjectSchema, value: JsonObject): JsonObject {
  const filled = new Map<string, JsonValue>();
  for (const [name, field] of Object.entries(schema.fields())) {
    const present = Object.hasOwn(value, name);
    if (!present && field.default === undefined) continue;
    const old = present ? value[name] : undefined;
    const next = defaultField(field, old ?? (field.default as JsonValue));
    if (next !== old) filled.set(name, next);
  }
  return filled.size === 0 ? value : { ...value, ...Object.fromEntries(filled) };
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
