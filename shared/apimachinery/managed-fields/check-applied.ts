/** Whether a configuration can be applied at all: it must be of its type, and the elements of its lists must have keys, each its own. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { goValue } from "../patch/go-value.ts";
import {
  declaredField,
  itemShape,
  memberShape,
  type AssociativeList,
  type FieldShape,
  type MessageShape,
} from "./field-shape.ts";
import { fieldElement, itemElement, printPathElement, type PathElement } from "./path-element.ts";

/** Enough to see what is wrong; a hostile body must not fill the answer. */
const MAX_PROBLEMS = 20;

/** What `typed.Validate` says of a configuration, each line with its path; empty when there is nothing to say. */
export function problemsOfApplied(message: MessageShape, config: JsonObject): readonly string[] {
  const checker = new Checker();
  checker.value({ type: "object", of: message }, config, "");
  return checker.problems;
}

/** Several problems as structured-merge-diff words them. */
export const joinProblems = (problems: readonly string[]): string =>
  problems.length === 1 ? (problems[0] ?? "") : ["errors:", ...problems.map((line) => `  ${line}`)].join("\n");

class Checker {
  readonly problems: string[] = [];

  value(shape: FieldShape, value: JsonValue, path: string): void {
    if (value === null || this.problems.length >= MAX_PROBLEMS) return;
    switch (shape.type) {
      case "object":
      case "map":
        if (isJsonObject(value)) this.#members(shape, value, path);
        else this.#problem(path, `expected map, got ${shown(value)}`);
        return;
      case "list":
        if (Array.isArray(value)) this.#items(shape, value as readonly JsonValue[], path);
        else this.#problem(path, `expected list, got ${shown(value)}`);
        return;
      case "string":
        if (typeof value !== "string") this.#problem(path, `expected string, got ${sharp(value)}`);
        return;
      case "integer":
      case "number":
        if (typeof value !== "number") this.#problem(path, `expected numeric (int or float), got ${goTypeOf(value)}`);
        return;
      case "boolean":
        if (typeof value !== "boolean") this.#problem(path, `expected boolean, got ${sharp(value)}`);
        return;
      case "int-or-string":
      case "quantity":
        if (typeof value === "object") this.#problem(path, `expected any scalar, got ${shown(value)}`);
        return;
      case "any":
        return;
      default:
        shape satisfies never;
    }
  }

  #members(shape: FieldShape, value: JsonObject, path: string): void {
    for (const [name, member] of Object.entries(value)) {
      const at = path + printPathElement(fieldElement(name));
      if (shape.type === "object" && shape.of.isOpen !== true && declaredField(shape, name) === undefined) {
        this.#problem(at, "field not declared in schema");
      } else this.value(memberShape(shape, name), member, at);
    }
  }

  #items(shape: AssociativeList, list: readonly JsonValue[], path: string): void {
    const seen = new Set<PathElement>();
    for (const [i, item] of list.entries()) {
      let element: PathElement = `i:${i}`;
      if (shape.merge.type !== "atomic") {
        const known = itemElement(shape, item);
        // An element without a key cannot be named, nor those after it trusted.
        if (!known.ok) return this.#problem(path, `element ${i}: ${known.message}`);
        element = known.element;
        if (seen.has(element)) this.#problem(path, `duplicate entries for key ${printPathElement(element)}`);
        seen.add(element);
      }
      this.value(itemShape(shape), item, path + printPathElement(element));
    }
  }

  #problem(path: string, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(path === "" ? message : `${path}: ${message}`);
  }
}

const MAX_SHOWN = 128;

/** `%v` of structured-merge-diff's value: a pointer to a struct that holds it. */
const shown = (value: JsonValue): string => `&{${goValue(value).slice(0, MAX_SHOWN)}}`;

/** `%#v` of the same: strings in quotes. */
const sharp = (value: JsonValue): string =>
  `&value.valueUnstructured{Value:${(typeof value === "object" ? goValue(value) : JSON.stringify(value)).slice(0, MAX_SHOWN)}}`;

/** `%T` of a decoded value. */
function goTypeOf(value: JsonValue): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "object") return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}
