/** Checks of `metav1.LabelSelector` (apimachinery `apis/meta/v1/validation`). */
import type { LabelSelector, LabelSelectorRequirement } from "../api/meta-v1/object.ts";
import { forbidden, invalid, required, type FieldError } from "./field-error.ts";
import { complain, isLabelValue, isQualifiedName, validateLabels } from "./validation.ts";

export const isEmptySelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;

export const validateLabelSelector = (selector: LabelSelector, field: string): readonly FieldError[] => [
  ...validateLabels(selector.matchLabels, `${field}.matchLabels`),
  ...(selector.matchExpressions ?? []).flatMap((e, i) => validateRequirement(e, `${field}.matchExpressions[${i}]`)),
];

function validateRequirement(requirement: LabelSelectorRequirement, field: string): readonly FieldError[] {
  const { key, operator, values = [] } = requirement;
  return [
    ...validateOperator(operator, values, field),
    ...complain(`${field}.key`, key, isQualifiedName(key)),
    ...values.flatMap((value, i) => complain(`${field}.values[${i}]`, value, isLabelValue(value))),
  ];
}

function validateOperator(
  operator: LabelSelectorRequirement["operator"],
  values: readonly string[],
  field: string,
): readonly FieldError[] {
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length > 0
        ? []
        : [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case "Exists":
    case "DoesNotExist":
      return values.length === 0
        ? []
        : [forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return [invalid(`${field}.operator`, operator satisfies never, "not a valid selector operator")];
  }
}
