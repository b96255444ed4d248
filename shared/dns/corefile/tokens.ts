/** Corefile text → tokens, as Caddy's lexer makes them (coredns/caddy `caddyfile/lexer.go`). */

/** `line` counts from 1: where the token starts. */
export interface Token {
  readonly text: string;
  readonly line: number;
}

const BYTE_ORDER_MARK = "\uFEFF";
/** Go's `unicode.IsSpace`. */
const SPACE = /[\t\n\v\f\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/;

/**
 * Tokens are parted by white space; `#` starts a comment, also within a word. A token that starts with `"` goes to the
 * next `"`, over line ends; in it `\"` is a quote, and any other backslash is itself. A quote that is never closed ends
 * with the text.
 */
export function tokenize(source: string): readonly Token[] {
  const text = source.startsWith(BYTE_ORDER_MARK) ? source.slice(1) : source;
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const c = text[at] ?? "";
    if (c === "\n") line++;
    if (SPACE.test(c)) at++;
    else if (c === "#") at = endOfLine(text, at);
    else {
      const read = c === '"' ? readQuoted(text, at + 1) : readWord(text, at);
      if (read.text !== "" || read.closed) tokens.push({ text: read.text, line });
      line += read.lineEnds;
      at = read.end;
    }
  }
  return tokens;
}

interface Read {
  readonly text: string;
  readonly end: number;
  readonly lineEnds: number;
  /** A quoted token may be empty, if its quote was closed. */
  readonly closed: boolean;
}

function readWord(text: string, start: number): Read {
  let end = start;
  // A carriage return does not end a word: it is dropped.
  while (end < text.length && text[end] !== "#" && (text[end] === "\r" || !SPACE.test(text[end] ?? ""))) end++;
  return { text: text.slice(start, end).replaceAll("\r", ""), end, lineEnds: 0, closed: false };
}

function readQuoted(text: string, start: number): Read {
  let value = "";
  let lineEnds = 0;
  let at = start;
  for (; at < text.length && text[at] !== '"'; at++) {
    const c = text[at] ?? "";
    if (c === "\n") lineEnds++;
    if (c !== "\\" || at + 1 >= text.length) value += c;
    else {
      at++;
      if (text[at] === "\n") lineEnds++;
      value += text[at] === '"' ? '"' : `\\${text[at]}`;
    }
  }
  return { text: value, end: at + 1, lineEnds, closed: at < text.length };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
