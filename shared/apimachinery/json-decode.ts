/**
 * JSON as Go's decoder reads it for Kubernetes: the same complaints, a limit on depth, and every field that stands twice
 * in its object (`JSON.parse` keeps the last one and says nothing). The value itself comes from `JSON.parse`.
 */

import { isDeeperThan } from "./json.ts";

export type DecodedJson =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Paths of fields that stand twice, each once, e.g. `spec.ports[0].name`. */
      readonly duplicates: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

// Go stops at 10,000. Real objects stay below 100, and what walks the value later (structured clone, JSON.stringify) recurses.
const MAX_DEPTH = 500;

// apimachinery keeps at most this many strict errors of one body.
const MAX_DUPLICATES = 100;

/** Total: hostile text gives a message, in time linear in its length. */
export function decodeJson(text: string): DecodedJson {
  const scanner = new Scanner(text);
  if (!scanner.document()) return { ok: false, message: scanner.problem };
  try {
    return { ok: true, value: JSON.parse(text) as unknown, duplicates: [...scanner.duplicates] };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : "invalid JSON" };
  }
}

/** A value, and its text without white space. */
export interface PlainJson {
  readonly value: unknown;
  readonly text: string;
}

/**
 * The value of a text that `JSON.stringify` would write letter for letter, but for a line break at its end; null for any other. Nothing
 * stands twice in such a text and nothing in it can be complained of, and the runtime finds that out sooner than `decodeJson` can: most
 * programs send their objects so.
 */
export function plainJson(text: string): PlainJson | null {
  const bare = text.endsWith("\n") ? text.slice(0, -1) : text;
  try {
    const value = JSON.parse(bare) as unknown;
    return !isDeeperThan(value, MAX_DEPTH) && JSON.stringify(value) === bare ? { value, text: bare } : null;
  } catch {
    return null;
  }
}

interface ObjectFrame {
  readonly kind: "object";
  readonly keys: Set<string>;
  key: string;
}

interface ListFrame {
  readonly kind: "list";
  index: number;
}

type Frame = ObjectFrame | ListFrame;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX_DIGIT = /^[0-9a-fA-F]$/;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const LITERALS: ReadonlyMap<string, string> = new Map([
  ["t", "true"],
  ["f", "false"],
  ["n", "null"],
]);

/** Walks the text once with a stack of its own. A method that returns false has met a `problem`. */
class Scanner {
  problem = "";
  readonly duplicates = new Set<string>();
  readonly #text: string;
  readonly #frames: Frame[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): boolean {
    for (;;) {
      const value = this.#beginValue();
      if (value === "failed") return false;
      if (value === "opened") continue;
      const next = this.#endValue();
      if (next !== "value") return next === "end";
    }
  }

  /** `complete`: a scalar or an empty container, to its end. `opened`: it went into a container, and a value stands next. */
  #beginValue(): "complete" | "opened" | "failed" {
    this.#space();
    const char = this.#text[this.#at];
    if (char === "{" || char === "[") return this.#open(char);
    return this.#scalar(char) ? "complete" : "failed";
  }

  #scalar(char: string | undefined): boolean {
    if (char === '"') return this.#string();
    if (char === "-" || (char !== undefined && char >= "0" && char <= "9")) return this.#number();
    const literal = LITERALS.get(char ?? "");
    return literal === undefined ? this.#unexpected("looking for beginning of value") : this.#literal(literal);
  }

  #open(char: "{" | "["): "complete" | "opened" | "failed" {
    if (this.#frames.length >= MAX_DEPTH) {
      this.problem = "exceeded max depth";
      return "failed";
    }
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === (char === "{" ? "}" : "]")) {
      this.#at++;
      return "complete";
    }
    if (char === "[") {
      this.#frames.push({ kind: "list", index: 0 });
      return "opened";
    }
    const frame: ObjectFrame = { kind: "object", keys: new Set(), key: "" };
    this.#frames.push(frame);
    return this.#key(frame) ? "opened" : "failed";
  }

  /** What follows a value: closing brackets, then a comma and the next `value`, or the `end` of the document. */
  #endValue(): "value" | "end" | "failed" {
    for (;;) {
      this.#space();
      const frame = this.#frames.at(-1);
      const char = this.#text[this.#at];
      if (frame === undefined) {
        if (char === undefined) return "end";
        this.#unexpected("after top-level value");
        return "failed";
      }
      const closing = frame.kind === "object" ? "}" : "]";
      if (char === closing) {
        this.#at++;
        this.#frames.pop();
        continue;
      }
      if (char !== ",") {
        this.#unexpected(frame.kind === "object" ? "after object key:value pair" : "after array element");
        return "failed";
      }
      this.#at++;
      if (frame.kind === "object") return this.#key(frame) ? "value" : "failed";
      frame.index++;
      return "value";
    }
  }

  #key(frame: ObjectFrame): boolean {
    this.#space();
    if (this.#text[this.#at] !== '"') return this.#unexpected("looking for beginning of object key string");
    const start = this.#at;
    if (!this.#string()) return false;
    this.#enter(frame, this.#text.slice(start, this.#at));
    this.#space();
    if (this.#text[this.#at] !== ":") return this.#unexpected("after object key");
    this.#at++;
    return true;
  }

  #enter(frame: ObjectFrame, quoted: string): void {
    frame.key = quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
    if (frame.keys.has(frame.key) && this.duplicates.size < MAX_DUPLICATES) this.duplicates.add(this.#path());
    frame.keys.add(frame.key);
  }

  #path(): string {
    const parts = this.#frames.map((frame) => (frame.kind === "object" ? `.${frame.key}` : `[${frame.index}]`));
    return parts.join("").replace(/^\./, "");
  }

  #string(): boolean {
    for (this.#at++; ; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === QUOTE) {
        this.#at++;
        return true;
      }
      if (code === BACKSLASH) {
        if (!this.#escape()) return false;
      } else if (!(code >= 0x20)) {
        return this.#unexpected("in string literal");
      }
    }
  }

  /** Leaves the position on the last character of the escape. */
  #escape(): boolean {
    this.#at++;
    const char = this.#text[this.#at] ?? "";
    if (char === "" || !'"\\/bfnrtu'.includes(char)) return this.#unexpected("in string escape code");
    for (let digits = char === "u" ? 4 : 0; digits > 0; digits--) {
      this.#at++;
      if (!HEX_DIGIT.test(this.#text[this.#at] ?? "")) return this.#unexpected("in \\u hexadecimal character escape");
    }
    return true;
  }

  #number(): boolean {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.test(this.#text);
    this.#at = found ? NUMBER.lastIndex : this.#at + 1;
    const char = this.#text[this.#at];
    if (!found) return this.#unexpected("in numeric literal");
    if (char !== "." && char !== "e" && char !== "E") return true;
    const sign = char === "." ? undefined : this.#text[this.#at + 1];
    this.#at += sign === "+" || sign === "-" ? 2 : 1;
    return this.#unexpected(char === "." ? "after decimal point in numeric literal" : "in exponent of numeric literal");
  }

  #literal(literal: string): boolean {
    for (const expected of literal.slice(1)) {
      this.#at++;
      if (this.#text[this.#at] !== expected) return this.#unexpected(`in literal ${literal} (expecting '${expected}')`);
    }
    this.#at++;
    return true;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #unexpected(where: string): false {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) {
      this.problem = "unexpected end of JSON input";
      return false;
    }
    const char = String.fromCodePoint(point);
    const shown = char === "'" ? "\\'" : point < 0x20 ? JSON.stringify(char).slice(1, -1) : char;
    this.problem = `invalid character '${shown}' ${where}`;
    return false;
  }
}
