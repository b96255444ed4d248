/** Zeros of the declared types, and which of them are the same as no value. */
import { isJsonObject, type JsonValue } from "../../apimachinery/json.ts";
import type { FieldSchema } from "./schema.ts";

/** Go's `omitempty`: a zero in a field that is no pointer is the same as no field. Objects are never empty in this sense. */
export function isAbsence(field: FieldSchema, value: JsonValue): boolean {
  if (field.keepsZero === true || field.required === true) return false;
  switch (field.type) {
    case "string":
    case "integer":
    case "number":
    case "boolean":
      return value === "" || value === 0 || value === false;
    case "list":
      return Array.isArray(value) && value.length === 0;
    case "map":
      return isJsonObject(value) && Object.keys(value).length === 0;
    case "int-or-string":
    case "quantity":
    case "any":
    case "object":
      return false;
    default:
      return field satisfies never;
  }
}

/** What a null in a list or map decodes to, or a map entry without a value. */
export function zero(field: FieldSchema): JsonValue {
  switch (field.type) {
    case "string":
      return "";
    case "integer":
    case "number":
    case "int-or-string":
      return 0;
    case "boolean":
      return false;
    case "quantity":
      return "0";
    case "any":
      return null;
    case "list":
      return [];
    case "map":
    case "object":
      return {};
    default:
      return field satisfies never;
  }
}
