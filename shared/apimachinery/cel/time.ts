/** Moments and spans of time, exact to the nanosecond, in the texts of RFC 3339 and of Go. */
import { Duration, Timestamp } from "./values.ts";

const SECOND = 1_000_000_000n;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999999Z, as cel-spec bounds timestamps. */
const FIRST = -62_135_596_800n * SECOND;
const LAST = 253_402_300_800n * SECOND - 1n;
const MAX_NANOS = (1n << 63n) - 1n;

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Null for text that is no moment of the calendar. */
export function parseTimestamp(text: string): Timestamp | null {
  const match = RFC3339.exec(text);
  if (match === null) return null;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", fraction = "", sign, ...offset] =
    match;
  const days = daysOf(Number(year), Number(month), Number(day));
  if (days === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const shift = Number(offset[0] ?? 0) * 3600 + Number(offset[1] ?? 0) * 60;
  const seconds = days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const local = BigInt(sign === "-" ? seconds + shift : seconds - shift);
  return timestampAt(local * SECOND + BigInt(fraction.padEnd(9, "0")));
}

/** Null beyond the years 1 to 9999. */
export const timestampAt = (nanos: bigint): Timestamp | null =>
  nanos < FIRST || nanos > LAST ? null : new Timestamp(nanos);

/** Null beyond what Go keeps of a duration: 292 years. */
export const durationOf = (nanos: bigint): Duration | null =>
  nanos > MAX_NANOS || nanos < -MAX_NANOS - 1n ? null : new Duration(nanos);

/** Days since the epoch. Null for a day that the calendar does not have. */
function daysOf(year: number, month: number, day: number): number | null {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
  return at.getTime() / 86_400_000;
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3_600n * SECOND,
};
const PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;

/** Go's `time.ParseDuration`: `1h30m`, `-1.5s`, `0`. Null for text that is none. */
export function parseDuration(text: string): Duration | null {
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  if (text.length > 256) return null;
  if (text.slice(sign.length) === "0") return new Duration(0n);
  let nanos = 0n;
  let at = sign.length;
  while (at < text.length) {
    PART.lastIndex = at;
    const [part = "", whole = "", fraction = "", unit = ""] = PART.exec(text) ?? [];
    const size = UNITS[unit];
    if (size === undefined || (whole === "" && fraction === "")) return null;
    nanos += BigInt(whole === "" ? 0 : whole) * size;
    nanos += (BigInt(fraction === "" ? 0 : fraction) * size) / 10n ** BigInt(fraction.length);
    at += part.length;
  }
  return at === sign.length ? null : durationOf(sign === "-" ? -nanos : nanos);
}

/** RFC 3339 in UTC, with as many digits of a second as it takes. */
export function timestampText({ nanos }: Timestamp): string {
  const fraction = mod(nanos, SECOND);
  const whole = new Date(Number((nanos - fraction) / 1_000_000n)).toISOString().slice(0, -5);
  return `${whole}${fractionText(fraction)}Z`;
}

/** In seconds, as CEL writes durations: `5400s`, `1.5s`. */
export function durationText({ nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? "-" : ""}${size / SECOND}${fractionText(size % SECOND)}s`;
}

const fractionText = (nanos: bigint): string =>
  nanos === 0n ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`;

const mod = (a: bigint, b: bigint): bigint => ((a % b) + b) % b;

export type TimePart =
  | "FullYear"
  | "Month"
  | "DayOfMonth"
  | "Date"
  | "DayOfWeek"
  | "DayOfYear"
  | "Hours"
  | "Minutes"
  | "Seconds"
  | "Milliseconds";

/** A part of a moment as clocks in a zone show it. Null for a zone that nobody knows. */
export function timePart({ nanos }: Timestamp, part: TimePart, zone: string): bigint | null {
  const offset = zoneOffset(nanos, zone);
  if (offset === null) return null;
  const local = nanos + offset;
  const at = new Date(Number((local - mod(local, 1_000_000n)) / 1_000_000n));
  return BigInt(partOf(at, part));
}

function partOf(at: Date, part: TimePart): number {
  switch (part) {
    case "FullYear":
      return at.getUTCFullYear();
    case "Month":
      return at.getUTCMonth();
    case "DayOfMonth":
      return at.getUTCDate() - 1;
    case "Date":
      return at.getUTCDate();
    case "DayOfWeek":
      return at.getUTCDay();
    case "DayOfYear":
      return Math.floor((at.getTime() - new Date(at.getTime()).setUTCMonth(0, 1)) / 86_400_000);
    case "Hours":
      return at.getUTCHours();
    case "Minutes":
      return at.getUTCMinutes();
    case "Seconds":
      return at.getUTCSeconds();
    case "Milliseconds":
      return at.getUTCMilliseconds();
    default:
      return part satisfies never;
  }
}

/** How far a zone is ahead of UTC then: `+02:00`, or a name of the IANA database. */
function zoneOffset(nanos: bigint, zone: string): bigint | null {
  if (zone === "" || zone === "UTC") return 0n;
  const [, sign, hours = "", minutes = ""] = /^([+-]?)(\d{1,2}):(\d\d)$/.exec(zone) ?? [];
  if (sign !== undefined) {
    const size = BigInt(Number(hours) * 3600 + Number(minutes) * 60) * SECOND;
    return sign === "-" ? -size : size;
  }
  try {
    const at = Number((nanos - mod(nanos, SECOND)) / 1_000_000n);
    const shown = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at);
    const name = shown.find(({ type }) => type === "timeZoneName")?.value ?? "";
    return name === "GMT" ? 0n : zoneOffset(nanos, name.replace("GMT", ""));
  } catch {
    return null;
  }
}
