import {
  additionalSchema,
  type JSONSchemaProps,
  type ValidationRule,
} from "../../../api/apiextensions-v1/json-schema-props.ts";
import { invalid, notSupported, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { celTypeOf } from "../custom-resource/rules/cel-type.ts";
import { compileRule, type RuleOutcome } from "../custom-resource/rules/compile-rules.ts";
import { normalizedFieldPath } from "../custom-resource/rules/field-path.ts";

const RULES = "x-kubernetes-validations";
const REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

const hasLineBreaks = (text: string): boolean => /[\n\r]/.test(text);

/** The form of the rules of one schema; `validateExpressions` looks into their expressions. */
export const validateRules = (schema: JSONSchemaProps, path: string): readonly FieldError[] =>
  (schema[RULES] ?? []).flatMap((rule, i) => validateRule(rule, schema, `${path}.${RULES}[${i}]`));

function validateRule(rule: ValidationRule, schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const { messageExpression = "", fieldPath = "", reason } = rule;
  return [
    ...validateText(rule, path),
    ...(messageExpression !== "" && messageExpression.trim() === ""
      ? [required(`${path}.messageExpression`, "messageExpression must be non-empty if specified")]
      : []),
    ...(reason === undefined || REASONS.includes(reason) ? [] : [notSupported(`${path}.reason`, reason, REASONS)]),
    ...(fieldPath !== "" && fieldPath.trim() === ""
      ? [invalid(`${path}.fieldPath`, fieldPath, "must be non-empty if specified")]
      : []),
    ...(hasLineBreaks(fieldPath) ? [invalid(`${path}.fieldPath`, fieldPath, "must not contain line breaks")] : []),
    ...(fieldPath !== "" && normalizedFieldPath(fieldPath, schema) === null
      ? [invalid(`${path}.fieldPath`, fieldPath, "must be a valid path")]
      : []),
  ];
}

function validateText({ rule = "", message = "" }: ValidationRule, path: string): readonly FieldError[] {
  const trimmed = message.trim();
  if (rule.trim() === "") return [required(`${path}.rule`, "rule is not specified")];
  if (message !== "" && trimmed === "") return [invalid(`${path}.message`, message, "must be non-empty if specified")];
  if (hasLineBreaks(trimmed)) return [invalid(`${path}.message`, message, "must not contain line breaks")];
  return hasLineBreaks(rule.trim()) && trimmed === ""
    ? [required(`${path}.message`, "message must be specified if rule contains line breaks")]
    : [];
}

/** Where a rule may not speak of the past, because nothing of the past corresponds to what it is about; null where it may. */
type Uncorrelated = string | null;

/**
 * Every expression of the schema, compiled. Only for a schema that is sound otherwise: of others the types are not known.
 */
export const validateExpressions = (schema: JSONSchemaProps, path: string): readonly FieldError[] =>
  validateLevel(schema, path, true, null);

function validateLevel(
  schema: JSONSchemaProps,
  path: string,
  isRoot: boolean,
  uncorrelated: Uncorrelated,
): readonly FieldError[] {
  const { items, properties = {} } = schema;
  const additional = additionalSchema(schema);
  const isKeyed = schema["x-kubernetes-list-type"] === "map";
  const below = (inner: JSONSchemaProps, at: string, within: Uncorrelated): readonly FieldError[] =>
    validateLevel(inner, at, inner["x-kubernetes-embedded-resource"] === true, within);
  return [
    ...(additional === undefined ? [] : below(additional, `${path}.additionalProperties`, uncorrelated)),
    ...Object.entries(properties).flatMap(([name, inner]) => below(inner, `${path}.properties[${name}]`, uncorrelated)),
    ...(items === undefined ? [] : below(items, `${path}.items`, isKeyed ? uncorrelated : (uncorrelated ?? path))),
    ...validateOwnExpressions(schema, path, isRoot, uncorrelated),
  ];
}

function validateOwnExpressions(
  schema: JSONSchemaProps,
  path: string,
  isRoot: boolean,
  uncorrelated: Uncorrelated,
): readonly FieldError[] {
  const rules = schema[RULES] ?? [];
  const type = rules.length === 0 ? null : celTypeOf(schema, isRoot);
  if (rules.length > 0 && type === null) {
    const detail = "failed to retrieve type information for x-kubernetes-validations";
    return [
      { field: `${path}.${RULES}`, reason: "InternalError", message: `Internal error: internal error: ${detail}` },
    ];
  }
  return rules.flatMap((rule, i) =>
    type === null
      ? []
      : validateExpression(rule, compileRule(rule, schema, type), `${path}.${RULES}[${i}]`, uncorrelated),
  );
}

function validateExpression(
  rule: ValidationRule,
  outcome: RuleOutcome,
  path: string,
  uncorrelated: Uncorrelated,
): readonly FieldError[] {
  if (!outcome.ok) return [invalid(`${path}.${outcome.problem.part}`, shownRule(rule), outcome.problem.message)];
  if (!outcome.compiled.usesOldSelf) {
    const { optionalOldSelf } = rule;
    if (optionalOldSelf === undefined) return [];
    return [invalid(`${path}.optionalOldSelf`, optionalOldSelf, "may not be set if oldSelf is not used in rule")];
  }
  if (uncorrelated === null) return [];
  const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
  return [invalid(`${path}.rule`, rule.rule, detail)];
}

/** A rule as kube-apiserver shows it: with the names that its own types have for the fields. */
const shownRule = (rule: ValidationRule): unknown => ({
  Rule: rule.rule ?? "",
  Message: rule.message ?? "",
  MessageExpression: rule.messageExpression ?? "",
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? "",
  OptionalOldSelf: rule.optionalOldSelf ?? null,
});
