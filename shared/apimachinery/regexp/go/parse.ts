/** Reads a pattern into a tree, by the syntax that Go's `regexp` has (RE2's, with Perl's flags). */
import { readBracket } from "./bracket.ts";
import { isBackward, isTooMuch, MAX_REPEAT, readBounds, type Bounds } from "../bounds.ts";
import { anyCharacter, folded, notNewline, oneCharacter } from "../char-class.ts";
import { classEscape, readEscape } from "./escape.ts";
import { PatternReader } from "../pattern-reader.ts";
import { refuse } from "./syntax-error.ts";
import type { Assertion, Expression, Node } from "../syntax-tree.ts";

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  /** Repetitions are lazy, and a `?` makes them greedy. */
  readonly U: boolean;
}

const NO_FLAGS: Flags = { i: false, m: false, s: false, U: false };
/** As Go has it. */
const MAX_DEPTH = 1000;

/** The tree of a pattern; throws `SyntaxProblem` when it is none. */
export function parsePattern(pattern: string): Expression {
  const reader = new PatternReader(pattern);
  const [node] = readAlternatives(reader, NO_FLAGS, 0);
  if (!reader.isDone()) refuse("unexpected )", pattern);
  return { node, groups: reader.groups, groupNames: reader.groupNames };
}

/** Up to the end, or the `)` that closes the group. The flags are those that hold at its end. */
function readAlternatives(reader: PatternReader, flags: Flags, depth: number): readonly [Node, Flags] {
  if (depth > MAX_DEPTH) refuse("expression nests too deeply", reader.pattern);
  const alternatives: Node[] = [];
  let current = flags;
  do {
    const nodes: Node[] = [];
    while (!reader.isDone() && reader.peek() !== "|" && reader.peek() !== ")") {
      const [node, next] = readPiece(reader, current, depth);
      current = next;
      if (node !== null) nodes.push(node);
    }
    alternatives.push({ kind: "sequence", nodes });
  } while (reader.take("|"));
  return [
    alternatives.length === 1 ? (alternatives[0] as Node) : { kind: "alternatives", nodes: alternatives },
    current,
  ];
}

/** One atom with what repeats it; null for what only sets flags. */
function readPiece(reader: PatternReader, flags: Flags, depth: number): readonly [Node | null, Flags] {
  const start = reader.position;
  if (reader.take("(?")) {
    const next = readFlags(reader, flags, start);
    if (typeof next === "string") return [readRepeats(reader, readCapture(reader, flags, depth, next), flags), flags];
    if (reader.take(")")) return [null, next];
    reader.take(":");
    return [readRepeats(reader, readGroup(reader, next, depth), flags), flags];
  }
  if (reader.take("(")) return [readRepeats(reader, readCapture(reader, flags, depth), flags), flags];
  if (reader.take("\\Q")) return [readQuoted(reader, flags), flags];
  return [readRepeats(reader, readAtom(reader, flags), flags), flags];
}

function readGroup(reader: PatternReader, flags: Flags, depth: number): Node {
  const [node] = readAlternatives(reader, flags, depth + 1);
  if (!reader.take(")")) refuse("missing closing )", reader.pattern);
  return node;
}

/** A group that keeps what it matches. */
function readCapture(reader: PatternReader, flags: Flags, depth: number, name?: string): Node {
  const index = reader.openGroup(name);
  return { kind: "group", index, node: readGroup(reader, flags, depth) };
}

/** After `(?`: the flags that follow, or the name of a group. */
function readFlags(reader: PatternReader, flags: Flags, start: number): Flags | string {
  if (reader.take("P<") || reader.take("<")) {
    const name = reader.upTo(">");
    if (name === null || !/^\w+$/.test(name)) {
      // `(?<=` and `(?<!` look behind, which Go cannot.
      const isLookBehind = /^\(\?<[=!]/.test(reader.pattern.slice(start));
      if (isLookBehind) return refuse("invalid or unsupported Perl syntax", reader.pattern.slice(start, start + 4));
      return refuse("invalid named capture", reader.since(start));
    }
    return name;
  }
  const [spelt = "", on = "", minus = "", off = ""] = reader.match(/([imsU]*)(-?)([imsU]*)(?=[:)])/y) ?? [];
  if (spelt === "" ? reader.peek() !== ":" : minus === "-" && off === "") {
    return refuse("invalid or unsupported Perl syntax", reader.pattern.slice(start, start + 3));
  }
  const set = (flag: keyof Flags): boolean => (flags[flag] || on.includes(flag)) && !off.includes(flag);
  return { i: set("i"), m: set("m"), s: set("s"), U: set("U") };
}

const literal = (character: number, { i }: Flags): Node => {
  const test = oneCharacter(character);
  return { kind: "class", test: i ? folded(test) : test };
};

/** `\Q…\E`; what repeats it repeats its last character. */
function readQuoted(reader: PatternReader, flags: Flags): Node {
  const quoted = new PatternReader(reader.upTo("\\E") ?? reader.rest());
  const text: Node[] = [];
  while (!quoted.isDone()) text.push(literal(quoted.next(), flags));
  const last = text.pop();
  return { kind: "sequence", nodes: last === undefined ? [] : [...text, readRepeats(reader, last, flags)] };
}

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ["\\A", "text start"],
  ["\\z", "text end"],
  ["\\b", "word boundary"],
  ["\\B", "no word boundary"],
]);

function readAtom(reader: PatternReader, flags: Flags): Node {
  const start = reader.position;
  const assertion = ASSERTIONS.get(reader.pattern.slice(start, start + 2));
  if (assertion !== undefined) {
    reader.skip(2);
    return { kind: "assertion", assertion };
  }
  if (reader.take("^")) return { kind: "assertion", assertion: flags.m ? "line start" : "text start" };
  if (reader.take("$")) return { kind: "assertion", assertion: flags.m ? "line end" : "text end" };
  if (reader.take(".")) return { kind: "class", test: flags.s ? anyCharacter : notNewline };
  if (reader.take("[")) return { kind: "class", test: readBracket(reader, start, flags.i) };
  if (/^[*+?]/.test(reader.peek())) refuse("missing argument to repetition operator", reader.peek());
  if (reader.peek() === "\\") {
    const test = classEscape(reader);
    if (test !== null) return { kind: "class", test: flags.i ? folded(test) : test };
    return literal(readEscape(reader), flags);
  }
  return literal(reader.next(), flags);
}

/** What comes after an atom: how often, and perhaps a `?` that makes it lazy. */
function readRepeats(reader: PatternReader, node: Node, { U }: Flags): Node {
  const start = reader.position;
  const bounds = takeBounds(reader);
  if (bounds === null) return node;
  const repeated: Node = { kind: "repeat", node, ...bounds, isLazy: reader.take("?") !== U };
  if (repeatsOf(repeated) > MAX_REPEAT) refuse("invalid repeat count", reader.since(start));
  if (takeBounds(reader) !== null) refuse("invalid nested repetition operator", reader.since(start));
  return repeated;
}

function takeBounds(reader: PatternReader): Bounds | null {
  const start = reader.position;
  const bounds = readBounds(reader);
  if (bounds !== null && (isTooMuch(bounds) || isBackward(bounds))) refuse("invalid repeat count", reader.since(start));
  return bounds;
}

/** How often nested repeats multiply what is inside them. */
function repeatsOf(node: Node): number {
  switch (node.kind) {
    case "class":
    case "assertion":
      return 1;
    case "sequence":
    case "alternatives":
      return node.nodes.reduce((most, one) => Math.max(most, repeatsOf(one)), 1);
    case "group":
      return repeatsOf(node.node);
    case "repeat":
      return Math.max(1, node.most ?? node.least) * repeatsOf(node.node);
    default:
      return node satisfies never;
  }
}
