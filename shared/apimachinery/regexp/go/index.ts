/**
 * Regular expressions as Go's `regexp` reads and matches them (RE2): without look-around and back-references, in time that is proportional
 * to pattern × text. JavaScript's own go back and try again, and a pattern such as `(a+)+$` would hold a store for ever.
 */
import { capture, matches } from "../match.ts";
import { compileProgram } from "../program.ts";
import { parsePattern } from "./parse.ts";
import { syntaxMessage, SyntaxProblem } from "./syntax-error.ts";

export interface GoRegExp {
  /** As it is written. */
  readonly source: string;
  /** How many groups keep what they match. */
  readonly groups: number;
  /** The indexes of those that have names; of several with one name the last counts. */
  readonly groupNames: ReadonlyMap<string, number>;
  /** How much room it takes, in steps. */
  readonly size: number;
  /** Whether it matches somewhere in the text; null when a long text and a large pattern take too long to tell. */
  test(text: string): boolean | null;
  /**
   * What the first match and its groups are (`FindStringSubmatch`), undefined for a group that took no part; null when there is none, or
   * to find it takes too long.
   */
  find(text: string): readonly (string | undefined)[] | null;
}

export type CompiledPattern =
  { readonly ok: true; readonly regExp: GoRegExp } | { readonly ok: false; readonly message: string };

/** Go measures bytes; what it takes in practice is far below either. */
const MAX_STEPS = 50_000;

/** The pattern, or Go's message on what is wrong with it. */
export function compileGoPattern(pattern: string): CompiledPattern {
  try {
    const expression = parsePattern(pattern);
    const program = compileProgram(expression, MAX_STEPS);
    if (program === null) return { ok: false, message: syntaxMessage("expression too large", pattern) };
    const test = (text: string): boolean | null => matches(program, text);
    const find = (text: string): readonly (string | undefined)[] | null => capture(program, text);
    const { groups, groupNames } = expression;
    return { ok: true, regExp: { source: pattern, groups, groupNames, size: program.steps.length, test, find } };
  } catch (error) {
    if (error instanceof SyntaxProblem) return { ok: false, message: error.message };
    throw error;
  }
}
