/** Follows a program over a text, on all ways at once (Thompson, Pike): no pattern makes it go back. */
import { isWord } from "./char-class.ts";
import type { Program } from "./program.ts";
import type { Assertion } from "./syntax-tree.ts";

/** About a second of a slow machine. */
const MAX_WORK = 20_000_000;
const NEWLINE = 0x0a;
/** No character: before the text, and after it. */
const NONE = -1;

/** Whether the program matches somewhere in the text; null when to find out takes too long. */
export function matches(program: Program, text: string): boolean | null {
  const found = run(program, text, false);
  return found === "too long" ? null : found !== "none";
}

/**
 * What the whole and each group matched: of the match that starts first, the one that the pattern prefers (as Perl, and Go, do).
 * Undefined: the group took no part. Null: there is no match, or to find one takes too long.
 */
export function capture(program: Program, text: string): readonly (string | undefined)[] | null {
  const found = run(program, text, true);
  if (typeof found === "string") return null;
  return Array.from({ length: program.unsaved.length / 2 }, (_, group) => {
    const from = found[group * 2] ?? NONE;
    const to = found[group * 2 + 1] ?? NONE;
    return from < 0 || to < 0 ? undefined : text.slice(from, to);
  });
}

/** Where a match is: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The first match that starts at `from` or later; what is before still counts for `^` and `\b`. Null as `capture`. */
export function locate(program: Program, text: string, from: number): Span | null {
  const found = run(program, text, true, from);
  if (typeof found === "string") return null;
  const [start = NONE, end = NONE] = found;
  return { start, end };
}

/** Positions by slot. */
type Saved = readonly number[];
const NOTHING: Saved = [];

/** Ways that are followed, in order: the step each is at, and what it has saved. What lies behind `size` is left over. */
class Ways {
  readonly places: number[] = [];
  readonly saved: Saved[] = [];
  size = 0;

  push(place: number, saved: Saved): void {
    this.places[this.size] = place;
    this.saved[this.size] = saved;
    this.size++;
  }
}

/** Where the match and its groups are (empty without `keepsGroups`, and then any match will do). */
function run(program: Program, text: string, keepsGroups: boolean, from = 0): Saved | "none" | "too long" {
  return new Run(program, text, keepsGroups, from).toEnd();
}

/** All ways through one text. It stands between two characters: `before`, which has been read, and `after`. */
class Run {
  readonly #program: Program;
  readonly #text: string;
  readonly #keepsGroups: boolean;
  /** In which position a step was last reached, so that each is looked at once a character. */
  readonly #reached: Int32Array;
  readonly #waiting = new Ways();
  #current = new Ways();
  #following = new Ways();
  #found: Saved | null = null;
  #end = NONE;
  #work = 0;
  #at: number;
  #before: number;
  #after: number;

  constructor(program: Program, text: string, keepsGroups: boolean, from: number) {
    this.#program = program;
    this.#text = text;
    this.#keepsGroups = keepsGroups;
    this.#reached = new Int32Array(program.steps.length).fill(-1);
    this.#at = from;
    this.#before = characterBefore(text, from);
    this.#after = text.codePointAt(from) ?? NONE;
  }

  toEnd(): Saved | "none" | "too long" {
    const { isAnchored, start, unsaved } = this.#program;
    for (;;) {
      const isCut = this.#advance();
      if (!isCut && this.#found === null && (this.#at === 0 || !isAnchored)) {
        this.#reach(start, this.#keep(unsaved, 0, this.#at));
      }
      const isOver = this.#following.size === 0;
      const isLast = this.#after === NONE || isOver;
      if (this.#found !== null && (isLast || !this.#keepsGroups)) return this.#keep(this.#found, 1, this.#end);
      if (this.#after === NONE || (isOver && isAnchored)) return "none";
      if (this.#work > MAX_WORK) return "too long";
      this.#read();
    }
  }

  #read(): void {
    [this.#current, this.#following] = [this.#following, this.#current];
    this.#following.size = 0;
    this.#before = this.#after;
    this.#at += this.#after > 0xffff ? 2 : 1;
    this.#after = this.#text.codePointAt(this.#at) ?? NONE;
  }

  /** Where `before` led to. True when a way led to the match: those behind it do not count any more. */
  #advance(): boolean {
    const { steps } = this.#program;
    const { places, saved, size } = this.#current;
    for (let i = 0; i < size; i++) {
      const step = steps[places[i] ?? 0];
      this.#work++;
      if (step?.kind !== "class" || !step.test(this.#before)) continue;
      if (this.#reach(step.to, saved[i] ?? NOTHING)) return true;
    }
    return false;
  }

  /** Collects the characters' steps that can be reached without reading, in order. True when the match is. */
  #reach(from: number, known: Saved): boolean {
    const waiting = this.#waiting;
    waiting.push(from, known);
    while (waiting.size > 0) {
      waiting.size--;
      const place = waiting.places[waiting.size] ?? 0;
      const kept = waiting.saved[waiting.size] ?? NOTHING;
      if (this.#reached[place] === this.#at) continue;
      this.#reached[place] = this.#at;
      this.#work++;
      if (!this.#follow(place, kept)) continue;
      this.#found = kept;
      this.#end = this.#at;
      waiting.size = 0;
      return true;
    }
    return false;
  }

  /** Where one step leads. True when it is the match. */
  #follow(place: number, saved: Saved): boolean {
    const step = this.#program.steps[place];
    switch (step?.kind) {
      case "match":
        return true;
      case "class":
        this.#following.push(place, saved);
        break;
      case "split":
        this.#waiting.push(step.or, saved);
        this.#waiting.push(step.to, saved);
        break;
      case "assertion":
        if (holds(step.assertion, this.#before, this.#after)) this.#waiting.push(step.to, saved);
        break;
      case "save":
        this.#waiting.push(step.to, this.#keep(saved, step.slot, this.#at));
        break;
      case undefined:
        break;
      default:
        step satisfies never;
    }
    return false;
  }

  /** What is saved, and one position more. */
  #keep(saved: Saved, slot: number, position: number): Saved {
    if (!this.#keepsGroups) return saved;
    this.#work += saved.length;
    // Faster than `with`.
    const copy = saved.slice();
    copy[slot] = position;
    return copy;
  }
}

function characterBefore(text: string, at: number): number {
  if (at === 0) return NONE;
  const last = text.charCodeAt(at - 1);
  const isTail = at > 1 && (last & 0xfc00) === 0xdc00;
  return isTail ? (text.codePointAt(at - 2) ?? NONE) : last;
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
