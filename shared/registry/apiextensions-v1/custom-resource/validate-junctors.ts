import type { JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { invalid, type FieldError } from "../../../apimachinery/field-error.ts";

export interface Outcome {
  readonly errors: readonly FieldError[];
  /** How many checks the value got through. */
  readonly matches: number;
}

/** Such problems are of the whole object: kube-openapi names the place in the message only. */
const composite = (path: string, detail: string): FieldError =>
  invalid("<nil>", "", `${JSON.stringify(path)} must ${detail}`);

const furthest = (outcomes: readonly Outcome[]): readonly FieldError[] =>
  outcomes.reduce<Outcome | null>((best, one) => (best === null || one.matches > best.matches ? one : best), null)
    ?.errors ?? [];

/** `anyOf`, `oneOf`, `allOf` and `not` of a schema; `check` tries one of theirs. */
export function validateJunctors(
  schema: JSONSchemaProps,
  path: string,
  check: (schema: JSONSchemaProps) => Outcome,
): Outcome {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  const errors: FieldError[] = [];
  if (anyOf.length > 0) errors.push(...validateAnyOf(anyOf.map(check), path));
  if (oneOf.length > 0) errors.push(...validateOneOf(oneOf.map(check), path));
  if (allOf.length > 0) errors.push(...validateAllOf(allOf.map(check), path));
  if (not !== undefined && check(not).errors.length === 0) {
    errors.push(composite(path, "not validate the schema (not)"));
  }
  return { errors, matches: errors.length === 0 ? 1 : 0 };
}

function validateAnyOf(outcomes: readonly Outcome[], path: string): readonly FieldError[] {
  if (outcomes.some(({ errors }) => errors.length === 0)) return [];
  return [composite(path, "validate at least one schema (anyOf)"), ...furthest(outcomes)];
}

function validateOneOf(outcomes: readonly Outcome[], path: string): readonly FieldError[] {
  const valid = outcomes.filter(({ errors }) => errors.length === 0).length;
  const must = "validate one and only one schema (oneOf)";
  if (valid === 1) return [];
  if (valid > 1) return [composite(path, `${must}. Found ${valid} valid alternatives`)];
  return [composite(path, `${must}. Found none valid`), ...furthest(outcomes)];
}

function validateAllOf(outcomes: readonly Outcome[], path: string): readonly FieldError[] {
  const errors = outcomes.flatMap((one) => one.errors);
  if (errors.length === 0) return [];
  const none = outcomes.every((one) => one.errors.length > 0) ? ". None validated" : "";
  return [...errors, composite(path, `validate all the schemas (allOf)${none}`)];
}
