/** A cursor over tokens, and the errors that name its place (coredns/caddy `caddyfile/dispenser.go`). */
import type { Token } from "./tokens.ts";

/** Where Kubernetes mounts the ConfigMap; messages name it as CoreDNS' do. */
export const COREFILE_PATH = "/etc/coredns/Corefile";

/** What is wrong, in CoreDNS' words. `line` counts from 1. */
export interface CorefileError {
  readonly kind: "error";
  readonly line: number;
  readonly message: string;
}

export function isError(value: object | null): value is CorefileError {
  return value !== null && "kind" in value && value.kind === "error";
}

export class Dispenser {
  protected tokens: readonly Token[];
  protected cursor = -1;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  /** The current token's text; empty before the first and after the last. */
  current(): string {
    return this.tokens[this.cursor]?.text ?? "";
  }

  get line(): number {
    return this.tokens[Math.min(this.cursor, this.tokens.length - 1)]?.line ?? 0;
  }

  /** To the next token; false at the end. */
  next(): boolean {
    if (this.cursor >= this.tokens.length - 1) {
      this.cursor = this.tokens.length;
      return false;
    }
    this.cursor++;
    return true;
  }

  /** To the next token if it is on the same line. */
  nextArgument(): boolean {
    if (this.cursor >= 0 && this.cursor < this.tokens.length - 1 && this.startsLine(this.cursor + 1)) return false;
    return this.cursor < this.tokens.length - 1 && this.next();
  }

  /** To the next token of the block that opens here, or that is open; false at its end, or if there is none. */
  nextInBlock(): boolean {
    if (this.#nesting > 0) {
      const more = this.next();
      if (more && this.current() !== "}") return true;
      this.#nesting--;
      return false;
    }
    if (!this.nextArgument()) return false;
    if (this.current() !== "{") {
      this.cursor--;
      return false;
    }
    this.next();
    if (this.current() === "}") return false;
    this.#nesting++;
    return true;
  }

  /** What else is on the line, up to a block. */
  remainingArguments(): string[] {
    const found: string[] = [];
    while (this.nextArgument()) {
      if (this.current() === "{") {
        this.cursor--;
        break;
      }
      found.push(this.current());
    }
    return found;
  }

  /** True when the token at `index` is not on the line of the one before. Imported tokens keep their own lines. */
  protected startsLine(index: number): boolean {
    const previous = this.tokens[index - 1];
    if (previous === undefined) return true;
    return previous.line + previous.text.split("\n").length - 1 !== this.tokens[index]?.line;
  }

  /** An error without a place in its words; `line` has it all the same. */
  fail(message: string): CorefileError {
    return { kind: "error", line: this.line, message };
  }

  /** An error that names the place. */
  errorHere(message: string): CorefileError {
    return this.fail(`${COREFILE_PATH}:${this.line} - Error during parsing: ${message}`);
  }

  argumentError(): CorefileError {
    return this.current() === "{"
      ? this.errorHere("Unexpected token '{', expecting argument")
      : this.errorHere(`Wrong argument count or unexpected line ending after '${this.current()}'`);
  }

  syntaxError(expected: string): CorefileError {
    return this.fail(
      `${COREFILE_PATH}:${this.line} - Syntax error: Unexpected token '${this.current()}', expecting '${expected}'`,
    );
  }

  unexpectedEnd(): CorefileError {
    return this.errorHere("Unexpected EOF");
  }
}
