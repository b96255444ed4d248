/** From text to tree (cel-spec, "Syntax"), with Kubernetes' options: optional fields and elements. */
import { expandMacro } from "./macros.ts";
import { ExpressionProblem, type ListItem, type MapEntry, type Node } from "./syntax-tree.ts";
import { tokenize, type Token } from "./tokens.ts";

/** As cel-go has it, in characters. */
const MAX_SOURCE = 100_000;
/** Whoever walks the tree recurses; real rules stay below 30. */
const MAX_DEPTH = 250;

const RESERVED: ReadonlySet<string> = new Set(
  "as break const continue else false for function if import let loop package namespace null return true var void while".split(
    " ",
  ),
);
const RELATIONS: ReadonlySet<string> = new Set(["<", "<=", ">", ">=", "==", "!=", "in"]);
const SUMS: ReadonlySet<string> = new Set(["+", "-"]);
const PRODUCTS: ReadonlySet<string> = new Set(["*", "/", "%"]);

/** Throws `ExpressionProblem`. */
export function parseExpression(source: string): Node {
  if (source.length > MAX_SOURCE) {
    throw new ExpressionProblem(
      `expression code point size exceeds limit: size: ${source.length}, limit ${MAX_SOURCE}`,
      0,
    );
  }
  return new Parser(tokenize(source)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #depths = new WeakMap<Node, number>();
  #next = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Node {
    const node = this.#expression();
    if (this.#token.kind !== "end") throw this.#unexpected();
    return node;
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", at: 0 };
  }

  #unexpected(): ExpressionProblem {
    const { kind, text, at } = this.#token;
    const shown = kind === "end" ? "<EOF>" : text;
    return new ExpressionProblem(`Syntax error: mismatched input '${shown}' expecting an expression or operator`, at);
  }

  #take(text: string): Token | null {
    const token = this.#token;
    if (token.kind !== "sign" || token.text !== text) return null;
    this.#next++;
    return token;
  }

  #expect(text: string): Token {
    const token = this.#take(text);
    if (token !== null) return token;
    const { kind, text: got, at } = this.#token;
    const shown = kind === "end" ? "<EOF>" : got;
    throw new ExpressionProblem(`Syntax error: mismatched input '${shown}' expecting '${text}'`, at);
  }

  /** Every node is made here, so that none is deeper than can be walked. */
  #made(node: Node, ...below: readonly Node[]): Node {
    const depth = 1 + Math.max(0, ...below.map((one) => this.#depths.get(one) ?? 0));
    if (depth > MAX_DEPTH) throw new ExpressionProblem(`expression recursion limit exceeded: ${MAX_DEPTH}`, node.at);
    this.#depths.set(node, depth);
    return node;
  }

  #expression(): Node {
    if (++this.#nesting > MAX_DEPTH) {
      throw new ExpressionProblem(`expression recursion limit exceeded: ${MAX_DEPTH}`, this.#token.at);
    }
    const test = this.#logic("||", () => this.#logic("&&", () => this.#relation()));
    const mark = this.#take("?");
    if (mark === null) {
      this.#nesting--;
      return test;
    }
    const yes = this.#logic("||", () => this.#logic("&&", () => this.#relation()));
    this.#expect(":");
    const no = this.#expression();
    this.#nesting--;
    return this.#made({ kind: "choice", test, yes, no, at: mark.at }, test, yes, no);
  }

  /** A chain is one node, however long. */
  #logic(op: "&&" | "||", operand: () => Node): Node {
    const first = operand();
    const nodes = [first];
    let at = -1;
    for (let sign = this.#take(op); sign !== null; sign = this.#take(op)) {
      if (at < 0) ({ at } = sign);
      nodes.push(operand());
    }
    return nodes.length === 1 ? first : this.#made({ kind: "logic", op, nodes, at }, ...nodes);
  }

  #relation(): Node {
    return this.#binary(RELATIONS, () => this.#binary(SUMS, () => this.#binary(PRODUCTS, () => this.#unary())));
  }

  #binary(signs: ReadonlySet<string>, operand: () => Node): Node {
    let left = operand();
    for (;;) {
      const token = this.#token;
      if (token.kind !== "sign" || !signs.has(token.text)) return left;
      this.#next++;
      const right = operand();
      const name = token.text === "in" ? "@in" : `_${token.text}_`;
      left = this.#made({ kind: "call", name, target: null, args: [left, right], at: token.at }, left, right);
    }
  }

  #unary(): Node {
    const { at } = this.#token;
    const nots = this.#count("!");
    if (nots > 0) return this.#negated("!_", nots, this.#member(), at);
    const minuses = this.#count("-");
    if (minuses === 0) return this.#member();
    const token = this.#token;
    // The minus belongs to the number: the least int has no positive.
    if (token.kind === "literal" && (typeof token.value === "bigint" || typeof token.value === "number")) {
      this.#next++;
      const literal = this.#made({ kind: "literal", value: -token.value, at });
      return this.#negated("-_", minuses - 1, this.#suffixes(literal), at);
    }
    return this.#negated("-_", minuses, this.#member(), at);
  }

  #count(sign: string): number {
    let count = 0;
    while (this.#take(sign) !== null) count++;
    return count;
  }

  /** Pairs cancel out. */
  #negated(name: string, times: number, node: Node, at: number): Node {
    return times % 2 === 0 ? node : this.#made({ kind: "call", name, target: null, args: [node], at }, node);
  }

  #member(): Node {
    return this.#suffixes(this.#primary());
  }

  #suffixes(primary: Node): Node {
    let node = primary;
    for (;;) {
      const dot = this.#take(".");
      if (dot !== null) {
        node = this.#afterDot(node, dot);
        continue;
      }
      const bracket = this.#take("[");
      if (bracket === null) return node;
      const name = this.#take("?") === null ? "_[_]" : "_[?_]";
      const index = this.#expression();
      this.#expect("]");
      node = this.#made({ kind: "call", name, target: null, args: [node, index], at: bracket.at }, node, index);
    }
  }

  #afterDot(operand: Node, dot: Token): Node {
    const mode = this.#take("?") === null ? "value" : "optional";
    const name = this.#name();
    const open = this.#take("(");
    if (open === null || mode === "optional") {
      if (open !== null) throw new ExpressionProblem("Syntax error: unsupported syntax '?'", dot.at);
      return this.#made({ kind: "select", operand, field: name.text, mode, at: dot.at }, operand);
    }
    const args = this.#until(")", () => this.#expression());
    return this.#called({ kind: "call", name: name.text, target: operand, args, at: open.at });
  }

  #called(call: Extract<Node, { kind: "call" }>): Node {
    const below = call.target === null ? call.args : [call.target, ...call.args];
    return this.#made(expandMacro(call), ...below);
  }

  #name(): Token {
    const token = this.#token;
    if (token.kind !== "name") throw this.#unexpected();
    this.#next++;
    return token;
  }

  #primary(): Node {
    const token = this.#token;
    if (token.kind === "literal") {
      this.#next++;
      if (typeof token.value === "bigint" && token.value > (1n << 63n) - 1n) {
        throw new ExpressionProblem("invalid int literal", token.at);
      }
      return this.#made({ kind: "literal", value: token.value, at: token.at });
    }
    if (this.#take("(") !== null) {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    if (this.#take("[") !== null) return this.#list(token.at);
    if (this.#take("{") !== null) return this.#map(token.at);
    this.#take(".");
    return this.#identifier();
  }

  #identifier(): Node {
    const { text, at } = this.#name();
    if (RESERVED.has(text)) throw new ExpressionProblem(`reserved identifier: ${text}`, at);
    const open = this.#take("(");
    if (open === null) return this.#made({ kind: "ident", name: text, at });
    const args = this.#until(")", () => this.#expression());
    return this.#called({ kind: "call", name: text, target: null, args, at: open.at });
  }

  #list(at: number): Node {
    const items = this.#until("]", (): ListItem => {
      const isOptional = this.#take("?") !== null;
      return { node: this.#expression(), isOptional };
    });
    return this.#made({ kind: "list", items, at }, ...items.map(({ node }) => node));
  }

  #map(at: number): Node {
    const entries = this.#until("}", (): MapEntry => {
      const isOptional = this.#take("?") !== null;
      const key = this.#expression();
      this.#expect(":");
      return { key, value: this.#expression(), isOptional };
    });
    return this.#made({ kind: "map", entries, at }, ...entries.flatMap(({ key, value }) => [key, value]));
  }

  /** Things with commas between them; a comma may stand before the end, but not in calls. */
  #until<T>(end: ")" | "]" | "}", one: () => T): readonly T[] {
    const all: T[] = [];
    while (this.#take(end) === null) {
      all.push(one());
      if (this.#take(",") === null) {
        this.#expect(end);
        break;
      }
      if (end === ")" && this.#token.kind === "sign" && this.#token.text === ")") throw this.#unexpected();
    }
    return all;
  }
}
