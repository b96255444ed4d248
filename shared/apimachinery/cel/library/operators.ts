/** Arithmetic and order. `==`, `in` and indexing are of the language (`compile.ts`). */
import { concatBytes } from "../../concat-bytes.ts";
import { compareValues } from "../compare.ts";
import type { Meter } from "../meter.ts";
import { overload, type Overload } from "../overload.ts";
import { durationOf, timestampAt } from "../time.ts";
import { Duration, Failure, NO_OVERLOAD, Timestamp, Uint, type CelValue, type Outcome } from "../values.ts";

const MAX_INT = (1n << 63n) - 1n;
const MAX_UINT = (1n << 64n) - 1n;

/** An int, or the failure that it does not fit. */
export const intOf = (value: bigint): Outcome =>
  value > MAX_INT || value < -MAX_INT - 1n ? new Failure("integer overflow") : value;

export const uintOf = (value: bigint): Outcome =>
  value > MAX_UINT || value < 0n ? new Failure("unsigned integer overflow") : new Uint(value);

export const timestampOf = (nanos: bigint): Outcome => timestampAt(nanos) ?? new Failure("timestamp overflow");
export const spanOf = (nanos: bigint): Outcome => durationOf(nanos) ?? new Failure("duration overflow");

const BY_ZERO = new Failure("division by zero");
const MODULUS_BY_ZERO = new Failure("modulus by zero");

export function joinedLists(a: readonly CelValue[], b: readonly CelValue[], meter: Meter): Outcome {
  meter.charge(a.length + b.length);
  return [...a, ...b];
}

function joinedBytes(a: Uint8Array, b: Uint8Array, meter: Meter): Outcome {
  meter.chargeLength(a.length + b.length);
  return concatBytes([a, b]);
}

const sums: readonly Overload[] = [
  overload("_+_(int, int) int", (a: bigint, b: bigint) => intOf(a + b)),
  overload("_+_(uint, uint) uint", (a: Uint, b: Uint) => uintOf(a.value + b.value)),
  overload("_+_(double, double) double", (a: number, b: number) => a + b),
  overload("_+_(string, string) string", (a: string, b: string, meter: Meter) => {
    meter.chargeLength(a.length + b.length);
    return a + b;
  }),
  overload("_+_(bytes, bytes) bytes", joinedBytes),
  overload("_+_(list<A>, list<A>) list<A>", joinedLists),
  overload("_+_(duration, duration) duration", (a: Duration, b: Duration) => spanOf(a.nanos + b.nanos)),
  overload("_+_(timestamp, duration) timestamp", (a: Timestamp, b: Duration) => timestampOf(a.nanos + b.nanos)),
  overload("_+_(duration, timestamp) timestamp", (a: Duration, b: Timestamp) => timestampOf(a.nanos + b.nanos)),
  overload("_-_(int, int) int", (a: bigint, b: bigint) => intOf(a - b)),
  overload("_-_(uint, uint) uint", (a: Uint, b: Uint) => uintOf(a.value - b.value)),
  overload("_-_(double, double) double", (a: number, b: number) => a - b),
  overload("_-_(duration, duration) duration", (a: Duration, b: Duration) => spanOf(a.nanos - b.nanos)),
  overload("_-_(timestamp, duration) timestamp", (a: Timestamp, b: Duration) => timestampOf(a.nanos - b.nanos)),
  overload("_-_(timestamp, timestamp) duration", (a: Timestamp, b: Timestamp) => spanOf(a.nanos - b.nanos)),
  overload("-_(int) int", (a: bigint) => intOf(-a)),
  overload("-_(double) double", (a: number) => -a),
  overload("!_(bool) bool", (a: boolean) => !a),
];

const products: readonly Overload[] = [
  overload("_*_(int, int) int", (a: bigint, b: bigint) => intOf(a * b)),
  overload("_*_(uint, uint) uint", (a: Uint, b: Uint) => uintOf(a.value * b.value)),
  overload("_*_(double, double) double", (a: number, b: number) => a * b),
  overload("_/_(int, int) int", (a: bigint, b: bigint) => (b === 0n ? BY_ZERO : intOf(a / b))),
  overload("_/_(uint, uint) uint", (a: Uint, b: Uint) => (b.value === 0n ? BY_ZERO : uintOf(a.value / b.value))),
  overload("_/_(double, double) double", (a: number, b: number) => a / b),
  overload("_%_(int, int) int", (a: bigint, b: bigint) => (b === 0n ? MODULUS_BY_ZERO : a % b)),
  overload("_%_(uint, uint) uint", (a: Uint, b: Uint) =>
    b.value === 0n ? MODULUS_BY_ZERO : uintOf(a.value % b.value),
  ),
];

const ORDERED = ["int", "uint", "double", "string", "bool", "bytes", "timestamp", "duration"];
const NUMBERS = ["int", "uint", "double"];
const PAIRS: readonly (readonly [string, string])[] = [
  ...ORDERED.map((type) => [type, type] as const),
  ...NUMBERS.flatMap((a) => NUMBERS.filter((b) => a !== b).map((b) => [a, b] as const)),
];

const RELATIONS: readonly (readonly [string, (order: number) => boolean])[] = [
  ["_<_", (order) => order < 0],
  ["_<=_", (order) => order <= 0],
  ["_>_", (order) => order > 0],
  ["_>=_", (order) => order >= 0],
];

/** An order, or why there is none. */
export function orderOf(a: CelValue, b: CelValue, meter: Meter): number | Failure {
  const order = compareValues(a, b, meter);
  if (order === null) return NO_OVERLOAD;
  return Number.isNaN(order) ? new Failure("NaN values cannot be ordered") : order;
}

const relations: readonly Overload[] = RELATIONS.flatMap(([name, holds]) =>
  PAIRS.map(([left, right]) =>
    overload(`${name}(${left}, ${right}) bool`, (a: CelValue, b: CelValue, meter: Meter) => {
      const order = orderOf(a, b, meter);
      return order instanceof Failure ? order : holds(order);
    }),
  ),
);

export const operators: readonly Overload[] = [...sums, ...products, ...relations];
