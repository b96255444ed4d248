/** `'%d of %s'.format([1, x])` (cel-go's strings extension). */
import type { Meter } from "../meter.ts";
import { durationText, timestampText } from "../time.ts";
import {
  Duration,
  ExtraValue,
  Failure,
  isList,
  isMap,
  Optional,
  Timestamp,
  typeNameOf,
  TypeValue,
  Uint,
  type CelValue,
} from "../values.ts";
import { doubleText } from "./conversions.ts";

const CLAUSE = /%(?:%|(?:\.(\d+))?([sdfeboxX]))/g;
const MAX_PRECISION = 1000;

export function formatText(template: string, args: readonly CelValue[], meter: Meter): string | Failure {
  meter.chargeLength(template.length);
  let next = 0;
  let text = "";
  let read = 0;
  for (const match of template.matchAll(CLAUSE)) {
    text += template.slice(read, match.index);
    read = match.index + match[0].length;
    const [, precision, letter] = match;
    if (letter === undefined) {
      text += "%";
      continue;
    }
    const index = next++;
    const value = args[index];
    if (value === undefined) return new Failure(`index ${index} out of range`);
    const part = formatted(letter, precision === undefined ? null : Number(precision), value, meter);
    if (part instanceof Failure) return part;
    text += part;
  }
  const rest = template.slice(read);
  if (!rest.includes("%") && !strayClause(template)) return text + rest;
  return new Failure("could not parse formatting string: unrecognized formatting clause");
}

/** A percent sign that begins no clause. */
const strayClause = (template: string): boolean => template.replace(CLAUSE, "").includes("%");

function formatted(letter: string, precision: number | null, value: CelValue, meter: Meter): string | Failure {
  if (precision !== null && precision > MAX_PRECISION) {
    return new Failure(`precision ${precision} exceeds maximum allowed precision ${MAX_PRECISION}`);
  }
  switch (letter) {
    case "s":
      return plainText(value, meter);
    case "d":
      return wholeText(value, 10);
    case "b":
      return typeof value === "boolean" ? String(Number(value)) : wholeText(value, 2);
    case "o":
      return wholeText(value, 8);
    case "x":
      return hexText(value);
    case "X": {
      const text = hexText(value);
      return text instanceof Failure ? text : text.toUpperCase();
    }
    case "f":
      return realText(value, (real) => real.toFixed(Math.min(precision ?? 6, 100)));
    default:
      return realText(value, (real) => {
        const [digits = "", power = "+0"] = real.toExponential(Math.min(precision ?? 6, 100)).split("e");
        return `${digits}e${power.slice(0, 1)}${power.slice(1).padStart(2, "0")}`;
      });
  }
}

const wrongType = (clause: string, value: CelValue): Failure =>
  new Failure(`error during formatting: ${clause} clause cannot be used on ${typeNameOf(value)}`);

function wholeText(value: CelValue, base: number): string | Failure {
  if (typeof value === "bigint") return value.toString(base);
  if (value instanceof Uint) return value.value.toString(base);
  return base === 10 && typeof value === "number" && !Number.isFinite(value)
    ? doubleText(value)
    : wrongType("integer", value);
}

function hexText(value: CelValue): string | Failure {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  if (!(bytes instanceof Uint8Array)) return wholeText(value, 16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function realText(value: CelValue, write: (real: number) => string): string | Failure {
  const real = typeof value === "bigint" ? Number(value) : value instanceof Uint ? Number(value.value) : value;
  if (typeof real !== "number") return wrongType("fixed-point", value);
  return Number.isFinite(real) ? write(real) : doubleText(real);
}

/** A value as `%s` shows it, lists and maps with what is in them. */
export function plainText(value: CelValue, meter: Meter): string {
  meter.charge(1);
  if (value === null) return "null";
  if (typeof value === "string") {
    meter.chargeLength(value.length);
    return value;
  }
  if (typeof value === "number") return doubleText(value);
  if (typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map((item) => plainText(item, meter)).join(", ")}]`;
  if (isMap(value)) {
    const entries = value.keys().map((key) => {
      const of = value.get(key);
      return `${plainText(key, meter)}: ${of === undefined || of instanceof Failure ? "null" : plainText(of, meter)}`;
    });
    return `{${entries.sort().join(", ")}}`;
  }
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof Optional) return value.value === undefined ? "none" : plainText(value.value, meter);
  return value instanceof ExtraValue ? value.extra.text : "";
}
