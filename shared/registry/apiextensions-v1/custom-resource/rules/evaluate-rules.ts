/** An object, and what it was before, held against the rules of its schema (apiextensions `schema/cel` `Validator`). */
import type { ValidationRule } from "../../../../api/apiextensions-v1/json-schema-props.ts";
import type { Evaluation, ReadVariable } from "../../../../apimachinery/cel/index.ts";
import { fromJson } from "../../../../apimachinery/cel/json-value.ts";
import { Failure, NONE, Optional, type Outcome } from "../../../../apimachinery/cel/values.ts";
import { deepEqual } from "../../../../apimachinery/deep-equal.ts";
import {
  duplicate,
  duplicateOmitted,
  forbidden,
  invalid,
  invalidOmitted,
  required,
  type FieldError,
} from "../../../../apimachinery/field-error.ts";
import { isJsonObject, own, type JsonObject, type JsonValue } from "../../../../apimachinery/json.ts";
import { byteLength } from "../../../../apimachinery/validation.ts";
import type { CompiledRule, RuleTree } from "./compile-rules.ts";

/** As apiserver `pkg/apis/cel` has them. */
const PER_CALL_LIMIT = 1_000_000;
const BUDGET = 10_000_000;
const MAX_MESSAGE_BYTES = 5 * 1024;

export interface RuleFindings {
  readonly errors: readonly FieldError[];
  /** Of rules that are broken where nothing has changed: an update is not refused for these. */
  readonly ratcheted: readonly FieldError[];
}

/** `old` undefined: the object is new, and transition rules say nothing. */
export function evaluateRules(tree: RuleTree, object: JsonValue, old: JsonValue | undefined): RuleFindings {
  const evaluation = new RuleEvaluation();
  evaluation.visit(tree, { path: "", value: object, old, isUnchanged: () => false });
  return evaluation;
}

/** One value of the object, and its place. */
interface Place {
  readonly path: string;
  readonly value: JsonValue;
  /** Undefined where nothing corresponds. */
  readonly old: JsonValue | undefined;
  /** Whether the nearest thing around it that has something corresponding is as it was. */
  readonly isUnchanged: () => boolean;
}

class RuleEvaluation implements RuleFindings {
  readonly errors: FieldError[] = [];
  readonly ratcheted: FieldError[] = [];
  #budget = BUDGET;
  #isOver = false;

  visit(tree: RuleTree, place: Place): void {
    const { value, old } = place;
    // Rules on what may be null are only asked about what is not.
    if (this.#isOver || value === null) return;
    const isUnchanged =
      old === undefined ? place.isUnchanged : (): boolean => place.isUnchanged() || deepEqual(value, old);
    this.#applyRules(tree, { ...place, isUnchanged });
    if (Array.isArray(value)) this.#visitItems(tree, value as readonly JsonValue[], { ...place, isUnchanged });
    else if (isJsonObject(value)) this.#visitMembers(tree, value, { ...place, isUnchanged });
  }

  #visitItems({ items, schema }: RuleTree, list: readonly JsonValue[], { path, old, isUnchanged }: Place): void {
    if (items === null) return;
    const before = Array.isArray(old) ? (old as readonly JsonValue[]) : [];
    const keys = schema["x-kubernetes-list-type"] === "map" ? (schema["x-kubernetes-list-map-keys"] ?? []) : null;
    const correlated = keys === null ? null : new Map(before.map((item) => [identity(item, keys), item]));
    list.forEach((item, i) => {
      const corresponding = keys === null ? undefined : correlated?.get(identity(item, keys));
      this.visit(items, { path: `${path}[${i}]`, value: item, old: corresponding, isUnchanged });
    });
  }

  #visitMembers({ properties, additional }: RuleTree, object: JsonObject, { path, old, isUnchanged }: Place): void {
    const before = (name: string): JsonValue | undefined => (isJsonObject(old) ? own(old, name) : undefined);
    if (additional !== null) {
      for (const [name, value] of Object.entries(object)) {
        this.visit(additional, { path: `${path}[${name}]`, value, old: before(name), isUnchanged });
      }
    }
    for (const [name, tree] of properties) {
      const value = own(object, name);
      if (value === undefined) continue;
      this.visit(tree, { path: path === "" ? name : `${path}.${name}`, value, old: before(name), isUnchanged });
    }
  }

  #applyRules({ rules, type, schema }: RuleTree, place: Place): void {
    if (rules.length === 0) return;
    const self = fromJson(place.value, type);
    const oldSelf = place.old === undefined || place.old === null ? undefined : fromJson(place.old, type);
    for (const rule of rules) {
      if (this.#isOver) return;
      const isOptional = rule.rule.optionalOldSelf === true;
      if (rule.usesOldSelf && oldSelf === undefined && !isOptional) continue;
      const old = isOptional ? optional(oldSelf) : oldSelf;
      const read: ReadVariable = (name) => (name === "self" ? self : old);
      this.#applyRule(rule, read, { ...place, shownType: schema.type ?? "" });
    }
  }

  #applyRule(compiled: CompiledRule, read: ReadVariable, place: Place & { readonly shownType: string }): void {
    const { rule, program, usesOldSelf, fieldPath } = compiled;
    const at = place.path === "" ? "<nil>" : place.path;
    const limit = Math.min(PER_CALL_LIMIT, this.#budget);
    const result = program.evaluate(read, limit);
    if (result.kind === "too costly") {
      this.#stop(at, place.shownType, limit, `for rule: ${ruleText(rule)}`);
      return;
    }
    this.#budget -= result.cost;
    if (result.kind === "error") {
      this.errors.push(invalid(at, place.shownType, evaluationProblem(result.message, rule)));
      return;
    }
    if (result.value === true) return;
    const detail = this.#detailOf(compiled, read) ?? messageOf(rule);
    const below = place.path === "" ? fieldPath : `${place.path}.${fieldPath}`;
    const error = errorFor(rule, fieldPath === "" ? at : below, place.value, detail);
    if (!usesOldSelf && place.isUnchanged()) this.ratcheted.push(error);
    else this.errors.push(error);
  }

  #stop(at: string, shownType: string, limit: number, what: string): void {
    this.#isOver = true;
    const detail =
      limit < PER_CALL_LIMIT
        ? "validation failed due to running out of cost budget, no further validation rules will be run"
        : `'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit ${what}`;
    this.errors.push(invalid(at, shownType, detail));
  }

  /** What the rule's own expression has to say; null when it has nothing that can be shown. */
  #detailOf({ message }: CompiledRule, read: ReadVariable): string | null {
    if (message === null) return null;
    const result: Evaluation = message.evaluate(read, Math.min(PER_CALL_LIMIT, this.#budget));
    if (result.kind === "too costly") {
      this.#isOver = true;
      return "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run";
    }
    this.#budget -= result.cost;
    const text = result.kind === "value" && typeof result.value === "string" ? result.value.trim() : "";
    return text === "" || text.includes("\n") || byteLength(text) > MAX_MESSAGE_BYTES ? null : text;
  }
}

const optional = (value: Outcome | undefined): Outcome =>
  value instanceof Failure ? value : value === undefined ? NONE : new Optional(value);

/** An element's keys, as one text. */
const identity = (item: JsonValue, keys: readonly string[]): string =>
  JSON.stringify(isJsonObject(item) ? keys.map((key) => own(item, key) ?? null) : item);

const ruleText = ({ rule = "", message = "" }: ValidationRule): string => (message === "" ? rule : message).trim();

const messageOf = (rule: ValidationRule): string =>
  (rule.message ?? "") === "" ? `failed rule: ${ruleText(rule)}` : ruleText(rule);

const evaluationProblem = (message: string, rule: ValidationRule): string =>
  message === "no such overload"
    ? `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}`
    : `${message} evaluating rule: ${ruleText(rule)}`;

/** Of objects and lists the value is not shown: it may be long. */
function errorFor({ reason }: ValidationRule, field: string, value: JsonValue, detail: string): FieldError {
  const isShown = typeof value !== "object" || value === null;
  switch (reason ?? "FieldValueInvalid") {
    case "FieldValueForbidden":
      return forbidden(field, detail);
    case "FieldValueRequired":
      return required(field, detail);
    case "FieldValueDuplicate":
      return isShown ? duplicate(field, value) : duplicateOmitted(field);
    default:
      return isShown ? invalid(field, value, detail) : invalidOmitted(field, detail);
  }
}
