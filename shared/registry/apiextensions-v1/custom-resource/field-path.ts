/** Simple paths (`.spec.replicas`): names of fields, each with a dot before it. */
import { isJsonObject, own, type JsonObject, type JsonValue } from "../../../apimachinery/json.ts";

/** The names of a path; null for one that is not simple. */
export function fieldSteps(path: string): readonly string[] | null {
  const match = /^(?:\.[^.[\]()"']+)+$/.test(path);
  return match ? path.slice(1).split(".") : null;
}

/** The value at the end of the steps; undefined where there is none. */
export function valueAt(object: JsonValue, steps: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of steps) value = isJsonObject(value) ? own(value, step) : undefined;
  return value;
}

/** The object with `value` at the end of the steps; objects on the way come into being. */
export function withValueAt(object: JsonObject, steps: readonly string[], value: JsonValue): JsonObject {
  const [step, ...rest] = steps;
  if (step === undefined) return object;
  const inner = own(object, step);
  const next = rest.length === 0 ? value : withValueAt(isJsonObject(inner) ? inner : {}, rest, value);
  return Object.fromEntries([...Object.entries(object).filter(([name]) => name !== step), [step, next]]);
}
