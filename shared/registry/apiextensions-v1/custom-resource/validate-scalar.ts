import type { JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { invalid, tooLongCharacters, typeInvalid, type FieldError } from "../../../apimachinery/field-error.ts";
import { compileGoPattern, type CompiledPattern } from "../../../apimachinery/regexp/go/index.ts";
import type { JsonValue } from "../../../apimachinery/json.ts";
import { hasFormat } from "./formats.ts";

/** The JSON type of a value, and the format that kube-openapi infers from it. */
function typeOf(value: JsonValue): { readonly type: string; readonly format: string } {
  if (value === null) return { type: "null", format: "" };
  if (Array.isArray(value)) return { type: "array", format: "" };
  if (typeof value !== "number") return { type: typeof value, format: "" };
  return Number.isInteger(value) ? { type: "integer", format: "int64" } : { type: "number", format: "double" };
}

const typesOf = (schema: JSONSchemaProps): readonly string[] =>
  schema["x-kubernetes-int-or-string"] === true
    ? ["integer", "string"]
    : schema.type === undefined
      ? []
      : [schema.type];

export function validateType(schema: JSONSchemaProps, value: JsonValue, path: string): readonly FieldError[] {
  const types = typesOf(schema);
  const { format = "" } = schema;
  const mismatch = (expected: string, got: string): readonly FieldError[] => [
    typeInvalid(path, got, `${path} in body must be of type ${expected}: ${JSON.stringify(got)}`),
  ];
  if (value === null) return types.length === 0 || schema.nullable === true ? [] : mismatch(types.join(","), "null");
  if (types.length === 0) return [];
  const got = typeOf(value);
  const isNumber = got.type === "integer" && types.includes("number");
  if (types.includes(got.type) || isNumber) return [];
  const isText = typeof value === "string" || Array.isArray(value);
  if (format === "") return mismatch(types.join(","), got.type);
  if (!isText) return mismatch(format, got.format);
  // A text in place of a text with a format is the format's affair.
  return types.includes("number") || types.includes("integer") ? mismatch(types.join(","), got.type) : [];
}

/** Patterns are compiled once; there are as many as definitions have. */
const patterns = new Map<string, CompiledPattern>();
/** Together, in steps: some ten megabytes. */
const MAX_HELD = 200_000;
let held = 0;

function compiled(pattern: string): CompiledPattern {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const fresh = compileGoPattern(pattern);
  held += fresh.ok ? fresh.regExp.size : 1;
  if (held > MAX_HELD) {
    patterns.clear();
    held = fresh.ok ? fresh.regExp.size : 1;
  }
  patterns.set(pattern, fresh);
  return fresh;
}

/** Characters as Go counts them: code points. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

export function validateString(schema: JSONSchemaProps, value: string, path: string): readonly FieldError[] {
  const { minLength, maxLength, pattern, format } = schema;
  const errors: FieldError[] = [];
  if (maxLength !== undefined && lengthOf(value) > maxLength) errors.push(tooLongCharacters(path, maxLength));
  if (minLength !== undefined && lengthOf(value) < minLength) {
    errors.push(invalid(path, value, `${path} in body should be at least ${minLength} chars long`));
  }
  if (pattern !== undefined && pattern !== "") {
    const expression = compiled(pattern);
    const isMatch = expression.ok && expression.regExp.test(value);
    if (isMatch === null)
      errors.push(invalid(path, value, `${path} in body takes too long to match against '${pattern}'`));
    else if (!isMatch) {
      errors.push(invalid(path, value, `${path} in body should match '${pattern}'`));
    }
  }
  if (format !== undefined && !hasFormat(format, value)) {
    errors.push(typeInvalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`));
  }
  return errors;
}

const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["int32", [-(2 ** 31), 2 ** 31 - 1]],
  ["uint32", [0, 2 ** 32 - 1]],
  ["uint64", [0, 2 ** 64 - 1]],
  ["", [-(2 ** 63), 2 ** 63 - 1]],
]);

/** 0.3 is a multiple of 0.1: as kube-openapi, the quotient may miss a whole number by a rounding error. */
function isMultiple(value: number, factor: number): boolean {
  const quotient = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, Math.abs(quotient));
}

export function validateNumber(schema: JSONSchemaProps, value: number, path: string): readonly FieldError[] {
  const { multipleOf, maximum, minimum, exclusiveMaximum = false, exclusiveMinimum = false } = schema;
  const errors: FieldError[] = [];
  const refuse = (detail: string): void =>
    void errors.push(invalid(path, value, `${path} in body should be ${detail}`));
  if (multipleOf !== undefined && multipleOf > 0 && !isMultiple(value, multipleOf)) {
    refuse(`a multiple of ${multipleOf}`);
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    refuse(`less than ${exclusiveMaximum ? "" : "or equal to "}${maximum}`);
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    refuse(`greater than ${exclusiveMinimum ? "" : "or equal to "}${minimum}`);
  }
  return [...errors, ...validateRange(schema, value, path)];
}

function validateRange({ type, format = "" }: JSONSchemaProps, value: number, path: string): readonly FieldError[] {
  if (type !== "integer" || !Number.isInteger(value)) return [];
  const [least, most] = RANGES.get(format) ?? [-(2 ** 63), 2 ** 63 - 1];
  if (value >= least && value <= most) return [];
  const kind = format === "" ? "integer (default format)" : `integer with format ${format}`;
  return [invalid("<nil>", "", `Checked value must be of type ${kind} in ${path}`)];
}
