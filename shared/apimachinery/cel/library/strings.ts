/** Functions on strings: cel-spec's own, and those of cel-go's extension as Kubernetes has it (version 2), and regular expressions. */
import type { Meter } from "../meter.ts";
import { overload, type Overload } from "../overload.ts";
import { Failure, isList, type CelValue, type Outcome } from "../values.ts";
import { formatText } from "./format-text.ts";
import { findAll, findFirst, matchesPattern } from "./patterns.ts";

/** Positions in strings count code points. */
const pointsOf = (text: string): string[] => Array.from(text);

const outOfRange = (index: bigint): Failure => new Failure(`index out of range: ${index}`);

function charAt(text: string, index: bigint, meter: Meter): Outcome {
  meter.chargeLength(text.length);
  const points = pointsOf(text);
  return index < 0n || index > points.length ? outOfRange(index) : (points[Number(index)] ?? "");
}

/** Where the part begins, in code points; -1 where it does not stand. */
function indexOf(text: string, part: string, meter: Meter): Outcome {
  meter.chargeLength(text.length + part.length);
  const at = text.indexOf(part);
  return at < 0 ? -1n : BigInt(pointsOf(text.slice(0, at)).length);
}

function indexOfFrom(text: string, part: string, from: bigint, meter: Meter): Outcome {
  meter.chargeLength(text.length + part.length);
  const points = pointsOf(text);
  if (part === "") return from;
  if (from < 0n) return outOfRange(from);
  if (from >= points.length) return -1n;
  const before = points.slice(0, Number(from)).join("");
  const at = text.indexOf(part, before.length);
  return at < 0 ? -1n : BigInt(pointsOf(text.slice(0, at)).length);
}

function lastIndexOf(text: string, part: string, meter: Meter): Outcome {
  meter.chargeLength(text.length + part.length);
  const at = text.lastIndexOf(part);
  return at < 0 ? -1n : BigInt(pointsOf(text.slice(0, at)).length);
}

function lastIndexOfFrom(text: string, part: string, from: bigint, meter: Meter): Outcome {
  meter.chargeLength(text.length + part.length);
  const points = pointsOf(text);
  if (part === "") return from;
  if (from < 0n) return outOfRange(from);
  if (from >= points.length) return -1n;
  const at = text.lastIndexOf(part, points.slice(0, Number(from)).join("").length);
  return at < 0 ? -1n : BigInt(pointsOf(text.slice(0, at)).length);
}

function join(list: readonly CelValue[], separator: string, meter: Meter): Outcome {
  const texts = list.filter((item) => typeof item === "string");
  if (texts.length < list.length) return new Failure("join: invalid input");
  meter.chargeLength(texts.reduce((length, text) => length + text.length + separator.length, 0));
  return texts.join(separator);
}

/** Negative: all. */
function replace(text: string, old: string, fresh: string, times: bigint, meter: Meter): Outcome {
  meter.chargeLength(text.length);
  // Between characters, when there is nothing to look for.
  const parts = old === "" ? ["", ...pointsOf(text), ""] : text.split(old);
  if (old === "" && text === "") parts.pop();
  const limit = times < 0n ? parts.length - 1 : Math.min(Number(times), parts.length - 1);
  meter.chargeLength(limit * fresh.length);
  return `${parts.slice(0, limit + 1).join(fresh)}${parts
    .slice(limit + 1)
    .map((part) => old + part)
    .join("")}`;
}

function split(text: string, separator: string, limit: bigint, meter: Meter): Outcome {
  meter.chargeLength(text.length);
  if (limit === 0n) return [];
  const parts = separator === "" ? pointsOf(text) : text.split(separator);
  meter.charge(parts.length);
  if (limit < 0n || limit >= parts.length) return parts;
  const kept = Number(limit) - 1;
  return [...parts.slice(0, kept), parts.slice(kept).join(separator)];
}

function substring(text: string, start: bigint, end: bigint | null, meter: Meter): Outcome {
  meter.chargeLength(text.length);
  const points = pointsOf(text);
  const to = end ?? BigInt(points.length);
  if (start < 0n || start > points.length) return outOfRange(start);
  if (to < 0n || to > points.length) return outOfRange(to);
  if (start > to) return new Failure(`invalid substring range. start: ${start}, end: ${to}`);
  return points.slice(Number(start), Number(to)).join("");
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
  ["\\", "\\\\"],
  ['"', '\\"'],
]);

const quote = (text: string): string =>
  `"${pointsOf(text)
    .map((char) => ESCAPES.get(char) ?? char)
    .join("")}"`;

const inAscii = (text: string, pattern: RegExp, change: (part: string) => string): string =>
  text.replace(pattern, change);

/** What Unicode calls white space; JavaScript's `trim` takes U+FEFF as well. */
const trim = (text: string): string => text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, "");

/** A function of the text alone, which goes over all of it. */
const linear =
  <A extends readonly unknown[]>(work: (text: string, ...more: A) => Outcome) =>
  (text: string, ...more: [...A, Meter]): Outcome => {
    (more.at(-1) as Meter).chargeLength(text.length);
    return work(text, ...(more.slice(0, -1) as unknown as A));
  };

export const strings: readonly Overload[] = [
  overload(
    "string#contains(string) bool",
    linear((a, b: string) => a.includes(b)),
  ),
  overload(
    "string#startsWith(string) bool",
    linear((a, b: string) => a.startsWith(b)),
  ),
  overload(
    "string#endsWith(string) bool",
    linear((a, b: string) => a.endsWith(b)),
  ),
  overload("string#charAt(int) string", charAt),
  overload("string#indexOf(string) int", indexOf),
  overload("string#indexOf(string, int) int", indexOfFrom),
  overload("string#lastIndexOf(string) int", lastIndexOf),
  overload("string#lastIndexOf(string, int) int", lastIndexOfFrom),
  overload("list<string>#join() string", (list: readonly CelValue[], meter: Meter) => join(list, "", meter)),
  overload("list<string>#join(string) string", join),
  overload(
    "string#lowerAscii() string",
    linear((a) => inAscii(a, /[A-Z]+/g, (part) => part.toLowerCase())),
  ),
  overload(
    "string#upperAscii() string",
    linear((a) => inAscii(a, /[a-z]+/g, (part) => part.toUpperCase())),
  ),
  overload("string#replace(string, string) string", (a: string, b: string, c: string, meter: Meter) =>
    replace(a, b, c, -1n, meter),
  ),
  overload("string#replace(string, string, int) string", replace),
  overload("string#split(string) list<string>", (a: string, b: string, meter: Meter) => split(a, b, -1n, meter)),
  overload("string#split(string, int) list<string>", split),
  overload("string#substring(int) string", (a: string, from: bigint, meter: Meter) => substring(a, from, null, meter)),
  overload("string#substring(int, int) string", substring),
  overload("string#trim() string", linear(trim)),
  overload(
    "string#reverse() string",
    linear((a) => pointsOf(a).reverse().join("")),
  ),
  overload("strings.quote(string) string", linear(quote)),
  overload("string#format(list<dyn>) string", (template: string, args: CelValue, meter: Meter) =>
    formatText(template, isList(args) ? args : [], meter),
  ),
  overload("string#matches(string) bool", matchesPattern),
  overload("matches(string, string) bool", matchesPattern),
  overload("string#find(string) string", findFirst),
  overload("string#findAll(string) list<string>", (a: string, b: string, meter: Meter) => findAll(a, b, -1n, meter)),
  overload("string#findAll(string, int) list<string>", findAll),
];
