/** Regular expressions as Ingresses write them: the part of PCRE that needs no going back, parsed to a tree. */
import { isBackward, isTooMuch, MAX_REPEAT, readBounds } from "../../../apimachinery/regexp/bounds.ts";
import {
  anyOf,
  characters,
  folded,
  noneOf,
  notNewline,
  oneCharacter,
  perlClass,
  type CharClass,
} from "../../../apimachinery/regexp/char-class.ts";
import { PatternReader } from "../../../apimachinery/regexp/pattern-reader.ts";
import type { Assertion, Expression, Node } from "../../../apimachinery/regexp/syntax-tree.ts";

export type Parsed =
  { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly message: string };

/** Longer than any that was meant to be read. */
const MAX_LENGTH = 1000;
const MAX_DEPTH = 50;

/** PCRE's has a vertical tab more than Go's. */
const SPACE = anyOf([characters(0x09, 0x0d), oneCharacter(0x20)]);
const CONTROL = new Map([
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["f", 12],
  ["v", 11],
]);
const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ["^", "text start"],
  ["\\A", "text start"],
  ["$", "text end"],
  ["\\z", "text end"],
  ["\\Z", "text end"],
  ["\\b", "word boundary"],
  ["\\B", "no word boundary"],
]);

/** Thrown inside the parser only, and caught at its door. */
class Unsupported extends Error {}

const refuse = (message: string): never => {
  throw new Unsupported(message);
};

/** Total: what is no expression, or needs backtracking (back references, looking around), is refused with a reason. */
export function parseRegex(source: string, ignoreCase: boolean): Parsed {
  if (source.length > MAX_LENGTH) return { ok: false, message: `it is longer than ${MAX_LENGTH} characters` };
  try {
    return { ok: true, expression: new Parser(source, ignoreCase).read() };
  } catch (error) {
    if (error instanceof Unsupported) return { ok: false, message: error.message };
    throw error;
  }
}

class Parser {
  readonly #reader: PatternReader;
  readonly #ignoreCase: boolean;

  constructor(source: string, ignoreCase: boolean) {
    this.#reader = new PatternReader(source);
    this.#ignoreCase = ignoreCase;
  }

  read(): Expression {
    const node = this.#alternatives(0);
    if (!this.#reader.isDone()) refuse("it closes a group that was never opened");
    return { node, groups: this.#reader.groups, groupNames: this.#reader.groupNames };
  }

  #alternatives(depth: number): Node {
    if (depth > MAX_DEPTH) refuse(`its groups are nested more than ${MAX_DEPTH} deep`);
    const first = this.#sequence(depth);
    const nodes = [first];
    while (this.#reader.take("|")) nodes.push(this.#sequence(depth));
    return nodes.length === 1 ? first : { kind: "alternatives", nodes };
  }

  #sequence(depth: number): Node {
    const nodes: Node[] = [];
    while (!this.#reader.isDone() && !/[|)]/.test(this.#reader.peek())) nodes.push(this.#repeated(this.#atom(depth)));
    return { kind: "sequence", nodes };
  }

  #repeated(node: Node): Node {
    const bounds = readBounds(this.#reader);
    if (bounds === null) return node;
    if (isTooMuch(bounds)) refuse(`it repeats more than ${MAX_REPEAT} times`);
    if (isBackward(bounds)) refuse("it repeats at most fewer times than at least");
    const isLazy = this.#reader.take("?");
    if (this.#reader.take("+")) refuse("it has a possessive quantifier");
    if (readBounds(this.#reader) !== null) refuse("it repeats a repetition");
    return { kind: "repeat", node, ...bounds, isLazy };
  }

  #atom(depth: number): Node {
    const [spelt = ""] = this.#reader.match(/[$^]|\\[AzZbB]/y) ?? [];
    const assertion = ASSERTIONS.get(spelt);
    if (assertion !== undefined) return { kind: "assertion", assertion };
    if (this.#reader.take("(")) return this.#group(depth);
    if (this.#reader.take("[")) return { kind: "class", test: this.#set() };
    if (this.#reader.take(".")) return { kind: "class", test: notNewline };
    const character = this.#reader.peek();
    if (/[*+?]/.test(character)) refuse(`it has ${JSON.stringify(character)} with nothing to repeat`);
    return { kind: "class", test: this.#classEscape() ?? this.#folded(oneCharacter(this.#character())) };
  }

  #group(depth: number): Node {
    const keeps = !this.#reader.take("?:");
    if (keeps && this.#reader.peek() === "?" && this.#reader.match(/\?P?<[A-Za-z_]\w{0,31}>/y) === null)
      refuse("it looks around, or sets options, inside a group");
    const index = keeps ? this.#reader.openGroup() : 0;
    const node = this.#alternatives(depth + 1);
    if (!this.#reader.take(")")) refuse("it does not close a group");
    return keeps ? { kind: "group", index, node } : node;
  }

  /** After the `[`. */
  #set(): CharClass {
    const isNegated = this.#reader.take("^");
    const classes: CharClass[] = [];
    // A `]` that comes first is itself.
    for (let isFirst = true; isFirst || this.#reader.peek() !== "]"; isFirst = false) {
      if (this.#reader.isDone()) refuse("it does not close a bracket");
      if (this.#reader.match(/\[[:.=]/y) !== null) refuse("it has a POSIX class");
      classes.push(this.#classEscape() ?? this.#range());
    }
    this.#reader.take("]");
    const all = this.#folded(anyOf(classes));
    return isNegated ? noneOf(all) : all;
  }

  /** One character, or two with a `-` between them. */
  #range(): CharClass {
    const from = this.#character();
    if (this.#reader.match(/-(?=[^\]])/y) === null) return oneCharacter(from);
    const to = this.#classEscape() === null ? this.#character() : -1;
    return to < from ? refuse("it has a range without an order") : characters(from, to);
  }

  /** `\d` and the like; null, and takes nothing, when something else comes. */
  #classEscape(): CharClass | null {
    const [, letter = ""] = this.#reader.match(/\\([dDsSwW])/y) ?? [];
    if (letter === "s") return SPACE;
    return letter === "S" ? noneOf(SPACE) : perlClass(letter);
  }

  /** A character, perhaps escaped. */
  #character(): number {
    if (!this.#reader.take("\\")) return this.#reader.next();
    if (this.#reader.isDone()) refuse("it ends in a backslash");
    const letter = this.#reader.peek();
    const character = this.#reader.next();
    const control = CONTROL.get(letter);
    if (control !== undefined) return control;
    if (letter === "x") {
      const [hex] = this.#reader.match(/[0-9a-fA-F]{2}/y) ?? [];
      return hex === undefined ? refuse("it has \\x without two hexadecimal digits") : Number.parseInt(hex, 16);
    }
    if (/[1-9]/.test(letter)) refuse("it refers back to a group");
    if (/[A-Za-z]/.test(letter)) refuse(`it has \\${letter}, which is not supported`);
    return character;
  }

  #folded(one: CharClass): CharClass {
    return this.#ignoreCase ? folded(one) : one;
  }
}
