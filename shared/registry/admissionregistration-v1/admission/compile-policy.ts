/** A policy's expressions, compiled. */
import type {
  NamedExpression,
  Validation,
  ValidatingAdmissionPolicySpec,
} from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import { compileExpression, type Program } from "../../../apimachinery/cel/index.ts";
import { BOOL, STRING, typeText, type CelType, type Variables } from "../../../apimachinery/cel/types.ts";
import { baseVariables, withVariables } from "./environment.ts";

/** `ok: false`: what is wrong with the expression, as the field error says it. */
export type Compiled =
  { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly message: string };

export interface CompiledValidation {
  readonly validation: Validation;
  readonly expression: Compiled;
  /** Null: it has none. */
  readonly message: Compiled | null;
}

export interface CompiledPolicy {
  readonly matchConditions: readonly Compiled[];
  readonly variables: readonly { readonly name: string; readonly compiled: Compiled }[];
  readonly validations: readonly CompiledValidation[];
  readonly auditAnnotations: readonly Compiled[];
}

/** Compiles everything, and says of each expression what is wrong with it. */
export function compilePolicy(spec: ValidatingAdmissionPolicySpec): CompiledPolicy {
  const { matchConditions = [], validations = [], auditAnnotations = [] } = spec;
  const base = baseVariables(spec.paramKind !== undefined);
  const { variables, environment } = compileVariables(spec.variables ?? [], base);
  return {
    matchConditions: matchConditions.map(({ expression = "" }) => compileTo(expression.trim(), base, [BOOL])),
    variables,
    validations: validations.map((validation) => compileValidation(validation, environment)),
    auditAnnotations: auditAnnotations.map(({ valueExpression = "" }) =>
      compileTo(valueExpression.trim(), environment, null),
    ),
  };
}

function compileValidation(validation: Validation, environment: Variables): CompiledValidation {
  const { expression = "", messageExpression = "" } = validation;
  return {
    validation,
    expression: compileTo(expression, environment, [BOOL]),
    message: messageExpression.trim() === "" ? null : compileTo(messageExpression, environment, [STRING]),
  };
}

/** Each may use those before it. */
function compileVariables(
  declared: readonly NamedExpression[],
  base: Variables,
): { readonly variables: CompiledPolicy["variables"]; readonly environment: Variables } {
  const types = new Map<string, CelType>();
  const variables: { name: string; compiled: Compiled }[] = [];
  for (const { name = "", expression = "" } of declared) {
    const compiled = compileTo(expression, declared.length === 0 ? base : withVariables(base, types), null);
    variables.push({ name, compiled });
    if (compiled.ok) types.set(name, compiled.program.type);
  }
  return { variables, environment: declared.length === 0 ? base : withVariables(base, types) };
}

/** `results` null: whatever it gives will do. */
function compileTo(source: string, environment: Variables, results: readonly CelType[] | null): Compiled {
  const compiled = compileExpression(source, environment);
  if (!compiled.ok) return { ok: false, message: `compilation failed: ${compiled.message}` };
  const type = typeText(compiled.program.type);
  if (results === null || results.some((one) => typeText(one) === type)) return compiled;
  return { ok: false, message: `must evaluate to ${results.map(typeText).join(" or ")} but got ${type}` };
}
