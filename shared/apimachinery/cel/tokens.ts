/** Words of an expression: names, numbers, texts and signs (cel-spec, "Syntax"). */
import { ExpressionProblem } from "./syntax-tree.ts";
import { Uint, type CelValue } from "./values.ts";

export type Token =
  | { readonly kind: "name" | "sign" | "end"; readonly text: string; readonly at: number }
  | { readonly kind: "literal"; readonly text: string; readonly value: CelValue; readonly at: number };

const SPACE = /(?:[ \t\n\f\r]|\/\/[^\n]*)+/y;
const NAME = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const TEXT_START = /(?:[rR][bB]?|[bB][rR]?)?(?:"""|'''|"|')/y;
const DOUBLE = /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)/y;
const INT = /(?:0x[0-9a-fA-F]+|\d+)[uU]?/y;
const SIGN = /(?:&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()[\]{}])/y;

const MAX_INT = (1n << 63n) - 1n;
const MAX_UINT = (1n << 64n) - 1n;

/** All tokens, the end last. Throws `ExpressionProblem`. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const space = matchAt(SPACE, source, at);
    at += space.length;
    if (at >= source.length) break;
    const token = tokenAt(source, at);
    tokens.push(token);
    at += token.text.length;
  }
  return [...tokens, { kind: "end", text: "", at: source.length }];
}

function matchAt(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? "";
}

function tokenAt(source: string, at: number): Token {
  const start = matchAt(TEXT_START, source, at);
  if (start !== "") return textAt(source, at, start);
  const name = matchAt(NAME, source, at);
  if (name !== "") return word(name, at);
  const double = matchAt(DOUBLE, source, at);
  if (double !== "") return { kind: "literal", text: double, value: Number(double), at };
  const int = matchAt(INT, source, at);
  if (int !== "") return integer(int, at);
  const sign = matchAt(SIGN, source, at);
  if (sign !== "") return { kind: "sign", text: sign, at };
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
  throw new ExpressionProblem(`Syntax error: token recognition error at: '${char}'`, at);
}

function word(text: string, at: number): Token {
  if (text === "true" || text === "false") return { kind: "literal", text, value: text === "true", at };
  if (text === "null") return { kind: "literal", text, value: null, at };
  return { kind: text === "in" ? "sign" : "name", text, at };
}

/** One too many for an int is let through: with a minus before it, it is the least. */
function integer(text: string, at: number): Token {
  const isUnsigned = /[uU]$/.test(text);
  const value = BigInt(isUnsigned ? text.slice(0, -1) : text);
  if (value > (isUnsigned ? MAX_UINT : MAX_INT + 1n)) {
    throw new ExpressionProblem(isUnsigned ? "invalid uint literal" : "invalid int literal", at);
  }
  return { kind: "literal", text, value: isUnsigned ? new Uint(value) : value, at };
}

function textAt(source: string, at: number, start: string): Token {
  const prefix = start.replace(/["']/g, "").toLowerCase();
  const quote = start.slice(prefix.length);
  const isRaw = prefix.includes("r");
  let end = at + start.length;
  while (!source.startsWith(quote, end)) {
    const char = source[end];
    if (char === undefined || (quote.length === 1 && (char === "\n" || char === "\r"))) {
      throw new ExpressionProblem(`Syntax error: token recognition error at: '${source.slice(at, end)}'`, at);
    }
    end += char === "\\" && !isRaw ? 2 : 1;
  }
  const content = source.slice(at + start.length, end);
  const text = source.slice(at, end + quote.length);
  return { kind: "literal", text, value: literalText(content, isRaw, prefix.includes("b"), at), at };
}

/** What a letter behind a backslash stands for, in CEL as in Go. */
export const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const ESCAPE =
  /\\(?:([abfnrtv])|([\\?"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|)/g;

function literalText(content: string, isRaw: boolean, isBytes: boolean, at: number): string | Uint8Array {
  const encoder = new TextEncoder();
  if (isRaw) return isBytes ? encoder.encode(content) : content;
  const bytes: number[] = [];
  let text = "";
  let read = 0;
  const take = (part: string): void => {
    if (isBytes) for (const byte of encoder.encode(part)) bytes.push(byte);
    else text += part;
  };
  for (const match of content.matchAll(ESCAPE)) {
    take(content.slice(read, match.index));
    read = match.index + match[0].length;
    const [, letter, itself, hex, short, long, octal] = match;
    const code = hex ?? short ?? long;
    const point =
      code === undefined ? (octal === undefined ? -1 : Number.parseInt(octal, 8)) : Number.parseInt(code, 16);
    if (letter !== undefined) take(SIMPLE_ESCAPES[letter] ?? "");
    else if (itself !== undefined) take(itself);
    // In bytes, \x and octal escapes are bytes, not characters.
    else if (isBytes && (hex ?? octal) !== undefined) bytes.push(point);
    else if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
      throw new ExpressionProblem("invalid string literal: unable to unescape string", at);
    } else take(String.fromCodePoint(point));
  }
  take(content.slice(read));
  return isBytes ? Uint8Array.from(bytes) : text;
}
