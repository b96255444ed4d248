import type { CustomResourceDefinitionNames } from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import { invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { isDNS1035Label } from "../../../apimachinery/validation.ts";

/** Complaints of one value in one error, as apiextensions words them. */
const joined = (field: string, value: string, complaints: readonly string[], prefix = ""): readonly FieldError[] =>
  complaints.length === 0 ? [] : [invalid(field, value, `${prefix}${complaints.join(",")}`)];

export const validateDNS1035Label = (value: string, field: string): readonly FieldError[] =>
  joined(field, value, isDNS1035Label(value));

const MIXED_CASE = "may have mixed case, but should otherwise match: ";

const validateKind = (value: string, field: string): readonly FieldError[] =>
  value === "" ? [] : joined(field, value, isDNS1035Label(value.toLowerCase()), MIXED_CASE);

/** What `spec.names` must have and `status.acceptedNames` need not. */
export const requireNames = (names: Partial<CustomResourceDefinitionNames>, path: string): readonly FieldError[] =>
  (["plural", "singular", "kind", "listKind"] as const).flatMap((name) =>
    (names[name] ?? "") === "" ? [required(`${path}.${name}`)] : [],
  );

/** The syntax of names, of a spec or of a status. */
export function validateNames(names: Partial<CustomResourceDefinitionNames>, path: string): readonly FieldError[] {
  const { plural = "", singular = "", kind = "", listKind = "", shortNames = [], categories = [] } = names;
  return [
    ...(plural === "" ? [] : validateDNS1035Label(plural, `${path}.plural`)),
    ...(singular === "" ? [] : validateDNS1035Label(singular, `${path}.singular`)),
    ...validateKind(kind, `${path}.kind`),
    ...validateKind(listKind, `${path}.listKind`),
    ...shortNames.flatMap((name, i) => validateDNS1035Label(name, `${path}.shortNames[${i}]`)),
    ...(kind !== "" && kind === listKind
      ? [invalid(`${path}.listKind`, listKind, "kind and listKind may not be the same")]
      : []),
    ...categories.flatMap((name, i) => validateDNS1035Label(name, `${path}.categories[${i}]`)),
  ];
}
