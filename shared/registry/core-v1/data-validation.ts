/** What ConfigMaps and Secrets have in common: named data, a limit, and the choice to be immutable. */
import { forbidden, invalid, tooLong, type FieldError } from "../../apimachinery/field-error.ts";
import { semanticEqual } from "../../apimachinery/semantic-equal.ts";
import { isConfigMapKey } from "../../apimachinery/validation.ts";

/** All values of one object together may have this many bytes. */
export const DATA_MAX_BYTES = 1024 * 1024;

type Data = Readonly<Record<string, string>> | undefined;

export const validateDataKeys = (data: Data, field: string): readonly FieldError[] =>
  Object.keys(data ?? {}).flatMap((key) => isConfigMapKey(key).map((why) => invalid(`${field}[${key}]`, key, why)));

// The path of the whole object: kube prints it as `[]`.
export const validateDataSize = (bytes: number): readonly FieldError[] =>
  bytes > DATA_MAX_BYTES ? [tooLong("[]", DATA_MAX_BYTES)] : [];

type Immutable = Readonly<Record<string, unknown>> & { readonly immutable?: boolean };

/** `immutable: true` is for good: neither the data nor the promise may change. */
export function validateImmutability(
  object: Immutable,
  old: Immutable,
  fields: readonly string[],
): readonly FieldError[] {
  if (old.immutable !== true) return [];
  const why = "field is immutable when `immutable` is set";
  return [
    ...(object.immutable === true ? [] : [forbidden("immutable", why)]),
    ...fields.flatMap((field) => (semanticEqual(object[field], old[field]) ? [] : [forbidden(field, why)])),
  ];
}
