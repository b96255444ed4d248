/**
 * Scalars as the Go types of the Kubernetes API decode them, with their complaints. A message that starts with `json:`
 * and a place ("Go struct field …") is the caller's to complete; the types with decoders of their own know no place.
 */
import { jsonTypeName, type JsonValue } from "../../apimachinery/json.ts";

export type Scalar =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly message: string };

const INT32 = 2 ** 31;
const INT64 = 2 ** 63;

export const isInteger = (value: number, format: "int32" | "int64"): boolean => {
  const limit = format === "int32" ? INT32 : INT64;
  return Number.isInteger(value) && value >= -limit && value < limit;
};

/** A number as the decoder names it in a complaint: the text of it where the number itself is what does not fit. */
export const numberText = (value: number): string => `number ${value}`;

export function decodeIntOrString(value: JsonValue): Scalar {
  if (typeof value === "string") return { ok: true, value };
  if (typeof value === "number" && isInteger(value, "int32")) return { ok: true, value };
  const got = typeof value === "number" ? numberText(value) : jsonTypeName(value);
  return { ok: false, message: `json: cannot unmarshal ${got} into Go value of type int32` };
}

const QUANTITY = /^[+-]?[0-9.]+([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const QUANTITY_NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)/;
const QUANTITY_SUFFIX = /^(?:[KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]+)?$/;

/** `resource.Quantity`, kept as written. */
export function decodeQuantity(value: JsonValue): Scalar {
  const text = typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
  if (!QUANTITY.test(text)) {
    const pattern = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$";
    return { ok: false, message: `quantities must match the regular expression '${pattern}'` };
  }
  const number = QUANTITY_NUMBER.exec(text)?.[0];
  if (number === undefined || text.slice(number.length).startsWith(".")) {
    return { ok: false, message: "unable to parse numeric part of quantity" };
  }
  if (!QUANTITY_SUFFIX.test(text.slice(number.length))) {
    return { ok: false, message: "unable to parse quantity's suffix" };
  }
  return { ok: true, value };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Base64 with padding; Go's decoder skips line breaks. */
export function decodeBytes(text: string): Scalar {
  const value = text.replace(/[\r\n]/g, "");
  if (BASE64.test(value)) return { ok: true, value };
  const strange = value.search(/[^A-Za-z0-9+/]/);
  const at = strange === -1 ? value.length - (value.length % 4) : strange;
  return { ok: false, message: `illegal base64 data at input byte ${at}` };
}

/** The parts of Go's layout for RFC 3339, each with what it takes. */
const LAYOUT: readonly (readonly [string, RegExp])[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^(?:0[1-9]|1[0-2])/],
  ["-", /^-/],
  ["02", /^\d\d/],
  ["T", /^T/],
  ["15", /^(?:[01]\d|2[0-3])/],
  [":", /^:/],
  ["04", /^[0-5]\d/],
  [":", /^:/],
  ["05", /^[0-5]\d(?:[.,]\d+)?/],
  ["Z07:00", /^(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)/],
];

/** `metav1.Time`: RFC 3339, kept in whole seconds of UTC, or with `micro` in microseconds. */
export function decodeTime(value: JsonValue, micro: boolean): Scalar {
  if (typeof value !== "string") {
    return { ok: false, message: `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type string` };
  }
  let rest = value;
  for (const [part, pattern] of LAYOUT) {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined)
      return notATime(value, micro, `cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`);
    rest = rest.slice(found.length);
  }
  if (rest !== "") return notATime(value, micro, `extra text: ${JSON.stringify(rest)}`);
  const fraction = /[.,](\d+)/.exec(value)?.[1] ?? "";
  const milliseconds = Date.parse(value.replace(/[.,]\d+/, ""));
  // Date.parse rolls 31 February over into March; the calendar date of the local part must survive.
  if (Number.isNaN(milliseconds) || !isCalendarDate(value.slice(0, 10))) {
    return { ok: false, message: `parsing time ${JSON.stringify(value)}: day out of range` };
  }
  const seconds = new Date(milliseconds).toISOString().slice(0, 19);
  return { ok: true, value: micro ? `${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}Z` : `${seconds}Z` };
}

function isCalendarDate(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}

function notATime(value: string, micro: boolean, why: string): Scalar {
  const layout = micro ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
  return { ok: false, message: `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: ${why}` };
}
