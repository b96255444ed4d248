import type { StatusCause } from "../api/meta-v1/status.ts";

/** The reasons of `field.ErrorType` in apimachinery, as they appear in `Status.details.causes[].reason`. */
export type FieldErrorReason =
  | "FieldValueInvalid"
  | "FieldValueRequired"
  | "FieldValueForbidden"
  | "FieldValueNotSupported"
  | "FieldValueDuplicate"
  | "FieldValueNotFound"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid"
  | "InternalError";

/** One problem with one field: `field` is its path, e.g. `spec.ports[0].port`; `message` is complete, without the path. */
export interface FieldError {
  readonly field: string;
  readonly reason: FieldErrorReason;
  readonly message: string;
}

const show = (value: unknown): string => JSON.stringify(value) ?? "null";

export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  reason: "FieldValueInvalid",
  message: `Invalid value: ${show(value)}: ${detail}`,
});

/** Of a value that is too large to be shown. */
export const invalidOmitted = (field: string, detail: string): FieldError => ({
  field,
  reason: "FieldValueInvalid",
  message: `Invalid value: ${detail}`,
});

/** A value of the wrong type; `detail` says which is right. */
export const typeInvalid = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  reason: "FieldValueTypeInvalid",
  message: `Invalid value: ${show(value)}: ${detail}`,
});

export const required = (field: string, detail = ""): FieldError => ({
  field,
  reason: "FieldValueRequired",
  message: detail === "" ? "Required value" : `Required value: ${detail}`,
});

export const forbidden = (field: string, detail: string): FieldError => ({
  field,
  reason: "FieldValueForbidden",
  message: `Forbidden: ${detail}`,
});

/** For the few sets of values that kube shows in an order of its own. */
export const notSupportedAsListed = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  field,
  reason: "FieldValueNotSupported",
  message: `Unsupported value: ${show(value)}: supported values: ${supported.map(show).join(", ")}`,
});

export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError =>
  notSupportedAsListed(field, value, [...supported].sort());

export const duplicate = (field: string, value: unknown): FieldError => ({
  field,
  reason: "FieldValueDuplicate",
  message: `Duplicate value: ${show(value)}`,
});

/** Of a value that is too large to be shown. */
export const duplicateOmitted = (field: string): FieldError => ({
  field,
  reason: "FieldValueDuplicate",
  message: "Duplicate value",
});

/** A reference to something that is not there. */
export const notFoundValue = (field: string, value: unknown): FieldError => ({
  field,
  reason: "FieldValueNotFound",
  message: `Not found: ${show(value)}`,
});

export const tooLong = (field: string, maxBytes: number): FieldError => ({
  field,
  reason: "FieldValueTooLong",
  message: `Too long: may not be more than ${maxBytes} bytes`,
});

export const tooLongCharacters = (field: string, max: number): FieldError => ({
  field,
  reason: "FieldValueTooLong",
  message: `Too long: may not be more than ${max} characters`,
});

export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  field,
  reason: "FieldValueTooMany",
  message: `Too many: ${actual}: must have at most ${max} items`,
});

/** The cause as it stands in a 422 `Status`. */
export const toCause = (error: FieldError): StatusCause => ({
  reason: error.reason,
  message: error.message,
  field: error.field,
});
