/** The rules of a schema (`x-kubernetes-validations`), compiled, at the places where they apply. */
import {
  additionalSchema,
  type JSONSchemaProps,
  type ValidationRule,
} from "../../../../api/apiextensions-v1/json-schema-props.ts";
import { compileExpression, type Program } from "../../../../apimachinery/cel/index.ts";
import { BOOL, optionalOf, STRING, typeText, type CelType } from "../../../../apimachinery/cel/types.ts";
import { celTypeOf } from "./cel-type.ts";
import { normalizedFieldPath } from "./field-path.ts";

export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program: Program;
  /** What says in words what is wrong; null: the rule's own message does. */
  readonly message: Program | null;
  /** A transition rule: it is about a change. */
  readonly usesOldSelf: boolean;
  /** Below the rule's own place; `""` for the place itself. */
  readonly fieldPath: string;
}

export type RuleProblem =
  /** `part`: which of the rule's fields is wrong. */
  { readonly part: "rule" | "messageExpression"; readonly message: string };

export type RuleOutcome =
  { readonly ok: true; readonly compiled: CompiledRule } | { readonly ok: false; readonly problem: RuleProblem };

/** Compiles one rule, which stands at a schema of the type. */
export function compileRule(rule: ValidationRule, schema: JSONSchemaProps, type: CelType): RuleOutcome {
  const variables = { self: type, oldSelf: rule.optionalOldSelf === true ? optionalOf(type) : type };
  const program = compileExpression(rule.rule ?? "", variables);
  if (!program.ok) return refused("rule", `compilation failed: ${program.message}`);
  if (typeText(program.program.type) !== typeText(BOOL)) {
    return refused("rule", "cel expression must evaluate to a bool");
  }
  const { messageExpression = "", fieldPath = "" } = rule;
  const message = messageExpression === "" ? null : compileExpression(messageExpression, variables);
  if (message?.ok === false) {
    return refused("messageExpression", `messageExpression compilation failed: ${message.message}`);
  }
  if (message?.ok === true && typeText(message.program.type) !== typeText(STRING)) {
    return refused("messageExpression", "messageExpression must evaluate to a string");
  }
  const compiled: CompiledRule = {
    rule,
    program: program.program,
    message: message?.program ?? null,
    usesOldSelf: program.program.uses.has("oldSelf"),
    fieldPath: fieldPath === "" ? "" : (normalizedFieldPath(fieldPath, schema) ?? ""),
  };
  return { ok: true, compiled };
}

const refused = (part: RuleProblem["part"], message: string): RuleOutcome => ({
  ok: false,
  problem: { part, message },
});

/** A schema with rules in it somewhere, and the schemas below it that have some. */
export interface RuleTree {
  readonly schema: JSONSchemaProps;
  readonly type: CelType;
  readonly rules: readonly CompiledRule[];
  readonly items: RuleTree | null;
  readonly properties: ReadonlyMap<string, RuleTree>;
  readonly additional: RuleTree | null;
}

/** Null when there are none. Of rules that do not compile, which no definition is accepted with, there is nothing here. */
export function compileRules(schema: JSONSchemaProps, isRoot: boolean): RuleTree | null {
  const type = celTypeOf(schema, isRoot);
  if (type === null) return null;
  const rules = (schema["x-kubernetes-validations"] ?? []).flatMap((rule) => {
    const outcome = compileRule(rule, schema, type);
    return outcome.ok ? [outcome.compiled] : [];
  });
  const below = (inner: JSONSchemaProps | undefined): RuleTree | null =>
    inner === undefined ? null : compileRules(inner, inner["x-kubernetes-embedded-resource"] === true);
  const items = below(schema.items);
  const additional = below(additionalSchema(schema));
  const properties = new Map(
    Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
      const tree = below(property);
      return tree === null ? [] : [[name, tree] as const];
    }),
  );
  if (rules.length === 0 && items === null && additional === null && properties.size === 0) return null;
  return { schema, type, rules, items, properties, additional };
}
