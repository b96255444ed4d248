/** Sets and keyed lists have no element twice (apiextensions `schema/listtype`). */
import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { duplicate, type FieldError } from "../../../apimachinery/field-error.ts";
import { isJsonObject, own, type JsonObject, type JsonValue } from "../../../apimachinery/json.ts";

/** The elements that are there before, at every depth. */
export function validateLists(schema: JSONSchemaProps, value: JsonValue, path: string): readonly FieldError[] {
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[];
    const { items } = schema;
    return [
      ...validateList(schema, list, path),
      ...(items === undefined ? [] : list.flatMap((item, i) => validateLists(items, item, `${path}[${i}]`))),
    ];
  }
  if (!isJsonObject(value)) return [];
  const { properties = {} } = schema;
  const additional = additionalSchema(schema);
  return Object.entries(value).flatMap(([name, member]) => {
    const isKnown = Object.hasOwn(properties, name);
    const inner = isKnown ? properties[name] : additional;
    if (inner === undefined) return [];
    return validateLists(inner, member, isKnown ? (path === "" ? name : `${path}.${name}`) : `${path}[${name}]`);
  });
}

function validateList(schema: JSONSchemaProps, list: readonly JsonValue[], path: string): readonly FieldError[] {
  const identify = identityOf(schema);
  if (identify === null) return [];
  const seen = new Set<string>();
  return list.flatMap((item, i) => {
    const identity = identify(item);
    const key = canonical(identity);
    if (seen.has(key)) return [duplicate(`${path}[${i}]`, identity)];
    seen.add(key);
    return [];
  });
}

function identityOf(schema: JSONSchemaProps): ((item: JsonValue) => JsonValue) | null {
  switch (schema["x-kubernetes-list-type"] ?? "") {
    case "set":
      return (item) => item;
    case "map": {
      const keys = schema["x-kubernetes-list-map-keys"] ?? [];
      return (item) => (isJsonObject(item) ? keysOf(item, keys) : item);
    }
    default:
      return null;
  }
}

const keysOf = (item: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const value = own(item, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** Equal values have equal texts. */
const canonical = (value: JsonValue): string =>
  JSON.stringify(value, (_key, inner: JsonValue) =>
    isJsonObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
