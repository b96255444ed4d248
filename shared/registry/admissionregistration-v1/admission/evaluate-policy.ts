/** One policy held against one write, with one set of parameters (apiserver `policy/validating` `validator`). */
import type {
  ValidatingAdmissionPolicySpec,
  Validation,
} from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import type { Evaluation, Program, ReadVariable } from "../../../apimachinery/cel/index.ts";
import { fromJson } from "../../../apimachinery/cel/json-value.ts";
import type { Meter } from "../../../apimachinery/cel/meter.ts";
import { DYN } from "../../../apimachinery/cel/types.ts";
import { Failure, type CelMap, type CelValue, type Outcome } from "../../../apimachinery/cel/values.ts";
import type { JsonObject } from "../../../apimachinery/json.ts";
import { byteLength } from "../../../apimachinery/validation.ts";
import { requestValue, type AdmissionAttributes } from "./attributes.ts";
import type { Compiled, CompiledPolicy, CompiledValidation } from "./compile-policy.ts";
import { NAMESPACE } from "./environment.ts";

/** As apiserver `pkg/apis/cel` has them. */
const PER_CALL_LIMIT = 1_000_000;
const BUDGET = 10_000_000;
const MATCH_CONDITIONS_BUDGET = 2_500_000;
const MAX_MESSAGE_BYTES = 5 * 1024;

/** Why a write breaks a policy. */
export interface Denial {
  readonly message: string;
  /** The reason of the `Status`. */
  readonly reason: string;
}

export interface Evaluated {
  readonly attributes: AdmissionAttributes;
  readonly namespace: JsonObject | null;
  /** Null: there are none. */
  readonly params: JsonObject | null;
}

/** Every denial, in the order of the validations; none when the policy does not mean the write after all. */
export function evaluatePolicy(
  spec: ValidatingAdmissionPolicySpec,
  policy: CompiledPolicy,
  write: Evaluated,
): readonly Denial[] {
  const evaluation = new PolicyEvaluation(policy, write);
  const failing = (message: string): readonly Denial[] =>
    spec.failurePolicy === "Ignore" ? [] : [{ message, reason: "Invalid" }];
  const matched = evaluation.match(
    policy.matchConditions,
    (spec.matchConditions ?? []).map(({ expression = "" }) => expression.trim()),
  );
  if (matched.kind === "no") return [];
  if (matched.kind === "error") return failing(matched.message);
  return policy.validations.flatMap((validation) => {
    const outcome = evaluation.validate(validation);
    if (outcome.kind === "error") return failing(outcome.message);
    return outcome.kind === "no"
      ? [{ message: outcome.message, reason: validation.validation.reason ?? "Invalid" }]
      : [];
  });
}

type Judgement =
  | { readonly kind: "yes" }
  | { readonly kind: "no"; readonly message: string }
  | { readonly kind: "error"; readonly message: string };

const OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run";
const TOO_COSTLY = "operation cancelled: actual cost limit exceeded";

class PolicyEvaluation {
  readonly #policy: CompiledPolicy;
  readonly #values: ReadonlyMap<string, Outcome>;
  readonly #variables = new Map<string, Outcome>();
  #budget = BUDGET;

  constructor(policy: CompiledPolicy, { attributes, namespace, params }: Evaluated) {
    this.#policy = policy;
    this.#values = new Map<string, Outcome>([
      ["object", fromJson(attributes.object, DYN)],
      ["oldObject", fromJson(attributes.oldObject, DYN)],
      ["request", requestValue(attributes)],
      ["namespaceObject", fromJson(namespace, NAMESPACE)],
      ["params", fromJson(params, DYN)],
    ]);
  }

  /** All conditions must hold. One that does not decides, whatever the others meet. */
  match(conditions: readonly Compiled[], sources: readonly string[]): Judgement {
    let budget = MATCH_CONDITIONS_BUDGET;
    const problems: string[] = [];
    for (const [i, condition] of conditions.entries()) {
      if (!condition.ok) {
        problems.push(condition.message);
        continue;
      }
      // They are asked before the namespace is looked at.
      const read: ReadVariable = (name) => (name === "namespaceObject" ? null : this.#values.get(name));
      const result = condition.program.evaluate(read, Math.min(PER_CALL_LIMIT, budget));
      if (result.kind !== "too costly") budget -= result.cost;
      if (result.kind === "value" && result.value !== true) return { kind: "no", message: "" };
      if (result.kind !== "value") problems.push(problemOf(sources[i] ?? "", result));
    }
    if (problems.length === 0) return { kind: "yes" };
    return { kind: "error", message: problems.length === 1 ? (problems[0] ?? "") : `[${problems.join(", ")}]` };
  }

  validate({ validation, expression, message }: CompiledValidation): Judgement {
    if (!expression.ok) return { kind: "error", message: expression.message };
    if (this.#budget <= 0) return { kind: "error", message: OUT_OF_BUDGET };
    const result = this.#evaluate(expression.program);
    if (result.kind !== "value") return { kind: "error", message: problemOf(validation.expression ?? "", result) };
    if (result.value === true) return { kind: "yes" };
    return { kind: "no", message: this.#said(message) ?? messageOf(validation) };
  }

  /** What the message's own expression says; null when there is none that can be shown. */
  #said(message: Compiled | null): string | null {
    if (message?.ok !== true) return null;
    const result = this.#evaluate(message.program);
    const text = result.kind === "value" && typeof result.value === "string" ? result.value.trim() : "";
    return text === "" || text.includes("\n") || byteLength(text) > MAX_MESSAGE_BYTES ? null : text;
  }

  #evaluate(program: Program): Evaluation {
    const result = program.evaluate(this.#read, Math.min(PER_CALL_LIMIT, this.#budget));
    this.#budget -= result.kind === "too costly" ? PER_CALL_LIMIT : result.cost;
    return result;
  }

  readonly #read: ReadVariable = (name, meter) =>
    name === "variables" ? this.#variablesMap(meter) : this.#values.get(name);

  /** Each is evaluated when it is first asked for, at the cost of whoever asks. */
  #variablesMap(meter: Meter): CelMap {
    const { variables } = this.#policy;
    return {
      isMap: true,
      size: variables.length,
      keys: () => variables.map(({ name }) => name),
      get: (key: CelValue) => {
        const name = typeof key === "string" ? key : "";
        const known = this.#variables.get(name);
        if (known !== undefined) return known;
        const variable = variables.find((one) => one.name === name);
        if (variable === undefined) return undefined;
        const value = this.#variable(name, variable.compiled, meter);
        this.#variables.set(name, value);
        return value;
      },
    };
  }

  #variable(name: string, compiled: Compiled, meter: Meter): Outcome {
    const value = compiled.ok ? compiled.program.evaluateWith(this.#read, meter) : new Failure(compiled.message);
    if (!(value instanceof Failure)) return value;
    return new Failure(`composited variable ${JSON.stringify(name)} fails to evaluate: ${value.message}`);
  }
}

const problemOf = (source: string, result: Exclude<Evaluation, { kind: "value" }>): string =>
  `expression '${source}' resulted in error: ${result.kind === "error" ? result.message : TOO_COSTLY}`;

function messageOf({ message = "", expression = "" }: Validation): string {
  return message.trim() === "" ? `failed expression: ${expression.trim()}` : message.trim();
}
