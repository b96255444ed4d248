/** `[a-z_[:digit:]\d]`: a set of characters, spelt out. */
import { anyOf, characters, folded, noneOf, posixClass, type CharClass } from "../char-class.ts";
import { classEscape, readEscape } from "./escape.ts";
import type { PatternReader } from "../pattern-reader.ts";
import { refuse } from "./syntax-error.ts";

/** After the `[`, which stands at `start`. */
export function readBracket(reader: PatternReader, start: number, isFolded: boolean): CharClass {
  const isNegated = reader.take("^");
  const classes: CharClass[] = [];
  // A `]` that comes first is itself.
  for (let isFirst = true; isFirst || reader.peek() !== "]"; isFirst = false) {
    if (reader.isDone()) refuse("missing closing ]", reader.pattern.slice(start));
    const [posix] = reader.match(/\[:[^\]]*:\]/y) ?? [];
    const whole =
      posix === undefined ? classEscape(reader) : (posixClass(posix) ?? refuse("invalid character class range", posix));
    classes.push(whole ?? readRange(reader, start));
  }
  reader.take("]");
  const one = anyOf(classes);
  const all = isFolded ? folded(one) : one;
  return isNegated ? noneOf(all) : all;
}

/** One character, or two with a `-` between them. */
function readRange(reader: PatternReader, bracket: number): CharClass {
  const start = reader.position;
  const from = readCharacter(reader, bracket);
  const isRange = reader.peek() === "-" && !reader.pattern.startsWith("-]", reader.position);
  if (!isRange) return characters(from, from);
  reader.skip(1);
  const to = readCharacter(reader, bracket);
  return to < from ? refuse("invalid character class range", reader.since(start)) : characters(from, to);
}

function readCharacter(reader: PatternReader, bracket: number): number {
  if (reader.isDone()) return refuse("missing closing ]", reader.pattern.slice(bracket));
  return reader.peek() === "\\" ? readEscape(reader) : reader.next();
}
