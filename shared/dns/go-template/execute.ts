/** A parsed Go template and data → text. */
import type { Command, Node, Operand, Pipeline } from "./parse.ts";

/** What templates work with; `undefined`: a map has no such key. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | undefined
  | readonly Value[]
  | ReadonlyMap<string, Value>
  /** Its fields; a missing one is an error, where a missing key of a map is not. */
  | { readonly fields: ReadonlyMap<string, Value> };

/** Takes the arguments; throws `TemplateFailure` for those that it does not take. */
export type TemplateFunction = (...args: readonly Value[]) => Value;

/** What went wrong while a template was executed: a question's own fault, no bug. */
export class TemplateFailure extends Error {}

export type Executed = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

export function executeTemplate(
  nodes: readonly Node[],
  data: Value,
  functions: ReadonlyMap<string, TemplateFunction>,
): Executed {
  try {
    return { ok: true, text: new Executor(data, functions).text(nodes) };
  } catch (error) {
    if (error instanceof TemplateFailure) return { ok: false, message: error.message };
    throw error;
  }
}

class Executor {
  readonly #data: Value;
  readonly #functions: ReadonlyMap<string, TemplateFunction>;

  constructor(data: Value, functions: ReadonlyMap<string, TemplateFunction>) {
    this.#data = data;
    this.#functions = functions;
  }

  text(nodes: readonly Node[]): string {
    let text = "";
    for (const node of nodes) {
      if (node.kind === "text") text += node.text;
      else if (node.kind === "action") text += printed(this.#pipeline(node.pipeline));
      else text += this.text(isTrue(this.#pipeline(node.condition)) ? node.met : node.otherwise);
    }
    return text;
  }

  #pipeline(pipeline: Pipeline): Value {
    const [first, ...rest] = pipeline;
    let value = first === undefined ? undefined : this.#command(first, []);
    for (const command of rest) value = this.#command(command, [value]);
    return value;
  }

  #command([called, ...operands]: Command, last: readonly Value[]): Value {
    if (called?.kind === "function") {
      const args = [...operands.map((operand) => this.#operand(operand)), ...last];
      return this.#functions.get(called.name)?.(...args);
    }
    if (operands.length + last.length > 0) throw new TemplateFailure("can't give argument to non-function");
    return called === undefined ? undefined : this.#operand(called);
  }

  #operand(operand: Operand): Value {
    switch (operand.kind) {
      case "literal":
        return operand.value;
      case "function":
        return this.#functions.get(operand.name)?.();
      case "pipeline":
        return this.#pipeline(operand.pipeline);
      case "field":
        return operand.path.reduce(fieldOf, operand.of === null ? this.#data : this.#pipeline(operand.of));
      default:
        return operand satisfies never;
    }
  }
}

function fieldOf(value: Value, name: string): Value {
  if (isMap(value)) return value.get(name);
  if (typeof value === "object" && "fields" in value && value.fields.has(name)) return value.fields.get(name);
  throw new TemplateFailure(`can't evaluate field ${name}`);
}

export const isMap = (value: Value): value is ReadonlyMap<string, Value> => value instanceof Map;

export function isTrue(value: Value): boolean {
  if (isMap(value)) return value.size > 0;
  if (Array.isArray(value) || typeof value === "string") return value.length > 0;
  return typeof value === "object" ? true : Boolean(value);
}

/** As Go's `fmt.Print` has it. */
export function printed(value: Value): string {
  if (value === undefined) return "<no value>";
  if (isMap(value)) return `map[${[...value].map(([key, one]) => `${key}:${printed(one)}`).join(" ")}]`;
  if (Array.isArray(value)) return `[${value.map((one) => printed(one as Value)).join(" ")}]`;
  return typeof value === "object" ? "{}" : String(value);
}
