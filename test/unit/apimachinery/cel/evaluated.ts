/** What an expression comes to, as plain values: `int` as a bigint, `double` as a number, uint as `{ uint }`, failures as `{ error }`. */
import { compileExpression } from "../../../../shared/apimachinery/cel/index.ts";
import { fromJson } from "../../../../shared/apimachinery/cel/json-value.ts";
import { durationText, timestampText } from "../../../../shared/apimachinery/cel/time.ts";
import { DYN, type Variables } from "../../../../shared/apimachinery/cel/types.ts";
import {
  Duration,
  ExtraValue,
  Failure,
  isList,
  isMap,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type CelValue,
  type Outcome,
} from "../../../../shared/apimachinery/cel/values.ts";
import type { JsonObject } from "../../../../shared/apimachinery/json.ts";

export function evaluated(
  source: string,
  values: JsonObject = {},
  types: Variables = Object.fromEntries(Object.keys(values).map((name) => [name, DYN])),
): unknown {
  const compiled = compileExpression(source, types);
  if (!compiled.ok) return { invalid: compiled.message };
  const read = (name: string): Outcome | undefined =>
    values[name] === undefined ? undefined : fromJson(values[name], types[name] ?? DYN);
  const result = compiled.program.evaluate(read, 1_000_000);
  switch (result.kind) {
    case "value":
      return plain(result.value);
    case "error":
      return { error: result.message };
    case "too costly":
      return { tooCostly: true };
    default:
      return result satisfies never;
  }
}

function plain(value: CelValue): unknown {
  if (isList(value)) return value.map(plain);
  if (isMap(value)) {
    return Object.fromEntries(
      value.keys().map((key) => {
        const of = value.get(key) ?? null;
        return [String(plain(key)), of instanceof Failure ? { error: of.message } : plain(of)];
      }),
    );
  }
  if (value instanceof Uint) return { uint: value.value };
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof TypeValue) return { type: value.name };
  if (value instanceof Optional) return value.value === undefined ? { none: true } : { some: plain(value.value) };
  return value instanceof ExtraValue ? { [value.extra.type]: value.extra.text } : value;
}
