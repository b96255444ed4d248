/** What references by kind have in common. */
import { required, type FieldError } from "../../apimachinery/field-error.ts";
import { isPathSegmentName } from "../../apimachinery/host-and-path-validation.ts";
import { complain, isDNS1123Subdomain } from "../../apimachinery/validation.ts";

export interface TypedReference {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

/** A name that has to be there and to fit into a path. */
export const validatePathSegment = (value: string, field: string): readonly FieldError[] =>
  value === "" ? [required(field)] : complain(field, value, isPathSegmentName(value));

export const validateTypedReference = (reference: TypedReference, path: string): readonly FieldError[] => [
  ...(reference.apiGroup === undefined
    ? []
    : complain(`${path}.apiGroup`, reference.apiGroup, isDNS1123Subdomain(reference.apiGroup))),
  ...validatePathSegment(reference.kind ?? "", `${path}.kind`),
  ...validatePathSegment(reference.name ?? "", `${path}.name`),
];
