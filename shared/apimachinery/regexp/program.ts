/** A pattern's tree as a program: a list of steps that a matcher follows on all ways at once. */
import type { CharClass } from "./char-class.ts";
import type { Assertion, Expression, Node } from "./syntax-tree.ts";

/** `to` and `or` are places in the program; where a way splits, `to` is preferred. */
export type Step =
  | { readonly kind: "class"; readonly test: CharClass; readonly to: number }
  | { readonly kind: "assertion"; readonly assertion: Assertion; readonly to: number }
  | { readonly kind: "split"; readonly to: number; readonly or: number }
  /** Keeps the position in a slot: 2 × group where the group starts, and one more where it ends. */
  | { readonly kind: "save"; readonly slot: number; readonly to: number }
  | { readonly kind: "match" };

export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
  /** The slots of the whole (group 0) and of each group, two each, before anything is kept: -1. */
  readonly unsaved: readonly number[];
  /** It can match at the start of the text only. */
  readonly isAnchored: boolean;
}

/** Thrown inside the compiler only. */
class TooLarge extends Error {}

/** Null when it comes to more than so many steps. */
export function compileProgram(expression: Expression, maxSteps: number): Program | null {
  try {
    return new Compiler(maxSteps).compile(expression);
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
}

/** Builds from the end, so that each step knows what follows it. */
class Compiler {
  readonly #steps: Step[] = [{ kind: "match" }];
  readonly #maxSteps: number;

  constructor(maxSteps: number) {
    this.#maxSteps = maxSteps;
  }

  compile({ node, groups }: Expression): Program {
    const start = this.#place(node, 0);
    const first = this.#steps[start];
    const isAnchored = first?.kind === "assertion" && first.assertion === "text start";
    const unsaved = Array.from({ length: (groups + 1) * 2 }, () => -1);
    return { steps: this.#steps, start, unsaved, isAnchored };
  }

  #add(step: Step): number {
    if (this.#steps.length >= this.#maxSteps) throw new TooLarge();
    return this.#steps.push(step) - 1;
  }

  /** Where the node's steps begin, which end by leading to `to`. */
  #place(node: Node, to: number): number {
    switch (node.kind) {
      case "class":
        return this.#add({ kind: "class", test: node.test, to });
      case "assertion":
        return this.#add({ kind: "assertion", assertion: node.assertion, to });
      case "sequence":
        return node.nodes.reduceRight((next, one) => this.#place(one, next), to);
      case "alternatives": {
        const places = node.nodes.map((one) => this.#place(one, to));
        return places.reduceRight((or, one) => this.#add({ kind: "split", to: one, or }));
      }
      case "group": {
        const end = this.#add({ kind: "save", slot: node.index * 2 + 1, to });
        return this.#add({ kind: "save", slot: node.index * 2, to: this.#place(node.node, end) });
      }
      case "repeat":
        return this.#repeat(node, to);
      default:
        return node satisfies never;
    }
  }

  #repeat({ node, least, most, isLazy }: Extract<Node, { kind: "repeat" }>, to: number): number {
    const split = (into: number): Step =>
      isLazy ? { kind: "split", to, or: into } : { kind: "split", to: into, or: to };
    let place = to;
    if (most === null) {
      // The loop leads back to a split that is not written yet.
      place = this.#add(split(to));
      this.#steps[place] = split(this.#place(node, place));
    }
    for (let i = least; i < (most ?? least); i++) place = this.#add(split(this.#place(node, place)));
    for (let i = 0; i < least; i++) place = this.#place(node, place);
    return place;
  }
}
