/** Equality and order of values. Numbers of different types are compared as numbers. */
import type { Meter } from "./meter.ts";
import {
  Duration,
  ExtraValue,
  isList,
  isMap,
  Optional,
  Timestamp,
  TypeValue,
  Failure,
  Uint,
  type CelMap,
  type CelValue,
} from "./values.ts";

const isNumber = (value: CelValue): value is bigint | number | Uint =>
  typeof value === "bigint" || typeof value === "number" || value instanceof Uint;

const plain = (value: bigint | number | Uint): bigint | number => (value instanceof Uint ? value.value : value);

/** Whatever is of different types is not equal. Each comparison costs. */
export function equalValues(a: CelValue, b: CelValue, meter: Meter): boolean {
  meter.charge(1);
  // JavaScript compares a bigint with a double exactly; NaN equals nothing.
  if (isNumber(a) || isNumber(b)) return isNumber(a) && isNumber(b) && compareNumbers(a, b) === 0;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    if (typeof a === "string") meter.chargeLength(a.length);
    return a === b;
  }
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, i) => equalValues(item, b[i] ?? null, meter));
  if (isMap(a)) return isMap(b) && equalMaps(a, b, meter);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b, meter) === 0;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a, b, meter);
  return a instanceof ExtraValue && b instanceof ExtraValue && equalExtras(a, b);
}

function equalOptionals(a: Optional, b: Optional, meter: Meter): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equalValues(a.value, b.value, meter);
}

function equalExtras({ extra: a }: ExtraValue, { extra: b }: ExtraValue): boolean {
  if (a.type === "kubernetes.Quantity" && b.type === "kubernetes.Quantity") return a.nanos === b.nanos;
  return a.type === b.type && a.text === b.text;
}

function equalMaps(a: CelMap, b: CelMap, meter: Meter): boolean {
  if (a.size !== b.size) return false;
  return a.keys().every((key) => {
    const [left, right] = [a.get(key), b.get(key)];
    if (left === undefined || right === undefined || left instanceof Failure || right instanceof Failure) return false;
    return equalValues(left, right, meter);
  });
}

/** Negative, 0 or positive; NaN where one is not a number. */
export function compareNumbers(left: bigint | number | Uint, right: bigint | number | Uint): number {
  const [a, b] = [plain(left), plain(right)];
  if (a < b) return -1;
  if (a > b) return 1;
  // eslint-disable-next-line eqeqeq -- a bigint and a double that are equal are not identical
  return a == b ? 0 : Number.NaN;
}

function compareBytes(a: Uint8Array, b: Uint8Array, meter: Meter): number {
  meter.chargeLength(Math.min(a.length, b.length));
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return a.length - b.length;
}

/** Texts are ordered by code points, as Go orders bytes of UTF-8; JavaScript's own order is by UTF-16 units. */
function compareTexts(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let i = 0;
  while (i < end && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  // Two that differ in the second half of a pair are ordered by it.
  return i === end ? a.length - b.length : (a.codePointAt(i) ?? 0) - (b.codePointAt(i) ?? 0);
}

/** Null where there is no order between the two. */
export function compareValues(a: CelValue, b: CelValue, meter: Meter): number | null {
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) : null;
  if (typeof a === "string" && typeof b === "string") {
    meter.chargeLength(Math.min(a.length, b.length));
    return compareTexts(a, b);
  }
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b, meter);
  if ((a instanceof Timestamp && b instanceof Timestamp) || (a instanceof Duration && b instanceof Duration)) {
    return compareNumbers(a.nanos, b.nanos);
  }
  return null;
}
