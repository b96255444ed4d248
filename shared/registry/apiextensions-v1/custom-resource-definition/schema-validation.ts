/** What a schema in a CustomResourceDefinition may not say (apiextensions `ValidateCustomResourceDefinitionOpenAPISchema`). */
import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { forbidden, invalid, notSupported, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateListType, validateMapType } from "./list-type-validation.ts";
import { validateRules } from "./rule-validation.ts";

const TYPES = ["array", "boolean", "integer", "number", "object", "string"];
const META_FIELDS = new Set(["apiVersion", "kind", "metadata"]);

/** Where in an object a schema stands: defaults are not for metadata, and resources do not hide in it. */
interface Place {
  readonly isRoot: boolean;
  readonly isInsideMetadata: boolean;
  /** Why no default may stand here; null where one may. */
  readonly noDefault: string | null;
}

const ROOT: Place = { isRoot: true, isInsideMetadata: false, noDefault: null };

/** Every problem of a schema and those inside it. */
export const validateSchema = (schema: JSONSchemaProps, path: string): readonly FieldError[] =>
  validateAt(schema, path, ROOT);

function validateAt(schema: JSONSchemaProps, path: string, place: Place): readonly FieldError[] {
  const inner: Place = { ...place, isRoot: false };
  const within = (schemas: readonly JSONSchemaProps[] | undefined, name: string): readonly FieldError[] =>
    (schemas ?? []).flatMap((one, i) => validateAt(one, `${path}.${name}[${i}]`, inner));
  return [
    ...validateOwn(schema, path, place),
    ...validateAdditional(schema, path, inner),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      validateAt(property, `${path}.properties[${name}]`, propertyPlace(schema, name, place)),
    ),
    ...(schema.not === undefined ? [] : validateAt(schema.not, `${path}.not`, inner)),
    ...within(schema.allOf, "allOf"),
    ...within(schema.oneOf, "oneOf"),
    ...within(schema.anyOf, "anyOf"),
    ...(schema.items === undefined ? [] : validateAt(schema.items, `${path}.items`, inner)),
    ...validatePreserve(schema, path),
    ...validateMapType(schema, path),
    ...validateListType(schema, path),
    ...validateRules(schema, path),
  ];
}

function propertyPlace(schema: JSONSchemaProps, name: string, { isRoot, ...place }: Place): Place {
  const isMeta = (isRoot || schema["x-kubernetes-embedded-resource"] === true) && META_FIELDS.has(name);
  return {
    isRoot: false,
    isInsideMetadata: place.isInsideMetadata || isMeta,
    noDefault: isMeta && isRoot ? `in top-level ${name}` : place.noDefault,
  };
}

function validateOwn(schema: JSONSchemaProps, path: string, place: Place): readonly FieldError[] {
  const unsupported = (["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"] as const)
    .filter((name) => schema[name] !== undefined)
    .map((name) => forbidden(`${path}.${name}`, `${name} is not supported`));
  const { type = "" } = schema;
  return [
    ...(type === "" || TYPES.includes(type) ? [] : [notSupported(`${path}.type`, type, TYPES)]),
    ...(schema.default === undefined || place.noDefault === null
      ? []
      : [forbidden(`${path}.default`, `must not be set ${place.noDefault}`)]),
    ...unsupported,
    ...(type === "null"
      ? [forbidden(`${path}.type`, "type cannot be set to null, use nullable as an alternative")]
      : []),
    ...(place.isInsideMetadata && schema["x-kubernetes-embedded-resource"] === true
      ? [forbidden(`${path}.x-kubernetes-embedded-resource`, "must not be used inside of resource meta")]
      : []),
    ...(schema.uniqueItems === true
      ? [
          forbidden(
            `${path}.uniqueItems`,
            "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
          ),
        ]
      : []),
  ];
}

function validateAdditional(schema: JSONSchemaProps, path: string, inner: Place): readonly FieldError[] {
  const { additionalProperties } = schema;
  if (additionalProperties === undefined) return [];
  const field = `${path}.additionalProperties`;
  const hasProperties = Object.keys(schema.properties ?? {}).length > 0;
  const place = inner.isInsideMetadata
    ? { ...inner, noDefault: "inside additionalProperties applying to object metadata" }
    : inner;
  const additional = additionalSchema(schema);
  return [
    ...(hasProperties && additionalProperties !== true
      ? [forbidden(field, "additionalProperties and properties are mutual exclusive")]
      : []),
    ...(additional === undefined ? [] : validateAt(additional, field, place)),
  ];
}

const validatePreserve = (schema: JSONSchemaProps, path: string): readonly FieldError[] =>
  schema["x-kubernetes-preserve-unknown-fields"] === false
    ? [invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, "must be true or undefined")]
    : [];
