/**
 * Regular expressions of Ingresses and routes, matched in time that grows with pattern × text and with nothing else: a tenant's
 * expression must not be able to hold up everybody's requests, and the platform's RegExp backtracks.
 */
import { capture } from "../../../apimachinery/regexp/match.ts";
import { compileProgram } from "../../../apimachinery/regexp/program.ts";
import { parseRegex } from "./parse.ts";

/** More than any expression that people write comes to. */
const MAX_STEPS = 2000;

export interface Regex {
  /**
   * What the whole and each group matched at the start of `text`, leftmost alternatives preferred; null: no match, or none that was found
   * in 20 million steps.
   */
  readonly match: (text: string) => readonly (string | undefined)[] | null;
}

export type Compiled = { readonly ok: true; readonly regex: Regex } | { readonly ok: false; readonly message: string };

/** The expression, anchored at the start. `message` completes "the expression is not supported: …". */
export function compileRegex(source: string, ignoreCase: boolean): Compiled {
  const parsed = parseRegex(source, ignoreCase);
  if (!parsed.ok) return parsed;
  const { node } = parsed.expression;
  const anchored = { kind: "sequence", nodes: [{ kind: "assertion", assertion: "text start" }, node] } as const;
  const program = compileProgram({ ...parsed.expression, node: anchored }, MAX_STEPS);
  if (program === null) return { ok: false, message: "its repetitions come to too much" };
  return { ok: true, regex: { match: (text) => capture(program, text) } };
}
