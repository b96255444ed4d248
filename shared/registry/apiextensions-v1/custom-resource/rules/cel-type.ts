/** What a structural schema is to an expression (apiserver `pkg/cel/common` `SchemaDeclType`). */
import { additionalSchema, type JSONSchemaProps } from "../../../../api/apiextensions-v1/json-schema-props.ts";
import {
  BOOL,
  DOUBLE,
  DYN,
  INT,
  listOf,
  mapOf,
  simple,
  STRING,
  type CelType,
  type Field,
} from "../../../../apimachinery/cel/types.ts";

const FORMATS: ReadonlyMap<string, CelType> = new Map([
  ["byte", simple("bytes")],
  ["duration", simple("google.protobuf.Duration")],
  ["date", simple("google.protobuf.Timestamp")],
  ["date-time", simple("google.protobuf.Timestamp")],
]);

/** The type, or null where no expression may look: into what the schema does not declare. `isRoot`: the schema is of a whole resource. */
export function celTypeOf(schema: JSONSchemaProps, isRoot: boolean): CelType | null {
  if (schema["x-kubernetes-int-or-string"] === true) return DYN;
  switch (schema.type ?? "") {
    case "string":
      return FORMATS.get(schema.format ?? "") ?? STRING;
    case "integer":
      return INT;
    case "number":
      return DOUBLE;
    case "boolean":
      return BOOL;
    case "array":
      return listType(schema);
    case "object":
      return objectType(schema, isRoot);
    default:
      return null;
  }
}

const isResource = (schema: JSONSchemaProps): boolean => schema["x-kubernetes-embedded-resource"] === true;

function listType({ items }: JSONSchemaProps): CelType | null {
  const of = items === undefined ? null : celTypeOf(items, isResource(items));
  return of === null ? null : listOf(of);
}

function objectType(schema: JSONSchemaProps, isRoot: boolean): CelType | null {
  const additional = additionalSchema(schema);
  if (additional !== undefined) {
    const values = celTypeOf(additional, isResource(additional));
    return values === null ? null : mapOf(STRING, values);
  }
  let fields: ReadonlyMap<string, Field> | undefined;
  return { kind: "object", name: "object", field: (name) => (fields ??= fieldsOf(schema, isRoot)).get(name) };
}

const METADATA: JSONSchemaProps = {
  type: "object",
  properties: { name: { type: "string" }, generateName: { type: "string" } },
};

function fieldsOf({ properties = {} }: JSONSchemaProps, isRoot: boolean): ReadonlyMap<string, Field> {
  const all = isRoot
    ? { ...properties, apiVersion: { type: "string" }, kind: { type: "string" }, metadata: METADATA }
    : properties;
  const fields = new Map<string, Field>();
  for (const [jsonName, property] of Object.entries(all)) {
    const name = escapedName(jsonName);
    const type = celTypeOf(property, isResource(property));
    if (name !== null && type !== null) fields.set(name, { type, jsonName });
  }
  return fields;
}

const KEYWORDS: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

const ESCAPES: Readonly<Record<string, string>> = {
  __: "__underscores__",
  ".": "__dot__",
  "-": "__dash__",
  "/": "__slash__",
};

/** How an expression spells the name of a property that is no identifier; null for one that it cannot. */
export function escapedName(name: string): string | null {
  if (KEYWORDS.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return null;
  return name.replace(/__|[./-]/g, (part) => ESCAPES[part] ?? part);
}
