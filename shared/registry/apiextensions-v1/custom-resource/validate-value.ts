/** Whether a value is what a schema says, with the messages of kube-openapi's `validate`. */
import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { deepEqual } from "../../../apimachinery/deep-equal.ts";
import {
  invalid,
  notSupportedAsListed,
  required,
  tooMany,
  type FieldError,
} from "../../../apimachinery/field-error.ts";
import { isJsonObject, own, type JsonObject, type JsonValue } from "../../../apimachinery/json.ts";
import { validateJunctors, type Outcome } from "./validate-junctors.ts";
import { validateNumber, validateString, validateType } from "./validate-scalar.ts";

/** Errors beyond this say nothing new, and a hostile body must not fill the answer. */
const MAX_ERRORS = 100;

/** Every problem, up to a hundred. `path` is what stands before the value: `""`, or the place of a default. */
export const validateValue = (schema: JSONSchemaProps, value: JsonValue, path: string): readonly FieldError[] =>
  check(schema, value, path).errors.slice(0, MAX_ERRORS);

/** `matches` counts the checks that were made; of several failures the one that got furthest is told. */
function check(schema: JSONSchemaProps, value: JsonValue, path: string): Outcome {
  const errors: FieldError[] = [...validateType(schema, value, path)];
  let matches = 1;
  const take = (outcome: Outcome): void => {
    for (const error of outcome.errors) if (errors.length < MAX_ERRORS) errors.push(error);
    matches += outcome.matches + 1;
  };
  // Nothing else is said of a null: it is allowed, or of the wrong type.
  if (value === null) return { errors, matches };
  take(validateJunctors(schema, path, (inner) => check(inner, value, path)));
  if (typeof value === "string") take(plain(validateString(schema, value, path)));
  else if (typeof value === "number") take(plain(validateNumber(schema, value, path)));
  else if (Array.isArray(value)) take(checkList(schema, value as readonly JsonValue[], path));
  else if (isJsonObject(value)) take(checkObject(schema, value, path));
  take(plain(validateEnum(schema, value, path)));
  return { errors, matches };
}

const plain = (errors: readonly FieldError[]): Outcome => ({ errors, matches: errors.length === 0 ? 1 : 0 });

function validateEnum(schema: JSONSchemaProps, value: JsonValue, path: string): readonly FieldError[] {
  const { enum: values = [] } = schema;
  if (values.length === 0 || values.some((one) => deepEqual(one, value))) return [];
  const shown = values.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  return [notSupportedAsListed(path, value, shown)];
}

function checkList(schema: JSONSchemaProps, list: readonly JsonValue[], path: string): Outcome {
  const { items, minItems, maxItems } = schema;
  const errors: FieldError[] = [];
  let matches = 0;
  for (const [i, item] of list.entries()) {
    if (items === undefined || errors.length >= MAX_ERRORS) break;
    const outcome = check(items, item, `${path}[${i}]`);
    errors.push(...outcome.errors);
    matches += outcome.matches;
  }
  if (minItems !== undefined && list.length < minItems) {
    errors.push(invalid(path, list.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && list.length > maxItems) errors.push(tooMany(path, list.length, maxItems));
  return { errors, matches };
}

function checkObject(schema: JSONSchemaProps, object: JsonObject, path: string): Outcome {
  const { properties = {}, minProperties, maxProperties } = schema;
  const names = Object.keys(object);
  if (minProperties !== undefined && names.length < minProperties) {
    const detail = `${path} in body should have at least ${minProperties} properties`;
    return plain([invalid(path, minProperties, detail)]);
  }
  if (maxProperties !== undefined && names.length > maxProperties) {
    return plain([tooMany(path, names.length, maxProperties)]);
  }
  const additional = additionalSchema(schema);
  const errors: FieldError[] = [];
  let matches = 0;
  const take = (inner: JSONSchemaProps | undefined, value: JsonValue | undefined, at: string): void => {
    if (inner === undefined || value === undefined || errors.length >= MAX_ERRORS) return;
    const outcome = check(inner, value, at);
    errors.push(...outcome.errors);
    matches += outcome.matches;
  };
  const below = (name: string): string => (path === "" ? name : `${path}.${name}`);
  for (const name of names) {
    if (!Object.hasOwn(properties, name)) take(additional, own(object, name), `${path}.${name}`);
  }
  for (const [name, property] of Object.entries(properties)) take(property, own(object, name), below(name));
  for (const name of schema.required ?? []) if (!Object.hasOwn(object, name)) errors.push(required(below(name)));
  return { errors, matches };
}
