/** Defaults of a structural schema (apiextensions `schema/defaulting`). */
import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../apimachinery/json.ts";

/**
 * Drops nulls of fields that may not be null, then fills in defaults, at every depth below what is there: an absent object
 * stays absent unless it has a default itself. Gives `value` itself when there is nothing to do.
 */
export function applySchemaDefaults(schema: JSONSchemaProps, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return defaultItems(schema.items, value as readonly JsonValue[]);
  return isJsonObject(value) ? defaultMembers(schema, value) : value;
}

function defaultItems(schema: JSONSchemaProps | undefined, list: readonly JsonValue[]): readonly JsonValue[] {
  if (schema === undefined) return list;
  const items = list.map((item) => {
    const filled = isForbiddenNull(schema, item) && schema.default !== undefined ? (schema.default as JsonValue) : item;
    return applySchemaDefaults(schema, filled);
  });
  return items.some((item, i) => item !== list[i]) ? items : list;
}

function defaultMembers(schema: JSONSchemaProps, object: JsonObject): JsonObject {
  const { properties = {} } = schema;
  const additional = additionalSchema(schema);
  const members: [string, JsonValue][] = [];
  let changed = false;
  for (const [name, value] of Object.entries(object)) {
    const member = Object.hasOwn(properties, name) ? properties[name] : additional;
    const next = member === undefined ? value : defaultMember(member, value);
    changed ||= next !== value;
    if (next !== undefined) members.push([name, next]);
  }
  for (const [name, property] of Object.entries(properties)) {
    if (property.default === undefined || Object.hasOwn(object, name)) continue;
    members.push([name, applySchemaDefaults(property, property.default as JsonValue)]);
    changed = true;
  }
  return changed ? Object.fromEntries(members) : object;
}

/** Undefined: the member is to go. */
function defaultMember(schema: JSONSchemaProps, value: JsonValue): JsonValue | undefined {
  if (!isForbiddenNull(schema, value)) return applySchemaDefaults(schema, value);
  return schema.default === undefined ? undefined : applySchemaDefaults(schema, schema.default as JsonValue);
}

/** A null where the schema says a type and not `nullable`. What preserves unknown fields and has no type takes nulls. */
const isForbiddenNull = (schema: JSONSchemaProps, value: JsonValue): boolean =>
  value === null &&
  schema.nullable !== true &&
  !(schema.type === undefined && schema["x-kubernetes-preserve-unknown-fields"] === true);
