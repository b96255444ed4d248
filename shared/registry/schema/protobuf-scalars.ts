/**
 * Messages that JSON shows as scalars, read as the types' own methods in apimachinery read them: `metav1.Time`,
 * `MicroTime`, `intstr.IntOrString`, `resource.Quantity`, and those that hold JSON. Each stands at its length on the wire.
 */
import { decodeJson } from "../../apimachinery/json-decode.ts";
import type { JsonValue } from "../../apimachinery/json.ts";
import type { WireReader } from "../../apimachinery/protobuf/wire.ts";

// The years that RFC 3339 can write, in seconds since 1970.
const FIRST_SECOND = -62_167_219_200;
const LAST_SECOND = 253_402_300_799;

/**
 * RFC 3339 in whole seconds of UTC, or with `micro` in microseconds; what is finer is cut off. The zero time is the empty
 * message, and no value in JSON.
 */
export function readTime(wire: WireReader, micro: boolean): string | undefined {
  let seconds: number | undefined;
  let nanos: number | undefined;
  wire.parts((field) => {
    if (field === 1) seconds = wire.int64();
    else if (field === 2) nanos = wire.int32();
    else return false;
    return true;
  });
  if (seconds === undefined && nanos === undefined) return undefined;
  const text = timeText(seconds ?? 0, nanos ?? 0, micro);
  if (text === undefined) wire.fail("the time is outside the years 0 to 9999");
  return text;
}

function timeText(seconds: number, nanos: number, micro: boolean): string | undefined {
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos >= 1e9) return undefined;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return micro ? `${whole}.${String(Math.trunc(nanos / 1000)).padStart(6, "0")}Z` : `${whole}Z`;
}

export function readIntOrString(wire: WireReader): number | string {
  let type = 0;
  let int = 0;
  let text = "";
  wire.parts((field) => {
    if (field === 1) type = wire.int64();
    else if (field === 2) int = wire.int32();
    else if (field === 3) text = wire.text();
    else return false;
    return true;
  });
  if (type !== 0 && type !== 1) wire.fail(`impossible IntOrString.Type ${type}`);
  return type === 0 ? int : text;
}

/** As it was written; whether it is an amount is judged where JSON's amounts are. */
export function readQuantity(wire: WireReader): string {
  let text = "0";
  wire.parts((field) => {
    if (field === 1) text = wire.text();
    return field === 1;
  });
  return text;
}

/** `FieldsV1`, `RawExtension`, `JSON`: a message that holds the text of a JSON value; without any it is no value. */
export function readJson(wire: WireReader): JsonValue | undefined {
  let text = "";
  wire.parts((field) => {
    if (field === 1) text = wire.text();
    return field === 1;
  });
  if (text === "") return undefined;
  const decoded = decodeJson(text);
  if (decoded.ok) return decoded.value as JsonValue;
  wire.fail(`json parse error: ${decoded.message}`);
  return undefined;
}
