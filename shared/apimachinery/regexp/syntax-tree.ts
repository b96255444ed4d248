/** What every way of writing regular expressions comes to. */
import type { CharClass } from "./char-class.ts";

export type Assertion = "text start" | "text end" | "line start" | "line end" | "word boundary" | "no word boundary";

export type Node =
  | { readonly kind: "class"; readonly test: CharClass }
  | { readonly kind: "assertion"; readonly assertion: Assertion }
  | { readonly kind: "sequence"; readonly nodes: readonly Node[] }
  /** The former are preferred. */
  | { readonly kind: "alternatives"; readonly nodes: readonly Node[] }
  /** What it matches is kept; `index` counts from 1, in the order of the opening brackets. */
  | { readonly kind: "group"; readonly index: number; readonly node: Node }
  | {
      readonly kind: "repeat";
      readonly node: Node;
      readonly least: number;
      /** Null: without end. */
      readonly most: number | null;
      /** As seldom as it can, rather than as often. */
      readonly isLazy: boolean;
    };

/** A pattern, read. */
export interface Expression {
  readonly node: Node;
  /** How many groups keep what they match. */
  readonly groups: number;
  /** The indexes of those that have names; of several with one name the last counts. */
  readonly groupNames: ReadonlyMap<string, number>;
}
