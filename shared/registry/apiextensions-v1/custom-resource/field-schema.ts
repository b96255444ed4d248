/** A structural schema in the registry's own words, as far as server-side apply goes by it: fields, lists and their keys. */
import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";
import { object, string, typeMeta } from "../../schema/declare.ts";
import type { FieldSchema, ListMerge, ObjectSchema } from "../../schema/schema.ts";

type Fields = Readonly<Record<string, FieldSchema>>;

/** The schema of a root object. `name` is its name among the definitions of OpenAPI. */
export function rootSchema(name: string, schema: JSONSchemaProps): ObjectSchema {
  const root = messageOf(name, schema);
  return lazily({ ...root, fields: () => ({ ...root.fields(), ...typeMeta, metadata: object(objectMetaSchema) }) });
}

function lazily(schema: ObjectSchema): ObjectSchema {
  let known: Fields | undefined;
  return { ...schema, fields: () => (known ??= schema.fields()) };
}

function messageOf(name: string, schema: JSONSchemaProps): ObjectSchema {
  const isResource = schema["x-kubernetes-embedded-resource"] === true;
  const fields = (): Fields => ({
    ...(isResource ? { apiVersion: string(), kind: string(), metadata: ANYTHING } : {}),
    ...Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([field, property]) => [
        field,
        fieldOf(`${name}.${field}`, property),
      ]),
    ),
  });
  return lazily({
    name,
    description: schema.description ?? "",
    ...(isAtomic(schema) ? { atomic: true } : {}),
    ...(schema["x-kubernetes-preserve-unknown-fields"] === true ? { isOpen: true } : {}),
    fields,
  });
}

const ANYTHING: FieldSchema = { type: "any" };

const isAtomic = (schema: JSONSchemaProps): boolean => schema["x-kubernetes-map-type"] === "atomic";

function fieldOf(name: string, schema: JSONSchemaProps): FieldSchema {
  const field = typedField(name, schema);
  return schema.default === undefined ? field : { ...field, default: schema.default };
}

function typedField(name: string, schema: JSONSchemaProps): FieldSchema {
  if (schema["x-kubernetes-int-or-string"] === true) return { type: "int-or-string" };
  switch (schema.type ?? "") {
    case "string":
      return { type: "string" };
    case "integer":
      return { type: "integer", format: "int64" };
    case "number":
      return { type: "number" };
    case "boolean":
      return { type: "boolean" };
    case "array":
      return {
        type: "list",
        items: schema.items === undefined ? ANYTHING : fieldOf(name, schema.items),
        merge: mergeOf(schema),
      };
    case "object":
      return objectField(name, schema);
    default:
      return ANYTHING;
  }
}

function objectField(name: string, schema: JSONSchemaProps): FieldSchema {
  if (schema.additionalProperties === undefined || schema.additionalProperties === false) {
    return { type: "object", of: messageOf(name, schema) };
  }
  const values = additionalSchema(schema);
  return {
    type: "map",
    values: values === undefined ? ANYTHING : fieldOf(name, values),
    ...(isAtomic(schema) ? { atomic: true } : {}),
  };
}

function mergeOf(schema: JSONSchemaProps): ListMerge {
  switch (schema["x-kubernetes-list-type"] ?? "") {
    case "set":
      return { type: "set", patchMerges: false };
    case "map":
      return { type: "map", mapKeys: schema["x-kubernetes-list-map-keys"] ?? [] };
    default:
      return { type: "atomic" };
  }
}
