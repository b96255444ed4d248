import type { JSONSchemaProps, ValidationRule } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { invalid, notSupported, required, type FieldError } from "../../../apimachinery/field-error.ts";

const RULES = "x-kubernetes-validations";
const REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

const hasLineBreaks = (text: string): boolean => /[\n\r]/.test(text);

/** The form of the rules of one schema. Their expressions are not looked into. */
export const validateRules = (schema: JSONSchemaProps, path: string): readonly FieldError[] =>
  (schema[RULES] ?? []).flatMap((rule, i) => validateRule(rule, `${path}.${RULES}[${i}]`));

function validateRule(rule: ValidationRule, path: string): readonly FieldError[] {
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

/** True when some rule is declared anywhere in the schema. */
export function hasRules(schema: JSONSchemaProps): boolean {
  const { items, not, additionalProperties } = schema;
  return (
    (schema[RULES] ?? []).length > 0 ||
    [items, not, typeof additionalProperties === "object" ? additionalProperties : undefined].some(
      (one) => one !== undefined && hasRules(one),
    ) ||
    [schema.allOf, schema.anyOf, schema.oneOf, Object.values(schema.properties ?? {})].some((many) =>
      (many ?? []).some(hasRules),
    )
  );
}
