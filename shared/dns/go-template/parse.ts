/** Go templates (`text/template`), as far as answers are made of them: text, fields, functions, pipelines, `if`. */

export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly pipeline: Pipeline }
  | {
      readonly kind: "if";
      readonly condition: Pipeline;
      readonly met: readonly Node[];
      readonly otherwise: readonly Node[];
    };

/** Each command's value is the last argument of the next. */
export type Pipeline = readonly Command[];

/** The first operand is what is called, or the value itself. */
export type Command = readonly Operand[];

export type Operand =
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  /** `.Group.a`: the names after each dot; none: the data itself. `of` a pipeline in brackets, where there is one. */
  | { readonly kind: "field"; readonly path: readonly string[]; readonly of: Pipeline | null }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "pipeline"; readonly pipeline: Pipeline };

export type ParsedTemplate =
  { readonly ok: true; readonly nodes: readonly Node[] } | { readonly ok: false; readonly message: string };

/** Raised within this file alone. */
class TemplateProblem extends Error {}

/** Nested brackets and conditions; more is no answer's template. */
const MAX_DEPTH = 50;

/** `functions`: the names that may be called. */
export function parseTemplate(source: string, functions: ReadonlySet<string>): ParsedTemplate {
  try {
    const parser = new Parser(piecesOf(source), functions);
    return { ok: true, nodes: parser.parse() };
  } catch (error) {
    if (error instanceof TemplateProblem) return { ok: false, message: error.message };
    throw error;
  }
}

type Piece = { readonly kind: "text" | "action"; readonly text: string };

/** `{{-` and `-}}` eat the white space beside them; a comment is nothing. */
function piecesOf(source: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimsNext = false;
  for (;;) {
    const open = source.indexOf("{{", at);
    const isTrimmed = open >= 0 && /^-\s/.test(source.slice(open + 2, open + 4));
    let text = open < 0 ? source.slice(at) : source.slice(at, open);
    if (trimsNext) text = text.trimStart();
    if (isTrimmed) text = text.trimEnd();
    if (text !== "") pieces.push({ kind: "text", text });
    if (open < 0) return pieces;
    const close = endOfAction(source, open + 2);
    const inside = source.slice(open + (isTrimmed ? 3 : 2), close);
    trimsNext = /\s-$/.test(inside);
    const action = (trimsNext ? inside.slice(0, -1) : inside).trim();
    if (!/^\/\*[\s\S]*\*\/$/.test(action)) pieces.push({ kind: "action", text: action });
    at = close + 2;
  }
}

/** Where `}}` stands outside of strings. */
function endOfAction(source: string, start: number): number {
  const pattern = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|\}\}/gy;
  for (let at = start; at < source.length; at++) {
    pattern.lastIndex = at;
    const [found] = pattern.exec(source) ?? [];
    if (found === "}}") return at;
    if (found !== undefined) at += found.length - 1;
  }
  throw new TemplateProblem("unclosed action");
}

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|`[^`]*`)|([+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+))(?![\w.])|((?:\.[A-Za-z_]\w*)+|\.)|([A-Za-z_]\w*)|([()|])|(\S))/y;

interface Token {
  readonly kind: "string" | "number" | "field" | "word" | "mark";
  readonly text: string;
  /** White space stands before it: `(…).Field` is one operand, `(…) .Field` are two. */
  readonly isApart: boolean;
}

function tokensOf(action: string): readonly Token[] {
  const tokens: Token[] = [];
  const kinds = ["string", "number", "field", "word", "mark"] as const;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < action.length) {
    const match = TOKEN.exec(action);
    if (match === null) break;
    const group = match.slice(1).findIndex((text) => text !== undefined);
    const kind = kinds[group];
    const text = match[group + 1] ?? "";
    if (kind === undefined) throw new TemplateProblem(unexpected(text));
    tokens.push({ kind, text, isApart: /^\s/.test(match[0]) });
  }
  return tokens;
}

const unexpected = (text: string): string =>
  text === "$" || text === ":" || text === "="
    ? "variables are not supported here"
    : `unexpected ${JSON.stringify(text)} in command`;

const KEYWORDS: readonly string[] = [
  "if",
  "else",
  "end",
  "range",
  "with",
  "define",
  "template",
  "block",
  "break",
  "continue",
];

class Parser {
  readonly #pieces: readonly Piece[];
  readonly #functions: ReadonlySet<string>;
  #at = 0;
  #tokens: readonly Token[] = [];
  #cursor = 0;

  constructor(pieces: readonly Piece[], functions: ReadonlySet<string>) {
    this.#pieces = pieces;
    this.#functions = functions;
  }

  parse(): readonly Node[] {
    const { nodes, end } = this.#nodes(0);
    if (end !== null) throw new TemplateProblem(`unexpected {{${end}}}`);
    return nodes;
  }

  /** Up to an `else` or `end`, which is given, or the template's end. */
  #nodes(depth: number): { readonly nodes: readonly Node[]; readonly end: "else" | "end" | null } {
    if (depth > MAX_DEPTH) throw new TemplateProblem("the template nests too deeply");
    const nodes: Node[] = [];
    for (let piece = this.#pieces[this.#at++]; piece !== undefined; piece = this.#pieces[this.#at++]) {
      if (piece.kind === "text") {
        nodes.push({ kind: "text", text: piece.text });
        continue;
      }
      this.#tokens = tokensOf(piece.text);
      this.#cursor = 0;
      const keyword = this.#tokens[0]?.kind === "word" ? this.#tokens[0].text : "";
      if (keyword === "else" || keyword === "end") {
        this.#cursor = 1;
        return { nodes, end: keyword };
      }
      if (keyword === "if") {
        this.#cursor = 1;
        nodes.push(this.#condition(depth));
      } else if (KEYWORDS.includes(keyword)) throw new TemplateProblem(`{{${keyword}}} is not supported here`);
      else nodes.push({ kind: "action", pipeline: this.#whole() });
    }
    return { nodes, end: null };
  }

  /** Behind `if`, or `else if`. */
  #condition(depth: number): Node {
    const condition = this.#whole();
    const { nodes: met, end } = this.#nodes(depth + 1);
    if (end === "end") return { kind: "if", condition, met, otherwise: [] };
    if (end === null) throw new TemplateProblem("unexpected EOF");
    if (this.#tokens[1]?.text === "if") {
      this.#cursor = 2;
      return { kind: "if", condition, met, otherwise: [this.#condition(depth + 1)] };
    }
    const { nodes: otherwise, end: last } = this.#nodes(depth + 1);
    if (last !== "end") throw new TemplateProblem(last === null ? "unexpected EOF" : "unexpected {{else}}");
    return { kind: "if", condition, met, otherwise };
  }

  #whole(): Pipeline {
    const pipeline = this.#pipeline(0);
    const left = this.#tokens[this.#cursor];
    if (left !== undefined) throw new TemplateProblem(unexpected(left.text));
    return pipeline;
  }

  #pipeline(depth: number): Pipeline {
    if (depth > MAX_DEPTH) throw new TemplateProblem("the template nests too deeply");
    const commands: Command[] = [];
    for (;;) {
      const command = this.#command(depth);
      if (command.length === 0) throw new TemplateProblem("missing value for command");
      commands.push(command);
      if (this.#tokens[this.#cursor]?.text !== "|") return commands;
      this.#cursor++;
    }
  }

  #command(depth: number): Command {
    const operands: Operand[] = [];
    for (;;) {
      const token = this.#tokens[this.#cursor];
      if (token === undefined || token.text === "|" || token.text === ")") return operands;
      this.#cursor++;
      operands.push(token.text === "(" ? this.#bracketed(depth) : this.#operand(token));
    }
  }

  #bracketed(depth: number): Operand {
    const pipeline = this.#pipeline(depth + 1);
    if (this.#tokens[this.#cursor++]?.text !== ")") throw new TemplateProblem("unclosed left paren");
    const next = this.#tokens[this.#cursor];
    if (next?.kind !== "field" || next.isApart) return { kind: "pipeline", pipeline };
    this.#cursor++;
    return { kind: "field", path: next.text.split(".").slice(1), of: pipeline };
  }

  #operand({ kind, text }: Token): Operand {
    switch (kind) {
      case "string":
        return { kind: "literal", value: text.startsWith("`") ? text.slice(1, -1) : unquoted(text) };
      case "number":
        return { kind: "literal", value: Number(text) };
      case "field":
        return { kind: "field", path: text === "." ? [] : text.split(".").slice(1), of: null };
      case "word":
        if (text === "true" || text === "false") return { kind: "literal", value: text === "true" };
        if (!this.#functions.has(text)) throw new TemplateProblem(`function ${JSON.stringify(text)} not defined`);
        return { kind: "function", name: text };
      case "mark":
        throw new TemplateProblem(unexpected(text));
      default:
        return kind satisfies never;
    }
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
]);

const unquoted = (text: string): string =>
  text.slice(1, -1).replaceAll(/\\(.)/g, (_whole, c: string) => ESCAPES.get(c) ?? c);
