/**
 * The JSON paths of printer columns (client-go `util/jsonpath`, without templates): `.spec.image`, `['a.b']`, `[0]`, `[-1]`,
 * `[*]`, `.*`, `..name` and `[?(@.type=="Ready")]`. What cannot be read as a path leads nowhere.
 */
import { isJsonObject, own, type JsonValue } from "../../../apimachinery/json.ts";

type Step =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "descend" }
  | { readonly kind: "filter"; readonly path: readonly Step[]; readonly operator: string; readonly operand: JsonValue };

export type JsonPath = readonly Step[];

const NAME = /^\.?((?:[^.[\]\\'"\s()]|\\.)+)/;
const QUOTED = /^\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/;
const INDEX = /^\[(-?\d{1,9})\]/;
const ALL = /^(?:\[\*\]|\.\*)/;
const FILTER = /^\[\?\(\s*@([^=!<>]*?)\s*(?:(==|!=|<=|>=|<|>)\s*("[^"]*"|'[^']*'|-?[\d.]+|true|false)\s*)?\)\]/;

const unescaped = (text: string): string => text.replace(/\\(.)/g, "$1");

/** Null for what is no such path. */
export function parseJsonPath(text: string): JsonPath | null {
  const steps: Step[] = [];
  let rest = text;
  while (rest !== "") {
    const taken = takeStep(rest);
    if (taken === null) return null;
    steps.push(taken.step);
    rest = taken.rest;
  }
  return steps;
}

function takeStep(text: string): { readonly step: Step; readonly rest: string } | null {
  const take = (match: RegExpExecArray, step: Step) => ({ step, rest: text.slice(match[0].length) });
  if (text.startsWith("..")) return { step: { kind: "descend" }, rest: text.slice(1) };
  const all = ALL.exec(text);
  if (all !== null) return take(all, { kind: "all" });
  const quoted = QUOTED.exec(text);
  if (quoted !== null) return take(quoted, { kind: "name", name: unescaped(quoted[1] ?? quoted[2] ?? "") });
  const index = INDEX.exec(text);
  if (index !== null) return take(index, { kind: "index", index: Number(index[1]) });
  const filter = FILTER.exec(text);
  if (filter !== null) {
    const path = parseJsonPath(filter[1] ?? "");
    const step: Step = {
      kind: "filter",
      path: path ?? [],
      operator: filter[2] ?? "",
      operand: literal(filter[3] ?? ""),
    };
    return path === null ? null : take(filter, step);
  }
  const name = NAME.exec(text);
  return name === null ? null : take(name, { kind: "name", name: unescaped(name[1] ?? "") });
}

function literal(text: string): JsonValue {
  if (/^["']/.test(text)) return text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  return Number(text);
}

/** The first value that the path leads to; undefined where it leads nowhere. */
export function firstAt(value: JsonValue, path: JsonPath): JsonValue | undefined {
  for (const found of valuesAt(value, path)) return found;
  return undefined;
}

function* valuesAt(value: JsonValue, path: JsonPath): Generator<JsonValue, void> {
  const [step, ...rest] = path;
  if (step === undefined) yield value;
  else for (const next of take(value, step)) yield* valuesAt(next, rest);
}

function* take(value: JsonValue, step: Step): Generator<JsonValue, void> {
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : null;
  switch (step.kind) {
    case "name": {
      const member = isJsonObject(value) ? own(value, step.name) : undefined;
      if (member !== undefined) yield member;
      return;
    }
    case "index": {
      const item = list?.at(step.index);
      if (item !== undefined) yield item;
      return;
    }
    case "all":
      yield* members(value);
      return;
    case "descend":
      yield* descendants(value);
      return;
    case "filter":
      for (const item of list ?? []) if (passes(item, step)) yield item;
      return;
    default:
      step satisfies never;
  }
}

const members = (value: JsonValue): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : isJsonObject(value) ? Object.values(value) : [];

function* descendants(value: JsonValue): Generator<JsonValue, void> {
  yield value;
  for (const member of members(value)) yield* descendants(member);
}

function passes(item: JsonValue, { path, operator, operand }: Extract<Step, { kind: "filter" }>): boolean {
  const left = firstAt(item, path);
  if (left === undefined) return false;
  switch (operator) {
    case "":
      return true;
    case "==":
      return left === operand;
    case "!=":
      return left !== operand;
    default:
      return typeof left === typeof operand && compares(left as number, operator, operand as number);
  }
}

function compares(left: number, operator: string, right: number): boolean {
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}
