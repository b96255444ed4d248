/** A pattern's tree as a program: a list of steps that a matcher follows on all ways at once. */
import type { CharClass } from "./char-class.ts";
import type { Assertion, Node } from "./parse.ts";
import { refuse } from "./syntax-error.ts";

/** `to` and `or` are places in the program. */
export type Step =
  | { readonly kind: "class"; readonly test: CharClass; readonly to: number }
  | { readonly kind: "assertion"; readonly assertion: Assertion; readonly to: number }
  | { readonly kind: "split"; readonly to: number; readonly or: number }
  | { readonly kind: "match" };

export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
}

/** Go measures bytes; what it takes in practice is far below either. */
const MAX_STEPS = 50_000;

/** Built from the end, so that each step knows what follows it; `pattern` is named when it is too large. */
export function compileProgram(node: Node, pattern: string): Program {
  const steps: Step[] = [{ kind: "match" }];
  const add = (step: Step): number => {
    if (steps.length >= MAX_STEPS) refuse("expression too large", pattern);
    return steps.push(step) - 1;
  };

  function compile(tree: Node, to: number): number {
    switch (tree.kind) {
      case "class":
        return add({ kind: "class", test: tree.test, to });
      case "assertion":
        return add({ kind: "assertion", assertion: tree.assertion, to });
      case "sequence":
        return tree.nodes.reduceRight((next, one) => compile(one, next), to);
      case "alternatives": {
        const [first = to, ...others] = tree.nodes.map((one) => compile(one, to));
        return others.reduce((or, one) => add({ kind: "split", to: one, or }), first);
      }
      case "repeat":
        return compileRepeat(tree, to);
      default:
        return tree satisfies never;
    }
  }

  function compileRepeat({ node: inner, least, most }: Extract<Node, { kind: "repeat" }>, to: number): number {
    let place = to;
    if (most === null) {
      // The loop leads back to a split that is not written yet.
      place = add({ kind: "split", to, or: to });
      steps[place] = { kind: "split", to: compile(inner, place), or: to };
    }
    for (let i = least; i < (most ?? least); i++) place = add({ kind: "split", to: compile(inner, place), or: to });
    for (let i = 0; i < least; i++) place = compile(inner, place);
    return place;
  }

  const start = compile(node, 0);
  return { steps, start };
}
