/** The tree of an expression in CEL (Common Expression Language), macros expanded. `at` is an offset into the source. */
import type { CelValue } from "./values.ts";

export interface ListItem {
  readonly node: Node;
  /** `[?x]`: stands there only when `x` has a value. */
  readonly isOptional: boolean;
}

export interface MapEntry {
  readonly key: Node;
  readonly value: Node;
  readonly isOptional: boolean;
}

/** The macros that go over a list or a map. */
export type FoldKind =
  | "all"
  | "exists"
  | "exists_one"
  | "filter"
  | "map"
  | "sortBy"
  | "transformList"
  | "transformMap"
  | "transformMapEntry";

export type Node =
  | { readonly kind: "literal"; readonly value: CelValue; readonly at: number }
  | { readonly kind: "ident"; readonly name: string; readonly at: number }
  | {
      readonly kind: "select";
      readonly operand: Node;
      readonly field: string;
      /** `value`: the field; `test`: whether it is there (`has`); `optional`: the field, or none (`a.?b`). */
      readonly mode: "value" | "test" | "optional";
      readonly at: number;
    }
  | {
      readonly kind: "call";
      /** A function's name, or an operator's as CEL spells it: `_+_`, `_[_]`, `!_`. */
      readonly name: string;
      readonly target: Node | null;
      readonly args: readonly Node[];
      readonly at: number;
    }
  | { readonly kind: "logic"; readonly op: "&&" | "||"; readonly nodes: readonly Node[]; readonly at: number }
  | { readonly kind: "choice"; readonly test: Node; readonly yes: Node; readonly no: Node; readonly at: number }
  | { readonly kind: "list"; readonly items: readonly ListItem[]; readonly at: number }
  | { readonly kind: "map"; readonly entries: readonly MapEntry[]; readonly at: number }
  | {
      readonly kind: "fold";
      readonly fold: FoldKind;
      readonly range: Node;
      /** Names of an element; of index and element, or key and value, when there are two. */
      readonly names: readonly string[];
      readonly filter: Node | null;
      readonly body: Node;
      readonly at: number;
    }
  | {
      readonly kind: "bind";
      readonly name: string;
      readonly value: Node;
      readonly body: Node;
      /** `optMap`, `optFlatMap`: the name is the value that an optional has; without one the result has none. */
      readonly of: "value" | "optional" | "flat optional";
      readonly at: number;
    };

/** What is wrong with an expression, and where. Thrown inside the compiler only. */
export class ExpressionProblem extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** As cel-go writes a problem: line and column, the line itself, and a caret under the place. */
export function problemText(source: string, { message, at }: ExpressionProblem): string {
  const before = source.slice(0, at).split("\n");
  const line = source.split("\n")[before.length - 1] ?? "";
  const column = Array.from(before.at(-1) ?? "").length;
  return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${".".repeat(column)}^`;
}
