/** Checks of resource names and quantities, as quotas and limits have them. */
import type { ResourceList } from "../../api/core-v1/resource-quota.ts";
import { invalid, type FieldError } from "../../apimachinery/field-error.ts";
import { isWhole, quantityInNanos } from "../../apimachinery/quantity.ts";
import { validateQualifiedName } from "../../apimachinery/validation.ts";

/** The entries of a resource list with their field paths: `spec.hard[pods]`. */
export const resourceEntries = (list: ResourceList, path: string) =>
  Object.entries(list).map(([name, quantity]) => ({ name, quantity, field: `${path}[${name}]` }));

/** `standard` are the names without a domain that are allowed; a name with one only has to be well-formed. */
export function validateResourceName(
  name: string,
  field: string,
  standard: ReadonlySet<string>,
  complaint: string,
): readonly FieldError[] {
  const malformed = validateQualifiedName(name, field);
  if (malformed.length > 0) return malformed;
  return name.includes("/") || standard.has(name) ? [] : [invalid(field, name, complaint)];
}

/** `whole`: the resource is counted, not measured. */
export function validateResourceQuantity(
  quantity: string | number,
  field: string,
  whole: boolean,
): readonly FieldError[] {
  const nanos = quantityInNanos(quantity) ?? 0n;
  return [
    ...(nanos < 0n ? [invalid(field, String(quantity), "must be greater than or equal to 0")] : []),
    ...(whole && !isWhole(nanos) ? [invalid(field, String(quantity), "must be an integer")] : []),
  ];
}
