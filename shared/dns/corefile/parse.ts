/** Tokens → server blocks, as Caddy's parser reads them (coredns/caddy `caddyfile/parse.go`). */
import { DIRECTIVES } from "./directives.ts";
import { Dispenser, isError, type CorefileError } from "./dispenser.ts";
import { tokenize, type Token } from "./tokens.ts";

/** One server block: the zones it serves as written, and each directive with all its tokens, its own name first. */
export interface ServerBlock {
  readonly line: number;
  readonly keys: readonly string[];
  readonly directives: ReadonlyMap<string, readonly Token[]>;
}

export interface ParsedCorefile {
  readonly blocks: readonly ServerBlock[];
  /** Globs that no file matches: nothing is imported, as CoreDNS logs too. */
  readonly warnings: readonly CorefileError[];
}

/** Caddy's cap is 10,000; a Corefile that unfolds to this many tokens is an attack, not a configuration. */
const MAX_EXPANSIONS = 10_000;
const MAX_TOKENS = 100_000;

export function parseCorefile(source: string): ParsedCorefile | CorefileError {
  return new Parser(tokenize(source)).parse();
}

class Parser extends Dispenser {
  readonly #snippets = new Map<string, readonly Token[]>();
  readonly #warnings: CorefileError[] = [];
  #expansions = 0;

  parse(): ParsedCorefile | CorefileError {
    const blocks: ServerBlock[] = [];
    while (this.next()) {
      const block = this.#block();
      if (isError(block)) return block;
      if (block !== null && block.keys.length > 0) blocks.push(block);
    }
    return { blocks, warnings: this.#warnings };
  }

  /** `null` for a snippet, which is kept under its name. */
  #block(): ServerBlock | CorefileError | null {
    const { line } = this;
    const keys = this.#keys();
    if (isError(keys)) return keys;
    if (this.cursor >= this.tokens.length) return { line, keys, directives: new Map() };
    const snippet = /^\((.*)\)$/s.exec(keys.length === 1 ? (keys[0] ?? "") : "")?.[1];
    if (snippet !== undefined) return this.#snippet(snippet);
    const isBraced = this.current() === "{";
    // A single server needs no braces.
    if (!isBraced) this.cursor--;
    const directives = this.#directives();
    if (isError(directives)) return directives;
    if (isBraced && this.current() !== "}") return this.syntaxError("}");
    return { line, keys, directives };
  }

  #keys(): string[] | CorefileError {
    const keys: string[] = [];
    let expectsAnother = false;
    for (;;) {
      const text = withoutEnvironment(this.current());
      if (text === "import" && this.startsLine(this.cursor)) {
        const failure = this.#import();
        if (failure !== null) return failure;
        // The cursor is on the token before what was imported.
        if (!this.next()) return keys;
        continue;
      }
      if (text === "{") {
        if (!expectsAnother) return keys;
        return this.errorHere(`Expected another address but had '${text}' - check for extra comma`);
      }
      if (text !== "") {
        expectsAnother = text.endsWith(",");
        keys.push(expectsAnother ? text.slice(0, -1) : text);
      }
      const hasNext = this.next();
      if (!hasNext) return expectsAnother ? this.unexpectedEnd() : keys;
      if (!expectsAnother && this.startsLine(this.cursor)) return keys;
    }
  }

  #snippet(name: string): CorefileError | null {
    if (this.#snippets.has(name)) return this.errorHere(`redeclaration of previously declared snippet ${name}`);
    if (this.current() !== "{") return this.syntaxError("{");
    const body: Token[] = [];
    for (let depth = 1; this.next();) {
      if (this.current() === "{") depth++;
      if (this.current() === "}" && --depth === 0) {
        this.#snippets.set(name, body);
        return null;
      }
      const token = this.tokens[this.cursor];
      if (token !== undefined) body.push(token);
    }
    return this.syntaxError("}");
  }

  #directives(): ReadonlyMap<string, readonly Token[]> | CorefileError {
    const directives = new Map<string, Token[]>();
    while (this.next() && this.current() !== "}") {
      const failure = this.current() === "import" ? this.#import() : this.#directive(directives);
      if (failure !== null) return failure;
    }
    return directives;
  }

  /** One directive: to the end of its line, or of the block that opens on it. */
  #directive(into: Map<string, Token[]>): CorefileError | null {
    const name = withoutEnvironment(this.current());
    if (!DIRECTIVES.includes(name)) return this.errorHere(`Unknown directive '${name}'`);
    const tokens = into.get(name) ?? [];
    into.set(name, tokens);
    const own = this.tokens[this.cursor];
    if (own !== undefined) tokens.push(own);
    let depth = 0;
    while (this.next()) {
      const value = this.current();
      const startsLine = this.startsLine(this.cursor);
      if (value === "{") depth++;
      else if (startsLine && depth === 0) {
        this.cursor--;
        break;
      } else if (value === "}" && depth > 0) depth--;
      else if (value === "}") return this.errorHere("Unexpected '}' because no matching opening brace");
      else if (value === "import" && startsLine) {
        const failure = this.#import();
        if (failure !== null) return failure;
        continue;
      }
      const token = this.tokens[this.cursor];
      if (token !== undefined) tokens.push({ ...token, text: withoutEnvironment(token.text) });
    }
    return depth > 0 ? this.unexpectedEnd() : null;
  }

  /** Puts what is imported in the place of the directive, and the cursor before it. */
  #import(): CorefileError | null {
    const at = this.cursor;
    if (!this.nextArgument()) return this.argumentError();
    const pattern = withoutEnvironment(this.current());
    if (pattern === "") return this.errorHere("Import requires a non-empty filepath");
    if (this.nextArgument()) return this.errorHere("Import takes only one argument (glob pattern or file)");
    if (++this.#expansions > MAX_EXPANSIONS || this.tokens.length > MAX_TOKENS) {
      return this.errorHere(`maximum snippet import depth (${MAX_EXPANSIONS}) exceeded`);
    }
    const imported = this.#snippets.get(pattern) ?? this.#files(pattern);
    if ("kind" in imported) return imported;
    this.tokens = [...this.tokens.slice(0, at), ...imported, ...this.tokens.slice(at + 2)];
    this.cursor = at - 1;
    return null;
  }

  /** There are no files beside a ConfigMap's Corefile: a glob finds none, and a name is not found. */
  #files(pattern: string): readonly Token[] | CorefileError {
    if (!/[*?[\]]/.test(pattern)) return this.errorHere(`File to import not found: ${pattern}`);
    if (pattern.split("*").length > 2 || pattern.split("?").length > 2 || /\[.*\]/.test(pattern)) {
      return this.errorHere(`Glob pattern may only contain one wildcard (*), but has others: ${pattern}`);
    }
    this.#warnings.push(this.fail(`No files matching import glob pattern: ${pattern}`));
    return [];
  }
}

/** `{$NAME}` and `{%NAME%}` stand for environment variables, and there are none. */
function withoutEnvironment(text: string): string {
  return text.includes("{") ? text.replaceAll(/\{%.*?%\}/gs, "").replaceAll(/\{\$.*?\}/gs, "") : text;
}
