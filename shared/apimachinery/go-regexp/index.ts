/**
 * Regular expressions as Go's `regexp` reads and matches them (RE2): without look-around and back-references, in time that is proportional
 * to pattern × text. JavaScript's own go back and try again, and a pattern such as `(a+)+$` would hold a store for ever.
 */
import { matches } from "./match.ts";
import { parsePattern } from "./parse.ts";
import { compileProgram } from "./program.ts";
import { SyntaxProblem } from "./syntax-error.ts";

export interface GoRegExp {
  /** How much room it takes, in steps. */
  readonly size: number;
  /** Whether it matches somewhere in the text; null when a long text and a large pattern take too long to tell. */
  test(text: string): boolean | null;
}

export type CompiledPattern =
  { readonly ok: true; readonly regExp: GoRegExp } | { readonly ok: false; readonly message: string };

/** The pattern, or Go's message on what is wrong with it. */
export function compileGoPattern(pattern: string): CompiledPattern {
  try {
    const program = compileProgram(parsePattern(pattern), pattern);
    return { ok: true, regExp: { size: program.steps.length, test: (text) => matches(program, text) } };
  } catch (error) {
    if (error instanceof SyntaxProblem) return { ok: false, message: error.message };
    throw error;
  }
}
