import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { required, type FieldError } from "../../../apimachinery/field-error.ts";

/** What `allOf`, `anyOf`, `oneOf` and `not` speak of must be declared outside of them as well. */
export function validateCompleteness(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const additional = additionalSchema(schema);
  return [
    ...validateJunctors(schema, schema, path, path),
    ...(schema.items === undefined ? [] : validateCompleteness(schema.items, `${path}.items`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      validateCompleteness(property, `${path}.properties[${name}]`),
    ),
    ...(additional === undefined ? [] : validateCompleteness(additional, `${path}.additionalProperties`)),
  ];
}

function validateJunctors(
  validation: JSONSchemaProps,
  declared: JSONSchemaProps,
  declaredPath: string,
  path: string,
): readonly FieldError[] {
  const { not } = validation;
  return [
    ...(["allOf", "anyOf", "oneOf"] as const).flatMap((junctor) =>
      (validation[junctor] ?? []).flatMap((one, i) =>
        validateNested(one, declared, declaredPath, `${path}.${junctor}[${i}]`),
      ),
    ),
    ...(not === undefined ? [] : validateNested(not, declared, declaredPath, `${path}.not`)),
  ];
}

function validateNested(
  validation: JSONSchemaProps,
  declared: JSONSchemaProps | undefined,
  declaredPath: string,
  path: string,
): readonly FieldError[] {
  if (declared === undefined) return [required(declaredPath, `because it is defined in ${path}`)];
  const { properties = {} } = declared;
  return [
    ...validateJunctors(validation, declared, declaredPath, path),
    ...(validation.items === undefined
      ? []
      : validateNested(validation.items, declared.items, `${declaredPath}.items`, `${path}.items`)),
    ...Object.entries(validation.properties ?? {}).flatMap(([name, property]) =>
      validateNested(
        property,
        Object.hasOwn(properties, name) ? properties[name] : undefined,
        `${declaredPath}.properties[${name}]`,
        `${path}.properties[${name}]`,
      ),
    ),
  ];
}
