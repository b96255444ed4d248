/**
 * Whether a schema is structural (apiextensions `schema.ValidateStructural`): every field has a type of its own, outside
 * of `allOf`, `anyOf`, `oneOf` and `not`, so that what a schema declares can be known without a value.
 */
import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { forbidden, invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { compileGoPattern } from "../../../apimachinery/regexp/go/index.ts";
import { semanticEqual } from "../../../apimachinery/semantic-equal.ts";
import { validateCompleteness } from "./structural-completeness.ts";

type Level = "root" | "item" | "field";

const PRESERVE = "x-kubernetes-preserve-unknown-fields";
const EMBEDDED = "x-kubernetes-embedded-resource";
const INT_OR_STRING = "x-kubernetes-int-or-string";

/** Every problem, in the order of their texts, as apiextensions sorts them. */
export function validateStructural(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const text = ({ field, message }: FieldError): string => `${field}: ${message}`;
  return [...validateInvariants(schema, "root", path), ...validateCompleteness(schema, path)].sort((a, b) =>
    text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0,
  );
}

function validateInvariants(schema: JSONSchemaProps, level: Level, path: string): readonly FieldError[] {
  const { items, properties = {}, additionalProperties } = schema;
  const additional = additionalSchema(schema);
  return [
    ...(schema.type === "array" && items === undefined ? [required(`${path}.items`, "must be specified")] : []),
    ...(items === undefined ? [] : validateInvariants(items, "item", `${path}.items`)),
    ...Object.entries(properties).flatMap(([name, property]) =>
      validateInvariants(property, "field", `${path}.properties[${name}]`),
    ),
    ...(additionalProperties !== undefined && level === "root"
      ? [forbidden(`${path}.additionalProperties`, "must not be used at the root")]
      : []),
    ...(additional === undefined ? [] : validateInvariants(additional, "field", `${path}.additionalProperties`)),
    ...validateExtensions(schema, path),
    ...validateJunctors(schema, isIntOrStringAnyOf(schema), isIntOrStringAnyOf(schema.allOf?.[0]), path),
    ...validateType(schema, level, path),
    ...validateMeta(schema, level, path),
  ];
}

function validateExtensions(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  if (schema[INT_OR_STRING] !== true) return [];
  const detail = "must be false if x-kubernetes-int-or-string is true";
  return [PRESERVE, EMBEDDED].flatMap((extension) =>
    schema[extension as typeof PRESERVE] === true ? [invalid(`${path}.${extension}`, true, detail)] : [],
  );
}

const MISSING_TYPE: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function validateType(schema: JSONSchemaProps, level: Level, path: string): readonly FieldError[] {
  const { type = "", properties = {} } = schema;
  const field = `${path}.type`;
  const isEmbedded = schema[EMBEDDED] === true;
  const errors: FieldError[] = [];
  if (isEmbedded && type !== "object") {
    const detail = "must be object if x-kubernetes-embedded-resource is true";
    errors.push(type === "" ? required(field, detail) : invalid(field, type, detail));
  } else if (type === "" && schema[INT_OR_STRING] !== true && schema[PRESERVE] !== true) {
    errors.push(required(field, MISSING_TYPE[level]));
  }
  if (isEmbedded && schema.additionalProperties !== undefined) {
    errors.push(forbidden(`${path}.additionalProperties`, "must not be used if x-kubernetes-embedded-resource is set"));
  }
  if (level === "root" && type !== "" && type !== "object") {
    errors.push(invalid(field, type, "must be object at the root"));
  }
  if (isEmbedded && schema[PRESERVE] !== true && Object.keys(properties).length === 0) {
    const detail =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    errors.push(required(`${path}.properties`, detail));
  }
  return errors;
}

/** `apiVersion`, `kind` and `metadata` of a resource are what they are. */
function validateMeta(schema: JSONSchemaProps, level: Level, path: string): readonly FieldError[] {
  if (level !== "root" && schema[EMBEDDED] !== true) return [];
  const property = (name: string): JSONSchemaProps | undefined => {
    const { properties = {} } = schema;
    return Object.hasOwn(properties, name) ? properties[name] : undefined;
  };
  const errors = ["kind", "apiVersion"].flatMap((name) => {
    const declared = property(name);
    if (declared === undefined || declared.type === "string") return [];
    return [invalid(`${path}.properties[${name}].type`, declared.type ?? "", "must be string")];
  });
  const metadata = property("metadata");
  if (metadata === undefined) return errors;
  const field = `${path}.properties[metadata]`;
  if (metadata.type !== "object") errors.push(invalid(`${field}.type`, metadata.type ?? "", "must be object"));
  if (level === "root" && restrictsMore(metadata)) {
    const detail = "must not specify anything other than name and generateName, but metadata is implicitly specified";
    errors.push(forbidden(field, detail));
  }
  return errors;
}

function restrictsMore({ type: _type, description: _description, properties = {}, ...rest }: JSONSchemaProps): boolean {
  const others = Object.keys(properties).filter((name) => name !== "name" && name !== "generateName");
  return others.length > 0 || Object.keys(rest).length > 0;
}

const INTEGER_OR_STRING = [{ type: "integer" }, { type: "string" }];

/** The one `anyOf` in which types may stand: integer or string. */
const isIntOrStringAnyOf = (schema: JSONSchemaProps | undefined): boolean =>
  schema?.anyOf !== undefined && semanticEqual(schema.anyOf, INTEGER_OR_STRING);

function validateJunctors(
  schema: JSONSchemaProps,
  skipsAnyOf: boolean,
  skipsFirstAllOf: boolean,
  path: string,
): readonly FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern = "" } = schema;
  return [
    ...(skipsAnyOf ? [] : anyOf.flatMap((one, i) => validateNested(one, false, `${path}.anyOf[${i}]`))),
    ...allOf.flatMap((one, i) => validateNested(one, skipsFirstAllOf && i === 0, `${path}.allOf[${i}]`)),
    ...oneOf.flatMap((one, i) => validateNested(one, false, `${path}.oneOf[${i}]`)),
    ...(not === undefined ? [] : validateNested(not, false, `${path}.not`)),
    ...validatePattern(pattern, `${path}.pattern`),
  ];
}

function validatePattern(pattern: string, field: string): readonly FieldError[] {
  const compiled = compileGoPattern(pattern);
  if (compiled.ok) return [];
  return [invalid(field, pattern, `must be a valid regular expression, but isn't: ${compiled.message}`)];
}

/** What may not stand inside `allOf`, `anyOf`, `oneOf` and `not`, and what is said of it. */
const NOT_NESTED: readonly (readonly [keyof JSONSchemaProps, string])[] = [
  ["type", "must be empty to be structural"],
  ["additionalProperties", "must be undefined to be structural"],
  ["default", "must be undefined to be structural"],
  ["title", "must be empty to be structural"],
  ["description", "must be empty to be structural"],
  ["nullable", "must be false to be structural"],
  ["externalDocs", "must be undefined to be structural"],
  [PRESERVE, "must be false to be structural"],
  [EMBEDDED, "must be false to be structural"],
  [INT_OR_STRING, "must be false to be structural"],
  ["x-kubernetes-list-map-keys", "must be empty to be structural"],
  ["x-kubernetes-list-type", "must be undefined to be structural"],
  ["x-kubernetes-map-type", "must be undefined to be structural"],
  ["x-kubernetes-validations", "must be empty to be structural"],
];

function validateNested(schema: JSONSchemaProps, skipsAnyOf: boolean, path: string): readonly FieldError[] {
  const { items, properties = {} } = schema;
  return [
    ...validateJunctors(schema, skipsAnyOf, false, path),
    ...(items === undefined ? [] : validateNested(items, false, `${path}.items`)),
    ...Object.entries(properties).flatMap(([name, property]) =>
      validateNested(property, false, `${path}.properties[${name}]`),
    ),
    ...NOT_NESTED.flatMap(([name, detail]) =>
      schema[name] === undefined ? [] : [forbidden(`${path}.${name}`, detail)],
    ),
    ...(Object.hasOwn(properties, "metadata")
      ? [forbidden(`${path}.properties[metadata]`, "must not be specified in a nested context")]
      : []),
  ];
}
