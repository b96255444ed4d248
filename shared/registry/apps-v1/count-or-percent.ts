/** `IntOrString` fields that say how many Pods: a count, or a percentage of the replicas. */
import { invalid, type FieldError } from "../../apimachinery/field-error.ts";
import { validateNonNegative } from "../../apimachinery/validation.ts";

const PERCENT = /^[0-9]+%$/;

/** The number in it, without its unit; NaN when there is none. */
export const percentOf = (value: number | string): number =>
  typeof value === "number" ? value : PERCENT.test(value) ? Number.parseInt(value, 10) : Number.NaN;

export function validateCountOrPercent(value: number | string, field: string): readonly FieldError[] {
  if (typeof value === "number") return validateNonNegative(value, field);
  const why =
    "must be an integer or percentage (e.g '5%'): a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
  return PERCENT.test(value) ? [] : [invalid(field, value, why)];
}

/** The count that it means for so many replicas. Validation has refused anything that is neither. */
export function countOf(value: number | string, replicas: number, round: (n: number) => number): number {
  if (typeof value === "number") return Math.max(0, value);
  const percent = Number.parseInt(value, 10);
  return Number.isNaN(percent) ? 0 : Math.max(0, round((percent * replicas) / 100));
}
