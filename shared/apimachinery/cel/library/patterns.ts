/** Regular expressions of CEL are Go's (RE2), matched in linear time by our own engine. */
import { compileGoPattern, type GoRegExp } from "../../regexp/go/index.ts";
import type { Meter } from "../meter.ts";
import { Failure, type Outcome } from "../values.ts";

/** Most patterns stand in rules that are evaluated again and again; those that are made of data push them out, and are no loss. */
const kept = new Map<string, GoRegExp | Failure>();
const MAX_KEPT = 500;

/** The compiled pattern, or what Go says is wrong with it. */
export function patternOf(pattern: string): GoRegExp | Failure {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const compiled = compileGoPattern(pattern);
  const fresh = compiled.ok ? compiled.regExp : new Failure(compiled.message);
  if (kept.size >= MAX_KEPT) kept.clear();
  if (pattern.length <= 1000) kept.set(pattern, fresh);
  return fresh;
}

const TOO_LONG = new Failure("the text takes too long to match against the pattern");

/** A tenth for a character and a quarter for one of the pattern, multiplied, as cel-go estimates it. */
const charge = (text: string, pattern: string, meter: Meter): void =>
  meter.charge(Math.ceil((text.length + 1) / 10) * Math.ceil(pattern.length / 4));

export function matchesPattern(text: string, pattern: string, meter: Meter): Outcome {
  charge(text, pattern, meter);
  const regExp = patternOf(pattern);
  if (regExp instanceof Failure) return regExp;
  return regExp.test(text) ?? TOO_LONG;
}

export function findFirst(text: string, pattern: string, meter: Meter): Outcome {
  charge(text, pattern, meter);
  const regExp = patternOf(pattern);
  if (regExp instanceof Failure) return new Failure(`Illegal regex: ${regExp.message}`);
  return regExp.find(text)?.[0] ?? "";
}

/** Negative: all. */
export function findAll(text: string, pattern: string, limit: bigint, meter: Meter): Outcome {
  const regExp = patternOf(pattern);
  if (regExp instanceof Failure) return new Failure(`Illegal regex: ${regExp.message}`);
  const most = limit < 0n ? Infinity : Number(limit);
  const found: string[] = [];
  let last = -1;
  for (let from = 0; from <= text.length && found.length < most;) {
    charge(text.slice(from), pattern, meter);
    const span = regExp.locate(text, from);
    if (span === null) break;
    const { start, end } = span;
    // Go leaves out an empty match that touches the one before, and goes on a character after it.
    if (end > start || start !== last) found.push(text.slice(start, end));
    last = end;
    from = end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
  return found;
}
