/** Calls of functions, and the operators whose types no signature can say. */
import { equalValues } from "./compare.ts";
import { compileNode, qualifiedName } from "./compile.ts";
import { FUNCTIONS } from "./library/index.ts";
import { patternOf } from "./library/patterns.ts";
import type { Overload } from "./overload.ts";
import type { Frame, Scope, Typed } from "./scope.ts";
import { ExpressionProblem, type Node } from "./syntax-tree.ts";
import { parseDuration, parseTimestamp } from "./time.ts";
import { accepts, BOOL, commonType, DYN, isOfType, optionalOf, substitute, typeText, type CelType } from "./types.ts";
import {
  Failure,
  isList,
  isMap,
  keyText,
  NO_OVERLOAD,
  NONE,
  Optional,
  typeNameOf,
  Uint,
  type CelValue,
  type Outcome,
} from "./values.ts";

type Call = Extract<Node, { kind: "call" }>;
type Apply = (args: readonly CelValue[], frame: Frame) => Outcome;

/** Throws `ExpressionProblem`. */
export function compileCall(node: Call, scope: Scope): Typed {
  const { name, target, args, at } = node;
  // `ip.isCanonical(x)`: a name with a dot in it, and no call on something named `ip`.
  const prefix = target === null ? null : qualifiedName(target);
  const isQualified = prefix !== null && FUNCTIONS.has(`${prefix}.${name}`);
  const called = isQualified ? `${prefix}.${name}` : name;
  const isMember = target !== null && !isQualified;
  const given = (isMember ? [target, ...args] : args).map((arg) => compileNode(arg, scope));
  const types = given.map(({ type }) => type);
  const operator = OPERATORS.get(called);
  const { type, apply } =
    operator === undefined ? functionCall({ called, isMember, types, at }) : operator(called, types, at);
  checkLiterals(called, args);
  return { type, run: (frame) => applyTo(given, apply, frame) };
}

function applyTo(given: readonly Typed[], apply: Apply, frame: Frame): Outcome {
  frame.meter.charge(1);
  const values: CelValue[] = [];
  for (const { run } of given) {
    const value = run(frame);
    if (value instanceof Failure) return value;
    values.push(value);
  }
  return apply(values, frame);
}

interface Applied {
  readonly type: CelType;
  readonly apply: Apply;
}

interface FunctionCall {
  readonly called: string;
  readonly isMember: boolean;
  readonly types: readonly CelType[];
  readonly at: number;
}

function functionCall({ called, isMember, types, at }: FunctionCall): Applied {
  const overloads = FUNCTIONS.get(called);
  if (overloads === undefined) {
    throw new ExpressionProblem(`undeclared reference to '${called}' (in container '')`, at);
  }
  const results: CelType[] = [];
  const fitting = overloads.filter((one) => {
    if (one.isMember !== isMember || one.params.length !== types.length) return false;
    const bindings = new Map<string, CelType>();
    const fits = one.params.every((param, i) => accepts(param, types[i] ?? DYN, bindings));
    if (fits) results.push(substitute(one.result, bindings));
    return fits;
  });
  if (fitting.length === 0) throw noMatch(called, types, isMember, at);
  const apply: Apply = (values, { meter }) => {
    const fit = dispatch(fitting, values);
    return fit === undefined ? NO_OVERLOAD : fit.run(values, meter);
  };
  return { type: sameOrDyn(results), apply };
}

/** The first whose parameters the values fit: static types may have said less than values do. */
const dispatch = (overloads: readonly Overload[], values: readonly CelValue[]): Overload | undefined =>
  overloads.find(({ params }) => params.every((param, i) => isOfType(param, values[i] ?? null)));

function sameOrDyn(types: readonly CelType[]): CelType {
  const [first = DYN] = types;
  return types.every((type) => typeText(type) === typeText(first)) ? first : DYN;
}

function noMatch(name: string, types: readonly CelType[], isMember: boolean, at: number): ExpressionProblem {
  const [receiver, ...rest] = types.map(typeText);
  const signature = isMember ? `${receiver}.(${rest.join(", ")})` : `(${types.map(typeText).join(", ")})`;
  return new ExpressionProblem(`found no matching overload for '${name}' applied to '${signature}'`, at);
}

/** Texts that can be seen to be wrong before anything is evaluated. */
function checkLiterals(called: string, args: readonly Node[]): void {
  const literal = args.at(-1);
  if (literal?.kind !== "literal" || typeof literal.value !== "string") return;
  const { value } = literal;
  const isWrong =
    (called === "matches" && patternOf(value) instanceof Failure) ||
    (called === "duration" && parseDuration(value) === null) ||
    (called === "timestamp" && parseTimestamp(value) === null);
  if (isWrong) throw new ExpressionProblem(`invalid ${called} argument`, literal.at);
}

type Operator = (name: string, types: readonly CelType[], at: number) => Applied;

const equality =
  (isEqual: boolean): Operator =>
  (name, types, at) => {
    const [a = DYN, b = DYN] = types;
    if (commonType(a, b) === null) throw noMatch(name, types, false, at);
    return { type: BOOL, apply: ([x = null, y = null], { meter }) => equalValues(x, y, meter) === isEqual };
  };

const membership: Operator = (name, types, at) => {
  const [item = DYN, range = DYN] = types;
  const of = range.kind === "list" ? range.of : range.kind === "map" ? range.key : range.kind === "dyn" ? DYN : null;
  if (of === null || commonType(of, item) === null) throw noMatch(name, types, false, at);
  return { type: BOOL, apply: ([x = null, y = null], frame) => isIn(x, y, frame) };
};

function isIn(item: CelValue, range: CelValue, { meter }: Frame): Outcome {
  if (isMap(range)) return range.get(item) !== undefined;
  return isList(range) ? range.some((one) => equalValues(one, item, meter)) : NO_OVERLOAD;
}

const indexing =
  (isOptional: boolean): Operator =>
  (name, types, at) => {
    const [range = DYN, key = DYN] = types;
    const type = elementType(range, key);
    if (type === null) throw noMatch(name, types, false, at);
    const found = range.kind === "optional" || isOptional ? optionalOf(type) : type;
    return { type: found, apply: ([x = null, y = null]) => (isOptional ? optionalElement(x, y) : element(x, y)) };
  };

function elementType(range: CelType, key: CelType): CelType | null {
  switch (range.kind) {
    case "list":
      return key.kind === "dyn" || (key.kind === "simple" && /^u?int$|^double$/.test(key.name)) ? range.of : null;
    case "map":
      return accepts(range.key, key, new Map()) ? range.value : null;
    case "optional":
      return elementType(range.of, key);
    case "dyn":
    case "param":
      return DYN;
    case "object":
    case "simple":
      return null;
    default:
      return range satisfies never;
  }
}

/** Where in a list a number points; null for a number that is not whole. */
function positionOf(key: CelValue): number | null {
  if (typeof key === "bigint") return Number(key);
  if (key instanceof Uint) return Number(key.value);
  return typeof key === "number" && Number.isInteger(key) ? key : null;
}

/** Undefined where there is nothing. */
function lookUp(range: CelValue, key: CelValue): Outcome | undefined {
  if (isMap(range)) return range.get(key);
  const position = positionOf(key);
  return isList(range) && position !== null ? range[position] : NO_OVERLOAD;
}

function element(range: CelValue, key: CelValue): Outcome {
  if (range instanceof Optional) return optionalElement(range, key);
  const value = lookUp(range, key);
  if (value !== undefined) return value;
  const shown = keyText(key)?.slice(1) ?? typeNameOf(key);
  return new Failure(isMap(range) ? `no such key: ${shown}` : `index out of bounds: ${shown}`);
}

function optionalElement(range: CelValue, key: CelValue): Outcome {
  const of = range instanceof Optional ? range.value : range;
  if (of === undefined) return NONE;
  const value = lookUp(of, key);
  if (value instanceof Failure) return value;
  return value === undefined ? NONE : new Optional(value);
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["_==_", equality(true)],
  ["_!=_", equality(false)],
  ["@in", membership],
  ["_[_]", indexing(false)],
  ["_[?_]", indexing(true)],
]);
