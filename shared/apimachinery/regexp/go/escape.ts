/** What a backslash makes of what follows. */
import { noneOf, perlClass, unicodeClass, type CharClass } from "../char-class.ts";
import type { PatternReader } from "../pattern-reader.ts";
import { refuse } from "./syntax-error.ts";

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["a", 0x07],
  ["f", 0x0c],
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
  ["v", 0x0b],
]);
const MAX_CODE_POINT = 0x10ffff;

/** Takes `\d`, `\pL`, `\P{Greek}` and the like; null, and takes nothing, when something else comes. */
export function classEscape(reader: PatternReader): CharClass | null {
  const start = reader.position;
  const [spelt, letter = "", braced, single] = reader.match(/\\(?:([dswDSW])|[pP](?:\{([^}]*)\}|([^{])))/y) ?? [];
  if (spelt === undefined) {
    if (/^\\[pP]/.test(reader.pattern.slice(start, start + 2))) refuse("invalid character class range", reader.rest());
    return null;
  }
  const perl = perlClass(letter);
  if (perl !== null) return perl;
  const name = braced ?? single ?? "";
  const found = unicodeClass(name.replace(/^\^/, "")) ?? refuse("invalid character class range", spelt);
  return spelt.startsWith("\\P") === name.startsWith("^") ? found : noneOf(found);
}

/** Takes an escaped character. */
export function readEscape(reader: PatternReader): number {
  const start = reader.position;
  reader.skip(1);
  if (reader.isDone()) refuse("trailing backslash at end of expression", "");
  const [spelt, octal, short, long] =
    // `\1` to `\7` alone would refer back to a group, which Go does not do.
    reader.match(/([1-7][0-7]{1,2}|0[0-7]{0,2})|x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,8})\}/y) ?? [];
  if (spelt !== undefined) {
    const character = octal === undefined ? parseInt(short ?? long ?? "", 16) : parseInt(octal, 8);
    return character <= MAX_CODE_POINT ? character : refuse("invalid escape sequence", reader.since(start));
  }
  const letter = reader.peek();
  const character = reader.next();
  const control = CONTROLS.get(letter);
  if (control !== undefined) return control;
  if (character < 0x80 && !/^\w$/.test(letter)) return character;
  // An underscore may be escaped as well.
  return letter === "_" ? character : refuse("invalid escape sequence", reader.since(start));
}
