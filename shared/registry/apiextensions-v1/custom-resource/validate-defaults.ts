import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { deepEqual } from "../../../apimachinery/deep-equal.ts";
import { invalid, type FieldError } from "../../../apimachinery/field-error.ts";
import type { JsonValue } from "../../../apimachinery/json.ts";
import { applySchemaDefaults } from "./apply-defaults.ts";
import { pruneValue } from "./prune.ts";
import { validateValue } from "./validate-value.ts";

/** Every default must be what its own schema asks for, and say nothing that the schema does not declare. */
export function validateDefaults(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const additional = additionalSchema(schema);
  return [
    ...(schema.default === undefined ? [] : validateDefault(schema, schema.default as JsonValue, `${path}.default`)),
    ...(schema.items === undefined ? [] : validateDefaults(schema.items, `${path}.items`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      validateDefaults(property, `${path}.properties[${name}]`),
    ),
    ...(additional === undefined ? [] : validateDefaults(additional, `${path}.additionalProperties`)),
  ];
}

function validateDefault(schema: JSONSchemaProps, value: JsonValue, path: string): readonly FieldError[] {
  if (!deepEqual(pruneValue(schema, value), value)) return [invalid(path, value, "must not have unknown fields")];
  return validateValue(schema, applySchemaDefaults(schema, value), path);
}
