/**
 * CEL, the Common Expression Language, as Kubernetes has it: rules of CustomResourceDefinitions and admission policies are written in it.
 * An expression is compiled once, with the names that it may use, and evaluated many times. Evaluation ends: there are no loops but those
 * over what is there, regular expressions take linear time, and a limit on cost bounds the rest.
 */
import { compileNode } from "./compile.ts";
import { CostExceeded, Meter } from "./meter.ts";
import { parseExpression } from "./parse.ts";
import { Scope, type Frame, type Typed } from "./scope.ts";
import { ExpressionProblem, problemText } from "./syntax-tree.ts";
import { type CelType, type Variables } from "./types.ts";
import { Failure, type CelValue, type Outcome } from "./values.ts";

/** What one evaluation came to. `cost` is in units of about one step. */
export type Evaluation =
  | { readonly kind: "value"; readonly value: CelValue; readonly cost: number }
  | { readonly kind: "error"; readonly message: string; readonly cost: number }
  /** It would cost more than it may. */
  | { readonly kind: "too costly" };

/**
 * The values of variables by name; undefined for one that has none this time. A failure is one only where it is used. What it takes to find
 * a value is charged to the meter of the evaluation.
 */
export type ReadVariable = (name: string, meter: Meter) => Outcome | undefined;

export interface Program {
  /** What it is known to give. */
  readonly type: CelType;
  /** The variables that it reads. */
  readonly uses: ReadonlySet<string>;
  readonly evaluate: (read: ReadVariable, limit: number) => Evaluation;
  /** As a part of another evaluation, whose meter it runs on. */
  readonly evaluateWith: (read: ReadVariable, meter: Meter) => Outcome;
}

export type CompiledExpression =
  /** `message` has the place and a caret under it, as cel-go writes it, over several lines. */
  { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly message: string };

/** Never throws on any source. */
export function compileExpression(source: string, variables: Variables): CompiledExpression {
  const scope = new Scope(variables);
  try {
    const typed = compileNode(parseExpression(source), scope);
    return { ok: true, program: programOf(typed, scope.used) };
  } catch (error) {
    if (error instanceof ExpressionProblem) return { ok: false, message: problemText(source, error) };
    throw error;
  }
}

function programOf({ type, run }: Typed, uses: ReadonlySet<string>): Program {
  const evaluateWith = (read: ReadVariable, meter: Meter): Outcome => {
    const frame: Frame = { meter, read, slots: [] };
    return run(frame);
  };
  return { type, uses, evaluateWith, evaluate: (read, limit) => evaluate((meter) => evaluateWith(read, meter), limit) };
}

function evaluate(run: (meter: Meter) => Outcome, limit: number): Evaluation {
  const meter = new Meter(limit);
  try {
    const outcome = run(meter);
    if (outcome instanceof Failure) return { kind: "error", message: outcome.message, cost: meter.used };
    return { kind: "value", value: outcome, cost: meter.used };
  } catch (error) {
    if (error instanceof CostExceeded) return { kind: "too costly" };
    throw error;
  }
}
