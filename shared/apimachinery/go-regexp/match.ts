/** Follows a program over a text, on all ways at once (Thompson, Pike): no pattern makes it go back. */
import { isWord } from "./char-class.ts";
import type { Assertion } from "./parse.ts";
import type { Program } from "./program.ts";

/** About a second of a slow machine. */
const MAX_WORK = 20_000_000;
const NEWLINE = 0x0a;
/** No character: before the text, and after it. */
const NONE = -1;

/** Whether the program matches somewhere in the text; null when to find out takes too long. */
export function matches({ steps, start }: Program, text: string): boolean | null {
  // In which round a step was last reached, so that each is looked at once a character.
  const reached = new Int32Array(steps.length).fill(-1);
  let current: number[] = [];
  let following: number[] = [];
  let work = 0;

  /** Collects the characters' steps that can be reached from `from` between two characters. True when the match is. */
  function reach(from: number, round: number, before: number, after: number): boolean {
    const waiting = [from];
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      const step = steps[place];
      if (step === undefined || reached[place] === round) continue;
      reached[place] = round;
      work++;
      if (step.kind === "match") return true;
      if (step.kind === "split") waiting.push(step.or, step.to);
      else if (step.kind === "class") following.push(place);
      else if (holds(step.assertion, before, after)) waiting.push(step.to);
    }
    return false;
  }

  let before = NONE;
  for (let at = 0, round = 0; ; round++) {
    const after = text.codePointAt(at) ?? NONE;
    // `before` has been read: where it led to, and a new start.
    for (const place of current) {
      const step = steps[place];
      work++;
      if (step?.kind === "class" && step.test(before) && reach(step.to, round, before, after)) return true;
    }
    if (reach(start, round, before, after)) return true;
    if (after === NONE) return false;
    if (work > MAX_WORK) return null;
    [current, following] = [following, current];
    following.length = 0;
    before = after;
    at += after > 0xffff ? 2 : 1;
  }
}

function holds(assertion: Assertion, before: number, after: number): boolean {
  switch (assertion) {
    case "text start":
      return before === NONE;
    case "text end":
      return after === NONE;
    case "line start":
      return before === NONE || before === NEWLINE;
    case "line end":
      return after === NONE || after === NEWLINE;
    case "word boundary":
      return isWord(before) !== isWord(after);
    case "no word boundary":
      return isWord(before) === isWord(after);
    default:
      return assertion satisfies never;
  }
}
