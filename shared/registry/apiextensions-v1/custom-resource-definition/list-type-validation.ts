/** `x-kubernetes-list-type`, `-list-map-keys` and `-map-type` of a schema: how lists and maps merge, and what that asks of them. */
import type { JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import {
  forbidden,
  invalid,
  notSupportedAsListed,
  required,
  type FieldError,
} from "../../../apimachinery/field-error.ts";

const LIST_TYPE = "x-kubernetes-list-type";
const LIST_MAP_KEYS = "x-kubernetes-list-map-keys";
const MAP_TYPE = "x-kubernetes-map-type";

export function validateMapType(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const mapType = schema[MAP_TYPE];
  if (mapType === undefined) return [];
  return [
    ...requireType(schema, "object", MAP_TYPE, path),
    ...requireOneOf(mapType, ["atomic", "granular"], `${path}.${MAP_TYPE}`),
  ];
}

export function validateListType(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const listType = schema[LIST_TYPE];
  const keys = schema[LIST_MAP_KEYS] ?? [];
  const field = `${path}.${LIST_TYPE}`;
  const strayKeys = "must be map if x-kubernetes-list-map-keys is non-empty";
  if (listType === undefined) return keys.length === 0 ? [] : [required(field, strayKeys)];
  const typeErrors = requireType(schema, "array", LIST_TYPE, path);
  return [
    ...typeErrors,
    ...(typeErrors.length === 0 && listType === "set" ? validateSetItems(schema.items, path) : []),
    ...requireOneOf(listType, ["atomic", "set", "map"], field),
    ...(keys.length > 0 && listType !== "map" ? [invalid(field, listType, strayKeys)] : []),
    ...(listType === "map" ? validateMapList(schema, keys, path) : []),
    ...(listType === "map" || listType === "set" ? validateItemsNotNullable(schema, listType, path) : []),
  ];
}

/** The elements of a set are compared as wholes. */
function validateSetItems(items: JSONSchemaProps | undefined, path: string): readonly FieldError[] {
  const detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
  if (items?.type === "array" && (items[LIST_TYPE] ?? "atomic") !== "atomic") {
    return [invalid(`${path}.items.${LIST_TYPE}`, items[LIST_TYPE], detail)];
  }
  if (items?.type === "object" && items[MAP_TYPE] !== "atomic") {
    return [invalid(`${path}.items.${MAP_TYPE}`, items[MAP_TYPE] ?? null, detail)];
  }
  return [];
}

function validateMapList({ items }: JSONSchemaProps, keys: readonly string[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (keys.length === 0) {
    errors.push(required(`${path}.${LIST_MAP_KEYS}`, "must not be empty if x-kubernetes-list-type is map"));
  }
  if (items === undefined) {
    errors.push(required(`${path}.items`, "must have a schema if x-kubernetes-list-type is map"));
  } else if (items.type !== "object") {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    errors.push(invalid(`${path}.items.type`, items.type ?? "", detail));
  } else errors.push(...validateKeys(items, keys, path));
  return errors;
}

function validateKeys(items: JSONSchemaProps, keys: readonly string[], path: string): readonly FieldError[] {
  const properties = items.properties ?? {};
  return keys.flatMap((key, i) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const isScalar = property?.type !== "array" && property?.type !== "object";
    return [
      ...(property === undefined
        ? [invalid(`${path}.${LIST_MAP_KEYS}`, keys, "entries must all be names of item properties")]
        : []),
      ...(isScalar
        ? []
        : [
            invalid(
              `${path}.items.properties[${key}].type`,
              items.type,
              "must be a scalar type if parent array's x-kubernetes-list-type is map",
            ),
          ]),
      ...(keys.indexOf(key) === i
        ? []
        : [invalid(`${path}.${LIST_MAP_KEYS}`, keys, "must not contain duplicate entries")]),
    ];
  });
}

function validateItemsNotNullable(schema: JSONSchemaProps, listType: string, path: string): readonly FieldError[] {
  const { items } = schema;
  if (items === undefined) return [];
  const errors: FieldError[] = [];
  if (items.nullable === true) {
    errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  }
  if (listType !== "map") return errors;
  const properties = items.properties ?? {};
  for (const key of schema[LIST_MAP_KEYS] ?? []) {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property === undefined) continue;
    const at = `${path}.items.properties[${key}]`;
    const inKeys = "this property is in x-kubernetes-list-map-keys, so it";
    if (items.required?.includes(key) !== true && property.default === undefined) {
      errors.push(required(`${at}.default`, `${inKeys} must have a default or be a required property`));
    }
    if (property.nullable === true) errors.push(forbidden(`${at}.nullable`, `${inKeys} cannot be nullable`));
  }
  return errors;
}

/** An extension that belongs to one type only. */
function requireType(schema: JSONSchemaProps, type: string, extension: string, path: string): FieldError[] {
  const detail = `must be ${type} if ${extension} is specified`;
  if (schema.type === type) return [];
  return [schema.type === undefined ? required(`${path}.type`, detail) : invalid(`${path}.type`, schema.type, detail)];
}

/** A value that must be one of a few. */
const requireOneOf = (value: string, values: readonly string[], field: string): readonly FieldError[] =>
  values.includes(value) ? [] : [notSupportedAsListed(field, value, values)];
