/** From one type to another, sizes, and what there is about time (cel-spec, "Standard definitions"). */
import type { Meter } from "../meter.ts";
import { overload, type Overload } from "../overload.ts";
import { durationText, parseDuration, parseTimestamp, timePart, timestampText, type TimePart } from "../time.ts";
import {
  Duration,
  ExtraValue,
  Failure,
  Timestamp,
  typeNameOf,
  TypeValue,
  Uint,
  type CelMap,
  type CelValue,
  type Outcome,
} from "../values.ts";
import { intOf, timestampOf, uintOf } from "./operators.ts";

const SECOND = 1_000_000_000n;

/** As many characters as Go counts runes. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** As Go's `%g` with as few digits as tell the number from its neighbours: an exponent from 21 digits on, and below 0.0001. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 21) return String(power < -6 ? value.toFixed(-power) : value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

const fails = (from: string, to: string) => new Failure(`type conversion error from '${from}' to '${to}'`);

function wholeOf(value: number): bigint | Failure {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : new Failure("integer overflow");
}

function intFromText(text: string): Outcome {
  return /^[+-]?\d{1,20}$/.test(text) ? intOf(BigInt(text.replace(/^\+/, ""))) : fails("string", "int");
}

function doubleFromText(text: string): Outcome {
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : fails("string", "double");
}

const TRUE = ["1", "t", "T", "true", "TRUE", "True"];
const FALSE = ["0", "f", "F", "false", "FALSE", "False"];

function boolFromText(text: string): Outcome {
  return TRUE.includes(text) ? true : FALSE.includes(text) ? false : fails("string", "bool");
}

function textFromBytes(bytes: Uint8Array): Outcome {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new Failure("invalid UTF-8 in bytes, cannot convert to string");
  }
}

const same = (value: CelValue): Outcome => value;

const numbers: readonly Overload[] = [
  overload("int(int) int", same),
  overload("int(uint) int", (a: Uint) => intOf(a.value)),
  overload("int(double) int", (a: number) => {
    const whole = wholeOf(a);
    return whole instanceof Failure ? whole : intOf(whole);
  }),
  overload("int(string) int", intFromText),
  overload("int(timestamp) int", ({ nanos }: Timestamp) => (nanos - (((nanos % SECOND) + SECOND) % SECOND)) / SECOND),
  overload("int(duration) int", ({ nanos }: Duration) => nanos),
  overload("uint(uint) uint", same),
  overload("uint(int) uint", (a: bigint) => uintOf(a)),
  overload("uint(double) uint", (a: number) => {
    const whole = wholeOf(a);
    return whole instanceof Failure ? new Failure("unsigned integer overflow") : uintOf(whole);
  }),
  overload("uint(string) uint", (a: string) => (/^\d{1,20}$/.test(a) ? uintOf(BigInt(a)) : fails("string", "uint"))),
  overload("double(double) double", same),
  overload("double(int) double", (a: bigint) => Number(a)),
  overload("double(uint) double", (a: Uint) => Number(a.value)),
  overload("double(string) double", doubleFromText),
];

const texts: readonly Overload[] = [
  overload("string(string) string", same),
  overload("string(bool) string", (a: boolean) => String(a)),
  overload("string(int) string", (a: bigint) => String(a)),
  overload("string(uint) string", (a: Uint) => String(a.value)),
  overload("string(double) string", doubleText),
  overload("string(bytes) string", textFromBytes),
  overload("string(timestamp) string", timestampText),
  overload("string(duration) string", durationText),
  overload("string(ip) string", ({ extra }: ExtraValue) => extra.text),
  overload("string(cidr) string", ({ extra }: ExtraValue) => extra.text),
  overload("bytes(bytes) bytes", same),
  overload("bytes(string) bytes", (a: string) => new TextEncoder().encode(a)),
  overload("bool(bool) bool", same),
  overload("bool(string) bool", boolFromText),
  overload("dyn(A) dyn", same),
  overload("type(A) type", (a: CelValue) => new TypeValue(typeNameOf(a))),
];

const size = {
  ofText: (a: string, meter: Meter): Outcome => {
    meter.chargeLength(a.length);
    return BigInt(lengthOf(a));
  },
  ofBytes: (a: Uint8Array): Outcome => BigInt(a.length),
  ofList: (a: readonly CelValue[]): Outcome => BigInt(a.length),
  ofMap: (a: CelMap): Outcome => BigInt(a.size),
};

const sizes: readonly Overload[] = [
  overload("size(string) int", size.ofText),
  overload("size(bytes) int", size.ofBytes),
  overload("size(list<A>) int", size.ofList),
  overload("size(map<A, B>) int", size.ofMap),
  overload("string#size() int", size.ofText),
  overload("bytes#size() int", size.ofBytes),
  overload("list<A>#size() int", size.ofList),
  overload("map<A, B>#size() int", size.ofMap),
];

const PARTS: readonly TimePart[] = [
  "FullYear",
  "Month",
  "DayOfMonth",
  "Date",
  "DayOfWeek",
  "DayOfYear",
  "Hours",
  "Minutes",
  "Seconds",
  "Milliseconds",
];

const IN_DURATION: readonly (readonly [string, bigint])[] = [
  ["Hours", 3600n * SECOND],
  ["Minutes", 60n * SECOND],
  ["Seconds", SECOND],
];

const times: readonly Overload[] = [
  overload("timestamp(timestamp) timestamp", same),
  overload(
    "timestamp(string) timestamp",
    (a: string) => parseTimestamp(a) ?? fails("string", "google.protobuf.Timestamp"),
  ),
  overload("timestamp(int) timestamp", (a: bigint) => timestampOf(a * SECOND)),
  overload("duration(duration) duration", same),
  overload("duration(string) duration", (a: string) => parseDuration(a) ?? fails("string", "google.protobuf.Duration")),
  overload("duration(int) duration", (a: bigint) => new Duration(a)),
  ...PARTS.flatMap((part) => [
    overload(`timestamp#get${part}() int`, (a: Timestamp) => timePart(a, part, "") ?? 0n),
    overload(
      `timestamp#get${part}(string) int`,
      (a: Timestamp, zone: string) => timePart(a, part, zone) ?? new Failure(`unknown time zone ${zone}`),
    ),
  ]),
  ...IN_DURATION.map(([part, unit]) => overload(`duration#get${part}() int`, (a: Duration) => a.nanos / unit)),
  overload("duration#getMilliseconds() int", (a: Duration) => a.nanos / 1_000_000n),
];

export const conversions: readonly Overload[] = [...numbers, ...texts, ...sizes, ...times];
