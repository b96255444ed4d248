/** Sets of characters, as predicates over code points. */
/** Whether a character is in a set. */
export type CharClass = (codePoint: number) => boolean;

const range =
  (from: number, to: number): CharClass =>
  (c) =>
    c >= from && c <= to;

export const oneCharacter =
  (character: number): CharClass =>
  (c) =>
    c === character;
export const characters = range;
export const anyCharacter: CharClass = () => true;
export const notNewline: CharClass = (c) => c !== 0x0a;

export function anyOf(classes: readonly CharClass[]): CharClass {
  const [only] = classes;
  return classes.length === 1 && only !== undefined ? only : (c) => classes.some((one) => one(c));
}

export const noneOf =
  (one: CharClass): CharClass =>
  (c) =>
    !one(c);

/** The same without regard to case. */
export function folded(one: CharClass): CharClass {
  return (c) => {
    if (one(c)) return true;
    const text = String.fromCodePoint(c);
    const lower = text.toLowerCase();
    const upper = text.toUpperCase();
    return one(lower.codePointAt(0) ?? c) || one(upper.codePointAt(0) ?? c);
  };
}

/** Of the characters in a string, where `a-z` is a range. */
function asciiClass(spelt: string): CharClass {
  const classes: CharClass[] = [];
  for (let i = 0; i < spelt.length; i++) {
    const from = spelt.charCodeAt(i);
    const isRange = spelt[i + 1] === "-" && i + 2 < spelt.length;
    classes.push(range(from, isRange ? spelt.charCodeAt(i + 2) : from));
    if (isRange) i += 2;
  }
  return anyOf(classes);
}

const PERL: Readonly<Record<string, CharClass>> = {
  d: asciiClass("0-9"),
  s: asciiClass("\t\n\f\r "),
  w: asciiClass("0-9A-Za-z_"),
};

/** `\d`, `\S` and the like; null when the letter is none of them. */
export function perlClass(letter: string): CharClass | null {
  const found = /^[dswDSW]$/.test(letter) ? PERL[letter.toLowerCase()] : undefined;
  if (found === undefined) return null;
  return letter === letter.toLowerCase() ? found : noneOf(found);
}

/** Whether a character counts as part of a word (`\b`): ASCII alone does. */
export const isWord = (codePoint: number): boolean => PERL["w"]?.(codePoint) === true;

const POSIX: ReadonlyMap<string, CharClass> = new Map([
  ["alnum", asciiClass("0-9A-Za-z")],
  ["alpha", asciiClass("A-Za-z")],
  ["ascii", range(0, 0x7f)],
  ["blank", asciiClass("\t ")],
  ["cntrl", anyOf([range(0, 0x1f), oneCharacter(0x7f)])],
  ["digit", asciiClass("0-9")],
  ["graph", range(0x21, 0x7e)],
  ["lower", asciiClass("a-z")],
  ["print", range(0x20, 0x7e)],
  ["punct", anyOf([range(0x21, 0x2f), range(0x3a, 0x40), range(0x5b, 0x60), range(0x7b, 0x7e)])],
  ["space", asciiClass("\t\n\v\f\r ")],
  ["upper", asciiClass("A-Z")],
  ["word", asciiClass("0-9A-Za-z_")],
  ["xdigit", asciiClass("0-9A-Fa-f")],
]);

/** `[:alpha:]` or `[:^alpha:]`, as it is spelt; null when there is none of the name. */
export function posixClass(spelt: string): CharClass | null {
  const [, not = "", name = ""] = /^\[:(\^?)(.*):\]$/s.exec(spelt) ?? [];
  const found = POSIX.get(name);
  if (found === undefined) return null;
  return not === "" ? found : noneOf(found);
}

/** What `\p{Greek}` names: a general category or a script; null when neither has the name. */
export function unicodeClass(name: string): CharClass | null {
  if (name === "Any") return anyCharacter;
  for (const property of [`gc=${name}`, `sc=${name}`]) {
    try {
      const one = new RegExp(`^\\p{${property}}$`, "u");
      return (c) => one.test(String.fromCodePoint(c));
    } catch {
      // Not of this sort; Go has the names of both sorts in one.
    }
  }
  return null;
}
