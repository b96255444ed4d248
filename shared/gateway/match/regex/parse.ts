/** Regular expressions as Ingresses write them: the part of PCRE that RE2 has too, parsed to a tree. */

export type Node =
  | { readonly kind: "any" }
  | { readonly kind: "start" }
  | { readonly kind: "end" }
  | { readonly kind: "boundary"; readonly negated: boolean }
  | {
      readonly kind: "set";
      readonly ranges: readonly (readonly [from: number, to: number])[];
      readonly negated: boolean;
    }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly parts: readonly Node[] }
  | { readonly kind: "group"; readonly index: number | null; readonly body: Node }
  | {
      readonly kind: "repeat";
      readonly body: Node;
      readonly min: number;
      /** Null: any number. */
      readonly max: number | null;
      readonly lazy: boolean;
    };

export type Parsed =
  | { readonly ok: true; readonly node: Node; readonly groups: number }
  | { readonly ok: false; readonly message: string };

/** Longer than any that was meant to be read. */
const MAX_LENGTH = 1000;
const MAX_REPEAT = 1000;
const MAX_DEPTH = 50;

type Range = readonly [number, number];
const DIGIT: readonly Range[] = [[48, 57]];
const WORD: readonly Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: readonly Range[] = [
  [9, 13],
  [32, 32],
];
const CONTROL = new Map([
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["f", 12],
  ["v", 11],
]);

/** Thrown inside the parser only, and caught at its door. */
class Unsupported extends Error {}

/** Total: what is no expression, or needs backtracking (back references, looking around), is refused with a reason. */
export function parseRegex(source: string): Parsed {
  if (source.length > MAX_LENGTH) return { ok: false, message: `it is longer than ${MAX_LENGTH} characters` };
  const parser = new Parser(source);
  try {
    const node = parser.choice(0);
    if (!parser.isAtEnd) return { ok: false, message: "it closes a group that was never opened" };
    return { ok: true, node, groups: parser.groups };
  } catch (error) {
    if (error instanceof Unsupported) return { ok: false, message: error.message };
    throw error;
  }
}

class Parser {
  groups = 0;
  #at = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  choice(depth: number): Node {
    if (depth > MAX_DEPTH) throw new Unsupported(`its groups are nested more than ${MAX_DEPTH} deep`);
    const parts = [this.#sequence(depth)];
    while (this.#take("|")) parts.push(this.#sequence(depth));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "choice", parts };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    while (!this.isAtEnd && this.#peek() !== "|" && this.#peek() !== ")") parts.push(this.#repeated(this.#atom(depth)));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "sequence", parts };
  }

  #repeated(body: Node): Node {
    const counts = this.#counts();
    if (counts === null) return body;
    const lazy = this.#take("?");
    if (this.#take("+")) throw new Unsupported("it has a possessive quantifier");
    if (this.#counts() !== null) throw new Unsupported("it repeats a repetition");
    return { kind: "repeat", body, ...counts, lazy };
  }

  #counts(): { readonly min: number; readonly max: number | null } | null {
    if (this.#take("*")) return { min: 0, max: null };
    if (this.#take("+")) return { min: 1, max: null };
    if (this.#take("?")) return { min: 0, max: 1 };
    const braces = /^\{(\d{1,6})(?:(,)(\d{1,6})?)?\}/.exec(this.#source.slice(this.#at, this.#at + 20));
    if (braces === null) return null;
    this.#at += braces[0].length;
    const min = Number(braces[1]);
    const max = braces[2] === undefined ? min : braces[3] === undefined ? null : Number(braces[3]);
    if (min > MAX_REPEAT || (max ?? 0) > MAX_REPEAT) throw new Unsupported(`it repeats more than ${MAX_REPEAT} times`);
    if (max !== null && max < min) throw new Unsupported("it repeats at most fewer times than at least");
    return { min, max };
  }

  #atom(depth: number): Node {
    const character = this.#next();
    switch (character) {
      case "(":
        return this.#group(depth);
      case "[":
        return this.#set();
      case ".":
        return { kind: "any" };
      case "^":
        return { kind: "start" };
      case "$":
        return { kind: "end" };
      case "\\":
        return this.#escaped();
      case "*":
      case "+":
      case "?":
        throw new Unsupported(`it has ${JSON.stringify(character)} with nothing to repeat`);
      default:
        return one(character);
    }
  }

  #group(depth: number): Node {
    let index: number | null = null;
    if (this.#take("?:")) index = null;
    else if (this.#peek() === "?") {
      const name = /^\?P?<[A-Za-z_]\w{0,31}>/.exec(this.#source.slice(this.#at, this.#at + 40));
      if (name === null) throw new Unsupported("it looks around, or sets options, inside a group");
      this.#at += name[0].length;
      index = ++this.groups;
    } else index = ++this.groups;
    const body = this.choice(depth + 1);
    if (!this.#take(")")) throw new Unsupported("it does not close a group");
    return { kind: "group", index, body };
  }

  #escaped(): Node {
    if (this.isAtEnd) throw new Unsupported("it ends in a backslash");
    const character = this.#next();
    if (character === "b" || character === "B") return { kind: "boundary", negated: character === "B" };
    if (character === "A") return { kind: "start" };
    if (character === "z" || character === "Z") return { kind: "end" };
    const ranges = this.#classOf(character);
    if (ranges !== null) return { kind: "set", ranges, negated: /[DWS]/.test(character) };
    return one(this.#literal(character));
  }

  #classOf(character: string): readonly Range[] | null {
    switch (character.toLowerCase()) {
      case "d":
        return DIGIT;
      case "w":
        return WORD;
      case "s":
        return SPACE;
      default:
        return null;
    }
  }

  #literal(character: string): string {
    const control = CONTROL.get(character);
    if (control !== undefined) return String.fromCharCode(control);
    if (character === "x") {
      const hex = /^[0-9a-fA-F]{2}/.exec(this.#source.slice(this.#at, this.#at + 2));
      if (hex === null) throw new Unsupported("it has \\x without two hexadecimal digits");
      this.#at += 2;
      return String.fromCharCode(Number.parseInt(hex[0], 16));
    }
    if (/[1-9]/.test(character)) throw new Unsupported("it refers back to a group");
    if (/[A-Za-z]/.test(character)) throw new Unsupported(`it has \\${character}, which is not supported`);
    return character;
  }

  #set(): Node {
    const negated = this.#take("^");
    const ranges: Range[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== "]"; isFirst = false) {
      if (this.isAtEnd) throw new Unsupported("it does not close a bracket");
      if (this.#peek() === "[" && /^\[[:.=]/.test(this.#source.slice(this.#at, this.#at + 2)))
        throw new Unsupported("it has a POSIX class");
      ranges.push(...this.#member());
    }
    this.#at++;
    return { kind: "set", ranges, negated };
  }

  #member(): readonly Range[] {
    const from = this.#memberCharacter();
    if (typeof from !== "string") return from;
    const start = from.charCodeAt(0);
    const isRange = this.#peek() === "-" && this.#at + 1 < this.#source.length && this.#source[this.#at + 1] !== "]";
    if (!isRange) return [[start, start]];
    this.#at++;
    const to = this.#memberCharacter();
    if (typeof to !== "string" || to.charCodeAt(0) < start) throw new Unsupported("it has a range without an order");
    return [[start, to.charCodeAt(0)]];
  }

  #memberCharacter(): string | readonly Range[] {
    const character = this.#next();
    if (character !== "\\") return character;
    if (this.isAtEnd) throw new Unsupported("it ends in a backslash");
    const escaped = this.#next();
    const ranges = this.#classOf(escaped);
    if (ranges === null) return this.#literal(escaped);
    return /[DWS]/.test(escaped) ? complement(ranges) : ranges;
  }

  #peek(): string {
    return this.#source[this.#at] ?? "";
  }

  #next(): string {
    return this.#source[this.#at++] ?? "";
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

const one = (character: string): Node => {
  const code = character.charCodeAt(0);
  return { kind: "set", ranges: [[code, code]], negated: false };
};

function complement(ranges: readonly Range[]): readonly Range[] {
  const gaps: Range[] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    if (start > from) gaps.push([from, start - 1]);
    from = end + 1;
  }
  return [...gaps, [from, 0xffff]];
}
